"""What screens and panes know of the application: its session and clock, its commands with the keys in force, the
status line and copying. The application itself (`app.py`) adds what is on the screen; nothing here knows of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual._compositor import ChopsUpdate, Compositor
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.base.text import make_plain
from meshtui.settings import commands
from meshtui.tui.bindings import Handler, make_bindings, make_keymap, merge_keys, name_action
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.messages import CommandWanted
from meshtui.tui.widgets.bars import StatusBar

if TYPE_CHECKING:
    from pathlib import Path

    from meshtui.session import Session

TWICE_WITHIN = 2.0
"""Seconds in which a second ctrl+c leaves."""


class CommandApp(App[None], inherit_bindings=False):
    """Textual's own ctrl+q is not inherited: terminals use it for flow control."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.EVERYWHERE)]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float],
        load_handlers: Callable[[], Mapping[str, Handler]],
        sheets: Sequence[Path],
    ) -> None:
        """`load_handlers` returns the functions of the commands, by their idents; called with the first command.
        `sheets` are the files of styles."""
        super().__init__(css_path=[*sheets])
        # What happens is said in the status line: no toast or tooltip is ever shown. Textual mounts a widget for each
        # on every screen, and reads their styles, which took 4 ms of the time to the first paint.
        self._disable_notifications = self._disable_tooltips = True
        self.session = session
        self.clock = clock
        self._load_handlers = load_handlers
        self._leave_armed = 0.0
        self.demo_wanted = False
        """Whether to open the demo when this is left."""
        self.commands = merge_keys(session.settings.keys)
        """The table in force, which everything that shows or handles keys uses."""
        self.set_keymap(make_keymap(self.commands))

    # Commands

    def run_command(self, ident: str, target: Screen[Any] | App[Any]) -> None:
        """Runs the command with the screen or the application."""
        self._load_handlers()[ident](target)

    def action_do(self, ident: str) -> None:
        """The commands of every screen come through here."""
        self.run_command(ident, self)

    def action_press(self, key: str) -> None:
        """A click on what names a key. In the application's own turn: an event does not rise above its sender."""
        self.call_later(self.simulate_key, key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The command palette: the same table, for the screen in front."""
        where = getattr(screen, "WHERE", ())
        for command in commands.list_commands(*where, demo=self.session.sandboxed, table=self.commands):
            if command.id != "command_palette":
                title = " · ".join((name_in_palette(command), *commands.list_keys(command)))
                yield SystemCommand(title, command.help, partial(self.run_action, name_action(command), screen))
        yield SystemCommand("Theme · all", "Choose among Textual's themes too", self.action_change_theme)
        for name in sorted(self.available_themes):
            yield SystemCommand(f"Theme · {name}", "Switch to this theme", partial(setattr, self, "theme", name), False)

    def key(self, ident: str) -> str:
        """The first key of a command, as sentences name it; where it has none, its name in the palette."""
        command = next(c for c in self.commands if c.ident == ident)
        return next(iter(commands.list_keys(command)), f"‹{name_in_palette(command)} in the palette›")

    def spell(self, sentence: str) -> str:
        """The sentence with the key in force in the place of each `{main.fire}`."""
        return re.sub(r"\{(\w+\.\w+)\}", lambda named: self.key(named[1]), sentence)

    def leaving_is_armed(self) -> bool:
        """Whether leaving was requested a moment ago already: then the second ctrl+c leaves."""
        before, self._leave_armed = self._leave_armed, self.clock()
        return self._leave_armed - before <= TWICE_WITHIN

    # The status line, and copying

    def say(self, text: str, role: str = "") -> None:
        """Shows a message in the status line of the screen in front; below a dialog, of the screen behind it."""
        next(screen for screen in reversed(self.screen_stack) if isinstance(screen, CommandScreen)).say(text, role)

    def copy(self, text: str, what: str = "The text") -> None:
        """Copies the text, redacted, and says in the status line what was copied and where to."""
        self.run_worker(self._copy(_clean(text), what), group="copy", exclusive=True)

    def copy_to_clipboard(self, text: str) -> None:
        """Textual's method, also for selected and cut text. A field may contain a key, and part of a key is not
        recognised as one: from such a field the whole text is copied with the key masked."""
        whole = _read_field(self.focused)
        if text in whole and redact(whole) != whole:
            text = whole
        super().copy_to_clipboard(_clean(text))

    async def _copy(self, text: str, what: str) -> None:
        from meshtui.tui.clipboard import copy_text

        try:
            self.say(f"{what} was {await copy_text(text, self.copy_to_clipboard, served=self.is_web)}")
        except OSError as error:
            self.say(f"{what} was copied through the terminal; it could not be saved as a file too: {error}", "warn")


def is_text_field(widget: Widget | None) -> bool:
    """A field, or the editor, whose class is loaded with it only."""
    return isinstance(widget, Input) or bool(getattr(widget, "TAKES_TEXT", False))


def _read_field(widget: Widget | None) -> str:
    """The complete text of a text field; empty for any other widget."""
    if isinstance(widget, Input):
        return widget.value
    return str(getattr(widget, "text", "")) if is_text_field(widget) else ""


def name_in_palette(command: commands.Command) -> str:
    """`Send · Path`: the palette sorts by it, so that a group stays together."""
    return f"{commands.find_group(command)} · {command.title.capitalize()}"


class RowCompositor(Compositor):
    """Paints what has changed, and only widgets and rows that are seen there.

    Textual's own goes through every widget whose container has a share in the rectangle around all changes, through all
    its rows, and through what lies behind: on the main screen 28 widgets for one changed row. That took 5 of the 8 ms
    that a paint took, and 8 ms of the time to the first paint.
    """

    def __init__(self) -> None:
        super().__init__()
        self._changed: list[Region] = []

    def render_partial_update(self) -> ChopsUpdate | None:
        self._changed = list(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = []

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if crop is None:
            yield from super()._get_renders()
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        uncovered = self._changed or [crop]
        for widget, (region, clip) in self.visible_widgets.items():  # from the front to the back
            part = region.intersection(clip).intersection(rows)
            if part and any(map(part.overlaps, uncovered)):
                yield region, part, widget.render_lines(part.translate(-region.offset))
                uncovered = [rest for each in uncovered for rest in _cut_out(each, part)]
                if not uncovered:
                    return


def _cut_out(region: Region, part: Region) -> Iterable[Region]:
    """What of the region lies beside the part: above, below, to the left, to the right."""
    if not region.overlaps(part):
        return (region,)
    x, y, width, _ = region
    inner = region.intersection(part)
    beside = (
        Region(x, y, width, inner.y - y),
        Region(x, inner.bottom, width, region.bottom - inner.bottom),
        Region(x, inner.y, inner.x - x, inner.height),
        Region(inner.right, inner.y, region.right - inner.right, inner.height),
    )
    return filter(None, beside)


class CommandScreen(Screen[None]):
    """A screen with commands of the table and a status line."""

    WHERE: tuple[str, ...] = ()
    """The places of the table whose commands work here, the nearest first."""
    app: CommandApp

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._compositor = RowCompositor()

    def say(self, text: str, role: str = "") -> None:
        self.query_one(StatusBar).say(text, role)

    def tell(self, sentence: str) -> None:
        """Shows a sentence of ours, which names keys as `{main.fire}`."""
        self.say(self.app.spell(sentence))

    def action_do(self, ident: str) -> None:
        """Every command of the table (`meshtui.settings.commands`) comes through here."""
        self.app.run_command(ident, self)

    def on_command_wanted(self, event: CommandWanted) -> None:
        event.stop()
        self.action_do(event.ident)


def _clean(text: str) -> str:
    """The text as it may be copied. Pasted into a shell, control characters would be obeyed."""
    return make_plain(hide_in_text(redact(text)))
