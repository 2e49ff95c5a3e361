"""What really happened, by the sandbox's own record, beside what a client could know; and who paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshtui.presentation import scene as told
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui.widgets.page import Lines, heading, labelled

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.books import Tried, Truth

LABEL_WIDTH = 15


def truth_lines(verdict: Verdict, attempts: Sequence[Attempt], truths: Sequence[Truth], width: int) -> Lines:
    """Nothing where Mesh was not asked: then the client has seen everything itself."""
    if all(attempt.provider != "mesh" for attempt in attempts):
        return []
    tried = [each for truth in truths for each in truth.tried]
    steps = [("" if number else "Behind Mesh", _step(each)) for number, each in enumerate(tried)]
    return [
        *heading("What really happened", width),
        *labelled((("You can know", told.known(verdict)), ("The truth is", told.really(attempts, truths)),
                   *steps, ("Who paid", told.paid(verdict, truths))), width, LABEL_WIDTH),
    ]  # fmt: skip


def _step(tried: Tried) -> str:
    outcome = f"✗ {tried.status} {tried.meaning}" if tried.meaning else f"✓ {tried.status}"
    return f"{told.whose(tried)} → {outcome}"
