"""What really happened, by the sandbox's own record, beside what a client could know; and who paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshtui.presentation import truth as told
from meshtui.presentation.verdict import describe_verdict
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui.widgets.page import Lines, heading, labelled

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.ledger import TriedCredential as Tried
    from meshtui.sandbox.mesh.ledger import Truth

LABEL_WIDTH = 15


def truth_lines(verdict: Verdict, attempts: Sequence[Attempt], truths: Sequence[Truth], width: int) -> Lines:
    """Nothing where Mesh was not asked: then the client has seen everything itself."""
    if all(attempt.provider != "mesh" for attempt in attempts):
        return []
    tried = [each for truth in truths for each in truth.tried]
    steps = [("" if number else "Behind Mesh", _step(each)) for number, each in enumerate(tried)]
    return [
        *heading("What really happened", width),
        *labelled((("You can know", describe_verdict(verdict)),
                   ("The truth is", told.describe_truth(attempts, truths)),
                   *steps, ("Who paid", told.describe_payment(verdict, truths))), width, LABEL_WIDTH),
    ]  # fmt: skip


def _step(tried: Tried) -> str:
    outcome = f"✗ {tried.status} {tried.meaning}" if tried.meaning else f"✓ {tried.status}"
    return f"{told.name_credential(tried)} → {outcome}"
