"""Regular expressions that are compiled when first used: a command that reads one answer needs few of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any


class Pattern:
    """A regular expression that is compiled on first use."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source, self._flags = source, flags
        self._compiled: re.Pattern[str] | None = None

    def _ready(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled

    def search(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self._ready().search(text, at)

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self._ready().match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._ready().fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._ready().finditer(text)

    def findall(self, text: str) -> list[Any]:
        return self._ready().findall(text)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        return self._ready().sub(replacement, text)

    def split(self, text: str) -> list[str]:
        return self._ready().split(text)
