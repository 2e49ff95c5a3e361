"""The first thing to do about a rung that failed, in one line."""

from __future__ import annotations

from meshtui.credentials.model import Credential
from meshtui.explain import remedy
from meshtui.explain.model import Context, Explanation


def first_step(credential: Credential, model: str, cause: str, told: Explanation | None) -> str:
    """The explanation's first step; without one, that of the provider for this cause. Empty where there is none."""
    if told is not None and told.steps and cause in ("", "unknown", told.cause):
        step = told.steps[0]
    else:
        material = credential.material
        region, project = getattr(material, "region", ""), getattr(material, "project_id", "")
        context = Context(model=model, region=region, project=project, credential=credential.name)
        found = remedy.first_step(credential.provider, cause, context)
        if found is None:
            return ""
        step = found
    return " ".join(filter(None, (step.text, step.command)))
