"""Somebody's program in a terminal of its own: what it prints, with its colours, and the keys that go to it.

What looks like a key is masked here as everywhere, though the program may print it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from meshtui.base.redaction import find_keys, redact
from meshtui.base.secret import mask
from meshtui.base.text import make_one_line
from meshtui.tui.hidden_names import hide_in_cell
from meshtui.tui.messages import CommandWanted
from meshtui.tui.terminal_emulator import APPLICATION_KEYS, BRACKETED_PASTE, Emulator, encode_key
from meshtui.tui.widgets.line_list import Batch, find_selection_style, highlight

if TYPE_CHECKING:
    from pyte.screens import Char

    from meshtui.tap.terminal_child import TerminalChild
    from meshtui.tui.command_app import CommandApp
    from meshtui.tui.terminal_emulator import Row

AROUND = 64
"""Rows above and below those shown in which a key may begin or end: those of Google are long."""
SMALLEST = (20, 4)
"""The least columns and rows of the program's terminal."""
_SCROLL = {"shift+pageup": -1, "shift+pagedown": 1}
_COLOURS = {"default": None, "brown": "yellow", "brightbrown": "bright_yellow", "bfightmagenta": "bright_magenta"}


class ProgramPane(Widget, can_focus=True):
    """While it has the focus every key goes to the program, but for the command that leaves it."""

    app: CommandApp
    takes_keys = True
    """Read by the application: its own keys wait while this has the focus."""

    def __init__(self, title: str) -> None:
        super().__init__(id="program", classes="pane")
        self.border_title = Content(make_one_line(redact(title)))  # no markup, whatever the command is
        self._emulator = Emulator((80, 24), self._reply)
        self._child: TerminalChild | None = None
        self._touch = Batch(self, self._show)
        self._back = 0
        """Rows that the view is scrolled back from the end."""
        self._masked: dict[int, list[tuple[int, int, str]]] = {}
        """Row → the spans of columns with masked keys, and their masks."""
        self.status: int | None = None
        """The program's exit status, once it has ended."""

    @dataclass
    class Ended(Message):
        """The program has ended, or was never started."""

        status: int

    # The program

    def attach(self, child: TerminalChild) -> None:
        self._child = child
        child.resize(self.terminal_size)
        self._say()

    @property
    def terminal_size(self) -> tuple[int, int]:
        """Columns and rows."""
        width, height = self.content_size
        return max(width, SMALLEST[0]), max(height, SMALLEST[1])

    def take_output(self, data: bytes) -> None:
        before = self._emulator.screen.end
        self._emulator.feed(data)
        if self._back:  # what one reads stays where it is
            self._back += self._emulator.screen.end - before
        self._touch()

    def take_end(self, status: int) -> None:
        """The program has ended, with this exit status; or was never started."""
        self.status = status
        self._say()
        self.post_message(self.Ended(status))

    def print_line(self, text: str) -> None:
        """A line of our own."""
        self.take_output(f"{text}\r\n".encode())

    def _reply(self, data: bytes) -> None:
        if self._child is not None:
            self._child.write(data)

    # What it shows

    def on_mount(self) -> None:
        self._say()

    def on_resize(self) -> None:
        self._emulator.resize(self.terminal_size)
        if self._child is not None:
            self._child.resize(self.terminal_size)
        self._show()

    def on_focus(self) -> None:
        self._say()

    def on_blur(self) -> None:
        self._say()

    def _show(self) -> None:
        screen = self._emulator.screen
        self._back = max(0, min(self._back, screen.top - screen.first))
        rows = range(self._top - AROUND, self._top + self.size.height + AROUND)
        self._masked = find_masks(screen.row, rows, screen.columns)
        self._say()
        self.refresh()

    @property
    def _top(self) -> int:
        """The number of the row that is shown first."""
        return self._emulator.screen.top - self._back

    def _say(self) -> None:
        leave, go = self.app.key("program.leave"), self.app.key("main.program")
        if self.status is not None:
            said = f"ended with exit status {self.status}"
        elif self.has_focus:
            said = f"keys go to the program · {leave} leaves"
        else:
            said = f"runs · {go} goes to it"
        if self._back:
            said = f"{self._back} rows below · {said}"
        if said != self.border_subtitle:
            self.border_subtitle = said

    def render_line(self, y: int) -> Strip:
        number, width = self._top + y, self.size.width
        cells = list(self._emulator.screen.row(number)[:width])
        texts = [cell.data for cell in cells]
        for start, end, text in self._masked.get(number, ()):
            texts[start:end] = text.ljust(end - start)[: end - start]
        cursor = self._cursor_column(number)
        base = self.rich_style
        segments: list[Segment] = []
        text, style = "", base
        for x, cell in enumerate(cells):
            now = base + find_cell_style(cell)
            if x == cursor:
                now += Style(reverse=True)
            if now != style and text:
                segments.append(Segment(hide_in_cell(text), style))
                text = ""
            text, style = text + texts[x], now
        if text:
            segments.append(Segment(hide_in_cell(text), style))
        if cursor is not None and cursor >= len(cells):
            gap = cursor - len(cells)
            segments += [Segment(" " * gap, base), Segment(" ", base + Style(reverse=True))]
        strip = Strip(segments).adjust_cell_length(width, base)
        if self.text_selection is not None and (span := self.text_selection.get_span(y)):
            strip = highlight(strip, span, find_selection_style(self))
        return strip.apply_offsets(0, y)

    def _cursor_column(self, number: int) -> int | None:
        screen = self._emulator.screen
        if not self.has_focus or self.status is not None or screen.cursor.hidden:
            return None
        return min(screen.cursor.x, screen.columns - 1) if number == screen.top + screen.cursor.y else None

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        lines = []
        for y in range(self.size.height):
            if span := selection.get_span(y):
                start, end = span
                lines.append(self.render_line(y).text[start : None if end < 0 else end].rstrip())
        return "\n".join(lines), "\n"

    # Keys, the wheel, pasting

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key in self._leaving_keys() or (self.status is not None and event.key in ("escape", "q")):
            self.post_message(CommandWanted("program.leave"))
        elif event.key in _SCROLL:
            self._scroll(_SCROLL[event.key] * max(1, self.size.height - 1))
        elif self._child is not None and self.status is None:
            application = APPLICATION_KEYS in self._emulator.screen.mode
            if data := encode_key(event.key, event.character, application=application):
                self._back = 0
                self._child.write(data)

    def _leaving_keys(self) -> list[str]:
        command = next(c for c in self.app.commands if c.ident == "program.leave")
        return command.keys.split(",")

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if self._child is not None and self.status is None:
            data = event.text.replace("\r\n", "\r").replace("\n", "\r").encode()
            if BRACKETED_PASTE in self._emulator.screen.mode:
                data = b"\x1b[200~" + data.replace(b"\x1b[201~", b"") + b"\x1b[201~"
            self._child.write(data)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def _scroll(self, by: int) -> None:
        self._back -= by
        self._show()


@lru_cache(maxsize=512)
def _make_style(fg: str, bg: str, bold: bool, italic: bool, underline: bool, strike: bool, reverse: bool) -> Style:
    return Style(color=_name_colour(fg), bgcolor=_name_colour(bg), bold=bold or None, italic=italic or None,
                 underline=underline or None, strike=strike or None, reverse=reverse or None)  # fmt: skip


def _name_colour(name: str) -> str | None:
    """pyte's name of a colour as Rich has it; None for the pane's own."""
    if name in _COLOURS:
        return _COLOURS[name]
    if len(name) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in name):
        return f"#{name}"
    return name.replace("bright", "bright_") if name.startswith("bright") else name


def find_cell_style(cell: Char) -> Style:
    return _make_style(
        cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.strikethrough, cell.reverse
    )  # fmt: skip


def find_masks(
    row_of: Callable[[int], Row], rows: Iterable[int], columns: int
) -> dict[int, list[tuple[int, int, str]]]:
    """The masks of keys in these rows: row → span of columns, and the text. A key that continues in the next row is
    found too."""
    texts = [(number, "".join(cell.data[:1] or " " for cell in row_of(number))) for number in rows]
    # A row that is full may go on in the next: pyte does not tell.
    ends = ["" if len(text) >= columns and not text[-1].isspace() else "\n" for _, text in texts]
    whole = "".join(text + end for (_, text), end in zip(texts, ends, strict=True))
    found: dict[int, list[tuple[int, int, str]]] = {}
    spans = find_keys(whole)
    at = 0
    for (number, text), end in zip(texts, ends, strict=True) if spans else ():
        for start, stop in spans:
            if start < at + len(text) and stop > at:
                masked = mask(whole[start:stop]) if start >= at else ""
                found.setdefault(number, []).append((max(start - at, 0), min(stop - at, len(text)), masked))
        at += len(text) + len(end)
    return found
