"""Runs the program in a terminal of its own, for a screen that shows it: its output comes in pieces, keys go to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence

from meshtui.base.processes import TerminalProgram, set_terminal_size, start_program_in_terminal
from meshtui.tap.child import explain_start_error

PIECE = 1 << 13
"""Bytes that are read at a time: showing them may take some 10 ms, and keys must not wait longer. A program that prints
faster waits for its terminal, as it would for any."""
MAX_WAITING = 1 << 20
"""Bytes typed or pasted that the program has not read yet; more are dropped."""
_ENDING = ((signal.SIGHUP, 0.5), (signal.SIGTERM, 0.5), (signal.SIGKILL, 0.5))
"""What ends a process group, and the seconds that it is given each time."""


class TerminalChild:
    """Made on the running event loop, by `start`. Both callbacks are called on it."""

    def __init__(
        self, program: TerminalProgram, on_output: Callable[[bytes], object], on_end: Callable[[int], object]
    ) -> None:
        self._program, self._on_output, self._on_end = program, on_output, on_end
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._is_open = True
        self.status: int | None = None
        """The exit status as shells have it, once the program has ended."""
        self._loop.add_reader(program.terminal, self._read)
        self._watching = self._loop.create_task(self._watch())

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        environ: Mapping[str, str],
        size: tuple[int, int],
        on_output: Callable[[bytes], object],
        on_end: Callable[[int], object],
    ) -> TerminalChild:
        """Starts the program; `size` is columns and rows. Raises StartError."""
        try:
            return cls(start_program_in_terminal(command, environ, size), on_output, on_end)
        except OSError as problem:
            raise explain_start_error(command[0], problem) from None

    @property
    def pid(self) -> int:
        return self._program.pid

    def write(self, data: bytes) -> None:
        """Types this."""
        if self._is_open and len(self._waiting) + len(data) <= MAX_WAITING:
            self._waiting += data
            self._write()

    def resize(self, size: tuple[int, int]) -> None:
        if self._is_open:
            set_terminal_size(self._program.terminal, size)

    async def stop(self) -> int:
        """Ends the program with its process group, however it takes that, and returns its exit status. What it started
        and has left in that group ends too, be the program over or not."""
        for number, patience in _ENDING:
            if not _signal_group(self.pid, number):
                break
            if number == signal.SIGHUP:
                _signal_group(self.pid, signal.SIGCONT)  # a stopped one would not notice
            if await self._has_ended(patience):
                break
        self._close()
        await self._watching
        _reap_child(self.pid)
        assert self.status is not None
        return self.status

    async def _has_ended(self, patience: float) -> bool:
        """Whether the process group ends within that many seconds."""
        until = self._loop.time() + patience
        while not (self._watching.done() and _is_alone(self.pid)):
            if self._loop.time() > until:
                return False
            await asyncio.sleep(0.01)
        return True

    def _read(self) -> None:
        try:
            data = os.read(self._program.terminal, PIECE)
        except BlockingIOError:
            return
        except OSError:  # nobody has the terminal any more: Linux's way to say so
            data = b""
        if data:
            self._on_output(data)
        else:
            self._close()

    def _write(self) -> None:
        try:
            del self._waiting[: os.write(self._program.terminal, self._waiting)]
        except BlockingIOError:
            pass
        except OSError:
            self._waiting.clear()
        if self._waiting:
            self._loop.add_writer(self._program.terminal, self._write)
        else:
            self._loop.remove_writer(self._program.terminal)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._program.terminal)
            self._loop.remove_writer(self._program.terminal)
            os.close(self._program.terminal)

    async def _watch(self) -> None:
        """Waits for the end. The process is not reaped before `stop`, so that its number is not reused."""
        await _wait_until_ended(self.pid)
        self.status = _read_status(self.pid)
        for _ in range(64):  # what it printed last stands in the terminal still
            if not self._is_open or not _has_output(self._program.terminal):
                break
            self._read()
        self._on_end(self.status)


async def _wait_until_ended(pid: int) -> None:
    loop = asyncio.get_running_loop()
    if not hasattr(os, "pidfd_open"):
        await loop.run_in_executor(None, os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return
    descriptor = os.pidfd_open(pid)
    ended = asyncio.Event()
    try:
        loop.add_reader(descriptor, ended.set)
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _read_status(pid: int) -> int:
    """The exit status, as shells have it, of a process that has ended; it stays."""
    found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert found is not None
    return found.si_status if found.si_code == os.CLD_EXITED else 128 + found.si_status


def _reap_child(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _has_output(terminal: int) -> bool:
    import select

    return bool(select.select([terminal], [], [], 0)[0])


def _signal_group(group: int, number: signal.Signals) -> bool:
    """Whether the process group still has processes."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _is_alone(pid: int) -> bool:
    """Whether the program, which has ended, was the last of its process group. Where the system cannot say, the others
    are given time."""
    try:
        entries = os.listdir("/proc")
    except OSError:
        return False
    return not any(entry.isdigit() and int(entry) != pid and _group_of(entry) == pid for entry in entries)


def _group_of(entry: str) -> int:
    """The process group of what lives; 0 for what has ended (proc(5), "stat")."""
    try:
        with open(f"/proc/{entry}/stat", "rb") as file:
            state, _, group = file.read().rpartition(b")")[2].split()[:3]
    except (OSError, ValueError):
        return 0
    return 0 if state in b"ZX" else int(group)
