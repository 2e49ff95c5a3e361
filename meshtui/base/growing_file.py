"""A file that somebody else writes, read as it grows: also when it does not exist yet, is moved away and created again,
or is truncated, as log rotation does."""

from __future__ import annotations

import os
import stat
import time
from typing import BinaryIO, NamedTuple

READ = 256 * 1024
"""Bytes of one piece at most."""
GRACE = 5.0
"""Seconds for which a file that was moved away is still read: its writer may not have noticed yet."""
MAX_MOVED = 4
MARK = 64
"""Bytes before the read position that are compared to see whether the file was overwritten."""


class Piece(NamedTuple):
    """What was written since the last read, in order. `part` counts the files and changes with each new one."""

    data: bytes
    part: int


class _Moved(NamedTuple):
    file: BinaryIO
    part: int
    until: float


class GrowingFile:
    """Read from its beginning, or with `from_end` what is written from now on. Nothing is opened before `read`."""

    def __init__(self, path: str, *, from_end: bool = False) -> None:
        self.path = path
        self.problem = ""
        """Why it cannot be read at the moment, as the system says it; empty where it can."""
        self._from_end = from_end
        self._file: BinaryIO | None = None
        self._place = (0, 0)
        """Device and number of the file that is open."""
        self._is_regular = True
        self._at = 0
        self._mark = b""
        self._state = (-1, 0)
        """Size and time of the last change, as they were seen last."""
        self._part = 0
        self._moved: list[_Moved] = []

    def read(self) -> Piece:
        """Returns what is new, at most `READ` bytes; empty where nothing is. Does not wait."""
        self._look()
        for moved in self._moved:
            if data := moved.file.read(READ):
                return Piece(data, moved.part)
        while self._moved and self._moved[0].until < time.monotonic():
            self._moved.pop(0).file.close()
        if self._file is None:
            return Piece(b"", self._part)
        data = self._read_on(self._file)
        return Piece(data, self._part)

    def close(self) -> None:
        for file in (self._file, *(moved.file for moved in self._moved)):
            if file is not None:
                file.close()
        self._file, self._moved = None, []

    def _look(self) -> None:
        """Opens the file that has the name now, where it is not the one that is open."""
        try:
            found = os.stat(self.path)
            if self._file is not None and (found.st_dev, found.st_ino) == self._place:
                self.problem = ""
                return
            # A pipe is opened without waiting for whoever will write into it.
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
            opened = os.fstat(descriptor)
            if stat.S_ISDIR(opened.st_mode):
                os.close(descriptor)
                raise IsADirectoryError(21, "Is a directory")
        except OSError as problem:
            self.problem = problem.strerror or str(problem)
            self._from_end = self._from_end and self._file is not None  # what is made later is new from its beginning
            return
        self.problem = ""
        if self._file is not None:
            if self._is_regular:
                self._file.seek(self._at)
            self._moved.append(_Moved(self._file, self._part, time.monotonic() + GRACE))
            if len(self._moved) > MAX_MOVED:
                self._moved.pop(0).file.close()
            self._part += 1
        self._file = open(descriptor, "rb", buffering=0)  # noqa: SIM115 - closed by `close`
        self._place = (opened.st_dev, opened.st_ino)
        self._is_regular = stat.S_ISREG(opened.st_mode)
        self._at, self._mark = 0, b""
        if self._from_end and self._is_regular:
            self._at = opened.st_size
            self._file.seek(max(0, self._at - MARK))
            self._mark = self._file.read(min(MARK, self._at))
        self._from_end = False

    def _read_on(self, file: BinaryIO) -> bytes:
        if not self._is_regular:
            return file.read(READ) or b""  # None: a pipe with nothing in it
        seen = os.fstat(file.fileno())
        state = (seen.st_size, seen.st_mtime_ns)
        if state == self._state and seen.st_size == self._at:
            return b""
        self._state = state
        if seen.st_size < self._at or not self._is_unchanged(file):
            self._part += 1
            self._at, self._mark = _skip_hole(file), b""
        file.seek(self._at)
        data = file.read(READ)
        self._at += len(data)
        if not self._mark and data[:2] == b"\0\0":  # the end of a hole
            data = data.lstrip(b"\0")
        self._mark = (self._mark + data)[-MARK:] if len(data) < MARK else data[-MARK:]
        return data

    def _is_unchanged(self, file: BinaryIO) -> bool:
        """Whether the bytes before the read position are those that were read there."""
        file.seek(self._at - len(self._mark))
        return file.read(len(self._mark)) == self._mark


def _skip_hole(file: BinaryIO) -> int:
    """The position of the first byte after a hole: a writer that keeps its position in a truncated file leaves one."""
    try:
        return os.lseek(file.fileno(), 0, os.SEEK_DATA)
    except (AttributeError, OSError):  # not on every system; and of an empty file there are no bytes
        return 0
