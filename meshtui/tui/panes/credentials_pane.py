"""The list of credentials (name, kind, policy and state in a row, as many columns as there is room for), and below it
the check report of the chosen one, each check as it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size

from meshtui.tui import styled_text
from meshtui.tui.messages import CommandWanted
from meshtui.tui.styled_text import Lines, Part, Parts, render_heading, render_paragraph, shorten
from meshtui.tui.widgets.line_list import Batch, LineList

if TYPE_CHECKING:
    from textual.timer import Timer

    from meshtui.base.credential import Credential
    from meshtui.checks.model import CheckResult
    from meshtui.session import Session
    from meshtui.tui.command_app import CommandApp
    from meshtui.tui.live_run import LiveRun


STARTING = {True: "Starting the sandbox …", False: "Looking for credentials …"}
NONE = {
    "": "No credential yet.",
    "main.add": "adds one: paste it, or name a file.",
    "main.demo": "opens the demo: no key, no cost.",
}
"""The lines of an empty list, and the commands that a click on them runs."""


class CredentialsPane(LineList):
    """Its rows are the session's credentials; bad ones stay, with what is wrong with them. How rows are written is
    loaded with the first one."""

    app: CommandApp

    def __init__(self, session: Session) -> None:
        super().__init__(id="credentials", classes="pane")
        self.border_title = "Credentials"
        self._session = session
        self.starting = True
        self._check: LiveRun | None = None
        self._age_timer: Timer | None = None
        self._rings_at = 0.0
        self._touch = Batch(self, lambda: self.refresh(layout=True))

    @property
    def names(self) -> list[str]:
        """In the order of the rows: Mesh keys, which only carry requests, come last."""
        credentials = dict(self._session.credentials)
        return sorted(credentials, key=lambda name: credentials[name].provider == "mesh")

    @property
    def chosen(self) -> Credential | None:
        """The credential under the cursor."""
        names = self.names
        return self._session.credentials[names[self.cursor]] if self.cursor < len(names) else None

    def row_count(self) -> int:
        return len(self._session.credentials)

    def row_parts(self, row: int, width: int) -> Parts:
        from meshtui.tui.renderers.credential_rows import (
            STATE_WIDTH,
            find_name_width,
            find_state,
            render_credential_row,
        )
        from meshtui.tui.renderers.log_rows import find_next_age_change

        names = self.names
        credential = self._session.credentials[names[row]]
        state = find_state(self._session, names[row], self.app.clock())
        now = None
        if self._check and self._check.checking == names[row] and (self._check.calls or not self._room()):
            now = summarize_check(self._check, STATE_WIDTH)
        if state.result is not None:
            self._schedule_age(find_next_age_change(state.result.at, state.now))
        return render_credential_row(credential, state, find_name_width(names, width), width, now)

    def _schedule_age(self, seconds: float) -> None:
        """Sees to it that the rows are painted again once an age in them is another. At rest one timer waits."""
        due = self.app.clock() + seconds
        if self._age_timer is not None and self._rings_at <= due:
            return
        if self._age_timer is not None:
            self._age_timer.stop()
        self._rings_at, self._age_timer = due, self.set_timer(seconds, self._repaint_due)

    def _repaint_due(self) -> None:
        self._age_timer = None
        if self.screen.is_current:
            self.refresh()

    def below_parts(self, line: int, width: int) -> Parts:
        if self._check is None:
            return ()

        lines = render_check_progress(self._check, width - 1, self._room(), self.app.key("main.stop"))
        return lines[line] if line < len(lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Where the pane is as high as what it holds, the check report gets its lines too."""
        if self._check is None:
            return self.row_count()

        return self.row_count() + len(render_check_progress(self._check, width - 1))

    def watch_run(self, live: LiveRun) -> None:
        """A check fills its check report in below the rows; anything else takes an old one away."""
        self._check = live if live.checking else None
        self._touch()

    def forget_check(self) -> None:
        """What it found no longer holds."""
        self._check = None
        self.refresh(layout=True)

    def _room(self) -> int:
        return max(0, self.scrollable_content_region.height - self.row_count())

    def empty_parts(self, line: int) -> Parts:
        if self.starting:
            return ((STARTING[self._session.sandboxed], "dim"),) if line == 0 else ()
        if line >= len(NONE):
            return ()
        ident, does = list(NONE.items())[line]
        return ((self.app.key(ident), "accent strong"), (f" {does}", "")) if ident else ((does, "dim"),)

    def on_click(self, event: events.Click) -> None:
        """Beside what a click does on rows: the offers of an empty list."""
        line = offset.y if (offset := event.get_content_offset(self)) else 0
        if not self.row_count() and not self.starting and 0 < line < len(NONE):
            self.post_message(CommandWanted(list(NONE)[line]))


PLENTY = 40
"""Lines: more than any check report takes."""
WORD_WIDTH = len("skipped")
NAME_WIDTH = 14


def render_check_progress(live: LiveRun, width: int, room: int = PLENTY, stop: str = "") -> Lines:
    """In at most `room` lines; `stop` is the key that ends it. Where that is too few, the heading goes first, then the
    checks that were skipped, then the oldest: the log has them all."""
    end = _end(live, width, stop)[:room]
    left = room - len(end)
    if len(live.checks) < left:
        return [
            *render_heading(f"Check of {live.checking}", width)[1:],
            *(_check(check, width) for check in live.checks),
            *end,
        ]
    results = live.checks if len(live.checks) == left else [r for r in live.checks if r.status != "skipped"]
    return [*(_check(check, width) for check in results[max(0, len(results) - left) :]), *end]


def summarize_check(live: LiveRun, width: int) -> Part:
    """For the credential's row: the newest check, or the result of all."""
    if live.outcome:
        mark, _ = live.outcome
        return f"{mark.glyph} {mark.word}", mark.role
    if not live.checks:
        return f"{styled_text.CALLING.glyph} checking", styled_text.CALLING.role
    from meshtui.presentation.check_blocks import CHECK_MARKS

    mark, name = CHECK_MARKS[live.checks[-1].status], live.checks[-1].name
    return shorten(f"{mark.glyph} {mark.word} {name}", width), mark.role


def _check(check: CheckResult, width: int) -> Parts:
    from meshtui.presentation.check_blocks import CHECK_MARKS

    mark = CHECK_MARKS[check.status]
    lead = f"{mark.glyph} {mark.word:<{WORD_WIDTH}} "
    name = shorten(check.name, width - len(lead))
    room = width - len(lead) - max(len(name), NAME_WIDTH) - 1
    note = shorten(check.note, room) if room >= 10 else ""
    return ((lead, mark.role), (f"{name:<{NAME_WIDTH}} " if note else name, ""), (note, "dim"))


def _end(live: LiveRun, width: int, stop: str) -> Lines:
    """The check report's sentence; while it is still run, that it is."""
    if live.outcome is None:
        way_out = f" · {stop} stops it" if stop else ""
        return [((f"{styled_text.CALLING.glyph} checking{way_out}", styled_text.CALLING.role),)]
    mark, short = live.outcome
    return render_paragraph(f"{mark.glyph} {live.text or short}", width, f"{mark.role} strong")
