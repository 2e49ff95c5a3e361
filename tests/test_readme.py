"""The README says what is so."""

from __future__ import annotations

import re

import pytest

from meshtui.cli.main import COMMANDS, EXIT
from tests.readme import README, with_fresh_parts

TEXT = README.read_text(encoding="utf-8")


def test_its_tables_made_from_code_are_fresh():
    assert with_fresh_parts(TEXT) == TEXT, "run `python -m tests.readme`"


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT))
def test_every_picture_and_file_it_points_to_is_there(target: str):
    assert (README.parent / target).is_file()


def test_quick_start_is_two_commands_of_one_line():
    section = TEXT.partition("## Quick start")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert all(block.startswith("python3 -m venv .venv && ") for block in blocks)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "demo"])
def test_every_command_is_shown(name: str):
    assert f"meshtui {name}" in TEXT


def test_the_exit_statuses_are_those_of_help():
    for status, meaning in re.findall(r"(\d)  ([a-z][a-z, ]+[a-z])", EXIT):
        said = "an error in meshtui" if status == "1" else meaning.strip()
        assert re.search(rf"^\| {status} \| {re.escape(said)} \|", TEXT, re.MULTILINE), f"{status}: {said}"
