"""The main screen: Credentials, Request, Log, Explanation. It handles the messages that its panes post.

What opens on top of it is imported when it opens: the first paint waits for nothing that it does not show.
"""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import Input
from textual.worker import Worker

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.command_app import CommandApp, CommandScreen, is_text_field
from meshtui.tui.messages import TextPasted
from meshtui.tui.panes.credentials_pane import CredentialsPane
from meshtui.tui.panes.log_pane import LogLines, LogPane
from meshtui.tui.panes.pane_tabs import PaneTabs
from meshtui.tui.panes.request_pane import RequestPane
from meshtui.tui.widgets.bars import KeyBar, ServedBanner, StatusBar, TitleBar
from meshtui.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from collections.abc import Callable

    from meshtui.base.credential import Credential
    from meshtui.demo import Scene
    from meshtui.tap.program_run import RunOptions
    from meshtui.tui.listen_control import ListenControl
    from meshtui.tui.live_run import LiveRun, RunControl
    from meshtui.tui.log_file_control import LogFileControl
    from meshtui.tui.panes.explanation_pane import ExplanationPane
    from meshtui.tui.panes.program_pane import ProgramPane
    from meshtui.tui.panes.tour_strip import TourStrip
    from meshtui.tui.watch_control import WatchControl


class Play(NamedTuple):
    """How the tour continues."""

    speed: float = 0.0
    """Above 0 the tour plays by itself, that many times as fast as a person reads."""
    leaves: bool = False
    """Whether the application ends with the tour."""


BY_HAND = Play()
ABOUT = {
    True: "demo: Mesh and the providers run on this machine, at no cost",
    False: "live: requests go to the real providers, who bill them",
}
WIDE, TALL = 120, 36
"""Columns and rows from which there is room for a fourth pane."""
WIDER = 150
"""Columns from which a program has its usual 80, or nearly so, beside the Log."""
WIDTHS = [(0, "-narrow"), (100, "-medium"), (WIDE, "-wide")]
HEIGHTS = [(0, "-short"), (TALL, "-tall")]
"""From where on the layout changes: see main_screen.tcss."""
NEED_CREDENTIALS = frozenset({
    "main.fire", "main.check", "main.check_prompt", "main.check_all", "main.watch", "main.policy", "main.fault",
    "main.scenario", "main.model", "main.remove", "tour.fire", "tour.again",
})  # fmt: skip
KEYS_OF_PROGRAM = ("program.leave",)
KEYS_WITHOUT_CREDENTIAL = (
    "main.add",
    "main.demo",
    "main.explain_error",
    "main.history",
    "everywhere.help",
    "main.quit",
)
"""What the footer has instead of the screen's commands: where every other key is the program's; where there is nothing
yet to send or to check with."""
BUSY = "Still running: {main.stop} stops it."


class MainScreen(CommandScreen):
    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.MAIN)]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "#tour, #credentials"
    WHERE = commands.SCREENS[commands.MAIN]

    def __init__(self, app: CommandApp, *, tour: bool = False, run: RunOptions | None = None,
                 play: Play = BY_HAND) -> None:  # fmt: skip
        """`run`: the program that is shown in a pane of its own, and how it is listened to. `play`: how the tour goes
        on."""
        width, height = app.size
        # Textual gives these classes at the first resize only: what was painted before would be laid out for a narrow
        # terminal, and jump.
        front = "program" if run is not None else "credentials"
        super().__init__(classes=f"{_find_class(WIDTHS, width)} {_find_class(HEIGHTS, height)} -{front}-in-front")
        self._tour, self._play = tour, play
        self.leaves_after_tour = play.leaves
        if tour:
            self.add_class("-tour")
            self.WHERE = (commands.TOUR, *MainScreen.WHERE)
        self._run = run
        self.starts_program = True
        """Whether the program is started with the screen, as it is but for pictures of recorded ones."""
        if run is not None:
            self.add_class("-program")
            self.set_class(width >= WIDER, "-wider")
        self.session = app.session
        self._kept: list[Callable[[], object]] = []
        """What was asked for before there were credentials, the first first: a command that needs them, and all keys
        behind it, which may be meant for what it opens."""
        self._passed: events.Key | None = None
        """The one of these keys that is passed on by now."""
        self.removed: list[Credential] = []
        """The credentials that were taken off the list, the last one last."""
        self.explained: ExplanationPane | None = None
        """The fourth pane, once there has been room for it."""

    def compose(self) -> ComposeResult:
        about = f"run: {' '.join(self._run.command)}" if self._run else ABOUT[self.session.sandboxed]
        yield TitleBar("meshtui", redact(about))
        if self.app.is_web:
            yield ServedBanner()
        if self._tour:
            from meshtui.tui.panes.tour_strip import TourStrip

            yield TourStrip(self._play.speed)
        with Container(id="panes"):
            with Vertical(id="left"):
                yield PaneTabs(("credentials", "request", "program") if self._run else ("credentials", "request"))
                with Container(id="stack"):
                    yield CredentialsPane(self.session)
                    yield RequestPane(self.session.settings, self.app.clock, sandboxed=self.session.sandboxed)
                    if self._run:
                        from meshtui.tui.panes.program_pane import ProgramPane

                        yield ProgramPane(" ".join(self._run.command))
            with Vertical(id="right"):
                yield LogPane(self.session.journal)
        yield StatusBar()
        yield KeyBar(self.app.commands, *self.WHERE, demo=self.session.sandboxed)

    def update_node_styles(self, animate: bool = True) -> None:
        """Not before the first layout, as nothing has changed since each widget was mounted with its styles. Textual
        works all of them out once more with the first resume, which took 14 ms of the time to the first paint."""
        if self.outer_size:
            super().update_node_styles(animate)

    # Its parts

    @property
    def credentials(self) -> CredentialsPane:
        return self.query_one(CredentialsPane)

    @property
    def request(self) -> RequestPane:
        return self.query_one(RequestPane)

    @property
    def log_lines(self) -> LogLines:
        return self.log_pane.lines

    @property
    def log_pane(self) -> LogPane:
        return self.query_one(LogPane)

    @property
    def tour(self) -> TourStrip | None:
        """The guided tour's strip, while the tour is on."""
        if not self._tour:
            return None
        from meshtui.tui.panes.tour_strip import TourStrip

        return next(iter(self.query(TourStrip)), None)

    def offer_pane(self, pane: str) -> None:
        """Brings this pane to the front where panes lie one over the other and neither has the focus."""
        self.query_one(PaneTabs).offer(pane)

    @cached_property
    def running(self) -> RunControl:
        """What runs, or ran last; made when it is first asked for."""
        from meshtui.tui.live_run import RunControl

        return RunControl(self, self.session, self.show_run, self.app.clock, self.show_scenes)

    @cached_property
    def listening(self) -> ListenControl:
        """Made when it is first asked for."""
        from meshtui.tui.listen_control import ListenControl

        return ListenControl(self.session, self.app.clock, self._run)

    @cached_property
    def log_file(self) -> LogFileControl:
        """Made when it is first asked for."""
        from meshtui.tui.log_file_control import LogFileControl

        return LogFileControl(self.session, self.app.clock, self.log_pane.show_followed)

    @property
    def follows_log_file(self) -> bool:
        return "log_file" in self.__dict__ and self.log_file.is_on

    @cached_property
    def watching(self) -> WatchControl:
        """The credential that is watched; made with the first."""
        from meshtui.tui.watch_control import WatchControl

        return WatchControl(self, self.running, self._show_states)

    @property
    def program(self) -> ProgramPane | None:
        """The pane of the program that runs here, where one does."""
        if self._run is None:
            return None
        from meshtui.tui.panes.program_pane import ProgramPane

        return self.query_one(ProgramPane)

    def on_program_pane_ended(self, event: ProgramPane.Ended) -> None:
        """By its name, because the pane is imported only where a program runs."""
        ended = f"Your program has ended with exit status {event.status}. "
        self.tell(ended + "{program.leave} leads to the Log of its calls.")

    @property
    def program_runs(self) -> bool:
        return self._run is not None and self.listening.runs_program

    async def run_program(self) -> None:
        """Starts the program, where one is to run here; it has the keys then."""
        if (pane := self.program) is not None and self.starts_program:
            pane.focus()
            await self.listening.run_program(pane)

    async def stop_listening(self) -> None:
        """Ends the program, listening, and following a log file, where they have begun."""
        if "listening" in self.__dict__:
            await self.listening.stop()
        if self.follows_log_file:
            self.log_file.stop()

    def action_do(self, ident: str) -> None:
        """Runs a command. One that needs credentials is kept until they are loaded."""
        if ident in NEED_CREDENTIALS and self.credentials.starting:
            self._kept.append(partial(self.action_do, ident))
            self.say(f"{self.app.key(ident)} is done as soon as the credentials are there.")
            return
        super().action_do(ident)

    # What it shows

    def show_credentials(self) -> None:
        """The session has found its credentials."""
        self.credentials.starting = False
        self.credentials_changed()
        if self._kept:
            self.run_worker(self._do_kept(), group="kept")

    def keep_key(self, event: events.Key) -> bool:
        """Whether the key waits for what was kept before it; escape drops all that is kept."""
        if not self._kept or event is self._passed or event.key.startswith("ctrl+"):
            return False
        if event.key == "escape":
            self.forget_kept()
            self.say("What was kept is forgotten.")
        else:
            self._kept.append(partial(self._pass_on, event))
        return True

    def forget_kept(self) -> None:
        """Drops the commands that were requested before there were credentials."""
        self._kept.clear()

    async def _do_kept(self) -> None:
        """One by one: what the first opens has to be there before it can take the next."""
        while self._kept:
            self._kept[0]()
            await self._wait_until_quiet()
            del self._kept[:1]

    async def _wait_until_quiet(self) -> None:
        """Until the screen in front has its focus and nothing waits in a queue, twice in a row; half a second at
        most, in case that never comes."""
        seen = 0
        for _ in range(50):
            await asyncio.sleep(0.01)
            queues = (self.app, self.app.screen, self.app.focused)
            seen = seen + 1 if all(pump is not None and not pump.message_queue_size for pump in queues) else 0
            if seen == 2:
                return

    def _pass_on(self, event: events.Key) -> None:
        self._passed = event
        self.app.post_message(event)

    def credentials_changed(self) -> None:
        self.credentials.forget_check()
        self.credentials.rows_changed()
        self.log_lines.invite(able=bool(self.session.credentials), program=self._run is not None)
        for banner in self.query(ServedBanner):
            banner.keys_loaded = bool(self.session.credentials) and not self.session.sandboxed
        self.request.offer(self.session.credentials.values())
        self._show_totals()
        self._show_keys()

    def show_run(self, live: LiveRun) -> None:
        """Updates the panes that show what is running, batched."""
        self.log_lines.watch_run(live)
        self.credentials.watch_run(live)
        self.request.watch_run(live)
        self._show_totals()

    def _show_states(self) -> None:
        self.credentials.refresh()

    def _show_totals(self) -> None:
        from meshtui.journal.results import describe_totals

        self.query_one(TitleBar).show_totals(describe_totals(self.session.results.totals))

    def show_scenes(self, scenes: tuple[Scene, ...]) -> None:
        """Shows the result of a scenario."""
        self.say("Enter on the verdict line shows what really happened, and who paid.")
        if strip := self.tour:
            active = self.request.scenario
            if active and active.scenario.name == strip.step.plays:
                strip.show_scenes(scenes)
            onward = "{tour.fire} ends the tour." if strip.last else "{tour.fire} goes on."
            self.tell(onward + " {main.log} goes to the Log, where {main.open} explains a line; "
                      "{main.stop} comes back.")  # fmt: skip

    @property
    def is_busy_with_step(self) -> bool:
        """Whether the tour's step is running: a run, or the program of the last step."""
        return self.running.busy or any(w.group == "step" and not w.is_finished for w in self.app.workers)

    # What commands ask

    def check(self, credential: Credential, *, prompt: bool = False) -> None:
        """Starts a check. Checks that cost tokens are run where asked for, and in the sandbox, where all is free."""
        if self.is_idle():
            self.offer_pane("credentials")
            self.log_lines.follow()
            self.running.check(credential.name, prompt=prompt or self.session.sandboxed)
            self.say("")

    def is_idle(self) -> bool:
        """Whether nothing runs, for commands that need that; where something does, says so."""
        if self.running.busy:
            self.tell(BUSY)
        return not self.running.busy

    def find_target(self) -> Credential | None:
        """The credential under the cursor, which commands are about; where there is none, says so."""
        credential = self.credentials.chosen
        if credential is None:
            self.tell("There is no credential yet: {main.add} adds one.")
        return credential

    # What its panes post

    @on(LineList.Moved)
    def _follow_cursor(self, event: LineList.Moved) -> None:
        if event.lines is self.credentials and (credential := self.credentials.chosen):
            self.request.choose(credential.name)
        elif event.lines is self.log_lines and self.explained:
            self.explained.touch()

    @on(LineList.Chosen)
    def _open_chosen(self) -> None:
        self.action_do("main.open")

    @on(Input.Changed)
    def _report_number(self, event: Input.Changed) -> None:
        if event.validation_result is not None and event.input.has_focus:
            self.say(" ".join(event.validation_result.failure_descriptions), "warn")

    @on(RequestPane.ModelEntered)
    def _load_models(self) -> None:
        self.run_worker(self._complete_models(), group="models", exclusive=True)

    async def _complete_models(self) -> None:
        """Completes what is typed into the Model field. A missing list is no reason to interrupt: the command that
        lists the models gives the reason."""
        pane = self.request
        if pane.credential and not self.credentials.starting:
            name, path = pane.credential, pane.path
            models = await self.session.models(name, path)
            if (name, path) == (pane.credential, pane.path):
                pane.complete(models.names)

    @on(events.DescendantFocus)
    def _bring_to_front(self, event: events.DescendantFocus) -> None:
        self.query_one(PaneTabs).follow(event.widget)
        self._show_keys()

    def _show_keys(self) -> None:
        """The footer names what the keys do where the focus is."""
        focused, bar, filter_bar = self.focused, self.query_one(KeyBar), self.log_pane.bar
        leave = "clear filter" if filter_bar is not None and focused is filter_bar.field else ""
        bar.show_typing((leave or "leave field") if focused is not None and is_text_field(focused) else "")
        if focused is not None and focused.id == "program":
            bar.narrow(KEYS_OF_PROGRAM)
        elif focused is not None and focused.id == "tour" and (strip := self.tour):
            bar.narrow(strip.list_keys())
        else:
            empty = not self.session.credentials and not self.credentials.starting and self._run is None
            found = ("main.found",) if self.session.found else ()
            bar.narrow((*found, *KEYS_WITHOUT_CREDENTIAL) if empty else ())

    @on(events.Paste)
    def _pass_on_paste(self, event: events.Paste) -> None:
        if not isinstance(self.focused, Input):
            self.post_message(TextPasted(Secret(event.text)))

    @on(Worker.StateChanged)
    def _show_whether_it_runs(self, event: Worker.StateChanged) -> None:
        """While something runs, the footer's place of the key that starts it belongs to the one that stops it;
        afterwards nothing says any longer that it runs."""
        if event.worker.group == "running":
            self.query_one(KeyBar).put({"main.fire": "main.stop"} if self.running.busy else {})
            if not self.running.busy and self.running.last_run is not None:
                self.watching.count_down(self.running.count_seconds_to_wait())
            if not self.running.busy and self.query_one(StatusBar).said == self.app.spell(BUSY):
                self.say("")

    def on_resize(self, event: events.Resize) -> None:
        """Where there is room for a fourth pane it is mounted, but only after what was there has been painted."""
        self.set_class(event.size.width >= WIDER, "-wider")
        if event.size.width >= WIDE and event.size.height >= TALL:
            self.call_after_refresh(self._mount_explanation)

    async def _mount_explanation(self) -> None:
        from meshtui.tui.panes.explanation_pane import ExplanationPane

        if self.explained is None and self.is_attached:
            self.explained = ExplanationPane(self.session, lambda: self.log_lines.chosen)
            await self.query_one("#right").mount(self.explained)


def find_main_screen(app: App[Any]) -> MainScreen:
    """The one below all other screens."""
    return next(screen for screen in app.screen_stack if isinstance(screen, MainScreen))


def _find_class(breakpoints: list[tuple[int, str]], size: int) -> str:
    """The class that holds at that many columns or rows."""
    return next(name for least, name in reversed(breakpoints) if size >= least)
