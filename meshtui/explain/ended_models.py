"""Which models have ended or will, and what their provider names in their place: the one table of it.

To extend it, add a row. A name stands for its dated versions too (`gpt-4` for `gpt-4-0613`), unless a version has a
row of its own, and for models tuned from it; one that ends with a hyphen or a dot stands for all that begin so. Where
an answer says itself when a model ends (OpenAI's `shutdown_date`, Bedrock's `modelLifecycle`), that counts and not this
table, so Bedrock has no rows: its lists of models carry the days.
"""

from __future__ import annotations

from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern


class ModelEnd(NamedTuple):
    """The end of one model at one provider or vendor."""

    provider: str
    name: str
    ends: str
    """The last day, as YYYY-MM-DD."""
    replacement: str = ""
    """What the source names in its place; empty where it names nothing, or where what it names was not read."""
    closed: str = ""
    """The day from which on new projects are refused, where that comes before the end."""


class Source(NamedTuple):
    """Where the rows of a provider come from."""

    title: str
    url: str
    read: str
    """The day on which it was read, as YYYY-MM-DD."""


SOURCES = {
    "openai": Source("Deprecations", "https://developers.openai.com/api/docs/deprecations", "2026-11-28"),
    "vertex": Source("Model versions and lifecycle",
                     "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions",
                     "2026-11-28"),
    "anthropic": Source("Model deprecations", "https://platform.claude.com/docs/en/about-claude/model-deprecations",
                        "2026-11-28"),
}  # fmt: skip


def _end_all(
    provider: str, ends: str, names: tuple[str, ...], replacement: str = "", closed: str = ""
) -> list[ModelEnd]:
    return [ModelEnd(provider, name, ends, replacement, closed) for name in names]


ROWS: tuple[ModelEnd, ...] = (
    *_end_all("openai", "2026-10-23", ("gpt-3.5-turbo", "o4-mini"), "gpt-5.6-terra"),
    *_end_all("openai", "2026-10-23", ("gpt-4", "gpt-4-1106-preview", "gpt-4-turbo"), "gpt-5.6-sol"),
    *_end_all("openai", "2026-10-23", ("gpt-4o-2024-05-13",), "gpt-5.6-sol"),
    *_end_all("openai", "2026-10-23", ("o1", "o1-pro", "o3-mini"), "gpt-5.6-sol"),
    *_end_all("openai", "2026-10-23", ("gpt-4.1-nano", "gpt-image-1")),
    *_end_all("openai", "2026-12-01", ("gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"),
              "gpt-image-2.6-sunburst"),
    *_end_all("openai", "2026-12-11", ("gpt-5", "o3"), "gpt-6.1-sol"),
    *_end_all("openai", "2026-12-11", ("gpt-5-mini",), "gpt-6.1-terra"),
    *_end_all("openai", "2026-12-11", ("gpt-5-nano", "gpt-5-pro", "o3-pro")),
    *_end_all("openai", "2027-01-14", ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini"), "gpt-6-luna"),
    *_end_all("openai", "2027-04-01", ("gpt-5.1",)),
    *_end_all("vertex", "2026-06-01", ("gemini-2.0-flash", "gemini-2.0-flash-lite"), "gemini-3.1-flash-lite"),
    *_end_all("vertex", "2026-10-16", ("gemini-2.5-pro",), "gemini-3.5-flash", "2026-09-16"),
    *_end_all("vertex", "2026-10-16", ("gemini-2.5-flash",), "gemini-3.5-flash-lite", "2026-09-16"),
    *_end_all("vertex", "2026-10-16", ("gemini-2.5-flash-lite",), "gemini-3.1-flash-lite", "2026-09-16"),
    *_end_all("vertex", "2026-12-13", ("gemini-live-2.5-flash-native-audio",), "", "2026-11-13"),
    *_end_all("anthropic", "2024-11-06", ("claude-1.", "claude-instant-")),
    *_end_all("anthropic", "2025-07-21", ("claude-2.0", "claude-2.1", "claude-3-sonnet")),
    *_end_all("anthropic", "2025-10-28", ("claude-3-5-sonnet",)),
    *_end_all("anthropic", "2026-01-05", ("claude-3-opus",)),
    *_end_all("anthropic", "2026-02-19", ("claude-3-7-sonnet", "claude-3-5-haiku")),
    *_end_all("anthropic", "2026-06-15", ("claude-sonnet-4", "claude-sonnet-4-0"), "claude-sonnet-4-6"),
    *_end_all("anthropic", "2026-06-15", ("claude-opus-4", "claude-opus-4-0"), "claude-opus-4-8"),
    *_end_all("anthropic", "2026-08-05", ("claude-opus-4-1",)),
)  # fmt: skip
_BY_NAME = {(row.provider, row.name): row for row in ROWS}
_BEGINNINGS = tuple(row for row in ROWS if row.name.endswith(("-", ".")))
_VERSION = Pattern(r"(?:-20\d\d-\d\d-\d\d|-20\d{6}|-[01]\d{3}|-\d{3}|-v\d+|-latest|@[\w-]+)$")
"""How providers append a version to a model's name."""
_MAKERS = {"openai": "openai", "google": "vertex", "anthropic": "anthropic"}
"""Mesh's and gateways' word before the slash → whose table the model is in."""


def find_end(provider: str, model: str) -> ModelEnd | None:
    """The row of a model, whatever version of it is named; None where no end is known.

    `provider` is a provider or a vendor. Of Mesh and of gateways, and where it is empty, the maker before the slash
    counts: `openai/gpt-4`.
    """
    maker, _, rest = model.lower().strip("`'\" .").rpartition("/")
    whose = provider if provider in SOURCES else _MAKERS.get(maker.rpartition("/")[2], "")
    name = rest.split(":")[1] if rest.startswith("ft:") else rest
    for written in (name, name.replace(".", "-")) if whose == "anthropic" else (name,):
        if row := _find_version(whose, written):
            return row
    return next((row for row in _BEGINNINGS if row.provider == whose and name.startswith(row.name)), None)


def _find_version(provider: str, name: str) -> ModelEnd | None:
    """The row of the name, or of what is left where version after version is taken off its end."""
    if row := _BY_NAME.get((provider, name)):
        return row
    shorter = _VERSION.sub("", name)
    return _find_version(provider, shorter) if shorter != name else None


def describe_end(end: ModelEnd) -> dict[str, str]:
    """`model`, `ended`, `closed` and `replacement`, as far as they are known, for the texts of a rule."""
    values = {"model": end.name, "ended": end.ends, "closed": end.closed, "replacement": end.replacement}
    return {name: value for name, value in values.items() if value}


def has_ended(end: ModelEnd, today: str) -> bool:
    """Whether that day, as YYYY-MM-DD, is the last or later."""
    return end.ends <= today
