"""One row says everything of a cause, so the row is complete and agrees with itself."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

import meshtui
from meshtui.explain.causes import (
    CAUSES,
    NO,
    NOT_DOCUMENTED,
    WHO_FIXES,
    YES,
    Cause,
    describe_misleading_status,
    find_cause,
)

PACKAGE = Path(meshtui.__file__).parent
RULES = re.compile(
    r"providers/\w+/(errors|fixes|checks)|explain/(causes|network_rules|relay_rules|gateway_rules|general_rules|general_fixes)|sandbox/"
)
"""Where a label is at home: its row, and the rules and steps that lead to it."""


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_a_row_is_complete(cause: Cause):
    assert cause.who in WHO_FIXES
    assert cause.falls_back in (YES, NO, NOT_DOCUMENTED)
    assert 0 < len(cause.state) <= 9
    assert cause.title
    assert cause.meaning.endswith(".")
    assert bool(cause.what_it_is) == (cause.label != "unknown")
    assert cause.credential or not cause.label.startswith(("credential", "permission"))


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_a_status_that_suggests_a_cause_is_not_contradicted_for_it(cause: Cause):
    assert not any(describe_misleading_status(cause, status) for status in cause.suggested_by)


def test_what_an_old_history_calls_otherwise_is_unknown():
    assert find_cause("gone with an older version").label == "unknown"


def test_a_label_is_spelt_in_two_places_at_most_outside_its_row_and_the_rules():
    files = [path for path in PACKAGE.rglob("*.py") if not RULES.search(path.as_posix())]
    spelt = re.compile(rf"[\"']({'|'.join(label for label in CAUSES if '_' in label)})[\"']")
    found = defaultdict(list)
    for path in files:
        for line in path.read_text().splitlines():
            for label in set(spelt.findall(line)):
                found[label].append(f"{path}: {line}")
    assert {label: lines for label, lines in found.items() if len(lines) > 2} == {}
