"""Which process is at the other end of a connection on loopback, from Linux's /proc. Elsewhere it stays unknown."""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
import time
from collections import OrderedDict

from meshtui.base.text import make_one_line
from meshtui.tap.observed_calls import Process

_LOOPBACK = {"tcp": "0100007F", "tcp6": "0000000000000000FFFF00000100007F"}
"""127.0.0.1 as the kernel writes it, also mapped into IPv6."""
_SOCK_DIAG, _BY_FAMILY = 4, 20
"""NETLINK_SOCK_DIAG and SOCK_DIAG_BY_FAMILY."""
MAX_ENVIRONMENT = 1 << 20


MAX_SEEN = 16
SCAN_PAUSE = 1.0
"""Seconds between two looks at all processes of the machine, each of which may take 20 ms."""


class PeerFinder:
    """Finds the processes at the other ends of connections to one port of ours, mostly in some 0.2 ms: those seen
    before and our own descendants are looked at first."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, Process] = OrderedDict()
        self._scanned = float("-inf")

    def find(self, port: int, our_port: int) -> Process | None:
        """The process that owns the socket from `port` to `our_port` on 127.0.0.1.

        None where it cannot be determined: another system, another user's process, or one that has closed it.
        """
        if not sys.platform.startswith("linux") or not (inode := _find_inode(port, our_port)):
            return None
        wanted = f"socket:[{inode}]"
        for pid in (*reversed(self._seen), *_list_descendants(os.getpid())):
            if _has_open(pid, wanted):
                return self._keep(pid)
        if time.monotonic() - self._scanned < SCAN_PAUSE:
            return None
        found = next((self._keep(pid) for pid in _list_processes() if _has_open(pid, wanted)), None)
        if found is None:
            self._scanned = time.monotonic()
        return found

    def _keep(self, pid: int) -> Process:
        found = self._seen.pop(pid, None)
        name = _read_name(pid)
        if found is None or found.name != name:  # a number is used again, and a process may become another program
            found = Process(pid, name)
        self._seen[pid] = found
        if len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        return found


def _list_descendants(root: int) -> list[int]:
    """The processes that this one and its children started, at most 256 of them."""
    found: list[int] = []
    unread = [root]
    while unread and len(found) < 256:
        pid = unread.pop()
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                    children = [int(number) for number in file.read().split()]
                found += children
                unread += children
        except (OSError, ValueError):
            continue
    return found


def has_in_environment(pid: int, text: str) -> bool:
    """Whether the environment with which this process was started holds the text. Only its owner can look."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return text.encode() in file.read(MAX_ENVIRONMENT)
    except OSError:
        return False


def list_holders(text: str) -> list[Process]:
    """The processes, besides this one, that were started with an environment which holds the text, the newest first.
    Only those of the same user can be seen, and only on Linux. Takes some 3 ms where a hundred run."""
    if not sys.platform.startswith("linux"):
        return []
    own = os.getpid()
    return [Process(pid, _read_name(pid)) for pid in _list_processes() if pid != own and has_in_environment(pid, text)]


def _find_inode(port: int, our_port: int) -> str:
    """The number of the socket, empty where it is closed. Querying the kernel for this connection (sock_diag(7)) takes
    0.2 ms; its table of all, where that may not be asked, some 5 ms."""
    try:
        return _ask_kernel(port, our_port)
    except OSError:
        return _search_table(port, our_port)


def _ask_kernel(port: int, our_port: int) -> str:
    loopback = socket.inet_aton("127.0.0.1")
    asked = struct.pack("!HH16s16s", port, our_port, loopback, loopback) + struct.pack("=I8s", 0, b"\xff" * 8)
    request = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF) + asked
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
        kernel.settimeout(0.1)
        kernel.send(struct.pack("=IHHII", 16 + len(request), _BY_FAMILY, 1, 0, 0) + request)
        reply = kernel.recv(4096)
    (kind,) = struct.unpack_from("=H", reply, 4)
    if kind == _BY_FAMILY:
        (inode,) = struct.unpack_from("=I", reply, 16 + 68)
        return str(inode) if inode else ""
    (problem,) = struct.unpack_from("=i", reply, 16)
    if -problem == errno.ENOENT:
        return ""
    raise OSError(-problem, os.strerror(-problem))


def _search_table(port: int, our_port: int) -> str:
    for table, loopback in _LOOPBACK.items():
        try:
            with open(f"/proc/net/{table}", "rb") as file:
                listing = file.read()
        except OSError:
            continue
        # One search: the table has a line for each connection of the machine, those long closed included.
        _, found, rest = listing.partition(f" {loopback}:{port:04X} {loopback}:{our_port:04X} ".encode())
        fields = rest.split(None, 7)
        if found and len(fields) > 6:
            return fields[6].decode("ascii")
    return ""


def _list_processes() -> list[int]:
    """The process ids, the most recent first: a program that calls a provider was mostly started not long ago."""
    try:
        return sorted((int(name) for name in os.listdir("/proc") if name.isdigit()), reverse=True)
    except OSError:
        return []


def _has_open(pid: int, wanted: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        descriptors = os.listdir(folder)
    except OSError:
        return False
    for descriptor in descriptors:
        try:
            if os.readlink(f"{folder}/{descriptor}") == wanted:
                return True
        except OSError:
            continue
    return False


def _read_name(pid: int) -> str:
    """The program's name, and of an interpreter the script's; arguments are never shown, because they may contain
    keys."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            parts = file.read(4096).decode("utf-8", "replace").split("\0")
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            name = file.read(64).strip()
    except OSError:
        return ""
    script = parts[1] if len(parts) > 1 else ""
    is_script = not script.startswith("-") and os.path.splitext(script)[1] in (".py", ".js", ".mjs", ".ts", ".rb")
    return make_one_line(f"{name} {os.path.basename(script)}" if is_script else name, 60)
