"""The screen as pictures, compared letter by letter. `pytest --snapshot-update tests/tui/test_pictures.py` accepts new
ones: look at each before you do."""

from __future__ import annotations

import pytest

from tests.tui.animation import FILE
from tests.tui.pictures import FOLDER, README, accepted, app_of, play
from tests.tui.scenes import SCENES

# Those that the README shows in every run, the others as a sweep.
EVERY = [name if name in README else pytest.param(name, marks=pytest.mark.sweep) for name in SCENES]


@pytest.mark.parametrize("name", EVERY)
def test_the_screen_looks_as_it_was_accepted(snap_compare, name: str):
    scene = SCENES[name]
    assert snap_compare(app_of(scene), terminal_size=scene.size, run_before=lambda pilot: play(scene, pilot))


@pytest.mark.parametrize("name", README)
def test_the_readmes_pictures_are_those_that_were_accepted(name: str):
    """Stale? Run `python -m tests.tui.pictures`."""
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == accepted(name)


def test_no_picture_is_left_over():
    assert {path.stem for path in FOLDER.glob("*.svg")} == {*README, FILE.stem}
