"""A cause that no answer told has a first step as well."""

from __future__ import annotations

import pytest

from meshtui.explain.causes import CAUSES, find_first_fix
from meshtui.explain.model import Context


@pytest.mark.parametrize("provider", ["openai", "bedrock", "vertex", "mesh", ""])
def test_every_cause_has_a_first_step_at_every_provider(provider: str):
    for cause in CAUSES:
        step = find_first_fix(provider, cause, Context())
        assert step is not None
        assert step.text


def test_the_step_names_what_is_known():
    step = find_first_fix("vertex", "api_not_enabled", Context(project="demo-project"))
    assert step is not None
    assert "demo-project" in " ".join(step)


def test_what_is_no_cause_has_none():
    assert find_first_fix("openai", "", Context()) is None
