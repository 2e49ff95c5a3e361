"""What all dialogs share: their style sheet, and the key that closes them."""

from __future__ import annotations

from pathlib import Path

from textual.binding import Binding, BindingType

STYLE = Path(__file__).with_name("list_dialog.tcss")
CLOSE: list[BindingType] = [Binding("escape", "dismiss(None)", show=False)]
