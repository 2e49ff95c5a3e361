"""Which model is asked: the provider's own list, narrowed by typing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.tui.dialogs.list_dialog import Dialog, Option, OptionRows
from meshtui.tui.hidden_names import FIELD_MASK, hide_in_text
from meshtui.tui.widgets.bars import make_clickable

if TYPE_CHECKING:
    from meshtui.runs.model_lists import Models

DEFAULT = "  the default"


class ModelDialog(Dialog[str]):
    """Returns the model. The keys of the list work while one types."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    AUTO_FOCUS = "#narrow"

    def __init__(self, who: str, load: Callable[[], Awaitable[Models]], now: str, usual: str) -> None:
        """`load` asks for the list, of `who`. `now` is in the field, `usual` is asked where that is empty."""
        super().__init__()
        self._who, self._load, self._now, self._usual = who, load, now or usual, usual
        self._models: Models | None = None
        self._rows = OptionRows[str](now=self._now)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"Models of {self._who}"
            dialog.border_subtitle = make_clickable("enter chooses it · esc cancels")
            yield Input(placeholder="type to narrow the list, or a model's whole name", id="narrow", compact=True,
                        highlighter=FIELD_MASK)  # fmt: skip
            yield self._rows
            yield Label(f"◌ asking {self._who} … esc stops", id="state")

    def on_mount(self) -> None:
        """Closing the dialog ends the worker, and with it the request."""
        self.run_worker(self._fetch())

    async def _fetch(self) -> None:
        self._models = await self._load()
        self._rows.show(self._list_options(), self._typed or self._now)
        self._show_state()

    @property
    def _typed(self) -> str:
        return self.query_one("#narrow", Input).value.strip()

    def _list_options(self) -> Sequence[Option[str]]:
        """The options with every word that was typed, ignoring case."""
        names = self._models.names if self._models else ()
        words = self._typed.lower().split()
        return [
            Option(name, "", name, note=self._describe(name))
            for name in names
            if all(word in name.lower() for word in words)
        ]

    def _describe(self, name: str) -> str:
        """That it is the default, and its last day where one is known."""
        last = self._models.ends.get(name, "") if self._models else ""
        day = f"  until {last}" if last >= str(datetime.now(UTC).date()) else f"  ended {last}" if last else ""
        return (DEFAULT if name == self._usual else "") + day

    def _show_state(self) -> None:
        """Shows what is running, what went wrong, or how many models are shown."""
        models = self._models
        if models is None:
            return
        said = f"{self._rows.row_count()} of {len(models.names)} models"
        if self._typed and not self._rows.row_count():
            said = f"enter takes {redact(self._typed)!r} as it was typed"
        elif models.problem:
            said = f"✗ {models.problem}. {models.step}"
        self.query_one("#state", Label).update(Content(make_one_line(hide_in_text(said))))

    def on_input_changed(self) -> None:
        self._rows.show(self._list_options(), self._typed)
        self._show_state()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take()

    def on_line_list_chosen(self) -> None:
        self._take()

    def _take(self) -> None:
        option = self._rows.chosen
        self.dismiss((option.value if option else self._typed) or None)

    def action_move(self, by: int) -> None:
        self._rows.action_move(by)

    def action_page(self, direction: int) -> None:
        self._rows.action_page(direction)
