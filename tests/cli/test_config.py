"""`meshtui config`: what is in force and from where; and the settings reach the commands that have defaults."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from meshtui.settings.schema import ROWS
from meshtui.settings.template import write_template
from tests.canaries import KEYS, leaked
from tests.cli.conftest import Meshtui


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of this test's home are; the folder is not there yet."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME")
    return tmp_path / ".config" / "meshtui" / "config.toml"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)


def test_every_setting_is_shown_with_its_value_and_where_it_came_from(
    meshtui: Meshtui, file: Path, monkeypatch: pytest.MonkeyPatch
):
    write(file, '[request]\ntimeout = 5\n[keys]\n"main.fire" = "K,f5"\n')
    monkeypatch.setenv("MESHTUI_THEME", "nord")
    outcome = meshtui("config")
    shown = {line.split()[0]: " ".join(line.split()[1:]) for line in outcome.out.splitlines() if line}
    assert (outcome.status, outcome.err) == (0, "")
    assert shown["theme"] == '"nord" MESHTUI_THEME'
    assert shown["request.timeout"] == "5 ~/.config/meshtui/config.toml:2"
    assert shown["request.stream"] == "false default"
    assert shown["keys.main.fire"] == '"K,f5" ~/.config/meshtui/config.toml:4'
    assert {row.key for row in ROWS} <= shown.keys()


def test_problems_stand_below_and_the_status_is_2(meshtui: Meshtui, file: Path):
    write(file, "\nhide_name = true\n")
    outcome = meshtui("config")
    assert outcome.status == 2
    assert outcome.out.splitlines()[-1] == (
        "~/.config/meshtui/config.toml:2: hide_name: there is no such setting. Did you mean hide_names?"
    )


def test_a_warning_alone_is_told_and_the_status_is_0(meshtui: Meshtui, file: Path):
    write(file, '[keys]\n"main.fire" = "ctrl+s,f,f5"\n')
    outcome = meshtui("config")
    assert outcome.status == 0
    assert "ctrl+s may never arrive" in outcome.out


def test_json_has_the_same(meshtui: Meshtui, file: Path):
    write(file, 'theme = "nord"\nlog.times = 3\n')
    outcome = meshtui("config", "--format", "json")
    assert outcome.status == outcome.json["exit_status"] == 2
    assert outcome.json["file"] == str(file)
    assert outcome.json["settings"]["theme"] == {"value": "nord", "from": "~/.config/meshtui/config.toml:1"}
    assert outcome.json["settings"]["log.times"] == {"value": "clock", "from": "default"}
    (problem,) = outcome.json["problems"]
    assert problem["where"] == "~/.config/meshtui/config.toml:2"
    assert problem["key"] == "log.times"


def test_path_names_the_file_whether_or_not_it_is_there(meshtui: Meshtui, file: Path, monkeypatch: pytest.MonkeyPatch):
    assert meshtui("config", "--path").out == f"{file}\n"
    monkeypatch.setenv("MESHTUI_CONFIG", "/somewhere/else.toml")
    assert meshtui("config", "--path").out == "/somewhere/else.toml\n"


def test_init_writes_the_template_for_its_owner_and_never_over_a_file(meshtui: Meshtui, file: Path):
    assert "--init" in meshtui("config").out
    assert meshtui("config", "--init").out == "wrote ~/.config/meshtui/config.toml\n"
    assert file.read_text(encoding="utf-8") == write_template()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    write(file, "mine = 1\n")
    outcome = meshtui("config", "--init")
    assert outcome.status == 2
    assert "is there already, and stays as it is" in outcome.err
    assert file.read_text(encoding="utf-8") == "mine = 1\n"


def test_init_where_nothing_can_be_written_says_so(meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "in-the-way").touch()
    monkeypatch.setenv("MESHTUI_CONFIG", str(tmp_path / "in-the-way" / "config.toml"))
    outcome = meshtui("config", "--init")
    assert outcome.status == 2
    assert "cannot be written" in outcome.err


@pytest.mark.parametrize("how", [(), ("--format", "json"), ("--path",)])
def test_a_key_given_in_place_of_the_files_name_is_not_repeated(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]
):
    monkeypatch.setenv("MESHTUI_CONFIG", KEYS["project key"])
    said = meshtui("config", *how)
    assert "sk-proj-…" in said.out
    assert not leaked(said.out + said.err)


@pytest.mark.parametrize("text", ["[{}]\na = 1\n", "[keys]\n{} = 'f'\n", "[models]\n{} = 'x'\n", "{} = 1\n"])
def test_a_key_given_in_place_of_a_settings_name_is_not_repeated(meshtui: Meshtui, file: Path, text: str):
    """AWS's secrets are known by standing alone, which they do not behind a table's name."""
    for key in (KEYS["secret access key"], KEYS["project key"]):
        write(file, text.format(f'"{key}"'))
        for how in ((), ("--format", "json")):
            said = meshtui("config", *how)
            assert said.status == 2
            assert not leaked(said.out + said.err)


SENT = ("send", "--sandbox", "--credential", "openai", "--format", "json")


def request_of(outcome) -> str:
    return outcome.json["attempts"][0]["exchanges"][-1]["request"]["body"]


def test_a_test_prompt_is_sent_as_the_settings_say_unless_the_arguments_do(meshtui: Meshtui, file: Path):
    write(file, '[request]\nprompt = "Say ping"\nmax_tokens = 33\nstream = true\n[models]\nopenai = "only-for-real"\n')
    usual = meshtui(*SENT)
    assert usual.status == 0
    for part in ("Say ping", "33", '"stream":true', "gpt-4o-mini"):
        assert part in request_of(usual).replace(": ", ":")
    said = request_of(meshtui(*SENT, "--prompt", "Say pong", "--no-stream"))
    assert "Say pong" in said
    assert "stream" not in said or '"stream":false' in said.replace(": ", ":")


def test_what_cannot_hold_is_a_line_on_standard_error_and_the_command_goes_on(meshtui: Meshtui, file: Path):
    write(file, "[request]\ntimeout = -1\n")
    outcome = meshtui("check", "--sandbox", "--offline", "openai")
    assert outcome.status == 0
    assert outcome.err.startswith("meshtui: ~/.config/meshtui/config.toml:2: request.timeout: -1 is not a number of")


def test_names_are_hidden_in_what_is_printed_where_the_settings_say_so(meshtui: Meshtui, file: Path, tmp_path: Path):
    answer = tmp_path / "answer.json"
    answer.write_text('{"message": "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: x"}')
    assert "123456789012" in meshtui("explain", str(answer)).out
    write(file, "hide_names = true\n")
    assert "123456789012" not in meshtui("explain", str(answer)).out
