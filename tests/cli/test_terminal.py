"""The command line on a terminal: colours where they are wanted, its width, progress, examples, and what was meant."""

from __future__ import annotations

import re
import sys
from io import StringIO

import pytest

from meshtui.base.text import make_plain
from meshtui.cli.main import COMMANDS
from meshtui.cli.terminal import Progress, find_width, takes_colour
from tests.cli.conftest import Meshtui

BROKEN = ("send", "--sandbox", "--fault", "openai=revoked")
CODES = re.compile(r"\x1b\[[\d;]*m")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "terminal", "coloured"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"NO_COLOR": ""}, True, True),
     ({"FORCE_COLOR": "1"}, False, True), ({"FORCE_COLOR": "0"}, True, False), ({"TERM": "dumb"}, True, False),
     ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False)],
    ids=str,
)  # fmt: skip
def test_colours_follow_the_terminal_and_the_two_variables(environ: dict[str, str], terminal: bool, coloured: bool):
    assert takes_colour(Terminal() if terminal else StringIO(), environ) is coloured


def test_colour_changes_no_word(meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch):
    bare = meshtui(*BROKEN).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = meshtui(*BROKEN).out
    assert "\x1b[" not in bare
    assert "\x1b[" in coloured
    assert _without_numbers(CODES.sub("", coloured)) == _without_numbers(bare)
    assert make_plain(CODES.sub("", coloured)) == CODES.sub("", coloured), "no other control characters"


def _without_numbers(text: str) -> list[str]:
    """The first words of each line: keys, ids and times are others in each sandbox."""
    return [line[:14] for line in text.splitlines()]


def test_names_are_hidden_in_colour_too(meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = meshtui("check", "--sandbox", "--offline", "aws", "bedrock", "vertex").out
    account = re.search(r"account (\d{12})", CODES.sub("", shown))
    assert account
    hidden = meshtui("check", "--sandbox", "--offline", "--hide-names", "aws", "bedrock", "vertex").out
    assert not re.search(r"(?<!\d)\d{12}(?!\d)", CODES.sub("", hidden))


def test_a_page_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch):
    assert find_width(80, StringIO()) == 80
    for columns, width in (("60", 60), ("10", 40), ("500", 120)):
        monkeypatch.setenv("COLUMNS", columns)
        assert find_width(80, Terminal()) == width


def test_what_takes_longer_than_a_second_is_said_and_taken_away(monkeypatch: pytest.MonkeyPatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("meshtui.cli.terminal.PATIENCE", 0.01)
    with Progress("calling OpenAI"):
        while "calling OpenAI" not in stream.getvalue():
            pass
    assert stream.getvalue().endswith("\r\x1b[K")


def test_without_a_terminal_no_progress_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("meshtui.cli.terminal.PATIENCE", 0.0)
    with Progress("calling OpenAI"):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_examples_and_exit_statuses(meshtui: Meshtui, name: str):
    told = meshtui("help", name).out
    assert re.search(rf"^examples:\n  .*meshtui {name}", told, re.MULTILINE)
    assert told.count("examples:\n") == 1
    own = "the program's own" if name == "run" else "0  "
    assert f"exit status:\n  {own}" in told


@pytest.mark.parametrize(
    ("words", "meant"),
    [(("send", "--sandbox", "--fault", "openai=revokd"), "revoked"),
     (("send", "--sandbox", "--scenario", "silent-fallbak"), "silent-fallback"),
     (("explain", "credential_invald"), "credential_invalid"),
     (("config", "--formt", "json"), "--format"), (("check", "--json"), "--format json"),
     (("send", "--path", "meshh"), "did you mean mesh?")],
    ids=str,
)  # fmt: skip
def test_what_was_misspelt_is_answered_with_what_was_meant(meshtui: Meshtui, words: tuple[str, ...], meant: str):
    outcome = meshtui(*words)
    assert outcome.status == 2
    assert "did you mean" in outcome.err
    assert meant in outcome.err[outcome.err.rindex("did you mean") :]


def test_a_model_that_was_misspelt_is_answered_with_the_one_that_the_key_may_call(meshtui: Meshtui):
    outcome = meshtui("send", "--sandbox", "--model", "gpt-4o-mni")
    assert "did you mean gpt-4o-mini?" in outcome.err
