"""Following a log file for the screen: reads it off the event loop, and writes its failures into the session's
journal."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from meshtui.base.growing_file import GrowingFile
from meshtui.explain.follow import Change, LogFollower
from meshtui.journal.log_file_recording import LogFileRecorder
from meshtui.journal.recording import make_note

if TYPE_CHECKING:
    from meshtui.session import Session

POLL = 0.04
"""Seconds between two reads of the file; without anything new for that long the last record is taken as complete."""
SLICE = 0.1
"""Seconds of reading after which the screen shows what was found."""


class LogFileControl:
    """One for the whole session; follows one file at a time."""

    def __init__(self, session: Session, clock: Callable[[], float], turned: Callable[[str], None]) -> None:
        """`turned` is called with the name of the followed file; empty: none is followed any more."""
        self._session, self._clock, self._turned = session, clock, turned
        self._task: asyncio.Task[None] | None = None
        self._recorder: LogFileRecorder | None = None
        self.name = ""
        """Of the file that is followed; empty where none is."""

    @property
    def is_on(self) -> bool:
        return self._task is not None

    def start(self, path: str) -> None:
        """Follows this file from its beginning, in place of the one before."""
        self.stop()
        self.name = os.path.basename(path)
        self._recorder = LogFileRecorder(self._session.journal, path)
        self._task = asyncio.get_running_loop().create_task(self._follow(GrowingFile(path), self._recorder))
        self._turned(self.name)

    def stop(self) -> str:
        """Stops following; the failures are in the journal. Returns a sentence about them, empty where nothing was
        followed."""
        if self._task is None or self._recorder is None:
            return ""
        self._task.cancel()
        kinds = self._recorder.kinds
        said = f"{self.name} is not followed any more: {kinds or 'no'} kind{'s' * (kinds != 1)} of failure."
        self._recorder.close(self._clock())
        self._task = self._recorder = None
        self.name = ""
        self._turned("")
        return said

    async def _follow(self, file: GrowingFile, recorder: LogFileRecorder) -> None:
        follower, problem = LogFollower(), ""
        # A thread of its own: what is handed to it is done in order, so that the file is closed once nobody reads it.
        reader = ThreadPoolExecutor(1, "log file")
        loop = asyncio.get_running_loop()
        try:
            while True:
                changes, is_new = await loop.run_in_executor(reader, _read_slice, file, follower)
                now = self._clock()
                recorder.record(changes, now)
                recorder.report_repeats(now)
                if file.problem != problem:
                    problem = file.problem
                    said = f"{self.name} cannot be read: {problem}; trying on" if problem else f"{self.name} is read on"
                    self._session.journal.append(make_note(now, said))
                await asyncio.sleep(0 if changes and is_new else POLL)
        except Exception as error:  # an error of our own ends the following, not the screen
            from meshtui.tui.crash import format_own_error

            self._session.journal.append(make_note(self._clock(), format_own_error(error)))
            self.stop()
        finally:
            reader.submit(file.close)
            reader.shutdown(wait=False)


def _read_slice(file: GrowingFile, follower: LogFollower) -> tuple[tuple[Change, ...], bool]:
    """What came, once it is complete or `SLICE` is over; and whether there was anything to read."""
    end, is_new = time.monotonic() + SLICE, False
    while (piece := file.read()).data:
        is_new = True
        follower.feed(piece.data, piece.part)
        if time.monotonic() > end:
            return follower.changes(), True
    if is_new:
        return (), True
    follower.pause()
    return follower.changes(), False
