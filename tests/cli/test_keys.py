"""`meshtui keys`: every command with the keys in force, from the one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.settings.commands import COMMANDS, PLACES, list_keys
from tests.cli.conftest import Meshtui
from tests.test_structure import HEAVY, loaded_by


def test_every_command_is_listed_below_its_place(meshtui: Meshtui):
    outcome = meshtui("keys")
    assert (outcome.status, outcome.err) == (0, "")
    for title in PLACES.values():
        assert f"\n{title}\n" in f"\n{outcome.out}"
    for command in COMMANDS:
        line = next(line for line in outcome.out.splitlines() if line.split()[:1] == [command.ident])
        assert line.split()[1 : 1 + len(list_keys(command))] == list_keys(command)
        assert line.endswith(command.help)


def test_json_has_the_keys_in_force_their_defaults_and_where_they_come_from(
    meshtui: Meshtui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "mine.toml"
    file.write_text('[keys]\n"main.fire" = "ctrl+f, c"\n"main.edit" = "none"\n')
    monkeypatch.setenv("MESHTUI_CONFIG", str(file))
    outcome = meshtui("keys", "--format", "json")
    rows = {row["command"]: row for row in outcome.json["commands"]}
    assert (rows["main.fire"]["keys"], rows["main.fire"]["default_keys"]) == (["ctrl+f", "c"], ["f", "f5"])
    assert rows["main.fire"]["from"] == f"{file}:2"
    assert rows["main.edit"]["keys"] == []
    assert (rows["main.check"]["keys"], rows["main.check"]["from"]) == (["f6"], "default")
    assert "c was main.check's" in outcome.err
    assert "no key" in meshtui("keys").out


@pytest.mark.parametrize("command", ["keys", "config"])
def test_no_textual_is_loaded_for_it(command: str):
    assert not loaded_by(f"from meshtui.cli.main import run; run([{command!r}])") & (HEAVY | {"asyncio"})
