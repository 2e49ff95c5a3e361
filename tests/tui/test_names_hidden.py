"""With names hidden no account, project, user or e-mail address is on any screen, in any copy, in any field."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.tui import hidden_names
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import ACCOUNT, all_kinds

TUI = Path(hidden_names.__file__).parent


async def test_the_key_hides_and_shows_names_and_the_title_bar_says_so(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("down", "down", "down", "enter")
        assert ACCOUNT in text_of(app)
        await pilot.press("D")
        await settled(pilot)
        shown = text_of(app)
        assert "names hidden" in shown.splitlines()[0]
        assert "e-mails are hidden, here and in copies. D shows them again." in shown
        assert "demo-project" not in shown
        assert "<e-mail>" in shown
        assert app.session.settings.hide_names
        await pilot.press("y")
        await settled(pilot)
        assert "<e-mail>" in app.clipboard
        assert "demo-project" not in app.clipboard
        await pilot.press("k", "y")
        await settled(pilot)
        for name in ("<e-mail>", "<project>"):
            assert name in text_of(app)
            assert name in app.clipboard
        assert "demo-project" not in text_of(app) + app.clipboard
        await pilot.press("escape", "escape", "D")
        await settled(pilot)
        assert "names hidden" not in text_of(app)
        await pilot.press("enter")
        assert ACCOUNT in text_of(app)


async def test_a_name_is_hidden_before_its_line_is_cut(screen: Screen):
    session = all_kinds()
    session.settings = Settings(hide_names=True)
    async with screen(session, size=(80, 24)) as (app, pilot):
        await pilot.press("3", "home", *["down"] * 4, "enter")
        for width in range(60, 110, 3):
            await pilot.resize_terminal(width, 30)
            shown = text_of(app)
            assert "12345" not in shown
            assert "arn:aws:iam::<" in shown


async def test_what_is_typed_shows_as_dots_and_is_sent_as_it_is(screen: Screen):
    arn = "arn:aws:iam::123456789012:role/acme-1"
    session = all_kinds()
    session.settings = Settings(hide_names=True)
    async with screen(session, size=(200, 60)) as (app, pilot):
        app.main.query_one("#model").value = arn
        await settled(pilot)
        shown = text_of(app)
        assert "arn:aws:iam::••••••••••••:role/••••••" in shown
        assert app.main.request.prompt().model == arn


@pytest.mark.sweep
async def test_no_name_is_anywhere_when_the_demo_is_driven_with_names_hidden(screen: Screen):
    """Every sheet and every copy of all four credentials: checked, fired, broken, fired again."""
    seen: list[str] = []
    async with screen(Session.demo(Settings(hide_names=True)), size=(140, 50)) as (app, pilot):

        def look() -> None:
            seen.extend((text_of(app), app.export_screenshot()))

        credentials = app.session.credentials
        names = {name for credential in credentials.values() for name in credential.names}
        assert len(names) >= 4, "account, user, project and address"
        for name in [n for n in app.main.credentials.names if n in DEFAULT_MODELS or n == "aws"]:
            app.main.credentials.cursor = app.main.credentials.names.index(name)
            await pilot.press("enter")
            look()
            await pilot.press("y")
            await settled(pilot)
            seen.append(app.clipboard)
            await pilot.press("escape", "c")
            await settled(pilot)
            look()
            app.session.stage.set_fault(name, "no_permission")
            await pilot.press("f")
            await settled(pilot)
            look()
        await pilot.press("3")
        for position in range(len(app.session.journal)):
            app.main.log_lines.cursor = position
            await pilot.press("enter", "Y")
            await settled(pilot)
            look()
            seen.append(app.clipboard)
            await pilot.press("escape")
    for text in seen:
        for name in names:
            assert name not in text


def test_every_text_field_hides_names():
    """What is typed is drawn by Textual, so each field is told: `highlighter=FIELD_MASK`."""
    for path in TUI.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Input":
                assert "highlighter" in {keyword.arg for keyword in call.keywords}, f"{path}:{call.lineno}"
