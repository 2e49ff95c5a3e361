"""The application: it owns the session, paints first and loads after, and leaves the terminal as it found it."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.base.text import plain
from meshtui.session import Session
from meshtui.settings import commands
from meshtui.settings.schema import Problem
from meshtui.tui import bindings as bound
from meshtui.tui import hidden_names as veil
from meshtui.tui.bindings import action, bindings, do
from meshtui.tui.screens.main_screen import MainScreen
from meshtui.tui.signals import leave_on_signals
from meshtui.tui.themes import DARK, FALLBACKS, OWN

TWICE_WITHIN = 2.0
"""Seconds in which a second ctrl+c leaves."""


class MeshtuiApp(App[None], inherit_bindings=False):
    """Textual's own ctrl+q is not inherited: terminals use it for flow control."""

    TITLE = "meshtui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.EVERYWHERE)]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], float] = time.time,
        tour: bool = False,
        problems: Iterable[Problem] = (),
    ) -> None:
        """`problems` are those of the settings; they are told once the session has started."""
        super().__init__()
        self.problems = list(problems)
        self.session = session
        self.clock = clock
        self.main = MainScreen(self, tour=tour)
        self._leave_armed = 0.0
        self.demo_wanted = False
        """Whether to open the demo when this is left."""
        self.commands = bound.in_force(session.settings.keys)
        """The table in force: all that shows or hears keys goes by it."""
        self.set_keymap(bound.keymap(self.commands))
        veil.draw(session.settings.hide_names)
        for theme in OWN:
            self.register_theme(theme)
        self._begin_with(session.settings.theme)

    def _begin_with(self, wanted: str) -> None:
        """The theme that is set; else the one that Textual's own variable names, else our dark one."""
        if wanted not in self.available_themes:
            wanted = DARK.name if self.theme == "textual-dark" else self.theme
        if wanted == DARK.name:
            # Not by assignment: that would read all styles a second time before the first paint.
            self.set_reactive(App.theme, wanted)
            self.stylesheet.set_variables(self.get_css_variables())
        else:
            self.theme = wanted

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def get_css_variables(self) -> dict[str, str]:
        """Themes that know nothing of us are given what they lack, readable."""
        variables, theme = super().get_css_variables(), self.current_theme
        ours = DARK.name in self.available_themes  # Until they are registered nothing is painted.
        if ours and not theme.ansi and "row-cursor" not in theme.variables:
            from meshtui.tui.themes import readable

            variables |= readable(variables, theme.dark)
            self.theme_variables = variables
        return variables

    def get_default_screen(self) -> Screen[None]:
        return self.main

    def on_mount(self) -> None:
        leave_on_signals(self)
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
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
        try:
            await self.session.start()
        except OSError as error:
            self.main.say(f"The session could not start: {error}", "bad")
            return
        self.main.started()
        if self.problems:
            from meshtui.tui.actions.application_commands import tell_problems

            tell_problems(self)

    async def on_unmount(self) -> None:
        await self.session.stop()

    async def on_event(self, event: events.Event) -> None:
        """A paste into a text field is judged here, by itself: before any field has it, and whichever screen the field
        is on. Behind the text that stands there a key might have no shape."""
        is_for_field = isinstance(event, events.Paste) and not event.is_forwarded and isinstance(self.focused, Input)
        if isinstance(event, events.Paste) and is_for_field and redact(event.text) != event.text:
            from meshtui.tui.actions import credential_commands as pasted

            pasted.keep_out(self, Secret(event.text))
            return
        await super().on_event(event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Fields that are not ours, the command palette's, show no key either that is typed."""
        if isinstance(event.widget, Input) and event.widget.highlighter is None:
            event.widget.highlighter = veil.DOTS

    def action_do(self, ident: str) -> None:
        """The commands of every screen (`meshtui.settings.commands`) come through here."""
        do(self, ident)

    def action_press(self, key: str) -> None:
        """A click on what names a key. In the application's own turn: an event does not rise above its sender."""
        self.call_later(self.simulate_key, key)

    def leaving_is_armed(self) -> bool:
        """Whether this was asked a moment ago already: then the second ctrl+c means it."""
        before, self._leave_armed = self._leave_armed, self.clock()
        return self._leave_armed - before <= TWICE_WITHIN

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The command palette: the same table, for the screen in front."""
        where = getattr(screen, "WHERE", ())
        for command in commands.of(*where, demo=self.session.sandboxed, table=self.commands):
            if command.id != "command_palette":
                # The ident stands there too, so that it is found when typed.
                title = " · ".join((command.title.capitalize(), *commands.keys(command), command.ident))
                yield SystemCommand(title, command.help, partial(self.run_action, action(command), screen))
        yield SystemCommand("All themes", "Choose among Textual's themes too", self.action_change_theme)
        for name in sorted(self.available_themes):
            yield SystemCommand(f"Theme · {name}", "Switch to this theme", partial(setattr, self, "theme", name), False)

    def spell(self, sentence: str) -> str:
        """The sentence with the key in force in the place of each `{main.fire}`."""
        return re.sub(r"\{(\w+\.\w+)\}", lambda named: self.key(named[1]), sentence)

    def key(self, ident: str) -> str:
        """The first key of a command, as sentences name it; where it has none, what to type in the palette."""
        command = next(c for c in self.commands if c.ident == ident)
        return next(iter(commands.keys(command)), f"‹{command.ident} in the palette›")

    # What screens ask of the application

    def say(self, text: str, role: str = "") -> None:
        """A word in the status line of the screen in front."""
        getattr(self.screen, "say", self.main.say)(text, role)

    def copy(self, text: str, what: str = "The text") -> None:
        """Copies the text, redacted, and says in the status line what was copied and where to."""
        self.run_worker(self._copy(_leaving(text), what), group="copy", exclusive=True)

    def copy_to_clipboard(self, text: str) -> None:
        """Textual's own, for what is selected or cut as well. A field may hold a key, and nobody would know a part of
        it for one: of such a field the whole text is copied, the key masked."""
        field = self.focused
        if isinstance(field, Input) and text in field.value and redact(field.value) != field.value:
            text = field.value
        super().copy_to_clipboard(_leaving(text))

    async def _copy(self, text: str, what: str) -> None:
        from meshtui.tui import clipboard

        try:
            self.say(f"{what} was {await clipboard.copy(text, self.copy_to_clipboard, served=self.is_web)}")
        except OSError as error:
            self.say(f"Sent to the terminal; it could not be saved as a file too: {error}", "warn")

    # Crashes

    def _handle_exception(self, error: Exception) -> None:
        """Textual's own report prints local variables, and they may hold keys."""
        from meshtui.tui import crash

        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._exit_renderables.append(Text(crash.report(error)))
        self._close_messages_no_wait()


def _leaving(text: str) -> str:
    """The text as it may be copied. Pasted into a shell, control characters would be obeyed."""
    return plain(veil.veiled(redact(text)))
