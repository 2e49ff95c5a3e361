"""All that is found in a text: every error with cause, provider, status, certainty, request, wait, count and lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.explain.find import FoundError, find_errors
from tests.explain import test_anywhere, test_pastes

TEXTS = {
    **{name: text for name, (text, *_) in test_anywhere.PASTES.items()},
    **{name: test_pastes.read_paste(name) for name in test_pastes.PASTES},
}
FOUND = dict(
    line.split(": ", 1) for line in (Path(__file__).parent / "found.txt").read_text().splitlines() if line[0] != "#"
)
"""Written down once more, apart from the code, so that nothing of it changes unseen."""


def describe(one: FoundError) -> str:
    told, asked = one.explanation, one.error.context
    words = [
        told.provider or "nobody", told.cause, told.certainty, told.credential or "-", str(told.status),
        f"x{one.occurrences}", f"lines {one.first_line}-{one.last_line}", one.first_time, one.last_time,
        told.proof_from, told.request_id and f"request {told.request_id}",
        told.retry_after and f"after {told.retry_after:g} s", one.error.call and f"call {one.error.call}",
        asked.model and f"model {asked.model}", asked.region and f"region {asked.region}",
        asked.project and f"project {asked.project}",
    ]  # fmt: skip
    return ", ".join(word for word in words if word)


@pytest.mark.parametrize("name", TEXTS)
def test_this_is_found_in_it_and_nothing_else(name: str):
    """A new text needs its line in found.txt: what this test says was found."""
    assert " | ".join(map(describe, find_errors(TEXTS[name]))) == FOUND.get(name)


def test_each_line_is_of_a_text():
    assert sorted(FOUND) == sorted(TEXTS)
