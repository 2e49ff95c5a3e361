"""A credential that is watched: its free checks are repeated at a bounded pace until their result changes. And how a
person who is not looking is notified of that, or of a countdown's end: the terminal's bell or its notification."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.journal.recording import make_note
from meshtui.tui.hidden_names import hide_in_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer
    from textual.worker import Worker

    from meshtui.tui.command_app import CommandApp, CommandScreen
    from meshtui.tui.live_run import RunControl

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 15.0, 300.0, 1.5
"""Seconds between two checks: at first, at most, and how they grow."""
MOST_CHECKS = 200
"""Some sixteen hours."""
LONGEST_TEXT = 120
SEQUENCES = {
    "bell": "\a",
    "osc9": "\x1b]9;{text}\x1b\\",
    "osc777": "\x1b]777;notify;meshtui;{text}\x1b\\",
}
"""Value of the setting `notify` → what the terminal is sent. 9 is iTerm2's and ConEmu's, 777 urxvt's and foot's."""


def announce(app: CommandApp, text: str) -> None:
    """Notifies as the settings say, in addition to the status line, which the caller fills: terminals differ in what
    they do with it."""
    form = SEQUENCES.get(app.session.settings.notify, "")
    driver = app._driver  # Textual's bell rings, and has no way to send anything else
    if form and driver is not None:
        driver.write(form.format(text=make_one_line(hide_in_text(redact(text)), LONGEST_TEXT).replace(";", ",")))
        driver.flush()


class WatchControl:
    """At most one credential is watched at a time."""

    def __init__(self, screen: CommandScreen, running: RunControl, report: Callable[[], None]) -> None:
        """`report` is called after each check."""
        self._screen, self._running, self._report = screen, running, report
        self._session = screen.app.session
        self._worker: Worker[None] | None = None
        self._countdown: Timer | None = None
        self.name = ""
        """The credential that is watched; empty: none."""

    def switch(self, name: str) -> bool:
        """Begins to watch it, or stops where it is the one that is watched. Returns whether it is watched now."""
        before, self.name = self.name, ""
        if self._worker is not None:
            self._worker.cancel()
        if before == name:
            return False
        self.name = name
        self._worker = self._screen.run_worker(self._watch(name), group="watch", exclusive=True)
        return True

    def count_down(self, seconds: float) -> None:
        """Tells when that many seconds are over; what was counted before is forgotten. 0 or less: nothing."""
        if self._countdown is not None:
            self._countdown.stop()
        self._countdown = self._screen.set_timer(seconds, self._end_countdown) if seconds > 0 else None

    def _end_countdown(self) -> None:
        self._countdown = None
        key = self._screen.app.key("main.repeat")
        self._screen.say(f"The wait that the limit asked for is over: {key} sends the request again.")
        announce(self._screen.app, "the limit's wait is over")

    async def _watch(self, name: str) -> None:
        session, pause, first = self._session, FIRST_PAUSE, None
        for _ in range(MOST_CHECKS):
            if name not in session.credentials:
                break
            if not self._running.busy:
                await session.check(name, lambda _: None, prompt=session.sandboxed)
                self._report()
                result = session.results.find(name)
                now = result.text if result else "cannot be sent"
                if first is not None and now != first:
                    self._tell_change(name, first, now)
                    break
                first = now
            await asyncio.sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
        self.name = ""

    def _tell_change(self, name: str, before: str, now: str) -> None:
        said = f"{name}: {before} → {now}"
        self._session.journal.append(make_note(self._screen.app.clock(), f"watched: {said}", name))
        self._screen.say(f"{said}. It is no longer watched.", "ok" if now == "ok" else "warn")
        announce(self._screen.app, said)
