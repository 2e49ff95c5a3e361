"""Which one rung proves again, after a fix, what a line of the log tells."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from meshtui.exchange import Exchange
from meshtui.journal.entry import Entry
from meshtui.journal.fault import fell_back, subject
from meshtui.runs.model import Attempt
from meshtui.runs.rung import STREAMING, Holds, Ladder, RungResult

CHECKED_WELL = (
    "Nothing failed on this check: {main.check} on the main screen checks the credential again, rung by rung."
)
ANSWERED = "This was answered: there is nothing to check again."
FELL_BACK = (
    "Mesh answered by fallback, which hides why: {main.check} on the main screen checks the key itself, rung by rung."
)
NEITHER = "Only a check or a test prompt can be checked again, and this line is neither."
_MODEL = re.compile(r"/models?/([^/]+?)(?:/[\w-]+|:[A-Za-z]\w*)?\Z")


class Again(NamedTuple):
    """`why_not` is empty where there is something to climb."""

    credential: str = ""
    rung: str = ""
    model: str = ""
    """Empty: the ladder's own."""
    failed: bool = False
    """Whether it failed, or could not be told, the last time."""
    why_not: str = ""
    """A sentence that names keys by their commands, as in `{main.check}`."""


def again(entry: Entry, run: Sequence[Entry]) -> Again:
    """The rung for this entry; `run` are all entries of its run."""
    match subject(entry, run):
        case Attempt(ok=True):
            return Again(why_not=FELL_BACK if fell_back(run) else ANSWERED)
        case Attempt() as attempt:
            exchange = attempt.exchange
            return Again(attempt.credential, rung_for(exchange), model_of(exchange), failed=True)
        case RungResult() as rung:
            ladder = next((e.detail for e in run if isinstance(e.detail, Ladder)), None)
            model = ladder.model if ladder else ""
            return Again(rung.credential, rung.name, model, rung.holds in (Holds.FAILED, Holds.UNCLEAR))
        case Ladder():
            return Again(why_not=CHECKED_WELL)
        case _:
            return Again(why_not=NEITHER)


def rung_for(exchange: Exchange) -> str:
    """The rung that makes the same call."""
    if exchange.call == "token":
        return "identity"
    streamed = "stream" in _path(exchange).rpartition("/")[2].lower() or _in_body(exchange, "stream") is True
    return STREAMING if streamed else "prompt"


def model_of(exchange: Exchange) -> str:
    """The model that was asked for, as the API that was called names it; empty where the request does not tell."""
    named = _in_body(exchange, "model")
    if isinstance(named, str):
        return named
    found = _MODEL.search(_path(exchange))
    return unquote(found[1]) if found else ""


def _path(exchange: Exchange) -> str:
    """By hand: a region that is none makes an address that is none, and urlsplit raises for it."""
    return "/" + exchange.request.url.partition("://")[2].partition("/")[2].partition("#")[0].partition("?")[0]


def _in_body(exchange: Exchange, field: str) -> object:
    try:
        body = json.loads(exchange.request.body)
    except (ValueError, RecursionError):
        return None
    return body.get(field) if isinstance(body, dict) else None
