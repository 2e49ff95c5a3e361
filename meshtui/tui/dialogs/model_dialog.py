"""Which model is asked: the provider's own list, narrowed by typing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.tui.dialogs.list_dialog import CLOSE, STYLE
from meshtui.tui.hidden_names import DOTS, veiled
from meshtui.tui.labels import Parts, shorten
from meshtui.tui.widgets.bars import clickable
from meshtui.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from meshtui.runs.model_lists import Models

DEFAULT = "  the default"


class ModelList(LineList):
    """`now` is in the field, `usual` is asked where that is empty."""

    def __init__(self, now: str, usual: str) -> None:
        super().__init__(id="models")
        self._now, self._usual = now or usual, usual
        self._names: tuple[str, ...] = ()
        self._shown: list[str] = []

    @property
    def chosen(self) -> str:
        return self._shown[self.cursor] if self._shown else ""

    def fill(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.narrow("")
        if self._now in self._shown:
            self.cursor = self._shown.index(self._now)

    def narrow(self, typed: str) -> None:
        """Those that hold every word that was typed, in either case. The cursor is on one typed whole."""
        words = typed.lower().split()
        self._shown = [name for name in self._names if all(word in name.lower() for word in words)]
        self.rows_changed()
        self.cursor = self._shown.index(typed) if typed in self._shown else 0

    def row_count(self) -> int:
        return len(self._shown)

    def row_parts(self, row: int, width: int) -> Parts:
        name = self._shown[row]
        note = DEFAULT if name == self._usual and len(name) + 2 + len(DEFAULT) <= width else ""
        return (("● " if name == self._now else "  ", "strong"), (shorten(name, width - 2), ""), (note, "dim"))


class ModelDialog(ModalScreen[str | None]):
    """Returns the model, None where it was closed. `ask` gets the list; `who` is asked for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *CLOSE,
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    CSS_PATH = STYLE
    AUTO_FOCUS = "#narrow"

    def __init__(self, who: str, ask: Callable[[], Awaitable[Models]], now: str, usual: str) -> None:
        super().__init__()
        self._who, self._ask, self._now, self._usual = who, ask, now, usual
        self._models: Models | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"Models of {self._who}"
            dialog.border_subtitle = clickable("enter takes it · esc leaves it as it is")
            yield Input(placeholder="type to narrow the list, or a model's whole name", id="narrow", compact=True,
                        highlighter=DOTS)  # fmt: skip
            yield ModelList(self._now, self._usual)
            yield Label(f"◌ asking {self._who} … esc stops", id="state")

    def on_mount(self) -> None:
        """Closing the dialog ends the worker, and with it the request."""
        self.run_worker(self._fetch())

    async def _fetch(self) -> None:
        self._models = await self._ask()
        rows = self.query_one(ModelList)
        rows.fill(self._models.names)
        if self._typed:
            rows.narrow(self._typed)
        self._tell()

    @property
    def _typed(self) -> str:
        return self.query_one("#narrow", Input).value.strip()

    def _tell(self) -> None:
        """What is under way, or went wrong, or is in sight."""
        models, rows = self._models, self.query_one(ModelList)
        if models is None:
            return
        said = f"{rows.row_count()} of {len(models.names)} models"
        if self._typed and not rows.row_count():
            said = f"enter takes {redact(self._typed)!r} as it was typed"
        elif models.problem:
            said = f"✗ {models.problem}. {models.step}"
        self.query_one("#state", Label).update(Content(one_line(veiled(said))))

    def on_input_changed(self) -> None:
        self.query_one(ModelList).narrow(self._typed)
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take()

    def on_line_list_chosen(self) -> None:
        self._take()

    def _take(self) -> None:
        self.dismiss(self.query_one(ModelList).chosen or self._typed or None)

    def action_move(self, by: int) -> None:
        self.query_one(ModelList).action_move(by)

    def action_page(self, direction: int) -> None:
        self.query_one(ModelList).action_page(direction)
