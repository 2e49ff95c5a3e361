"""Small fields of a form: a choice among a few words, a label, a number that says in words what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.containers import Grid
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.validation import ValidationResult, Validator
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import FIELD_MASK
from meshtui.tui.styled_text import make_content

BACK = "‹ "


class Choice(Widget, can_focus=True):
    """`‹ byok ›  what that means`: left, right, space and a click change it; a click on `‹` goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.CHOICE)]
    value: reactive[str] = reactive("", layout=False)

    @dataclass
    class Changed(Message):
        """Another value, chosen by the person or set by the program."""

        choice: Choice
        value: str

    def __init__(self, options: dict[str, str], value: str = "", *, id: str) -> None:  # noqa: A002 - Textual's name
        """`options`: value → what it means, shown where there is room. `value` is the first one's unless given."""
        super().__init__(id=id)
        self.options = options
        self.set_reactive(Choice.value, value if value in options else next(iter(options), ""))

    def render(self) -> VisualType:
        meaning = self.options.get(self.value, "")
        room = self.content_size.width - len(self.value) - 6
        return make_content((
            (BACK, "dim"), (self.value or "none", "strong"), (" ›", "dim"),
            (f"  {meaning}" if len(meaning) <= room else "", "dim"),
        ))  # fmt: skip

    def offer(self, options: dict[str, str]) -> None:
        """Other options; the value stays where it is still among them."""
        self.options = options
        if self.value not in options:
            self.value = next(iter(options), "")
        self.refresh()

    def watch_value(self, value: str) -> None:
        self.post_message(self.Changed(self, value))

    def action_turn(self, by: int) -> None:
        values = list(self.options)
        if values:
            self.value = values[(values.index(self.value) + by) % len(values)] if self.value in values else values[0]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        self.action_turn(-1 if offset is not None and offset.x < len(BACK) else 1)


class Form(Grid):
    """Fields, and a word before each of them. A click on a word goes to its field.

    The words are painted here, in the margin that the style leaves to the left of each field: as widgets of their own,
    seven of them took 7 ms of the time to the first paint.
    """

    def __init__(self, labels: Mapping[str, str], *, id: str) -> None:  # noqa: A002 - Textual's name
        """`labels`: id of what it holds → the word before it."""
        super().__init__(id=id)
        self._labels = labels

    def render(self) -> VisualType:
        lines = [Content()] * self.size.height
        for place, label, _ in self._find_labels():
            before = lines[place.y]
            gap = " " * (place.x - before.cell_length)
            lines[place.y] = Content.assemble(before, gap, make_content(((label, "dim"),)))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        at = event.screen_offset - self.content_region.offset
        for place, _, field in self._find_labels():
            if place.contains_point(at):
                next(each for each in (field, *field.children) if each.focusable).focus()

    def _find_labels(self) -> Iterator[tuple[Region, str, Widget]]:
        """Where each stands, seen from here, row by row; what it says, and what it belongs to."""
        corner = self.content_region.offset
        for field in self.children:
            x, y, *_ = field.region.translate(-corner)
            width = field.styles.margin.left
            yield Region(x - width, y, width, 1), self._labels[str(field.id)], field


class FieldLabel(Widget):
    """The word before a field. A click on it goes to the field, which has the id `of`.

    No Label of Textual's: its seven rules of style are for words that it can never be.
    """

    DEFAULT_CSS = "FieldLabel { width: auto; height: 1; }"

    def __init__(self, text: str, of: str) -> None:
        super().__init__()
        self._text, self._of = text, of

    def render(self) -> VisualType:
        return Content(self._text)

    def on_click(self) -> None:
        self.screen.query_one(f"#{self._of}").focus()


class TextField(Input):
    """A field of one line; a key in it is masked."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None,  # noqa: A002 - Textual's name
                 classes: str | None = None, select_on_focus: bool = True, validators: Iterable[Validator] = (),
                 ) -> None:  # fmt: skip
        super().__init__(value, placeholder, id=id, classes=classes, compact=True, highlighter=FIELD_MASK,
                         select_on_focus=select_on_focus, validators=validators)  # fmt: skip

    def update_node_styles(self, animate: bool = True) -> None:
        """Only of a field that is mounted: that is when it gets its styles. Textual works them out twice before, as the
        field is made, which took 8 ms of the time to the first paint."""
        if self.is_attached:
            super().update_node_styles(animate)


class LinesField(TextField):
    """A text of several lines, shown on one: `↵` is a line break. A paste keeps all its lines."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()  # Textual's own field keeps the first line
        text = event.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
        if text and self.selection.is_empty:
            self.insert_text_at_cursor(text)
        elif text:
            self.replace(text, *self.selection)


MOST_SHOWN = 40
"""Characters of what is no number."""


class NumberRange(Validator):
    """Validates a number, with a sentence about what is wrong; an empty text means `usual`."""

    def __init__(self, name: str, usual: float, least: float, most: float, *, unit: str, whole: bool) -> None:
        """`name` begins the sentence; `least` and `most` are allowed."""
        super().__init__()
        self._name, self._unit, self._whole = name, unit, whole
        self._usual, self._least, self._most = usual, least, most

    def validate(self, value: str) -> ValidationResult:
        problem = self.describe_problem(value)
        return self.failure(problem, value) if problem else self.success()

    def describe_problem(self, value: str) -> str:
        """A sentence, empty where all is well."""
        number = self.read(value)
        typed = make_one_line(redact(value), MOST_SHOWN)
        if number is None:
            return f"{self._name}: {typed!r} is not a {'whole ' * self._whole}number"
        if not self._least <= number <= self._most:
            unit = f" {self._unit}" if self._unit else ""
            least, most = _format_digits(self._least), _format_digits(self._most)
            return f"{self._name}: {typed} is not between {least} and {most}{unit}"
        return ""

    def read(self, value: str) -> float | None:
        """None where it is no number: also for the names of infinity, which float would take."""
        if not value.strip():
            return self._usual
        try:
            number = float(value)
        except ValueError:
            return None
        return number if math.isfinite(number) and not (self._whole and number % 1) else None


class NumberField(TextField):
    """Accepts any text; an empty one means `usual`."""

    def __init__(self, name: str, usual: float, least: float, most: float, *, unit: str = "", whole: bool = False,
                 id: str) -> None:  # fmt: skip  # noqa: A002 - Textual's name
        self._range = NumberRange(name, usual, least, most, unit=unit, whole=whole)
        self._usual = usual
        # Last, for it looks at the value at once.
        super().__init__(_format_digits(usual), placeholder=_format_digits(usual), id=id, validators=[self._range])

    @property
    def number(self) -> float:
        """What is given; the usual one where that cannot be used."""
        number = self._range.read(self.value)
        return self._usual if number is None or self.problem else number

    @property
    def problem(self) -> str:
        """What is wrong with the text, in a sentence; empty where nothing is."""
        return self._range.describe_problem(self.value)

    def put(self, number: float) -> None:
        self.value = _format_digits(number)


def _format_digits(number: float) -> str:
    """The number without an exponent, except for extreme values."""
    return f"{number:.12g}"
