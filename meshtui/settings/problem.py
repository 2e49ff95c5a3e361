"""What is wrong with a setting: where, what, and how to mend it."""

from __future__ import annotations

import json
from typing import NamedTuple

from meshtui.redact import redact
from meshtui.sanitize import one_line


class Problem(NamedTuple):
    where: str
    """`~/.config/meshtui/config.toml:12`, or the name of an environment variable."""
    wrong: str
    mend: str
    key: str = ""
    """The setting, or empty where the whole file is meant."""
    warning: bool = False
    """It holds all the same."""

    def __str__(self) -> str:
        about = f"{self.where}: {self.key}: " if self.key and self.key != self.where else f"{self.where}: "
        end = "" if self.mend.endswith("?") else "."
        return one_line(redact(f"{about}{self.wrong}. {self.mend}{end}"))


def shown(value: object) -> str:
    """A value as TOML writes it, masked where it is a key."""
    try:
        plain = isinstance(value, (str, bool, int, float, list))
        text = json.dumps(value, ensure_ascii=False, default=str) if plain else str(value)
    except ValueError:  # a number in hexadecimal digits may have more than Python writes in decimal ones
        text = "a number that long"
    return one_line(redact(text), 80)
