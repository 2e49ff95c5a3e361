"""What a model says in wide characters stands in its column, and what is cut ends in an ellipsis."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from meshtui.journal.past_runs import Past
from meshtui.tui.renderers.log_rows import render_row, summarize_run
from meshtui.tui.screens.history_screen import render_past_row
from meshtui.tui.styled_text import pad, shorten
from tests.tui.conftest import Screen, settled
from tests.tui.recorded import OWN_KEY, attempt, demo, fallen_back

TEXTS = ("pong", "返事は「ポン」です。とても長い返事なので切られます。", "한국어 대답", "déjà vu", "👍 fine")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("room", [3, 8, 11, 40])
def test_no_text_takes_more_columns_than_it_has(text: str, room: int):
    short = shorten(text, room)
    assert cell_len(short) <= room
    assert short == text or short.endswith("…")
    assert cell_len(pad(short, room)) == room


@pytest.mark.parametrize("text", TEXTS)
def test_rows_of_the_log_end_in_the_same_column(text: str):
    session = demo()
    session.play("openai", OWN_KEY, attempt("own key", "openai", "openai", text=text))
    entry = session.journal[1]
    for width in (60, 78, 100):
        assert cell_len("".join(part for part, _ in render_row(entry, width))) == width


def test_a_folded_run_says_why():
    run = fallen_back().journal.of_run("run-3")
    from meshtui.tui.renderers.log_rows import RowContext

    for width in (78, 98):
        line = "".join(part for part, _ in render_row(run[0], width, RowContext(folded=summarize_run(run))))
        assert "401 The key is" in line


def test_at_80_columns_the_history_says_status_and_cause():
    run = fallen_back().journal.of_run("run-3")
    line = "".join(part for part, _ in render_past_row(Past("run-3", run), 78))
    assert "401 The key is" in line
    assert cell_len(line) <= 78


async def test_ones_own_run_is_followed_wherever_the_cursor_was(screen: Screen):
    from meshtui.session import Session

    async with screen(Session.demo(), size=(80, 24)) as (app, pilot):
        for _ in range(4):
            await pilot.press("f")
            await settled(pilot)
        await pilot.press("3", "home", "f")
        await settled(pilot)
        assert app.main.log_lines.chosen is app.session.journal[-1]
