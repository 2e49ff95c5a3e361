"""Messages that any pane may post, and the application or the screen in front handles. A message that only one widget
posts is in its class."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from meshtui.base.secret import Secret


@dataclass
class CommandWanted(Message):
    """A pane requests a command of the table, after a click or Enter in a field."""

    ident: str


@dataclass
class TextPasted(Message):
    """Something was pasted outside of every text field: an error answer or a credential."""

    text: Secret
