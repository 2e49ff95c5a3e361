"""Filling the texts with the answer's own values: `{region}` becomes the region, or `<region>` where none is known."""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal, Step
from meshtui.redact import redact
from meshtui.sanitize import one_line

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

    __slots__ = ("_found", "_signal", "_wait")

    def __init__(self, signal: Signal, found: Mapping[str, str], wait: float | None) -> None:
        self._signal, self._found, self._wait = signal, found, wait

    def get(self, name: str) -> str:
        """The value, redacted, on one line; empty where there is none."""
        value = self._found.get(name) or self._signal.metadata.get(name) or ""
        if not value and name in _CONTEXT:
            value = getattr(self._signal.context, name)
        if not value and name == "project":
            value = self._signal.metadata.get("consumer", "").rpartition("/")[2]
        if not value and name == "wait" and self._wait is not None:
            from meshtui.explain.durations import words

            value = words(self._wait)
        return redact(one_line(value, MAX_VALUE)) if value else ""


def values_of(signal: Signal, found: Mapping[str, str], wait: float | None) -> Values:
    return Values(signal, found, wait)


def fill(template: str, values: Values) -> str:
    """A sentence with its holes filled."""
    if "{" not in template:
        return template
    return _HOLE.sub(lambda m: values.get(m[1]) or _UNNAMED.get(m[1]) or f"<{m[1]}>", template)


def fill_step(step: Step, values: Values) -> Step:
    """A step with its holes filled; in commands and addresses only by values that are one harmless word."""
    if "{" not in step.text and "{" not in step.command and "{" not in step.url:
        return step
    return Step(fill(step.text, values), _fill_strictly(step.command, values), _fill_strictly(step.url, values))


def _fill_strictly(template: str, values: Values) -> str:
    def word(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return value if _HARMLESS.fullmatch(value) else f"<{match[1]}>"

    return _HOLE.sub(word, template) if "{" in template else template
