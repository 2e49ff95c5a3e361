"""The first thing to do about a rung that failed, in one line."""

from __future__ import annotations

from meshtui.credentials.model import Credential
from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Context, Explanation, Signal, Step
from meshtui.explain.steps import steps
from meshtui.explain.texts import Values, fill_step


def first_step(credential: Credential, model: str, cause: str, told: Explanation | None) -> str:
    """The explanation's first step; without one, that of the provider for this cause. Empty where there is none."""
    if told is not None and told.steps and cause in ("", "unknown", told.cause):
        return _in_a_line(told.steps[0])
    if cause not in CAUSES:
        return ""
    material = credential.material
    context = Context(
        model=model, region=getattr(material, "region", ""), project=getattr(material, "project_id", ""),
        credential=credential.name,
    )  # fmt: skip
    values = Values(Signal(provider=credential.provider, context=context), {}, None)
    return _in_a_line(fill_step(steps(credential.provider, cause)[0], values))


def _in_a_line(step: Step) -> str:
    return " ".join(filter(None, (step.text, step.command)))
