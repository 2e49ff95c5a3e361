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

from meshtui.credentials.model import Credential
from meshtui.tui import commands, credential_commands, pasted, staging
from meshtui.tui.bars import KeyBar, StatusBar, TitleBar
from meshtui.tui.credentials_pane import CredentialsPane
from meshtui.tui.fields import Choice
from meshtui.tui.lines import LineList
from meshtui.tui.live import Live
from meshtui.tui.log_pane import LogPane
from meshtui.tui.request_pane import RequestPane
from meshtui.tui.running import Running

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meshtui.tour.perform import Scene
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.tour_strip import TourStrip

ABOUT = {
    True: "demo: Mesh and the providers run on this machine, at no cost",
    False: "live: requests go to the real hosts and cost what they cost",
}
WIDTHS = [(0, "-narrow"), (100, "-medium"), (150, "-wide")]
HEIGHTS = [(0, "-short"), (36, "-tall")]
"""Columns and rows from which the layout changes: see meshtui.tcss."""


class MainScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings(commands.MAIN)]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "#tour, #credentials"
    WHERE: tuple[str, ...] = (commands.MAIN, commands.EVERYWHERE)

    app: MeshtuiApp

    def __init__(self, app: MeshtuiApp, *, tour: bool = False) -> None:
        super().__init__()
        self._tour = tour
        if tour:
            self.add_class("-tour")
            self.WHERE = (commands.TOUR, *MainScreen.WHERE)
        self.session = app.session
        self.staged: staging.Staged | None = None
        self.running = Running(self, self.session, self.show_run, app.clock, self.performed)

    def compose(self) -> ComposeResult:
        yield TitleBar("meshtui", ABOUT[self.session.sandboxed])
        if self._tour:
            from meshtui.tui.tour_strip import TourStrip

            yield TourStrip(self)
        with Container(id="panes"):
            with Vertical(id="left"):
                yield CredentialsPane(self.session)
                yield RequestPane(sandboxed=self.session.sandboxed)
            yield LogPane(self.session.journal)
        yield StatusBar()
        yield KeyBar(*self.WHERE, demo=self.session.sandboxed)

    @property
    def credentials(self) -> CredentialsPane:
        return self.query_one(CredentialsPane)

    @property
    def request(self) -> RequestPane:
        return self.query_one(RequestPane)

    @property
    def log_pane(self) -> LogPane:
        return self.query_one(LogPane)

    def say(self, text: str, role: str = "") -> None:
        self.query_one(StatusBar).say(text, role)

    def started(self) -> None:
        """The session has found its credentials."""
        self.credentials.starting = False
        self.credentials_changed()
        count = len(self.session.credentials)
        if not count:
            self.say("The environment holds no credential: a adds one.")
        elif self._tour:
            self.say("The tour has the keys: enter fires its step, tab leads to the panes and back.")
        elif self.session.sandboxed:
            self.say(f"{count} sandbox credentials: f fires, b breaks one first, g plays a scenario.")
        else:
            self.say(f"{count} found in the environment. Enter shows what is known, c checks, f fires.")

    def performed(self, scenes: tuple[Scene, ...]) -> None:
        """A scenario came out."""
        self.say("Enter on the verdict line shows what really happened, and who paid.")
        for strip in self._strips():
            strip.came_out(scenes)
            self.say("n leads on. 3 goes to the Log, where enter explains a line; esc comes back.")

    def credentials_changed(self) -> None:
        self.credentials.forget_check()
        self.credentials.rows_changed()
        self.request.offer(self.session.credentials.values())

    def show_run(self, live: Live) -> None:
        """The panes that show what is under way look at it again, batched."""
        self.log_pane.watch_run(live)
        self.credentials.watch_run(live)
        self.request.watch_run(live)

    def check(self, credential: Credential, *, prompt: bool = False) -> None:
        """Starts a check. Rungs that cost tokens are climbed where asked for, and in the sandbox, where all is free."""
        if self.running.busy:
            self.say("Still running: esc stops it.")
        else:
            self.running.check(credential.name, prompt=prompt or self.session.sandboxed)
            self.say("")

    # What the panes tell

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        if event.lines is self.credentials and (credential := self.credentials.chosen):
            self.request.choose(credential.name)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        self._open(event.lines)

    def on_choice_changed(self) -> None:
        staging.show(self)

    def on_input_changed(self) -> None:
        staging.show(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_fire()

    def on_paste(self, event: events.Paste) -> None:
        """A paste outside a text field: an error answer to explain, or a credential to add."""
        if not isinstance(self.focused, Input):
            self.run_worker(pasted.take(self, event.text), group="paste")

    # Commands (meshtui.tui.commands)

    def action_fire(self) -> None:
        name = self.request.credential
        if self.running.busy:
            self.say("Still running: esc stops it.")
        elif not name:
            self.say("There is no provider credential to fire with: press a to add one.", "warn")
        elif staged := staging.asked(self):
            self.running.perform(staged.scenario, anew=not staged.changed)
            self.say("")
        else:
            self.running.fire(self.request.path, name, self.request.prompt())
            self.say("")

    def action_check(self) -> None:
        if credential := self._target():
            self.check(credential)

    def action_check_all(self) -> None:
        if credential := self._target():
            self.check(credential, prompt=True)

    def action_stop(self) -> None:
        if self.running.stop():
            self.say("Stopped.")
        elif isinstance(self.focused, (Input, Choice)):
            self.log_pane.focus()
        else:
            for strip in self._strips():
                strip.focus()

    def action_open(self) -> None:
        self._open(self.log_pane if self.log_pane.has_focus else self.credentials)

    def action_policy(self) -> None:
        if credential := self._target():
            credential_commands.switch_policy(self, credential)

    def action_fault(self) -> None:
        if self.session.sandboxed and (credential := self._target()):
            credential_commands.choose_fault(self, credential)

    def action_scenario(self) -> None:
        if self.session.sandboxed and not self.credentials.starting:
            staging.choose(self)

    def action_tour(self, what: str) -> None:
        """Only while there is a tour: fire, next or end."""
        for strip in self._strips():
            {"fire": strip.fire, "next": strip.next, "end": strip.end}[what]()

    def action_add(self) -> None:
        credential_commands.add(self)

    def action_remove(self) -> None:
        if credential := self._target():
            credential_commands.remove(self, credential)

    def action_path(self) -> None:
        self.request.turn("path")

    def action_stream(self) -> None:
        self.request.turn("stream")

    def action_edit(self) -> None:
        self.query_one("#prompt", Input).focus()

    def action_pane(self, number: int) -> None:
        panes = (self.credentials, self.query_one("#path"), self.log_pane)
        panes[number - 1].focus()

    def action_copy(self) -> None:
        from meshtui.tui.entry_page import entry_text, truths_of

        entry = self.log_pane.chosen
        if entry is None:
            self.say("There is no line in the log to copy yet.")
            return
        run = self.session.journal.of_run(entry.run) if entry.run else ()
        self.app.copy(entry_text(entry, run, truths_of(self.session, run)))

    def action_quit(self) -> None:
        self.app.exit()

    def _strips(self) -> Iterable[TourStrip]:
        """The guided tour's, while it is on; else none."""
        if not self._tour:
            return ()
        from meshtui.tui.tour_strip import TourStrip

        return self.query(TourStrip)

    def _target(self) -> Credential | None:
        """The credential under the cursor, which these commands are about."""
        credential = self.credentials.chosen
        if credential is None:
            self.say("There is no credential yet: a adds one.")
        return credential

    def _open(self, lines: LineList) -> None:
        if lines is self.credentials:
            if credential := self.credentials.chosen:
                from meshtui.tui.credential import CredentialSheet

                self.app.push_screen(CredentialSheet(self.session, credential.name))
        elif entry := self.log_pane.chosen:
            from meshtui.tui.explanation import ExplanationSheet

            self.app.push_screen(ExplanationSheet(self.session.journal, entry))
