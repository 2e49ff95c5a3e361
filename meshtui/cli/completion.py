"""`meshtui completion`: a script by which a shell completes commands, options, choices and file names."""

from __future__ import annotations

import argparse

from meshtui.cli.main import COMMANDS, fill_parser

SHELLS = ("bash", "zsh", "fish")
HOW = """\
to have it in every new shell:
  bash  meshtui completion bash > ~/.local/share/bash-completion/completions/meshtui
  zsh   meshtui completion zsh > "${fpath[1]}/_meshtui"
  fish  meshtui completion fish > ~/.config/fish/completions/meshtui.fish
"""
FILES = ("file", "batch", "what", "scenario")
"""Arguments that take the name of a file, some of them among other things."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"{parser.epilog or ''}\n{HOW}"
    parser.add_argument("shell", choices=SHELLS)


def run(args: argparse.Namespace) -> int:
    """Prints the script. Returns 0."""
    import shtab

    print(shtab.complete(make_whole_parser(), args.shell))
    return 0


def make_whole_parser() -> argparse.ArgumentParser:
    """All commands in one parser, which no call builds: each loads its own command's module only."""
    import shtab

    parser = argparse.ArgumentParser(prog="meshtui")
    parser.add_argument("--version", action="version", version="", help="show the version")
    commands = parser.add_subparsers()
    for name, command in COMMANDS.items():
        one = fill_parser(commands.add_parser(name, help=command.help, description=command.help), name)
        for argument in one._actions:  # argparse has no public way to what a parser holds
            if argument.dest in FILES:
                argument.complete = shtab.FILE  # type: ignore[attr-defined]
    return parser
