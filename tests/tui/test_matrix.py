"""The matrix on the screen: credentials, models and regions, filled live, stopped, narrowed, opened and copied."""

from __future__ import annotations

import csv
import io
import json

import pytest
from textual.widgets import Input

from meshtui.checks import matrix
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.screens.matrix_screen import CellScreen, MatrixScreen
from meshtui.tui.widgets.bars import StatusBar
from tests.canaries import KEYS, parts_in
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import demo


def sheet_of(app: MeshtuiApp) -> MatrixScreen:
    assert isinstance(app.screen, MatrixScreen)
    return app.screen


def is_filled(app: MeshtuiApp) -> bool:
    return bool(sheet_of(app).cells) and not sheet_of(app).running


def said(app: MeshtuiApp) -> str:
    return app.screen.query_one(StatusBar).said


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reaches the clipboard."""
    found: list[str] = []
    monkeypatch.setattr(MeshtuiApp, "copy_to_clipboard", lambda _, text: found.append(text))
    return found


@pytest.mark.parametrize("size", leave_to_sweep([(80, 24), (150, 40)]))
async def test_every_credential_is_asked_for_its_model_and_the_table_tells_what_it_came_to(
    screen: Screen, size: tuple[int, int]
):
    async with screen(Session.demo(), size) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("M")
        await settled(pilot, until=lambda: is_filled(app), seconds=20)
        text = text_of(app)
        assert "6 of 6 cells" in text
        assert "no · openai, gpt-4o-mini · The key is unknown" in text
        assert "This key does not work: OpenAI does not know this key." in text
        by_name = {cell.credential.name: cell.status for cell in sheet_of(app).cells}
        assert by_name["openai"] == "no"
        assert by_name["bedrock"] == by_name["aws"] == by_name["vertex"] == "ok"
        await pilot.press("right", "right", "right", "down", "down")
        await settled(pilot)
        assert "vertex, gemini" in text_of(app)


async def test_models_and_regions_are_typed_and_the_table_is_filled_for_them(screen: Screen):
    async with screen(Session.demo(), (120, 36)) as (app, pilot):
        await pilot.press("M")
        await settled(pilot, until=lambda: is_filled(app), seconds=20)
        await pilot.press("g", *"us-east-1,eu-central-1", "down")
        await pilot.press("m", *"amazon.nova-micro-v1:0", "enter")
        await settled(pilot, until=lambda: is_filled(app), seconds=20)
        cells = sheet_of(app).cells
        assert {(c.credential.name, c.region) for c in cells} >= {("aws", "us-east-1"), ("aws", "eu-central-1")}
        assert {c.model for c in cells} == {"amazon.nova-micro-v1:0"}
        assert not isinstance(app.focused, Input)


async def test_a_cell_opens_with_all_of_its_checks(screen: Screen):
    async with screen(Session.demo(), (120, 36)) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("M")
        await settled(pilot, until=lambda: is_filled(app), seconds=20)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, CellScreen)
        assert "identity" in text_of(app)
        assert "OpenAI does not know this key" in text_of(app)
        await pilot.press("escape", "right", "enter")
        await settled(pilot)
        assert said(app) == "Nothing was asked for this cell."


async def test_cells_are_filled_while_one_looks_and_stop_at_once(screen: Screen):
    async with screen(Session.demo(), (120, 36)) as (app, pilot):
        for name in ("openai", "bedrock", "aws", "vertex"):
            app.session.stage.set_fault(name, "slow")
        await pilot.press("M")
        await settled(pilot, until=lambda: any(c.status == matrix.ASKING for c in sheet_of(app).cells), seconds=20)
        assert "running" in text_of(app)
        assert "calling" in text_of(app)
        await pilot.press("s")
        await settled(pilot)
        assert "then stopped" in text_of(app)
        assert not any(c.status == matrix.ASKING for c in sheet_of(app).cells)
        assert said(app) == "Stopped. r fills it again."


async def test_no_more_than_a_few_cells_are_asked_for_at_once_and_one_of_each_credential(screen: Screen):
    async with screen(Session.demo()) as (app, _):
        names = [name for name in app.session.credentials if name not in ("mesh", "platform")]
        credentials = [app.session.credentials[name] for name in names]
        cells = matrix.plan_cells(credentials, ["gpt-4o-mini", "gpt-4o", "amazon.nova-micro-v1:0", "no-such"], [])
        now: dict[int, str] = {}
        most = 0

        def record(at: int, cell: matrix.Cell) -> None:
            nonlocal most
            if cell.status == matrix.ASKING:
                assert cell.credential.name not in now.values()
                now[at] = cell.credential.name
                most = max(most, len(now))
            else:
                now.pop(at)

        filled = await matrix.fill_cells(cells, app.session.client, record, prompt=False)
        assert 1 < most <= matrix.WIDTH
        assert all(cell.status in ("ok", "no", "unclear") for cell in filled)


async def test_prompts_are_sent_only_when_asked_for_twice_where_they_cost_something(screen: Screen):
    session = demo()
    session.sandboxed = False
    async with screen(session) as (app, pilot):
        app.push_screen(MatrixScreen(session, ()))
        await settled(pilot)
        await pilot.press("P")
        await settled(pilot)
        assert "P once more does it" in said(app)
        assert sheet_of(app).armed


async def test_the_table_is_copied_in_three_forms_without_a_key(screen: Screen, copied: list[str]):
    async with screen(Session.demo(), (120, 36)) as (app, pilot):
        await pilot.press("M")
        await settled(pilot, until=lambda: is_filled(app), seconds=20)
        for key in "yYJ":
            await pilot.press(key)
            await settled(pilot)
        as_markdown, as_csv, as_json = copied
        secrets = [c.secret.reveal() for c in app.session.credentials.values() if c.secret]
        assert not any(secret in text for secret in secrets for text in copied)
        assert {cell["credential"] for cell in json.loads(as_json)["cells"]} == set(app.session.credentials)
        assert next(csv.reader(io.StringIO(as_csv))) == list(matrix.HEADINGS)
        assert as_markdown.startswith("| credential | model |")


async def test_without_a_credential_there_is_no_matrix(screen: Screen):
    session = Session({})
    async with screen(session) as (app, pilot):
        await pilot.press("M")
        await settled(pilot)
        assert not isinstance(app.screen, MatrixScreen)
        assert "There is no credential yet" in said(app)


async def test_a_key_that_is_typed_where_a_model_belongs_is_not_sent(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pilot.press("M")
        for field in ("models", "regions"):
            await settled(pilot, until=lambda: is_filled(app), seconds=20)
            getattr(sheet_of(app).fields, field).value = KEYS["project key"]
            sheet_of(app).fill(prompt=True)
            await settled(pilot)
            assert sheet_of(app).cells == (), field
            assert "A field holds a key" in said(app), field
            assert not parts_in(text_of(app), KEYS["project key"]), field
            getattr(sheet_of(app).fields, field).value = ""
            sheet_of(app).fill(prompt=True)
