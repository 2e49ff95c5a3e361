"""A program in a pseudo-terminal, timed from outside: from a key to the bytes that it changes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

REPLIES = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[c": b"\x1b[?62;c", b"\x1b[6n": b"\x1b[1;1R"}
"""What a terminal answers when it is asked what it can do."""
PATIENCE = 60.0
ROOT = Path(__file__).parents[2]


class Terminal:
    """120 columns, 40 rows, true colour. Begins when it is made: `begun` is that moment."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        env = {name: value for name, value in os.environ.items() if name not in ("TMUX", "NO_COLOR")}
        env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "HOME": str(home),
                "PYTHONPATH": str(ROOT)}  # fmt: skip
        self.begun = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def until(self, marker: str) -> float:
        """Reads until the marker was written. Returns the moment, as `time.perf_counter`."""
        wanted, seen, end = marker.encode(), b"", time.perf_counter() + PATIENCE
        while wanted not in seen:
            assert time.perf_counter() < end, f"{marker!r} never came: {seen[-500:]!r}"
            if select.select([self._fd], [], [], 0.5)[0]:
                data = os.read(self._fd, 65536)
                seen = seen[-5000:] + data
                for query, answer in REPLIES.items():
                    if query in data:
                        os.write(self._fd, answer)
        return time.perf_counter()

    def drain(self, seconds: float) -> None:
        """Reads whatever comes in that time."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                os.read(self._fd, 65536)

    def press(self, key: str, marker: str) -> float:
        """Seconds from the key to the bytes of what it changes."""
        pressed = time.perf_counter()
        os.write(self._fd, key.encode())
        return self.until(marker) - pressed

    def resident(self) -> float:
        """Memory in MB."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("the kernel does not tell")

    def processor_time(self) -> float:
        """Seconds of processor time so far, its own and the kernel's for it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
