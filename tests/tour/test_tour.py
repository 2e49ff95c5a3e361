"""The guided tour: steps that are short, and true."""

from __future__ import annotations

import pytest

from meshtui.base.redaction import redact
from meshtui.demo import CHANGES, PROGRAM, STEPS, Step, find_session_changes, perform, run_program
from meshtui.presentation.lines import render_text
from meshtui.sandbox.scenario_library import find_scenario as find
from meshtui.sandbox.scenario_library import list_scenario_names as names
from meshtui.session import Session


def test_it_shows_every_provider_each_refusal_and_what_else_there_is():
    plays = [step.plays for step in STEPS]
    assert len(set(plays)) == len(plays) == 10
    assert {*plays} <= {*names(), CHANGES, PROGRAM}
    assert {"compare"} < {find(name).ask.path for name in plays if name in names()}
    assert {find(name).ask.credential for name in plays if name in names()} == {"openai", "aws", "vertex"}
    assert "exclusive" in {policy for name in plays if name in names() for policy in find(name).policies.values()}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.plays)
def test_each_is_told_in_two_lines_that_fit_a_terminal(step: Step):
    assert len(step.tells) == 2
    assert all(len(line) <= 100 for line in (*step.tells, step.learns))
    assert len(step.title) <= 40


async def test_what_changed_is_found_between_two_runs_of_the_sitting():
    async with Session.demo() as session:
        assert find_session_changes(session) is None
        for name in ("key-works", "revoked-with-fallback"):
            await perform(session, find(name), lambda _: None)
        page = find_session_changes(session)
    assert page is not None
    assert "the change is at the provider or Mesh" in render_text(page)
    assert "200 → 401" in render_text(page)


def test_a_program_of_ones_own_meets_the_fault_and_is_explained():
    printed = run_program()
    assert "app.py: HTTP 401" in printed
    assert "OpenAI does not know this key" in printed
    assert redact(printed) == printed
