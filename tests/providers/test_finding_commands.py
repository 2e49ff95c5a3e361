"""Commands in the words of findings and checks are held to what those of steps are: a shell takes them, the operations
and parameters exist, no key is an argument, nothing in angle brackets is left to be filled in."""

from __future__ import annotations

import re
import shlex

import pytest

from meshtui.explain.causes import CAUSES
from meshtui.providers.finding_catalogue import list_rows
from tests.each import each
from tests.explain.test_advice import CLI_ONLY, GLOBAL, SHELLS, find_operations, is_taken

_COMMAND = re.compile(
    r"(?:\(umask 077; )?\b(?:aws (?!libraries|profile|account|region)[a-z-]+ [a-z]|gcloud [a-z-]+ [a-z]|chmod [u0-7]"
    r"|unset [A-Z{]|meshtui [a-z]+ -|timedatectl |ls -)[^.,;:()]*(?:\.[a-z][^.,;:() ]*)*(?:(?<=json)\))?"
)
_PROSE = re.compile(r" (?:shows?|tells?|lets|on it|and|with|sends?)\b.*")
"""Where the sentence goes on behind the command."""


def list_texts() -> dict[str, str]:
    """Every sentence of advice outside the steps, by the id of its finding or cause."""
    rows = {ident: f"{row.title} {row.fix}" for ident, row in list_rows().items()}
    return {**rows, **{cause.label: cause.meaning for cause in CAUSES.values()}}


TEXTS = list_texts()
COMMANDS = sorted({
    (ident, _PROSE.sub("", re.sub(r"\{\w+\}", "VALUE", found)).strip())
    for ident, text in TEXTS.items()
    for found in _COMMAND.findall(text)
})  # fmt: skip


def test_there_are_commands_in_findings():
    assert len(COMMANDS) > 8


@pytest.mark.parametrize(("ident", "command"), COMMANDS)
def test_a_command_in_a_finding_is_one_that_a_shell_takes(ident: str, command: str):
    assert [shell for shell in SHELLS if not is_taken(shell, command)] == [], ident
    assert not re.search(r"[?*\[\]<$]", command), ident
    assert "export-credentials" not in command or (command.startswith("(umask 077; ") and ">" in command), ident


@pytest.mark.parametrize(("ident", "command"), [each for each in COMMANDS if each[1].startswith("aws ")])
def test_its_operation_and_parameters_exist_at_aws(ident: str, command: str):
    words = shlex.split(command)
    if any(words[: len(start)] == start for start in CLI_ONLY):
        return
    shape = find_operations(words[1])[words[2]].input_shape
    given = {word.removeprefix("--") for word in words[3:] if word.startswith("--")} - GLOBAL
    assert given <= {name.replace("_", "-") for name in _list_names(shape)}, ident


def _list_names(shape) -> set[str]:
    from botocore import xform_name

    return {xform_name(name, "-") for name in shape.members} if shape else set()


@each("ident", sorted(TEXTS))
def test_no_sentence_of_a_finding_leaves_a_placeholder_or_sends_a_key(ident: str):
    assert not re.search(r"<[a-z][\w -]*>", TEXTS[ident])
    assert not re.search(r"curl[^.]*Authorization", TEXTS[ident])
    assert "platform.openai.com/docs/" not in TEXTS[ident]
