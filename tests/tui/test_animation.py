"""The moving picture of the README: small, the same every time, and still where nothing may move."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.tui.animation import FILE, STORY, animation, together


@pytest.mark.sweep
async def test_it_is_fresh():
    """Stale? Run `python -m tests.tui.animation`."""
    assert FILE.read_text(encoding="utf-8") == await animation()


def test_it_is_one_small_picture_that_can_stand_still():
    svg = FILE.read_text(encoding="utf-8")
    assert len(svg.encode()) < 700_000
    frames = [g for g in ElementTree.fromstring(svg) if (g.get("class") or "").startswith("frame")]
    assert len(frames) == len(STORY)
    assert "prefers-reduced-motion" in svg
    for frame in STORY:
        assert frame.caption in svg


def test_its_frames_tell_the_story():
    svg = FILE.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ").replace("&#160;", " ")
    told = ("Nothing has happened yet.", "own key", "Break openai", "fell back", "does not know this key", "Basis")
    frames = svg.split('<g class="frame')[1:]
    for frame, word in zip(frames, told, strict=True):
        assert word in frame


def test_colours_that_two_frames_share_are_named_once():
    one = (
        '<svg><style>\n.terminal-r1 { fill: #111 }\n</style><defs></defs><text class="terminal-r1">meshtui</text></svg>'
    )
    two = one.replace("r1", "r2")
    svg = together([one, two], ["a", "b"])
    assert svg.count("fill: #111") == 1
    assert svg.count('class="c0"') == 2
