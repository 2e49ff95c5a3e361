"""Messages that any pane may post, and the application or the screen in front handles. What one widget alone can say
stands in its class."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from meshtui.base.secret import Secret


@dataclass
class CommandWanted(Message):
    """A pane was asked, by a click or by Enter in a field, for what a command of the table does."""

    ident: str


@dataclass
class TextPasted(Message):
    """Something was pasted outside of every text field: an error answer or a credential."""

    text: Secret
