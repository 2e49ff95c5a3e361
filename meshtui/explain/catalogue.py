"""The catalogue of causes as `meshtui explain --list` and `meshtui explain CAUSE` print it."""

from __future__ import annotations

from collections.abc import Iterable

from meshtui.explain.card import heading, numbered, wrap
from meshtui.explain.model import Cause
from meshtui.explain.steps import steps

WIDTH = 80


def entry(cause: Cause) -> str:
    """One entry of the catalogue, for `meshtui explain CAUSE`."""
    retry = "may help within minutes" if cause.retryable else "does not help while nothing changes"
    falls = {"yes": "yes", "no": "no", "not documented": "its documentation does not say"}[cause.falls_back]
    lines = [*heading(cause.title, cause.label, WIDTH), "", *wrap(cause.meaning, WIDTH), ""]
    for label, text in (("Repairs", cause.who), ("Retrying", retry), ("Mesh falls back on it", falls)):
        lines += wrap(text, WIDTH, " " * 24, f"{label:<24}")
    lines += ["", "What to do:"]
    for number, step in enumerate(steps("", cause.label), 1):
        lines += numbered(number, step, WIDTH)
    return "\n".join(lines) + "\n"


def listing(causes: Iterable[Cause]) -> str:
    """The catalogue, a line each."""
    return "".join(f"{cause.label:<30}{cause.title}\n" for cause in causes)


def cause_json(cause: Cause) -> dict[str, object]:
    """A catalogue entry as JSON-able data."""
    return {
        "label": cause.label, "title": cause.title, "meaning": cause.meaning, "who": cause.who,
        "retryable": cause.retryable, "falls_back": cause.falls_back,
    }  # fmt: skip
