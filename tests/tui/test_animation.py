"""The moving picture of the README: a recording of the tour, small, and still where nothing may move."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from meshtui.demo import STEPS
from tests.canaries import KEYS, parts_in
from tests.tui.animation import FILE, SHOWN, choose_frames, record, together

TOLD = {
    1: ("Your own key served, no fallback", "paid to your provider"),
    2: ("✗ refused", "OpenAI does not know this key", "paid from your Mesh balance", "Mesh charged $0.0000015"),
    4: ("✓ answered", "Only its cost shows a silent fallback"),
    5: ("✗ refused", "no fallback (observed)"),
    6: ("✗ forbidden", "has to allow the action"),
    7: ("✗ limited", "until then your Mesh balance pays"),
    8: ("Mesh's copy of it fails", "Mesh holds an old copy of the key"),
}
"""Step → what its frame must show."""
CHANGING = re.compile(r"\d\d:\d\d:\d\d|\d+(\.\d+)? m?s\b|…\w{4}|\bnow\b|[\s▁▂▃▄▅▆▇█]+")
"""Times and keys, which are others in each recording, and the spaces that they move."""


def read_frames() -> list[str]:
    """The text of each frame of the file."""
    svg = unescape(FILE.read_text(encoding="utf-8")).replace("\N{NO-BREAK SPACE}", " ")
    return [read_lines(frame) for frame in svg.split('<g class="frame')[1:]]


def read_lines(frame: str) -> str:
    """The texts of a frame by line and place: Rich writes one for each run of one style."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in re.findall(r'x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', frame):
        lines.setdefault(float(y), []).append((float(x), text))
    return "\n".join("".join(text for _, text in sorted(lines[y])) for y in sorted(lines))


@pytest.mark.sweep
def test_it_is_fresh():
    """Stale? Run `python -m tests.tui.animation`, and look at it."""
    for kept, made in zip(read_frames(), choose_frames(record()), strict=True):
        known = CHANGING.sub("", kept)
        for line in made.text.splitlines():
            assert CHANGING.sub("", line) in known, line


def test_it_is_one_small_picture_that_can_stand_still():
    svg = FILE.read_text(encoding="utf-8")
    assert len(svg.encode()) < 700_000
    frames = [g for g in ElementTree.fromstring(svg) if (g.get("class") or "").startswith("frame")]
    assert len(frames) == len(SHOWN)
    assert "prefers-reduced-motion" in svg


def test_its_frames_tell_the_tour():
    for number, frame in zip(SHOWN, read_frames(), strict=True):
        assert f"Tour {number}/{len(STEPS)}" in frame
        assert STEPS[number - 1].title in frame
        for part in TOLD[number]:
            assert part in frame, (number, part)


def test_no_key_is_in_it():
    assert not any(parts_in(FILE.read_text(encoding="utf-8"), key) for key in KEYS.values())
    assert not re.search(r"sk-proj-\w{8}|rsk_\w{8}|AKIA\w{8}", FILE.read_text(encoding="utf-8"))


def test_colours_that_two_frames_share_are_named_once():
    one = (
        '<svg><style>\n.terminal-r1 { fill: #111 }\n</style><defs></defs><text class="terminal-r1">meshtui</text></svg>'
    )
    two = one.replace("r1", "r2")
    svg = together([one, two])
    assert svg.count("fill: #111") == 1
    assert svg.count('class="c0"') == 2
