"""The line that stands on the screen as long as it is served to a browser."""

from __future__ import annotations

from textual.visual import VisualType
from textual.widget import Widget

from meshtui.session import Session
from meshtui.tui.words import content

PASTED = "Served to a browser: what you paste travels over that connection."
LOADED = (
    "Served to a browser: whoever can open this page fires with the keys of the machine it runs on, and what you "
    "paste travels over that connection."
)


class ServedBanner(Widget):
    """Says more where keys of this machine are loaded: they do not travel, but what can be done with them does."""

    DEFAULT_CSS = "ServedBanner { height: auto; max-height: 3; padding: 0 1; }"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def render(self) -> VisualType:
        loaded = self._session.credentials and not self._session.sandboxed
        return content(((f"! {LOADED}", "alarm"),) if loaded else ((f"! {PASTED}", "warn strong"),))
