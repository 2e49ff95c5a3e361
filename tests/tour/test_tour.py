"""The guided tour: five steps that are short, and true."""

from __future__ import annotations

import pytest

from meshtui.demo import STEPS, Step
from meshtui.sandbox.library import names


def test_it_has_five_steps_each_on_a_scenario_of_its_own():
    assert len(STEPS) == len({step.scenario for step in STEPS}) == 5
    assert {step.scenario for step in STEPS} <= set(names())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.scenario)
def test_each_is_told_in_two_lines_that_fit_a_terminal(step: Step):
    assert len(step.tells) == 2
    assert all(len(line) <= 100 for line in (*step.tells, step.learns))
    assert len(step.title) <= 40
