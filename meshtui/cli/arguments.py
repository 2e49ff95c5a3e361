"""A key given as an argument by mistake: whatever is said about the arguments masks it."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.base.text import plain

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


class Parser(argparse.ArgumentParser):
    """Argparse quotes what it refuses."""

    def error(self, message: str) -> NoReturn:
        super().error(refusal(message))


def shown(text: str) -> str:
    """The text of any other error, fit for a terminal: keys masked, control characters replaced."""
    return plain(redact(text))


def refusal(text: str) -> str:
    """The text of an error about the arguments, which quotes them. Where a key is among them it says just that: such a
    text may quote parts of a key that nobody would know for one."""
    return plain(text) if redact(text) == text else KEY_GIVEN


@contextmanager
def masked(argv: Sequence[str]) -> Iterator[None]:
    """As long as this lasts, the redactor knows the arguments that look like keys without a prefix."""
    told = [text for text in argv if "-----" not in text and not os.path.lexists(text.replace("\0", ""))]
    keys = [key for text in told for key in _KEY.findall(text)]
    held = [Secret(key) for key in keys]
    yield
    held.clear()
