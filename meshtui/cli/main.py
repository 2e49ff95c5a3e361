"""The command line: arguments in, text or JSON out. Each command's module is imported only when it is called."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import io
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple, TypeVar

from meshtui import __version__
from meshtui.base.files import leave_no_core
from meshtui.cli.arguments import Parser, UsageError, mask_arguments, mask_text, refuse_arguments


class Command(NamedTuple):
    """One command: its module, which is imported when it is called, and its line of help. The module has
    `add_arguments(parser)` and `run(args)`, which returns the exit status."""

    module: str
    help: str
    names: bool = False
    """Whether it shows accounts, projects and people, and takes `--hide-names`."""
    statuses: str = ""
    """What its exit statuses mean; empty: the table of all."""
    examples: tuple[str, ...] = ()
    """What is typed after `meshtui`, each with a comment after `#`; empty: the module has an epilog of its own."""


BRIEF = """\
exit status:
  0  fine
  1  an error in meshtui
  2  usage
"""
SCREEN = "screen"
"""What `meshtui` alone does."""
COMMANDS = {
    "demo": Command(
        "screen",
        "the screen on a local sandbox: see keys fail and Mesh fall back; no key, no cost",
        names=True,
        statuses=BRIEF,
        examples=("demo", "demo --tour  # a guided tour", "demo --play --speed 2  # it plays by itself"),
    ),
    "check": Command(
        "check",
        "is my key good? findings, then live calls, one check at a time",
        names=True,
        examples=(
            "check  # all that is found; free",
            "check openai --prompt  # with a test prompt, a few tokens",
            "check --file key.json --offline  # nothing is sent",
            "check --matrix --format markdown",
        ),
    ),
    "send": Command(
        "send",
        "send one test prompt: who served it, who paid; if it failed, whose key and why",
        names=True,
        examples=(
            "send --credential openai",
            "send --path mesh --credential openai  # did Mesh fall back?",
            "send --path compare --credential openai  # where does it break?",
            "send --sandbox --fault openai=revoked  # without any key",
        ),
    ),
    "run": Command(
        "run",
        "run your own program and explain its calls as they happen",
        names=True,
    ),
    "explain": Command(
        "explain",
        "what an error answer means, from a file, a paste or standard input",
        names=True,
    ),
    "history": Command(
        "history",
        "past runs and checks, and what changed since it worked",
        names=True,
        examples=("history --limit 50", "history --changes openai  # what changed since it worked?", "history --clear"),
    ),
    "sandbox": Command(
        "sandbox",
        "a local server that acts as Mesh and the three providers, with faults to choose",
        statuses=BRIEF,
        examples=("sandbox --fault openai=revoked", 'eval "$(meshtui sandbox --env)"', "sandbox --list"),
    ),
    "config": Command(
        "config",
        "the settings in force, where each comes from, and what is wrong with them",
        names=True,
        examples=("config", "config --init  # begin a settings file"),
    ),
    "keys": Command(
        "keys", "the keyboard keys of the screen, and their names in the settings", statuses=BRIEF, examples=("keys",)
    ),
    "completion": Command(
        "completion",
        "shell completion for bash, zsh and fish",
        statuses=BRIEF,
        examples=("completion bash",),
    ),
}
_ALL = {**COMMANDS, SCREEN: Command("screen", "", names=True)}
HIDE_NAMES_HELP = "hide account numbers, project ids, ARNs and e-mail addresses in what is shown"

EXIT = """\
exit status:
  0  fine                          5  not permitted
  1  an error in meshtui              6  limited, or out of quota
  2  usage                         7  provider or network failure
  3  served, but by fallback       8  not known
  4  credential refused
"""


def run(argv: list[str]) -> int:
    """Runs one command. Returns the exit status (table above)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal's encoding need not have our characters
    if argv[:1] != ["run"]:  # what that starts is somebody's own program, which may leave one: see `run_child`
        leave_no_core()
    with mask_arguments(argv):
        try:
            return _run(argv)
        except KeyboardInterrupt:
            return 130


def _run(argv: list[str]) -> int:
    if argv[:1] == ["help"]:
        argv = [*argv[1:2], "--help"]
    name = argv[0] if argv and not argv[0].startswith("-") else ""
    if not name:
        _make_top_parser().parse_args(argv)
        name, argv = SCREEN, [SCREEN, *argv]
    elif name not in COMMANDS:
        from difflib import get_close_matches

        near = get_close_matches(name, COMMANDS, 1)
        meant = f"did you mean {near[0]}? The commands are" if near else "the commands are"
        reason = refuse_arguments(f"there is no command {name!r}; {meant} {', '.join(COMMANDS)}")
        print(f"meshtui: {reason}", file=sys.stderr)
        return 2
    parser = Parser(
        prog=f"meshtui {name}",
        description=_ALL[name].help or None,
        epilog=_ALL[name].statuses or EXIT,
        allow_abbrev=False,
    )
    module = import_command(name)
    fill_parser(parser, name)
    if examples := _ALL[name].examples:
        parser.epilog = f"{_list_examples(examples)}\n{parser.epilog}"
    args = parser.parse_args(argv[1:])
    # The screen hides names in what it draws, which is not printed.
    if _ALL[name].module == SCREEN or not _ALL[name].names or not (args.hide_names or _are_names_hidden_by_settings()):
        return run_guarded(module.run, args)
    from meshtui.cli.output import hide_printed_names

    with hide_printed_names():
        return run_guarded(module.run, args)


def _list_examples(examples: tuple[str, ...]) -> str:
    lines = [line if "meshtui" in line else f"meshtui {line}" for line in examples]
    width = max(len(line.partition("  # ")[0]) for line in lines)
    parts = (line.partition("  # ") for line in lines)
    return "\n".join(["examples:", *(f"  {does:<{width}}  {why}".rstrip() for does, _, why in parts), ""])


def import_command(name: str) -> ModuleType:
    """The module of this command."""
    return importlib.import_module(f"meshtui.cli.{_ALL[name].module}")


def _are_names_hidden_by_settings() -> bool:
    if not _may_have_settings():
        return False
    from meshtui.settings.loading import load

    return load(os.environ).settings.hide_names


def _may_have_settings() -> bool:
    """False where there certainly are none: reading them takes half as long as everything that `explain` does."""
    from meshtui.base.files import SETTINGS_FILE, find_config_folder_name

    named = any(name.startswith("MESHTUI_") for name in os.environ)
    return named or os.path.exists(os.path.join(find_config_folder_name(os.environ), SETTINGS_FILE))


AnyParser = TypeVar("AnyParser", bound=argparse.ArgumentParser)


def fill_parser(parser: AnyParser, name: str) -> AnyParser:
    """The parser with the arguments of this command, whose module is imported for it."""
    parser.set_defaults(command=name)
    import_command(name).add_arguments(parser)
    if _ALL[name].names:
        parser.add_argument("--hide-names", action="store_true", help=HIDE_NAMES_HELP)
    return parser


def _make_top_parser() -> Parser:
    lines = [f"  {name:<10} {command.help}" for name, command in COMMANDS.items()]
    parser = Parser(
        prog="meshtui",
        usage="meshtui [-h] [-V] [--hide-names] [COMMAND …]",
        description="Whose LLM provider key failed behind Mesh API, why, who fixes it, and did Mesh silently bill you?",
        epilog="\n".join(
            ["commands (`meshtui help COMMAND` tells more; without one the screen opens):", *lines, "", EXIT]
        ),
    )
    parser.add_argument("-V", "--version", action="version", version=f"meshtui {__version__}")
    parser.add_argument("--hide-names", action="store_true", help=HIDE_NAMES_HELP)
    return parser


def run_guarded(command: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Runs the command. An unexpected exception ends in one redacted line and status 1, never in a traceback, because
    tracebacks show source lines with values."""
    try:
        status = command(args)
        sys.stdout.flush()  # else what cannot be written is known only when Python has ended
        return status
    except UsageError as error:
        print(f"meshtui {args.command}: {refuse_arguments(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO) and not error.filename:
            print(f"meshtui {args.command}: the output could not be written: {error.strerror}", file=sys.stderr)
            _drop_unwritten_output()
            return 1
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        spot = f" ({where.tb_frame.f_globals.get('__name__')}:{where.tb_lineno})" if where else ""
        said = f"{type(error).__name__}: {mask_text(str(error))}{spot}"
        print(f"meshtui {args.command}: an error in meshtui: {said}", file=sys.stderr)
        return 1


def _drop_unwritten_output() -> None:
    """What could not be written is not tried again, and complained of, when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
