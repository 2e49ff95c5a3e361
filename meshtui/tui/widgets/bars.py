"""The single lines of every screen: what this is (top), what just happened, which keys there are (bottom). And keys
that are named in a border, for the mouse as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.settings import commands
from meshtui.tui.bindings import name_action
from meshtui.tui.hidden_names import are_names_hidden, hide_in_text
from meshtui.tui.styled_text import STYLES, make_content

GAP = "  "
ALWAYS = ("help", "quit", "back")
"""Commands that keep their place in the footer however narrow it is."""
ABOUT_LEAST = 12
"""Columns of the title bar's sentence that running totals leave to it."""
HIDDEN, SERVED = "names hidden", "served to a browser"


class TitleBar(Widget):
    """The screen's name and one sentence about where one is."""

    def __init__(self, title: str, about: str = "") -> None:
        super().__init__()
        self._totals: Sequence[str] = ()
        self.show(title, about)

    def show(self, title: str, about: str = "") -> None:
        self._words = (title, about)
        self.refresh()

    def show_totals(self, totals: Sequence[str]) -> None:
        """The session's totals, the longest form first; shown at the right, where there is room."""
        if totals != self._totals:
            self._totals = totals
            self.refresh()

    def render(self) -> VisualType:
        title, about = map(hide_in_text, self._words)
        signs = [SERVED] * self.app.is_web + [HIDDEN] * are_names_hidden()
        free = self.content_size.width - cell_len(title) - ABOUT_LEAST - sum(len(each) + 3 for each in signs)
        signs += next(([each] for each in self._totals if len(each) <= free), [])
        sign = " · ".join(signs)
        room = self.content_size.width - cell_len(title) - len(sign)
        free = max(8, room - 3 - 2 * bool(sign))
        # Where the sentence does not fit, the words before its colon say enough.
        fitting = about if cell_len(about) <= free else about.partition(":")[0]
        said = f"   {make_one_line(fitting, free)}" if about else ""
        gap = " " * max(0, room - cell_len(said)) if sign else ""
        return make_content(((title, "strong"), (said, "dim"), (gap, ""), (sign, "warn")))


class StatusBar(Widget):
    """The last thing that happened, in a line or two. It stays until the next one: nothing is only a toast."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self._role = "", ""

    def say(self, text: str, role: str = "") -> None:
        text = redact(text)  # it may quote a field, or an error of the system that names a file
        if (text, role) == (self.said, self._role):
            return
        # A change of layout paints the whole screen: only where the text takes another number of lines, or may.
        longest = max(cell_len(text), cell_len(self.said))
        self.said, self._role = text, role
        self.refresh(layout=longest >= self.content_size.width)

    def render(self) -> VisualType:
        return make_content(((make_one_line(self.said), self._role),))


class KeyBar(Widget):
    """The commands of this screen, as many as fit; each can be clicked."""

    def __init__(self, table: Sequence[commands.Command], *where: str, demo: bool = False) -> None:
        """`table` has the keys in force."""
        super().__init__()
        self._table, self._where, self._demo = table, where, demo
        self._instead: dict[str, str] = {}
        self._only: Sequence[str] = ()
        self._leave = ""

    def show_typing(self, leave: str) -> None:
        """While text is typed letters are text: the keys that still are commands are shown. `leave` says what the key
        does that leaves the field; empty: no text is typed."""
        if leave != self._leave:
            self._leave = leave
            self.refresh()

    def narrow(self, idents: Sequence[str]) -> None:
        """Shows these commands alone, in this order, where others do nothing or another thing; none: those of the
        screen."""
        if idents != self._only:
            self._only = idents
            self.refresh()

    def put(self, instead: dict[str, str]) -> None:
        """While this holds, commands give their place to others: ident → ident."""
        self._instead = instead
        self.refresh()

    @property
    def _commands(self) -> list[commands.Command]:
        """Those of the footer that have a key."""
        if self._only and not self._leave:
            known = {command.ident: command for command in self._table if command.keys}
            return [known[ident] for ident in self._only if ident in known]
        there = list(commands.list_commands(*self._where, demo=self._demo, table=self._table))
        named = {c.ident: c for c in there}
        foot = [named[self._instead.get(c.ident, c.ident)] for c in there if c.foot]
        if not self._leave:
            return [c for c in foot if c.keys]
        leave = [replace(named[LEAVE], title=self._leave)] if LEAVE in named and LEAVE not in self._instead else []
        first, *more = [short for c in foot if (short := _keep_typed(c)).keys]
        return [first, *leave, *more]

    def render(self) -> VisualType:
        return Content(GAP).join(
            Content.assemble((commands.list_keys(c)[0], f"bold {STYLES['accent']}"), f" {c.title}")
            for c in self._fitting()
        )

    async def on_click(self, event: events.Click) -> None:
        offset, at = event.get_content_offset(self), 0
        for command in self._fitting():
            if offset is not None and at <= offset.x < at + _measure_hint(command):
                await self.run_action(name_action(command))
                return
            at += _measure_hint(command) + len(GAP)

    def _fitting(self) -> list[commands.Command]:
        there = self._commands
        always = [c for c in there if c.id in ALWAYS]
        room = self.content_size.width - sum(_measure_hint(c) + len(GAP) for c in always) + len(GAP)
        fitting = []
        for command in (c for c in there if c.id not in ALWAYS):
            room -= _measure_hint(command) + len(GAP)
            if room < 0:
                break
            fitting.append(command)
        return [*fitting, *always]


LEAVE = "main.stop"
"""What leaves a text field."""


def _keep_typed(command: commands.Command) -> commands.Command:
    """With those of its keys that are no text where text is typed; enter is the field's own there."""
    kept = [key for key in command.keys.split(",") if len(commands.format_key(key)) > 1 and key != "enter"]
    return replace(command, keys=",".join(kept))


def _measure_hint(command: commands.Command) -> int:
    return len(commands.list_keys(command)[0]) + 1 + len(command.title)


PASTED = "Served to a browser: what you paste travels over that connection."
LOADED = (
    "Served to a browser: whoever can open this page sends with the keys of the machine it runs on, and what you "
    "paste travels over that connection."
)


class ServedBanner(Widget):
    """The line shown while the screen is served to a browser. It warns more where keys of this machine are loaded: they
    are not sent, but can be used."""

    DEFAULT_CSS = "ServedBanner { height: auto; max-height: 3; padding: 0 1; }"

    keys_loaded: reactive[bool] = reactive(False, layout=True)

    def render(self) -> VisualType:
        return make_content(((f"! {LOADED}", "alarm"),) if self.keys_loaded else ((f"! {PASTED}", "warn strong"),))


NAMES = {"esc": "escape", "?": "question_mark"}
BETWEEN = " · "


def make_clickable(said: str) -> Content:
    """`enter chooses it · esc cancels`: a click on a part presses the key that it begins with."""
    return Content(BETWEEN).join(_make_part(part) for part in said.split(BETWEEN))


def _make_part(part: str) -> Content:
    key = part.split(" ")[0]
    key = NAMES.get(key, key.lower() if len(key) > 1 else key)
    return Content(part).stylize(Style.from_meta({"@click": f"app.press({key!r})"}))
