"""Keys that are named in a border, for the mouse as well."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

NAMES = {"esc": "escape", "?": "question_mark"}
BETWEEN = " · "


def clickable(said: str) -> Content:
    """`enter takes it · esc closes`: a click on a part presses the key that it begins with."""
    return Content(BETWEEN).join(_pressing(part) for part in said.split(BETWEEN))


def _pressing(part: str) -> Content:
    key = part.split(" ")[0]
    key = NAMES.get(key, key.lower() if len(key) > 1 else key)
    return Content(part).stylize(Style.from_meta({"@click": f"app.press({key!r})"}))
