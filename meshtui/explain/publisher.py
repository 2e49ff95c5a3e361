"""Vertex AI's name of a model, taken apart, and what its form alone tells.

Google answers one sentence for a misspelt model, a model of another location and one that the project was not given.
The name often decides: versions are written `@20250514`, Claude is not published by Google, and the newest Gemini
models are served in `global`, `us` and `eu` only (Vertex AI documentation, "Deployments and endpoints").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from meshtui.explain.model import Signal

_NAME = re.compile(
    r"(?:projects/(?P<project>[\w.:-]{1,100})/locations/(?P<region>[\w-]{1,40})/)?"
    r"publishers/(?P<publisher>[\w-]{1,40})/models/(?P<model>[\w.@:-]{1,120})"
)
_MAKERS = (
    ("gemini", "google"), ("gemma", "google"), ("imagen", "google"), ("veo", "google"), ("claude", "anthropic"),
    ("mistral", "mistralai"), ("codestral", "mistralai"), ("llama", "meta"), ("deepseek", "deepseek-ai"),
    ("qwen", "qwen"), ("gpt-oss", "openai"), ("jamba", "ai21"),
)  # fmt: skip
_MULTI = frozenset({"global", "us", "eu"})
_CLAUDE_AT = _MULTI | {"us-east5", "europe-west1", "asia-southeast1"}
_ENDED = re.compile(
    r"^(?:gemini-(?:pro|ultra|flash|1\b|1\.\d|[\w.-]*-exp\b)|(?:text|chat|code|codechat)-|palm|claude-(?:2|instant)\b)"
)
_GEMINI = re.compile(r"^gemini-(?:[2-9]|\d\d)(?:\.\d+)?-(?:pro|flash)\b")
_CLAUDE = re.compile(r"^claude-(?:\d|opus|sonnet|haiku)[\w.-]*(?:@(?:\d{8}|default|latest))?$")
_DASHED = re.compile(r"^(?P<stem>claude-[\w.-]*?)-(?P<date>20\d{6})$")
_PARTNER = re.compile(r"\d")
OR_ACCESS = "does not have access"


def parts(signal: Signal) -> Mapping[str, str] | None:
    """`publisher` and `model` of the first publisher model in the message, and `project` and `region` where its name is
    whole; None without one."""
    return _parts(signal.message)


@lru_cache(maxsize=1)
def _parts(message: str) -> Mapping[str, str] | None:
    """Remembered for the one sentence that several rows ask about in turn."""
    found = _NAME.search(message)
    return {name: part.rstrip(".") for name, part in found.groupdict().items() if part} if found else None


def of_another(signal: Signal) -> Mapping[str, str] | None:
    """The parts and the right `maker`, where the name is that of another publisher's model; else None."""
    values = parts(signal)
    if values is None:
        return None
    maker = next((maker for stem, maker in _MAKERS if values["model"].lower().startswith(stem)), "")
    return {**values, "maker": maker} if maker and maker != values["publisher"].lower() else None


def dashed(signal: Signal) -> Mapping[str, str] | None:
    """The parts and the name as Vertex writes it (`written`), where the date of a Claude model hangs on by a dash."""
    values = parts(signal)
    found = _DASHED.match(values["model"]) if values else None
    return {**values, "written": f"{found['stem']}@{found['date']}"} if values and found else None


def ended(signal: Signal) -> Mapping[str, str] | None:
    """The parts, where the name is of a generation that Google has shut down, or an experiment; else None."""
    values = parts(signal)
    return values if values and _ENDED.match(values["model"]) else None


def elsewhere(signal: Signal) -> Mapping[str, str] | None:
    """The parts, where a name of good form is asked for in a location that does not serve its kind; else None."""
    values = parts(signal)
    if values is None or "region" not in values:
        return None
    if _GEMINI.match(values["model"]):
        return values if values["region"] not in _MULTI else None
    return values if _CLAUDE.match(values["model"]) and values["region"] not in _CLAUDE_AT else None


def not_given(signal: Signal) -> Mapping[str, str] | None:
    """The parts, where a partner's model of good form is asked for where it is served, and Google speaks of access.
    Every partner's model carries its size, version or date, so a digit."""
    values = parts(signal)
    if values is None or values["publisher"] == "google" or OR_ACCESS not in signal.said:
        return None
    form = _CLAUDE if values["publisher"] == "anthropic" else _PARTNER
    return values if form.search(values["model"]) else None
