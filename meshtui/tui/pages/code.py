"""Equivalent code, as it is shown: what has to be set for it, and its text with comments and variables told apart."""

from __future__ import annotations

import re
from typing import NamedTuple

from meshtui.exports.code import Code, codes
from meshtui.providers.sent_request import Sent
from meshtui.tui.veil import veiled
from meshtui.tui.widgets.page import BLANK, Lines, labelled, wrap
from meshtui.tui.words import Parts

_VARIABLE = re.compile(r'(\$[A-Z]+(?:_[A-Z]+)+|os\.environ\["[A-Z_]+"\])')
OF_THE_DEMO = "this demo's own sandbox; `meshtui sandbox` serves one that tells its keys"
HANG = "    "


class Titled(NamedTuple):
    """`title` is short: it stands in a row of tabs."""

    title: str
    code: Code
    variables: tuple[str, ...]
    """What has to be set for it."""


def codes_of(sent: tuple[tuple[str, Sent], ...]) -> tuple[Titled, ...]:
    """All code there is for these requests, with whose each is where there are several."""
    return tuple(
        Titled(f"{title} {code.title.split()[0]}" if len(sent) > 1 else code.title, code, request.variables)
        for title, request in sent
        for code in codes(request)
    )


def code_lines(titled: Titled, width: int, *, sandboxed: bool) -> Lines:
    """The names of the variables to set, then the code; what is wider than the page goes on in the next line."""
    told = (("Set", ", ".join(titled.variables)), ("Asks", OF_THE_DEMO if sandboxed else ""))
    lines: Lines = [*labelled(told, width, 6), BLANK]
    for line in veiled(titled.code.text).rstrip("\n").split("\n"):
        comment = line.lstrip().startswith("#")
        lines += [((part, "dim"),) if comment else _parts(part) for part in wrap(line, width, HANG)]
    return lines


def _parts(line: str) -> Parts:
    return tuple((part, "accent" if _VARIABLE.fullmatch(part) else "") for part in _VARIABLE.split(line) if part)
