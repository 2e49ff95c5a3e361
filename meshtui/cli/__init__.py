"""The command line: arguments in, text or JSON out. Each command's module is imported only when it is called."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from typing import NamedTuple, TypeVar

from meshtui import __version__
from meshtui.cli.arguments import Parser, masked, refusal, shown


class Command(NamedTuple):
    module: str
    help: str


COMMANDS = {
    "demo": Command("meshtui.cli.screen", "the screen with a sandbox behind it: watch keys fail and Mesh fall back"),
    "check": Command("meshtui.cli.check", "is my key good? findings, then live calls, one check at a time"),
    "send": Command("meshtui.cli.send", "fire one test prompt: who served, and if nobody, whose key failed and why"),
    "explain": Command("meshtui.cli.explain", "what an error answer means, from a file, a paste or standard input"),
    "history": Command("meshtui.cli.history", "past runs and checks, and what changed since it worked"),
    "sandbox": Command("meshtui.cli.sandbox", "serve Mesh and the three providers on loopback, with faults"),
    "config": Command("meshtui.cli.config", "what is set, from where, and what of it cannot hold"),
    "keys": Command("meshtui.cli.keys", "every key of the screen, and the name by which settings change it"),
    "completion": Command("meshtui.cli.completion", "a script by which bash, zsh or fish completes all this"),
}

SCREENS = ("screen", "demo")
NAMING = ("check", "send", "explain", "history", "config", *SCREENS)
"""Commands that tell of accounts, projects and people, and take `--hide-names`."""
NAMING_HELP = "hide accounts, projects, ARNs' names and e-mail addresses in what is shown"

EXIT = """\
exit status:
  0  fine                          5  not permitted
  1  an error of ours              6  limited, or out of quota
  2  usage                         7  provider or network failure
  3  served, but by fallback       8  could not be told
  4  credential refused
"""


def run(argv: list[str]) -> int:
    """Runs one command. Returns the exit status (table above)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal's encoding need not have our characters
    with masked(argv):
        try:
            return _run(argv)
        except KeyboardInterrupt:
            return 130


def _run(argv: list[str]) -> int:
    name = argv[0] if argv and not argv[0].startswith("-") else ""
    if not name:
        _top_level().parse_args(argv)
        name, argv = "screen", ["screen", *argv]
    elif name not in COMMANDS:
        said = refusal(f"there is no command {name!r}; the commands are {', '.join(COMMANDS)}")
        print(f"meshtui: {said}", file=sys.stderr)
        return 2
    parser = Parser(
        prog=f"meshtui {name}",
        description=COMMANDS[name].help if name in COMMANDS else None,
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    args = filled(parser, name).parse_args(argv[1:])
    if name in SCREENS or name not in NAMING or not (args.hide_names or _names_are_to_be_hidden()):
        return _guarded(args.run, args)
    from meshtui.cli.output import names_hidden

    with names_hidden():
        return _guarded(args.run, args)


def _names_are_to_be_hidden() -> bool:
    """What the settings say."""
    if not _there_may_be_settings():
        return False
    from meshtui.settings.loading import load

    return load(os.environ).settings.hide_names


def _there_may_be_settings() -> bool:
    """False where there are none for certain: to read them takes half as long as all that `explain` does."""
    from meshtui.base.files import SETTINGS_FILE, config_folder_name

    named = any(name.startswith("MESHTUI_") for name in os.environ)
    return named or os.path.exists(os.path.join(config_folder_name(os.environ), SETTINGS_FILE))


Filled = TypeVar("Filled", bound=argparse.ArgumentParser)


def filled(parser: Filled, name: str) -> Filled:
    """The parser with the arguments of this command, whose module is imported for it."""
    module = importlib.import_module(COMMANDS[name].module if name in COMMANDS else "meshtui.cli.screen")
    parser.set_defaults(command=name, run=module.run)
    module.add_arguments(parser)
    if name in NAMING:
        parser.add_argument("--hide-names", action="store_true", help=NAMING_HELP)
    return parser


def _top_level() -> Parser:
    lines = [f"  {name:<10} {command.help}" for name, command in COMMANDS.items()]
    parser = Parser(
        prog="meshtui",
        usage="meshtui [-h] [--version] [--hide-names] [COMMAND …]",
        description="Whose LLM provider key failed behind Mesh API, why, who repairs it, and did Mesh silently pay?",
        epilog="\n".join(
            ["commands (`meshtui COMMAND -h` tells more; without one the screen opens):", *lines, "", EXIT]
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"meshtui {__version__}")
    parser.add_argument("--hide-names", action="store_true", help=NAMING_HELP)
    return parser


def _guarded(command: object, args: argparse.Namespace) -> int:
    """Runs the command; what we did not foresee ends in one redacted line and status 1, never in a traceback,
    because tracebacks show what lines held."""
    assert callable(command)
    try:
        return int(command(args))
    except UsageError as error:
        print(f"meshtui {args.command}: {refusal(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        spot = f" ({where.tb_frame.f_globals.get('__name__')}:{where.tb_lineno})" if where else ""
        print(f"meshtui {args.command}: our own error: {type(error).__name__}: {shown(str(error))}{spot}",
              file=sys.stderr)  # fmt: skip
        return 1


class UsageError(Exception):
    """Something in the arguments is wrong; the text names it and the mend."""
