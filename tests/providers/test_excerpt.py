"""People see all of a usual answer, and of a flood its beginning and its end, with no secret where it was cut."""

from __future__ import annotations

import json
import re
import tracemalloc

import pytest

from meshtui.base.redaction import redact
from meshtui.http.excerpt import EDGE, HEAD, TAIL, Excerpt
from tests.canaries import EVERY, KEYS, leaked

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


def event_of(letter: str, size: int) -> str:
    chunk = {"id": "chatcmpl-1", "choices": [{"delta": {"content": letter}}], "padding": "-" * size}
    return f"data: {json.dumps(chunk)}\n\n"


def joined(shown: str) -> str:
    """What a reader makes of the events: the contents one behind the other."""
    return "".join(re.findall(r'"content": "([^"]*)"', shown))


@pytest.mark.parametrize("size", [0, 300])
@pytest.mark.parametrize("kind", ["project key", "secret access key", "Mesh key"])
def test_a_key_that_comes_letter_by_letter_across_the_gap_is_shown_in_neither_part(kind: str, size: int):
    """Its halves have no shape, and more characters than are left out around the gap."""
    key = KEYS[kind]
    room = len(event_of("x", size))
    for shown in (0, len(key) // 3, len(key) - 5):
        words, some = event_of("words ", size), event_of(" and", size)
        before = words * ((HEAD - shown * room) // len(words))
        behind = some * ((TAIL - (len(key) - shown) * room) // len(some))
        letters = "".join(event_of(letter, size) for letter in key)
        for text in (before + letters + words * 6000, words * 6000 + letters + behind):
            kept = excerpt(text, 8192)
            assert not leaked(joined(kept)), shown
            assert "characters are not kept" in kept
            assert "words" in joined(kept)


def test_a_half_that_the_gap_leaves_would_be_seen():
    key = KEYS["secret access key"]
    assert leaked(joined("".join(event_of(letter, 0) for letter in key[12:])))


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
