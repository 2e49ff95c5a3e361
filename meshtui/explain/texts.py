"""Filling the texts with the answer's own values: `{region}` becomes the region, or `<region>` where none is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from meshtui.base.lazy_pattern import Pattern
from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.explain.model import Signal, Step

_HOLE = Pattern(r"\{([a-z_]+)\}")
_HARMLESS = Pattern(r"[A-Za-z0-9][\w.:/@+=,%*-]*", re.ASCII)
"""What may stand in a command or an address: nothing that a shell reads as more than a word."""
MAX_VALUE = 300
_UNNAMED = {
    "wait": "a moment", "model": "this model", "project": "the project", "last": "the same four characters",
    "host": "<region>.api.openai.com",
}  # fmt: skip
"""What a sentence says where the value is not known; commands and addresses say `<name>`, as other holes do."""
_CONTEXT = ("model", "region", "key_region", "project", "credential")


class Values:
    """The values for the holes: the rule's own first, then the answer's metadata, then what the client knew."""

    __slots__ = ("_clean", "_found", "_known", "_signal", "_wait")

    def __init__(self, signal: Signal, found: Mapping[str, str], wait: float | None, clean: str) -> None:
        """`clean` is text in which no secret was found, so no part of it is looked through again."""
        self._signal, self._found, self._wait, self._clean = signal, found, wait, clean
        self._known: dict[str, str] = {}

    def get(self, name: str) -> str:
        """The value, redacted, on one line; empty where there is none."""
        known = self._known.get(name)
        if known is None:
            value = self._look_up(name)
            safe = value if value in self._clean else redact(value)
            known = self._known[name] = one_line(safe, MAX_VALUE) if value else ""
        return known

    def _look_up(self, name: str) -> str:
        value = self._found.get(name) or self._signal.metadata.get(name) or ""
        if not value and name in _CONTEXT:
            value = getattr(self._signal.context, name)
        if not value and name == "project":
            value = self._signal.metadata.get("consumer", "").rpartition("/")[2]
        if not value and name == "wait" and self._wait is not None:
            from meshtui.base.text import words

            value = words(self._wait)
        return value


def fill(template: str, values: Values) -> str:
    """A sentence with its holes filled."""
    if "{" not in template:
        return template
    parts = _parts(template)
    return "".join(
        values.get(part) or _UNNAMED.get(part) or f"<{part}>" if at % 2 else part for at, part in enumerate(parts)
    )


def fill_step(step: Step, values: Values) -> Step:
    """A step with its holes filled; in commands and addresses only by values that are one harmless word."""
    if not has_holes(step):
        return step
    text, command, url = step
    return Step(fill(text, values), _fill_strictly(command, values), _fill_strictly(url, values))


def has_holes(step: Step) -> bool:
    """Whether anything is to be filled in at all."""
    text, command, url = step
    return "{" in text or "{" in command or "{" in url


def _fill_strictly(template: str, values: Values) -> str:
    if "{" not in template:
        return template
    return "".join(_harmless(part, values) if at % 2 else part for at, part in enumerate(_parts(template)))


def _harmless(name: str, values: Values) -> str:
    value = values.get(name)
    return value if _HARMLESS.fullmatch(value) else f"<{name}>"


@cache
def _parts(template: str) -> tuple[str, ...]:
    """Text, name, text, name, …, text. The templates are our own tables', so they are few."""
    return tuple(_HOLE.split(template))
