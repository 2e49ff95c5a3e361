"""What else this machine has is on the screen too: AWS profiles, roles, what another hides, files of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.session import Session
from meshtui.tui.dialogs.list_dialog import ListDialog
from meshtui.tui.widgets.bars import StatusBar
from tests.tui.conftest import Screen, settled, text_of

PAIR = "aws_access_key_id = AKIAFAKEFAKEFAKEFAKE\naws_secret_access_key = " + "Ab1+" * 10 + "\n"
SSO = "sso_start_url = https://corp.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".aws").mkdir()
    for name, text in (("credentials", f"[work]\n{PAIR}"), ("config", f"[profile corp]\n{SSO}")):
        (tmp_path / ".aws" / name).write_text(text)
        (tmp_path / ".aws" / name).chmod(0o600)
    return tmp_path


async def test_profiles_are_named_at_the_start_and_added_when_chosen(screen: Screen, home: Path):
    session = Session({"HOME": str(home)})
    async with screen(session, (120, 36)) as (app, pilot):
        said = app.screen.query_one(StatusBar).said
        assert "A shows what this machine has, profile-corp and profile-work" in said
        assert text_of(app).splitlines()[-1].split()[:4] == ["A", "found", "here", "a"]
        await pilot.press("A")
        await settled(pilot)
        assert isinstance(app.screen, ListDialog)
        assert "single sign-on, profile corp" in text_of(app)
        assert "there is no profile [default]" in text_of(app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert list(session.credentials) == ["profile-work"]
        assert session.credentials["profile-work"].usable
        assert "profile-work added: AWS key pair" in app.screen.query_one(StatusBar).said
        await pilot.press("A", "enter")
        await settled(pilot)
        assert not session.credentials["profile-corp"].usable
        assert "There is no single sign-on token in force" in app.screen.query_one(StatusBar).said


async def test_what_is_on_the_list_already_is_not_offered_again(screen: Screen, home: Path):
    (home / ".aws/credentials").write_text(f"[default]\n{PAIR}")
    (home / ".aws/config").write_text("")
    session = Session({"HOME": str(home)})
    async with screen(session) as (app, pilot):
        assert list(session.credentials) == ["aws"]
        await pilot.press("A")
        await settled(pilot)
        assert "Nothing else was found on this machine." in app.screen.query_one(StatusBar).said
