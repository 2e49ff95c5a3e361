"""`meshtui completion`: real shells complete with the script."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from meshtui.cli.main import COMMANDS
from tests.cli.conftest import Meshtui

BASH = """
source {script}
COMP_WORDS=({words} "{last}")
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_shtab_meshtui
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def bash(script: Path, words: str, last: str) -> set[str]:
    code = BASH.format(script=script, words=words, last=last)
    done = subprocess.run(["bash", "--norc", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def fish(script: Path, words: str, last: str) -> set[str]:
    code = f"source {script}; complete -C '{words} {last}'"
    done = subprocess.run(["fish", "--no-config", "-c", code], capture_output=True, text=True, check=True)
    return {line.split("\t")[0] for line in done.stdout.splitlines()}


def zsh(script: Path, words: str, last: str) -> set[str]:
    """Zsh completes only where somebody types."""
    shell = pexpect.spawn("zsh", ["-f"], encoding="utf-8", dimensions=(50, 200), timeout=10, env={
        "TERM": "dumb", "PATH": "/usr/bin:/bin", "HOME": str(script.parent)})  # fmt: skip
    shell.sendline("PS1='>'; unsetopt zle_bracketed_paste; zstyle ':completion:*' list-colors ''; "
                   f"autoload -Uz compinit && compinit -u && source {script} && compdef _shtab_meshtui meshtui; "
                   "LISTMAX=0; setopt nobeep; echo rea''dy")  # fmt: skip
    shell.expect("ready\r\n")
    shell.expect(">")
    shell.send(f"{words} {last}\t\t")
    shell.expect(pexpect.TIMEOUT, timeout=1.5)
    shown = str(shell.before)
    shell.close(force=True)
    return set(shown.replace("--", " ").split())


SHELLS: dict[str, Callable[[Path, str, str], set[str]]] = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.fixture(params=["bash", pytest.param("zsh", marks=pytest.mark.slow), "fish"])
def complete(request: pytest.FixtureRequest, meshtui: Meshtui, tmp_path: Path) -> Callable[[str, str], set[str]]:
    """What the shell offers for the words and the beginning of the last one."""
    shell = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")
    script = tmp_path / f"meshtui.{shell}"
    script.write_text(meshtui("completion", shell).out, encoding="utf-8")
    return lambda words, last: SHELLS[shell](script, words, last)


def test_commands_are_completed(complete: Callable[[str, str], set[str]]):
    offered = complete("meshtui", "se")
    assert "send" in offered
    assert "check" not in offered


def test_the_paths_of_a_request_are_completed(complete: Callable[[str, str], set[str]]):
    assert {"byok", "mesh", "platform", "compare"} <= complete("meshtui send --path", "")


def test_options_are_those_of_the_command(complete: Callable[[str, str], set[str]]):
    offered = complete("meshtui explain", "--st")
    assert {"--status", "status"} & offered
    assert "--stream" not in offered


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_in_the_script(meshtui: Meshtui, shell: str):
    script = meshtui("completion", shell)
    assert script.status == 0
    assert all(name in script.out for name in COMMANDS)


def test_another_shell_is_refused_with_those_there_are(meshtui: Meshtui):
    outcome = meshtui("completion", "csh")
    assert outcome.status == 2
    assert "zsh" in outcome.err
