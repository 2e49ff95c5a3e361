"""What the screen paints of a change is what Textual's own compositor would paint, letter by letter and colour."""

from __future__ import annotations

import re

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor

from meshtui.tui.command_app import RowCompositor
from tests.tui.conftest import Screen, settled
from tests.tui.programs import entries
from tests.tui.recorded import all_kinds

KEYS = ("p", "p", "s", "3", "up", "up", "home", "down", "enter", "escape", "slash", *"429", "enter", "z", "escape", "1",
        "down", "f1", "down", "escape", "question_mark", "escape", "2", "e", *"xy", "tab", "escape", "3")  # fmt: skip


@pytest.mark.usefixtures("every_frame")
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_painted_is_what_textual_would_paint(screen: Screen, monkeypatch, size):
    compared = 0

    def paint_twice(compositor: RowCompositor) -> ChopsUpdate | None:
        nonlocal compared
        changed = set(compositor._dirty_regions)
        ours = paint(compositor)
        compositor._dirty_regions.update(changed)
        with monkeypatch.context() as textuals:
            textuals.setattr(RowCompositor, "_get_renders", Compositor._get_renders)
            theirs = Compositor.render_partial_update(compositor)
        if ours is not None or theirs is not None:
            assert ours is not None
            assert theirs is not None
            assert write(ours) == write(theirs)
            compared += 1
        return ours

    def write(update: ChopsUpdate) -> str:
        """Without moves after which nothing is written: Textual's own has one beside each change."""
        return re.sub(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)", "", update.render_segments(console))

    console = Console(force_terminal=True, color_system="truecolor", width=size[0], height=size[1])
    paint = RowCompositor.render_partial_update
    monkeypatch.setattr(RowCompositor, "render_partial_update", paint_twice)
    async with screen(all_kinds(), size=size) as (app, pilot):
        for number, key in enumerate(KEYS):
            await pilot.press(key)
            app.session.journal.extend(entries(3, 3 * number))
            await settled(pilot)
        await pilot.hover("#log", offset=(10, 3))
        await pilot.mouse_down("#log", offset=(10, 3))
        await pilot.hover("#log", offset=(30, 5))
        await pilot.mouse_up("#log", offset=(30, 5))
        await settled(pilot)
    assert compared > len(KEYS)
