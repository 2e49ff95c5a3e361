"""What to do about a cause that was found without an answer to explain: by comparing, or by asking somebody else."""

from __future__ import annotations

from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Context, Signal, Step
from meshtui.explain.steps import steps
from meshtui.explain.texts import Values, fill_step


def first_step(provider: str, cause: str, context: Context) -> Step | None:
    """The provider's first step, its holes filled from the context; None for a label that is not in the catalogue."""
    if cause not in CAUSES:
        return None
    values = Values(Signal(provider=provider, context=context), {}, None, "")
    return fill_step(steps(provider, cause)[0], values)
