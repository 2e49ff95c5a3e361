"""`meshtui` itself: help, version, unknown commands, and our own errors."""

from __future__ import annotations

import argparse

import pytest

from meshtui import __version__
from meshtui.cli import main
from tests.canaries import parts_in
from tests.cli.conftest import Meshtui


def test_help_names_every_command_and_every_exit_status(meshtui: Meshtui):
    outcome = meshtui("--help")
    assert outcome.status == 0
    for name in meshtui_commands():
        assert name in outcome.out
    assert "3  served, but by fallback" in outcome.out


def meshtui_commands() -> list[str]:
    return list(main.COMMANDS)


@pytest.mark.parametrize("name", meshtui_commands())
def test_every_command_has_help_of_its_own(meshtui: Meshtui, name: str):
    outcome = meshtui(name, "--help")
    assert outcome.status == 0
    assert outcome.out.startswith(f"usage: meshtui {name}")


def test_the_version_is_the_packages(meshtui: Meshtui):
    assert meshtui("--version").out == f"meshtui {__version__}\n"


def test_an_unknown_command_is_answered_with_the_known_ones(meshtui: Meshtui):
    outcome = meshtui("explode")
    assert outcome.status == 2
    assert "explain" in outcome.err


def test_the_screen_without_a_terminal_says_what_works_without(meshtui: Meshtui):
    outcome = meshtui()
    assert outcome.status == 2
    assert "needs a terminal" in outcome.err


def test_an_error_of_ours_is_one_line_without_traceback_or_key(capsys: pytest.CaptureFixture[str]):
    key = "sk-proj-" + "Zq7" * 20

    def fails(_: argparse.Namespace) -> int:
        raise ValueError(f"while holding {key}")

    assert main.run_guarded(fails, argparse.Namespace(command="test")) == 1
    said = capsys.readouterr().err
    assert said.startswith("meshtui test: an error in meshtui: ValueError: while holding sk-proj-…")
    assert not parts_in(said, key)
    assert "Traceback" not in said


def test_a_command_that_was_misspelt_is_answered_with_the_one_that_was_meant(meshtui: Meshtui):
    outcome = meshtui("chekc")
    assert outcome.status == 2
    assert "did you mean check?" in outcome.err


def test_help_is_a_command_too(meshtui: Meshtui):
    assert meshtui("help").out == meshtui("--help").out
    assert meshtui("help", "check").out == meshtui("check", "--help").out


def test_a_capital_v_is_the_version(meshtui: Meshtui):
    assert meshtui("-V").out == meshtui("--version").out


def test_a_credential_that_was_misspelt_is_answered_with_the_one_that_was_meant(meshtui: Meshtui):
    outcome = meshtui("check", "--sandbox", "--offline", "opnai")
    assert outcome.status == 2
    assert "did you mean openai?" in outcome.err
