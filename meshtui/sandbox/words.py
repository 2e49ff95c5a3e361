"""What the sandbox's models say. Deterministic, so that tests and pictures can name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WANTED = re.compile(r"\bsingle word:?\s+[\"'`]?(\w+)", re.IGNORECASE)
DEFAULT_LIMIT = 256


def reply(prompt: str) -> str:
    """The word that the prompt asks for, or a sentence about the prompt."""
    wanted = _WANTED.search(prompt)
    if wanted:
        return wanted[1]
    return f"This is the sandbox speaking: your prompt of {len(prompt.split())} words arrived whole and was answered."


def limit_of(given: object) -> int:
    """The number of tokens that a request allows, where it gives a sensible one."""
    return given if isinstance(given, int) and given > 0 else DEFAULT_LIMIT


def pieces(text: str, limit: int = DEFAULT_LIMIT) -> tuple[tuple[str, ...], bool]:
    """The text as at most `limit` words, each with the space before it, and whether it was cut short.

    Here a token is a word: easy to count for those who watch.
    """
    words = tuple(re.findall(r"\s*\S+", text))
    return words[:limit], len(words) > limit


def count(text: str) -> int:
    """Tokens of a prompt; at least one."""
    return max(1, len(text.split()))


def text_of(content: object) -> str:
    """The text in a message's content: a string, or a list of parts with `text` in them (OpenAI's, Bedrock's and
    Google's spelling alike)."""
    if isinstance(content, str):
        return content
    if isinstance(content, Iterable):
        return " ".join(str(p["text"]) for p in content if isinstance(p, Mapping) and "text" in p)
    return ""
