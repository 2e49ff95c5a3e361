"""Every cause has an exit status, and scripts can rely on it."""

from __future__ import annotations

import pytest

from meshtui.explain.causes import CANNOT_BE_TOLD, CAUSES, find_cause


@pytest.mark.parametrize("label", CAUSES)
def test_a_status_means_who_has_to_act(label: str):
    found = find_cause(label).exit_status
    assert found in (4, 5, 6, 7, 8)
    assert (found == 8) == (label == "unknown")
    if label.startswith("credential_"):
        assert found == 4
    if label.startswith(("rate_limited", "quota")):
        assert found == 6


def test_a_cause_that_is_none_cannot_be_told():
    assert find_cause("").exit_status == CANNOT_BE_TOLD
