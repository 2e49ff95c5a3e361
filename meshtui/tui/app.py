"""The application: it owns the session, paints first and loads after, and leaves the terminal as it found it."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from rich.text import Text
from textual import constants, events
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.base.text import make_one_line
from meshtui.session import Session
from meshtui.settings.schema import Problem
from meshtui.tui.bindings import Handler
from meshtui.tui.command_app import CommandApp, is_text_field
from meshtui.tui.hidden_names import FIELD_MASK, set_names_hidden
from meshtui.tui.messages import TextPasted
from meshtui.tui.screens.main_screen import BY_HAND, MainScreen, Play
from meshtui.tui.themes import DARK, FALLBACKS, OWN, make_readable

if TYPE_CHECKING:
    from meshtui.tap.program_run import RunOptions

FOLDER = Path(__file__).parent
SHEETS = [FOLDER / "app.tcss", FOLDER / "screens" / "main_screen.tcss"]
"""All at once: a screen's own sheet would be a second reading of all styles before the first paint."""
PROGRAM_SHEET = FOLDER / "screens" / "program.tcss"
"""Read where a program runs: 17 of 95 rules, at 0.08 ms each."""
ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGUSR1", "SIGUSR2")
"""Signals that end the application in order, so that the terminal is given back. By name: Windows has no SIGHUP."""


def load_handlers() -> Mapping[str, Handler]:
    """The functions of the commands, imported with the first key: the first paint waits for nothing that it does not
    show."""
    from meshtui.tui.actions import HANDLERS

    return HANDLERS


class MeshtuiApp(CommandApp):
    TITLE = "meshtui"

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], float] = time.time,
        tour: bool = False,
        play: Play = BY_HAND,
        problems: Iterable[Problem] = (),
        run: RunOptions | None = None,
    ) -> None:
        """`problems` are those of the settings; they are reported once the session has started. `run` is a program
        that is shown, and how it is listened to."""
        named, unknown = _take_named_theme()
        if named or unknown:
            self.set_reactive(App.theme, "textual-dark")
        super().__init__(session, clock, load_handlers, SHEETS if run is None else [*SHEETS, PROGRAM_SHEET])
        self.problems = [*problems, *unknown]
        self.main = MainScreen(self, tour=tour, run=run, play=play)
        set_names_hidden(session.settings.hide_names)
        for theme in OWN:
            self.register_theme(theme)
        self._set_first_theme(session.settings.theme or named)

    def _set_first_theme(self, wanted: str) -> None:
        """The theme that is set; else the one that Textual's own variable names, else our dark one."""
        if wanted not in self.available_themes:
            wanted = DARK.name if self.theme == "textual-dark" else self.theme
        if wanted == DARK.name:
            # Not by assignment: that would read all styles a second time before the first paint.
            self.set_reactive(App.theme, wanted)
        else:
            self.theme = wanted
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def get_css_variables(self) -> dict[str, str]:
        """Adds our variables, with readable colours, to themes that do not define them."""
        if DARK.name not in self.available_themes:
            return {}  # nothing is painted until ours are registered: to work out another's colours takes 1 ms
        variables, theme = super().get_css_variables(), self.current_theme
        if not theme.ansi and "row-cursor" not in theme.variables:
            variables |= make_readable(variables, theme.dark)
            self.theme_variables = variables
        return variables

    def get_default_screen(self) -> Screen[None]:
        return self.main

    # Start and end

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        driver = super()._build_driver(headless, inline, mouse, size)
        if (file := getattr(driver, "_file", None)) is not None:
            driver._file = TerminalOutput(file)  # type: ignore[attr-defined]
        return driver

    def on_mount(self) -> None:
        leave_on_signals(self)
        self.call_after_refresh(self._load_the_rest)

    def _load_the_rest(self) -> None:
        """The first paint is done: what it did not need may be loaded now."""
        if not gc.isenabled():
            # `prepare` let the collector rest. What is there now stays to the end: to look through it again and again
            # would hold keys up for 40 ms. So would what lives long of all that comes: it is looked through a tenth as
            # often as usual.
            gc.freeze()
            gc.set_threshold(700, 10, 100)
            gc.enable()
        self.run_worker(self._start(), group="start")

    async def _start(self) -> None:
        from meshtui.tui.actions.application_commands import report_problems, show_greeting

        try:
            await self.session.start()
        except OSError as error:
            self.main.forget_kept()
            self.main.say(f"The session could not start: {error}", "bad")
            return
        self.main.show_credentials()
        show_greeting(self.main)
        if self.problems:
            report_problems(self.main, self.problems)
        await self.main.run_program()
        await self._read_past_results()

    async def _read_past_results(self) -> None:
        """Reads the credentials' last results from the history, after their rows are shown. An unreadable history is
        reported where it is opened."""
        from meshtui.journal.database import HistoryError

        with suppress(HistoryError):
            await self.session.read_past_results()
            self.main.credentials.refresh()

    async def on_unmount(self) -> None:
        await self.main.stop_listening()
        await self.session.stop()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where all keys go to a program, ctrl+c is its as well."""
        if parameters == ("everywhere.leave",) and getattr(self.focused, "takes_keys", False):
            return False
        return super().check_action(action, parameters)

    # Pasted text

    async def on_event(self, event: events.Event) -> None:
        """Judges a paste into a text field on its own, before any field has it and whichever screen the field is on.
        After the text in the field a key might not be recognised. Keys that come before there are credentials
        may have to wait."""
        is_for_field = isinstance(event, events.Paste) and not event.is_forwarded and is_text_field(self.focused)
        if isinstance(event, events.Paste) and is_for_field and redact(event.text) != event.text:
            from meshtui.tui.actions.credential_commands import keep_key_out

            keep_key_out(self.main, Secret(event.text))
            return
        if isinstance(event, events.Key) and self.main.keep_key(event):
            return
        await super().on_event(event)

    def on_text_pasted(self, event: TextPasted) -> None:
        from meshtui.tui.actions.credential_commands import take_paste

        self.main.run_worker(take_paste(self.main, event.text), group="paste")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Fields that are not ours, the command palette's, show no key either that is typed."""
        if isinstance(event.widget, Input) and event.widget.highlighter is None:
            event.widget.highlighter = FIELD_MASK

    # Crashes

    def _handle_exception(self, error: Exception) -> None:
        """Textual's own report prints local variables, and they may hold keys."""
        from meshtui.tui.crash import format_crash

        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._exit_renderables.append(Text(format_crash(error)))
        self._close_messages_no_wait()


class TerminalOutput:
    """Drops what is written to a terminal that has vanished. Textual's thread that writes would end with the first such
    error; at the end the application would wait for room in the queue of that thread, for ever, with all keys."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


def _take_named_theme() -> tuple[str, list[Problem]]:
    """The theme that Textual's own variable names, if it is one of ours, and what is wrong with the variable: Textual
    ends with a traceback where it names a theme that is not registered yet, or never."""
    named = constants.DEFAULT_THEME
    if named in BUILTIN_THEMES:
        return "", []
    if named in {theme.name for theme in OWN}:
        return named, []
    themes = ", ".join(sorted({*BUILTIN_THEMES, *(theme.name for theme in OWN)}))
    return "", [Problem("TEXTUAL_THEME", f"there is no theme {make_one_line(named, 40)!r}", f"There are {themes}")]


def leave_on_signals(app: CommandApp) -> None:
    """The exit status is then 128 and the signal's number, as shells have it."""
    loop = asyncio.get_running_loop()
    for name in ENDING:
        if (number := getattr(signal, name, None)) is None:
            continue
        try:
            loop.add_signal_handler(number, app.exit, None, 128 + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # Windows has no such handlers, and only the main thread may set them
    _go_on_after_a_stop(app)


def _go_on_after_a_stop(app: CommandApp) -> None:
    """SIGSTOP cannot be handled. When the process continues, the driver, which did not leave the terminal, would enter
    it a second time, take its own modes for the original ones, and leave a terminal without echo. And the screen that
    it enters again is empty, whatever signal stopped it."""
    driver, go_on = app._driver, signal.getsignal(signal.SIGCONT)
    if driver is None or not callable(go_on):
        return
    loop, context = asyncio.get_running_loop(), copy_context()

    def leave_and_go_on(number: int, frame: FrameType | None) -> None:
        if not getattr(driver, "_must_signal_resume", True):  # else ctrl+z stopped it, and it has left the terminal
            driver.suspend_application_mode()
        go_on(number, frame)
        loop.call_soon_threadsafe(partial(app.refresh, layout=True), context=context)

    signal.signal(signal.SIGCONT, leave_and_go_on)
