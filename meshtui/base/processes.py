"""Starts the other programs that meshtui needs. Nothing else in the package may start one.

A folder that somebody else wrote may be the working directory: it must not choose what is run, and what is run gets no
key. So every program is found on the absolute folders of PATH only, works in a folder of the system, and is given the
variables that it needs, by name. The exceptions are `start_user_program` and `start_program_in_terminal`: a program
that a person asked for by its command starts as their shell would start it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

NEUTRAL_FOLDER = "/" if os.name == "posix" else os.path.dirname(os.path.abspath(__file__))
"""Where a program works: a folder in which no other user of the machine, and no repository, puts files."""
PASSED_ON = frozenset(
    (
        # The person and the language
        "HOME", "USER", "LOGNAME", "USERPROFILE", "LANG", "LANGUAGE", "__CF_USER_TEXT_ENCODING",
        # The desktop and its clipboard
        "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP",
        "DBUS_SESSION_BUS_ADDRESS", "WSL_INTEROP", "WSL_DISTRO_NAME",
        # The terminal
        "TMUX", "TMUX_TMPDIR",
        # The system
        "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PATHEXT",
    )
)  # fmt: skip
"""The variables that a program is given, besides PATH and those of `LC_`. An allowlist, because nobody can list every
name that a secret may have."""


UserProgram = subprocess.Popen[bytes]
"""A program that `start_user_program` started."""


async def run_isolated(
    command: Sequence[str], standard_input: bytes, environ: Mapping[str, str], *, seconds: float
) -> int | None:
    """Runs a program to its end, without a shell. What it prints is discarded, so that it cannot write over the screen.

    Returns its exit status, or None where it is not there, cannot be started or did not end within `seconds`; then it
    was killed. `environ` is what `make_isolated_environment` chooses from.
    """
    executable = find_executable(command[0], environ)
    if executable is None:
        return None
    discarded = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            executable, *command[1:], env=make_isolated_environment(environ), cwd=NEUTRAL_FOLDER,
            stdin=asyncio.subprocess.PIPE, stdout=discarded, stderr=discarded,
        )  # fmt: skip
    except OSError:
        return None
    try:
        await asyncio.wait_for(process.communicate(standard_input), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return process.returncode


class Ended(NamedTuple):
    """How a program ended, and what it printed."""

    status: int | None
    """Its exit status; None where it did not end in time, or printed too much, and was killed with what it started."""
    output: bytes
    """At most `limit` bytes and one: that one says that there was more."""


def capture_output(
    executable: str, arguments: Sequence[str], environ: Mapping[str, str], *, seconds: float, limit: int
) -> Ended:
    """Runs a program without a shell, in a session of its own, with no input and no terminal, and reads what it prints
    to its standard output. `environ` is all that it is given. Blocks for `seconds` at most. Raises OSError and
    ValueError where it cannot be started."""
    process = subprocess.Popen(  # noqa: S603 - a program that was asked for, found on absolute folders
        [executable, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=dict(environ), cwd=NEUTRAL_FOLDER, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + seconds
    pieces: list[bytes] = []
    # In a thread, because a pipe cannot be waited for in the same way on every system.
    reader = threading.Thread(target=_read_output, args=(process, limit + 1, pieces), daemon=True)
    reader.start()
    reader.join(seconds)
    output = b"".join(pieces)
    if reader.is_alive() or len(output) > limit:
        _kill_group(process)
        reader.join(1.0)
        return Ended(None, output)
    try:
        return Ended(process.wait(max(until - time.monotonic(), 0.0)), output)
    except subprocess.TimeoutExpired:  # it has closed its output and goes on
        _kill_group(process)
        return Ended(None, output)


def _read_output(process: subprocess.Popen[bytes], most: int, pieces: list[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout as pipe, contextlib.suppress(OSError):
        while most > 0 and (piece := pipe.read1(min(most, 1 << 16))):  # type: ignore[attr-defined]
            pieces.append(piece)
            most -= len(piece)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it has started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def start_user_program(command: Sequence[str], environ: Mapping[str, str]) -> UserProgram:
    """Starts the program that a person asked for by name, as their shell would: found on their own PATH, in the working
    directory, with standard streams and process group shared. `environ` is all of its environment, their keys included:
    it is their program. Raises OSError."""
    return subprocess.Popen(list(command), env=dict(environ))  # noqa: S603 - it is what was asked for


class TerminalProgram(NamedTuple):
    """A program in a terminal of its own. It leads a session and a process group of its number."""

    pid: int
    terminal: int
    """The file descriptor of our end: what the program prints is read there, and what is typed is written."""


def start_program_in_terminal(
    command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int]
) -> TerminalProgram:
    """The same for a program that is shown on our screen: in a new pseudo-terminal of `size` (columns, rows), which is
    its controlling terminal. POSIX only. Raises OSError."""
    ours, theirs = os.openpty()
    try:
        set_terminal_size(ours, size)
        # The leader of a new session gets the first terminal that it opens. So no code of ours runs between fork and
        # exec, which a process with threads must not do.
        path = os.ttyname(theirs)
        actions = [(os.POSIX_SPAWN_OPEN, 0, path, os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1),
                   (os.POSIX_SPAWN_DUP2, 0, 2)]  # fmt: skip
        pid = os.posix_spawnp(
            command[0], list(command), dict(environ), file_actions=actions, setsid=True, setsigmask=(),
            setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
        )  # fmt: skip
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    os.set_blocking(ours, False)
    return TerminalProgram(pid, ours)


def set_terminal_size(terminal: int, size: tuple[int, int]) -> None:
    """Tells a terminal its columns and rows; the programs in its foreground get SIGWINCH."""
    import fcntl
    import struct
    import termios

    columns, rows = size
    with contextlib.suppress(OSError):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def fork_process() -> int:
    """Goes on in two processes: 0 in the new one, its number in the old. Nothing else is run in it."""
    return os.fork()


def make_python_command(code: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs `code` in this Python, in its isolated mode: it reads no `PYTHON…` variable and imports
    neither from the working directory nor from the user's own packages. Text is UTF-8 whatever the locale."""
    return (sys.executable, "-I", "-X", "utf8", "-c", code, *arguments)


def make_isolated_environment(environ: Mapping[str, str], more: frozenset[str] = frozenset()) -> dict[str, str]:
    """What a program is given of the environment: `PASSED_ON`, `LC_…`, the names of `more`, and PATH as
    `list_search_path` has it."""
    names = PASSED_ON | more
    given = {name: value for name, value in environ.items() if name.upper() in names or name.upper().startswith("LC_")}
    return given | {"PATH": list_search_path(environ)}


def list_search_path(environ: Mapping[str, str]) -> str:
    """PATH without what points into the working directory: empty and relative entries, and the directory itself. The
    system's own folders where nothing is left, because an empty PATH means the working directory."""
    for path in (environ.get("PATH", ""), os.defpath):
        entries = [entry for entry in path.split(os.pathsep) if os.path.isabs(entry) and not _is_here(entry)]
        if entries:
            break
    return os.pathsep.join(entries)


def find_executable(name: str, environ: Mapping[str, str]) -> str | None:
    """The absolute path of a program: `name` where it is one already, else the first match in `list_search_path`. None
    where there is none. A match in the working directory, where Windows looks first, does not count."""
    if os.path.isabs(name):
        return name
    found = shutil.which(name, path=list_search_path(environ))
    return found if found and os.path.isabs(found) and not _is_here(os.path.dirname(found)) else None


def _is_here(folder: str) -> bool:
    """Whether a folder is the working directory, by whichever name."""
    try:
        return os.path.samefile(folder, os.curdir)
    except OSError:  # one of the two does not exist, so nothing can be run from it
        return False
