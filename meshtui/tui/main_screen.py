"""The screen one lives in: Credentials, Request, Log, and the commands that act on them.

What opens on top of it is imported when it opens: the first paint waits for nothing that it does not show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker

from meshtui.base.credential import Credential
from meshtui.settings import commands
from meshtui.tui.bindings import bindings, do
from meshtui.tui.panes.credentials import CredentialsPane
from meshtui.tui.panes.live import Live
from meshtui.tui.panes.log import LogPane
from meshtui.tui.panes.log_frame import LogFrame
from meshtui.tui.panes.request import RequestPane
from meshtui.tui.panes.tabs import PaneTabs
from meshtui.tui.running import Running
from meshtui.tui.widgets.bars import KeyBar, StatusBar, TitleBar
from meshtui.tui.widgets.lines import LineList
from meshtui.tui.widgets.number import NumberField

if TYPE_CHECKING:
    from meshtui.demo import Scene
    from meshtui.tui.actions.staging import Staged
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.panes.explanation import ExplanationPane
    from meshtui.tui.widgets.tour_strip import TourStrip

ABOUT = {
    True: "demo: Mesh and the providers run on this machine, at no cost",
    False: "live: requests go to the real hosts and cost what they cost",
}
WIDE, TALL = 150, 36
"""Columns and rows from which there is room for a fourth pane."""
WIDTHS = [(0, "-narrow"), (100, "-medium"), (WIDE, "-wide")]
HEIGHTS = [(0, "-short"), (TALL, "-tall")]
"""From where on the layout changes: see meshtui.tcss."""


def _from(breakpoints: list[tuple[int, str]], size: int) -> str:
    """The class that holds at that many columns or rows."""
    return next(name for least, name in reversed(breakpoints) if size >= least)


BUSY = "Still running: {main.stop} stops it."


class MainScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.MAIN)]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "#tour, #credentials"
    WHERE: tuple[str, ...] = commands.SCREENS[commands.MAIN]

    app: MeshtuiApp

    def __init__(self, app: MeshtuiApp, *, tour: bool = False) -> None:
        width, height = app.size
        # Textual gives these classes at the first resize only: what was painted before would be laid out for a narrow
        # terminal, and jump.
        super().__init__(classes=f"{_from(WIDTHS, width)} {_from(HEIGHTS, height)}")
        self._tour = tour
        if tour:
            self.add_class("-tour")
            self.WHERE = (commands.TOUR, *MainScreen.WHERE)
        self.session = app.session
        self.staged: Staged | None = None
        self.explained: ExplanationPane | None = None
        """The fourth pane, once there has been room for it."""
        self.running = Running(self, self.session, self.show_run, app.clock, self.performed)

    def compose(self) -> ComposeResult:
        yield TitleBar("meshtui", ABOUT[self.session.sandboxed])
        if self.app.is_web:
            from meshtui.tui.widgets.banner import ServedBanner

            yield ServedBanner(self.session)
        if self._tour:
            from meshtui.tui.widgets.tour_strip import TourStrip

            yield TourStrip(self)
        with Container(id="panes"):
            with Vertical(id="left"):
                yield PaneTabs()
                with Container(id="stack"):
                    yield CredentialsPane(self.session)
                    yield RequestPane(self.session.settings, self.app.clock, sandboxed=self.session.sandboxed)
            with Vertical(id="right"):
                yield LogFrame(self.session.journal)
        yield StatusBar()
        yield KeyBar(*self.WHERE, demo=self.session.sandboxed)

    def on_resize(self, event: events.Resize) -> None:
        """Where there is room for a fourth pane it is mounted, but only after what was there has been painted."""
        if event.size.width >= WIDE and event.size.height >= TALL:
            self.call_after_refresh(self._explain_beside)

    async def _explain_beside(self) -> None:
        from meshtui.tui.panes.explanation import ExplanationPane

        if self.explained is None and self.is_attached:
            self.explained = ExplanationPane(self)
            await self.query_one("#right").mount(self.explained)

    @property
    def credentials(self) -> CredentialsPane:
        return self.query_one(CredentialsPane)

    @property
    def request(self) -> RequestPane:
        return self.query_one(RequestPane)

    @property
    def log_pane(self) -> LogPane:
        return self.log_frame.lines

    @property
    def log_frame(self) -> LogFrame:
        return self.query_one(LogFrame)

    def say(self, text: str, role: str = "") -> None:
        self.query_one(StatusBar).say(text, role)

    def tell(self, sentence: str) -> None:
        """The same for a sentence of ours, which names keys as `{main.fire}`."""
        self.say(self.app.spell(sentence))

    def started(self) -> None:
        """The session has found its credentials."""
        self.credentials.starting = False
        self.credentials_changed()
        from meshtui.tui.actions.first import greet

        greet(self)

    def performed(self, scenes: tuple[Scene, ...]) -> None:
        """A scenario came out."""
        self.say("Enter on the verdict line shows what really happened, and who paid.")
        if strip := self.tour:
            strip.came_out(scenes)
            onward = "{tour.next} ends the tour." if strip.last else "{tour.next} leads on."
            self.tell(onward + " {main.log} goes to the Log, where {main.open} explains a line; "
                      "{main.stop} comes back.")  # fmt: skip

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """While something runs, the footer's place of the key that starts it belongs to the one that stops it;
        afterwards nothing says any longer that it runs."""
        if event.worker.group == "running":
            self.query_one(KeyBar).put({"main.fire": "main.stop"} if self.running.busy else {})
            if not self.running.busy and self.query_one(StatusBar).said == self.app.spell(BUSY):
                self.say("")

    def credentials_changed(self) -> None:
        self.credentials.forget_check()
        self.credentials.rows_changed()
        self.log_pane.invite(able=bool(self.session.credentials))
        for banner in self.query("ServedBanner"):
            banner.refresh(layout=True)
        self.request.offer(self.session.credentials.values())

    def show_run(self, live: Live) -> None:
        """The panes that show what is under way look at it again, batched."""
        self.log_pane.watch_run(live)
        self.credentials.watch_run(live)
        self.request.watch_run(live)

    def check(self, credential: Credential, *, prompt: bool = False) -> None:
        """Starts a check. Checks that cost tokens are run where asked for, and in the sandbox, where all is free."""
        if self.idle():
            self.query_one(PaneTabs).offer("credentials")
            self.running.check(credential.name, prompt=prompt or self.session.sandboxed)
            self.say("")

    # What the panes tell

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.query_one(PaneTabs).follow(event.widget)
        if event.widget.id == "model":
            from meshtui.tui.actions import models

            self.run_worker(models.complete(self), group="models", exclusive=True)

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        if event.lines is self.credentials and (credential := self.credentials.chosen):
            self.request.choose(credential.name)
        elif event.lines is self.log_pane and self.explained:
            self.explained.touch()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        from meshtui.tui.actions.panes import open_line

        open_line(self, event.lines)

    def on_choice_changed(self) -> None:
        from meshtui.tui.actions import staging

        staging.show(self)

    def on_input_changed(self, event: Input.Changed) -> None:
        from meshtui.tui.actions import staging

        staging.show(self)
        if isinstance(event.input, NumberField) and event.input.has_focus:
            self.say(event.input.problem, "warn")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        from meshtui.tui.actions.request import fire

        event.stop()
        fire(self)

    def on_paste(self, event: events.Paste) -> None:
        """A paste outside a text field: an error answer to explain, or a credential to add."""
        if not isinstance(self.focused, Input):
            from meshtui.base.secret import Secret
            from meshtui.tui.actions import pasted

            self.run_worker(pasted.take(self, Secret(event.text)), group="paste")

    def action_do(self, ident: str) -> None:
        """Every command of the table (`meshtui.settings.commands`) comes through here."""
        do(self, ident)

    @property
    def tour(self) -> TourStrip | None:
        """The guided tour's, while it is on."""
        if not self._tour:
            return None
        from meshtui.tui.widgets.tour_strip import TourStrip

        return next(iter(self.query(TourStrip)), None)

    def idle(self) -> bool:
        """Whether nothing runs, for what cannot begin otherwise; where something does, it says so."""
        if self.running.busy:
            self.tell(BUSY)
        return not self.running.busy

    def target(self) -> Credential | None:
        """The credential under the cursor, which commands are about; where there is none, it says so."""
        credential = self.credentials.chosen
        if credential is None:
            self.tell("There is no credential yet: {main.add} adds one.")
        return credential
