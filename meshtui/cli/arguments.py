"""Arguments that several commands have, each defined once; and a key given as an argument by mistake: whatever is said
about the arguments masks it."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.base.text import make_plain

# What has no prefix, such as AWS's secrets: a long text of mixed letters and digits is a secret where it stands among
# arguments and names no file, though not in every text.
_KEY = re.compile(
    r"(?<![\w+/.])(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)"
    r"(?:[A-Za-z0-9+/_-]{100,}={0,2}|[A-Za-z0-9+/]{40}(?![\w+/.-])|[A-Za-z0-9+]{31,}={0,2})"
)
KEY_GIVEN = (
    "one of the arguments is a key, so they are not repeated here. Whoever uses this machine can read arguments, and "
    "your shell keeps them: give --file PATH or set the key's variable, and exchange the key if others were there"
)


class UsageError(Exception):
    """Something in the arguments is wrong; the text names it and the fix."""


class Parser(argparse.ArgumentParser):
    """Argparse quotes what it refuses, and asks for the terminal's width whenever an argument is added, though only
    help has use for it: `shutil`, which knows, loads every module of compression."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=80), **given)

    def format_usage(self) -> str:
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        return super().format_usage()

    def format_help(self) -> str:
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        super().error(refuse_arguments(message + self._suggest(message)))

    def _suggest(self, message: str) -> str:
        """The option or the choice that was meant by one that is not known, if one is near."""
        from difflib import get_close_matches

        options = [option for option in self._option_string_actions if option.startswith("--")]
        if message.startswith("unrecognized arguments: "):
            word = message.removeprefix("unrecognized arguments: ").split()[0].partition("=")[0]
            formats = self._option_string_actions.get("--format")
            if formats is not None and word[2:] in (formats.choices or ()):  # as many other programs call it
                return f"; did you mean --format {word[2:]}?"
            near = get_close_matches(word, options, 1)
        elif choice := _CHOICE.match(message):
            action = self._option_string_actions.get(choice["option"])
            near = get_close_matches(choice["word"], list(map(str, (action and action.choices) or ())), 1)
        else:
            return ""
        return "".join(f"; did you mean {meant}?" for meant in near)


_CHOICE = re.compile(r"argument (?:-\w/)?(?P<option>--[\w-]+): invalid choice: '(?P<word>[^']*)'")
"""As argparse refuses a value that is none of an option's."""


def mask_text(text: str) -> str:
    """The text of any other error, fit for a terminal: keys masked, control characters replaced."""
    return make_plain(redact(text))


def refuse_arguments(text: str) -> str:
    """The text of an error about the arguments, which quotes them. Where a key is among them the text says only that,
    because it may quote parts of a key that cannot be recognised as such."""
    return make_plain(text) if redact(text) == text else KEY_GIVEN


@contextmanager
def mask_arguments(argv: Sequence[str]) -> Iterator[None]:
    """As long as this lasts, the redactor knows the arguments that look like keys without a prefix."""
    shown = [text for text in argv if "-----" not in text and not os.path.lexists(text.replace("\0", ""))]
    keys = [key for text in shown for key in _KEY.findall(text)]
    held = [Secret(key) for key in keys]
    yield
    held.clear()


def add_format_argument(parser: argparse.ArgumentParser, *others: str, text: str = "") -> None:
    """`--format`: text, JSON, or one of the others; `text` is its help."""
    choices = ("text", "json", *others)
    parser.add_argument("--format", choices=choices, default="text", help=text or None)


def add_key_arguments(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """Where credentials come from: a file, an AWS profile, which .env files are read."""
    how: dict[str, Any] = {"action": "append", "default": []} if several else {}
    parser.add_argument("--file", metavar="PATH", help="take the credential from this file"
                        + ("; - is standard input" if several else ""), **how)  # fmt: skip
    parser.add_argument("--profile", metavar="NAME", help="take the credential from this AWS profile", **how)
    parser.add_argument("--run-credential-process", action="store_true",
                        help="run the program that gives the --profile its keys; only if you ask for it")  # fmt: skip
    parser.add_argument("--env-file", metavar="PATH", default="",
                        help="read this file's variables instead of the working directory's .env files")  # fmt: skip
    parser.add_argument("--no-dotenv", action="store_true", help="read no .env file of the working directory")


def add_fault_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=FAULT",
        help="break one of the sandbox's credentials, such as openai=revoked, or some of its requests, such as "
        "openai=revoked:first-2; may be given several times, and `meshtui sandbox --list` shows what there is",
    )


def add_scenario_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scenario",
        metavar="NAME|FILE",
        help="set the sandbox up as a scenario of the library or a TOML file of yours says "
        "(`meshtui sandbox --list` shows them)",
    )
