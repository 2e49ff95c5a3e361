"""`meshtui demo --play --cast FILE` is a recording that any player of asciicasts replays."""

from __future__ import annotations

import json
from pathlib import Path

import pyte

from meshtui.demo import STEPS
from tests.canaries import KEYS, parts_in
from tests.cli.conftest import Meshtui, meshtui

__all__ = ("meshtui",)


def test_the_recording_can_be_replayed_from_the_first_step_to_the_last(meshtui: Meshtui, tmp_path: Path):
    file = tmp_path / "demo.cast"
    outcome = meshtui("demo", "--play", "--speed", "30", "--cast", str(file))
    assert outcome.status == 0, outcome.err
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    header = json.loads(head)
    assert (header["version"], header["width"], header["height"]) == (2, 100, 30)
    screen = pyte.Screen(header["width"], header["height"])
    stream = pyte.Stream(screen)
    seen, last = "", 0.0
    for line in lines:
        at, kind, text = json.loads(line)
        assert kind == "o"
        assert at >= last
        last = at
        stream.feed(text)
        seen += "\n".join(screen.display)
    for number in range(1, len(STEPS) + 1):
        assert f"Tour {number}/{len(STEPS)}" in seen
    assert "paid from your Mesh balance" in seen
    assert not any(parts_in(seen, key) for key in KEYS.values())


def test_a_file_that_is_there_is_left_alone(meshtui: Meshtui, tmp_path: Path):
    file = tmp_path / "demo.cast"
    file.write_text("mine")
    outcome = meshtui("demo", "--play", "--cast", str(file))
    assert outcome.status == 2
    assert str(file) in outcome.err
    assert file.read_text() == "mine"


def test_what_belongs_to_playing_is_refused_without_it(meshtui: Meshtui):
    for words in (("--speed", "2"), ("--cast", "x.cast"), ("--play", "--speed", "0.01")):
        outcome = meshtui("demo", *words)
        assert outcome.status == 2
