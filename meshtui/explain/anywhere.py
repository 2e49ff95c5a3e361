"""Finding answers in whatever was pasted: `curl -i`, HAR, stack traces and log lines, a bare body."""

from __future__ import annotations

from meshtui.explain.model import Signal
from meshtui.explain.read import read


def find(text: str, *, provider: str = "") -> tuple[Signal, ...]:
    """The failed answers in a text, in their order; the whole text as one where no form is recognised."""
    return (read(text, provider=provider),)
