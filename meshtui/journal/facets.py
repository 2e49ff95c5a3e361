"""The facts of a past run that are compared with those of another: a table, the likeliest reason of a failure first."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from meshtui.exchange import Exchange
from meshtui.journal.past import Past
from meshtui.runs.model import Attempt, Verdict
from meshtui.runs.rung import Ladder, RungResult


class Side(StrEnum):
    OURS = "ours"
    """What was sent, and from where: it may be the reason."""
    THEIRS = "theirs"
    """What the provider or Mesh says of itself and of the account."""
    OUTCOME = "outcome"
    """How it came out: that it differs is no reason."""


class Facet(NamedTuple):
    what: str
    read: Callable[[Past], str]
    says: str = ""
    side: Side = Side.OURS


def exchanges(past: Past) -> tuple[Exchange, ...]:
    """All that went over the wire, in its order."""
    found: list[Exchange] = []
    for entry in past.entries:
        if isinstance(entry.detail, Attempt):
            found += entry.detail.exchanges
        elif isinstance(entry.detail, RungResult) and entry.detail.exchange:
            found.append(entry.detail.exchange)
    return tuple(found)


def _asked(name: str) -> Callable[[Past], str]:
    def read(past: Past) -> str:
        value = getattr(past.asked, name)
        return str(value) if value else ""

    return read


def _yes(name: str) -> Callable[[Past], str]:
    return lambda past: "yes" if getattr(past.asked, name) else "no"


def _seconds(past: Past) -> str:
    return f"{past.asked.timeout:g} s" if past.asked.timeout else ""


def _header(name: str) -> Callable[[Past], str]:
    """The last one that came under this name from whoever decided: in a run that fell back, Mesh answered too."""

    def read(past: Past) -> str:
        decided = _deciding(past)
        sent = decided.exchanges if isinstance(decided, Attempt) else exchanges(past)
        values = [exchange.answer.header(name) for exchange in sent if exchange.answer]
        return next((value for value in reversed(values) if value), "")

    return read


def _deciding(past: Past) -> Attempt | RungResult | None:
    """The attempt that failed first, or the rung that decided; else the last one."""
    detail = past.ended.detail if past.ended else None
    if isinstance(detail, Ladder) and detail.deciding:
        return detail.deciding
    tried = [entry.detail for entry in past.entries if isinstance(entry.detail, (Attempt, RungResult))]
    failed = (each for each in tried if isinstance(each, Attempt) and not each.ok)
    return next(failed, tried[-1] if tried else None)


def status(past: Past) -> str:
    decided = _deciding(past)
    exchange = decided.exchange if isinstance(decided, RungResult) or (decided and decided.exchanges) else None
    if exchange is None:
        return ""
    return str(exchange.status) if exchange.status else (exchange.failure.kind if exchange.failure else "no answer")


def _cause(past: Past) -> str:
    decided = _deciding(past)
    if decided is None or (isinstance(decided, Attempt) and decided.ok):
        return ""
    return decided.explanation.cause if decided.explanation else getattr(decided, "cause", "")


def _rung(past: Past) -> str:
    detail = past.ended.detail if past.ended else None
    return detail.deciding.name if isinstance(detail, Ladder) and detail.deciding else ""


def served(past: Past) -> str:
    detail = past.ended.detail if past.ended else None
    return str(detail.served) if isinstance(detail, Verdict) else ""


def _fell_back(past: Past) -> str:
    detail = past.ended.detail if past.ended else None
    return {True: "yes", False: "no", None: "cannot be told"}[detail.fell_back] if isinstance(detail, Verdict) else ""


KEY = "key (fingerprint)"
POLICY = "policy"

# What explains a failure most likely first.
FACETS = (
    Facet(KEY, _asked("fingerprint"), "another secret was sent than when it worked"),
    Facet("source", _asked("source"), "it was read from somewhere else"),
    Facet("kind of credential", _asked("kind"), "it is a credential of another kind"),
    Facet("Mesh key (fingerprint)", _asked("mesh_key"), "another Mesh key, so perhaps another team with other keys"),
    Facet("region", _asked("region"), "keys, models and quotas belong to a region"),
    Facet("model", lambda past: past.model, "a key need not have the right to every model"),
    Facet(POLICY, _asked("policy"), "under exclusive use a failure of your key is the failure of the request"),
    Facet("host", _asked("host"), "it was sent somewhere else"),
    Facet("streamed", _yes("stream"), "streaming may need a right of its own"),
    Facet("cache allowed", _yes("cache"), "Mesh's cache may have answered"),
    Facet("most tokens", _asked("max_tokens"), "more tokens count against limits; too few are refused by some models"),
    Facet("timeout", _seconds, "a shorter one gives up earlier"),
    Facet("system prompt (characters)", _asked("system")),
    Facet("prompt (characters)", _asked("prompt"), "a longer one costs more tokens, and other words may be blocked"),
    Facet("meshtui", _asked("version"), "this program is another one"),
    Facet("Mesh's version", _header("x-mesh-version"), "Mesh answers by another contract", Side.THEIRS),
    Facet("organization", _header("openai-organization"), "the key belongs to another organization", Side.THEIRS),
    Facet("OpenAI's version", _header("openai-version"), "", Side.THEIRS),
    Facet("limit of requests", _header("x-ratelimit-limit-requests"), "the account's limits changed", Side.THEIRS),
    Facet("limit of tokens", _header("x-ratelimit-limit-tokens"), "the account's limits changed", Side.THEIRS),
    Facet("status", status, "", Side.OUTCOME),
    Facet("cause", _cause, "", Side.OUTCOME),
    Facet("failing rung", _rung, "", Side.OUTCOME),
    Facet("served by", served, "", Side.OUTCOME),
    Facet("fell back", _fell_back, "", Side.OUTCOME),
)
