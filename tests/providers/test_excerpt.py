"""People see all of a usual answer, and of a flood its beginning and its end, with no secret where it was cut."""

from __future__ import annotations

import tracemalloc

import pytest

from meshtui.base.redaction import redact
from meshtui.http.excerpt import EDGE, HEAD, TAIL, Excerpt
from tests.canaries import EVERY, leaked

pytestmark = pytest.mark.attack


def excerpt(text: str, size: int) -> str:
    kept = Excerpt()
    for at in range(0, len(text), size):
        kept.add(text[at : at + size])
    return redact(kept.text())


@pytest.mark.parametrize("size", [1, 1000, HEAD + TAIL])
@pytest.mark.parametrize("length", [0, 1, HEAD, HEAD + 1, HEAD + TAIL])
def test_what_is_short_enough_is_kept_whole(size: int, length: int):
    text = ("some words, " * (length // 12 + 1))[:length]
    assert excerpt(text, size) == text


@pytest.mark.parametrize("size", [7, 8192])
def test_the_beginning_and_the_end_of_a_flood_are_kept(size: int):
    shown = excerpt("the first words " + "and so on " * 100_000 + "the last words", size)
    assert shown.startswith("the first words")
    assert shown.endswith("the last words")
    assert "characters are not kept" in shown
    assert HEAD + TAIL - 3 * EDGE < len(shown) < HEAD + TAIL


@pytest.mark.parametrize("key", EVERY, ids=range(len(EVERY)))
def test_a_key_that_the_cut_goes_through_is_shown_in_neither_part(key: str):
    for shown in (4, len(key) // 2, len(key) - 4):
        before = ("x, " * HEAD)[: HEAD - shown] + key
        behind = ("y, " * HEAD)[: TAIL - shown]
        assert not leaked(excerpt(f"{before}\n{'z, ' * TAIL}\n{key}{behind}", 8192))


def test_a_flood_takes_no_more_memory_than_is_kept():
    kept = Excerpt()
    tracemalloc.start()
    try:
        for _ in range(8192):
            kept.add("a line, " * 1024)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2 * (HEAD + TAIL)
