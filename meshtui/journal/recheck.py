"""Whose key is at fault in a line of the log, by its name in the list, or why none is; and which one check proves
again, after a fix, what that line says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from meshtui.base.exchange import Exchange
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.providers.check import STORED_KEY, STREAMING, CheckStatus
from meshtui.runs.model import Attempt, Verdict

ALL_WELL = "Nothing failed here, so no key is at fault."
MESHS_OWN = "The key at fault is one of Mesh's own, not one of yours."
STORED = "The key at fault is the one stored with Mesh: Mesh's dashboard has it, under provider keys."
PASTED = "This answer was pasted: which credential it was about is not known."


class Fault(NamedTuple):
    credential: str
    """Empty: none of the list is at fault, and `why` says so."""
    why: str = ""


def find_subject(entry: Entry, run: Sequence[Entry]) -> object:
    """What failed in what the entry is about, else what it is about: the failed attempt of a run, the deciding check of
    a check. `run` are all entries of its run."""
    detail = entry.detail
    if isinstance(detail, RunInputs) or detail is None:
        detail = next((e.detail for e in run if e.what is EntryKind.VERDICT), detail)
    if isinstance(detail, CheckReport):
        return detail.deciding or detail
    if isinstance(detail, Verdict):
        attempts = [e.detail for e in run if isinstance(e.detail, Attempt)]
        return next((a for a in attempts if a.explanation), attempts[-1] if attempts else detail)
    return detail


def find_fault(entry: Entry, run: Sequence[Entry]) -> Fault:
    """The credential that the explanation of this entry blames."""
    match find_subject(entry, run):
        case Attempt(explanation=Explanation() as explanation) as attempt:
            return _find_attempt_fault(attempt, explanation, run)
        case CheckResult(status=CheckStatus.FAILED | CheckStatus.UNCLEAR) as check:
            return _find_check_fault(check)
        case Explanation() as explanation:
            return Fault("", PASTED) if explanation.credential else _make_no_fault(explanation)
        case Attempt() if is_fallback_run(run):
            # Nothing says why, only that it was not this key that served.
            return Fault(run[0].credential)
        case _:
            return Fault("", ALL_WELL)


def is_fallback_run(run: Sequence[Entry]) -> bool:
    """Whether the run ended in a fallback, be it a silent one."""
    return any(isinstance(e.detail, Verdict) and (e.detail.fell_back or e.detail.alarm) for e in run)


def _find_attempt_fault(attempt: Attempt, explanation: Explanation, run: Sequence[Entry]) -> Fault:
    if explanation.credential is None:
        return _make_no_fault(explanation)
    if explanation.credential == "mesh" or attempt.provider != "mesh":
        return Fault(attempt.credential)
    # Mesh passes on what a provider said of a key: that of its team, or one of its own.
    return Fault("", MESHS_OWN) if attempt.role == "platform" else Fault(run[0].credential)


def _find_check_fault(check: CheckResult) -> Fault:
    explanation = check.explanation
    through_mesh = check.exchange is not None and check.exchange.provider == "mesh"
    if check.name.startswith(STORED_KEY) or (explanation and explanation.credential == "provider" and through_mesh):
        return Fault("", STORED)
    if explanation is not None and explanation.credential is None:
        return _make_no_fault(explanation)
    if explanation is None and not (check.cause in CAUSES and CAUSES[check.cause].credential):
        return Fault("", f"No key is at fault here: {check.note.rstrip('.') or 'nothing speaks against it'}.")
    return Fault(check.credential)


def _make_no_fault(explanation: Explanation) -> Fault:
    return Fault("", f"No key is at fault here: {explanation.headline.rstrip('.')}. Who fixes it: {explanation.who}.")


CHECKED_WELL = (
    "Nothing failed on this check: {main.check} on the main screen checks the credential again, check by check."
)
ANSWERED = "This was answered: there is nothing to check again."
FELL_BACK = (
    "Mesh answered by fallback, which hides why: {main.check} on the main screen checks the key itself, check by check."
)
NEITHER = "Only a check or a test prompt can be checked again, and this line is neither."
_MODEL = re.compile(r"/models?/([^/]+?)(?:/[\w-]+|:[A-Za-z]\w*)?\Z")


class Recheck(NamedTuple):
    """`why_not` is empty where there is something to run."""

    credential: str = ""
    check: str = ""
    model: str = ""
    """Empty: the check report's own."""
    failed: bool = False
    """Whether it failed, or was unclear, the last time."""
    why_not: str = ""
    """A sentence that names keys by their commands, as in `{main.check}`."""


def plan_recheck(entry: Entry, run: Sequence[Entry]) -> Recheck:
    """The check for this entry; `run` are all entries of its run."""
    match find_subject(entry, run):
        case Attempt(ok=True):
            return Recheck(why_not=FELL_BACK if is_fallback_run(run) else ANSWERED)
        case Attempt() as attempt:
            exchange = attempt.exchange
            return Recheck(attempt.credential, choose_check(exchange), read_model(exchange), failed=True)
        case CheckResult() as check:
            check_report = next((e.detail for e in run if isinstance(e.detail, CheckReport)), None)
            model = check_report.model if check_report else ""
            return Recheck(
                check.credential, check.name, model, check.status in (CheckStatus.FAILED, CheckStatus.UNCLEAR)
            )
        case CheckReport():
            return Recheck(why_not=CHECKED_WELL)
        case _:
            return Recheck(why_not=NEITHER)


def choose_check(exchange: Exchange) -> str:
    """The check that makes the same call."""
    if exchange.call == "token":
        return "identity"
    streamed = (
        "stream" in _find_path(exchange).rpartition("/")[2].lower() or _read_body_field(exchange, "stream") is True
    )
    return STREAMING if streamed else "prompt"


def read_model(exchange: Exchange) -> str:
    """The model that was asked for, as the API that was called names it; empty where the request does not tell."""
    named = _read_body_field(exchange, "model")
    if isinstance(named, str):
        return named
    found = _MODEL.search(_find_path(exchange))
    return unquote(found[1]) if found else ""


def _find_path(exchange: Exchange) -> str:
    """The path of the address. Not by urlsplit, which raises for the invalid address that an invalid region makes."""
    return "/" + exchange.request.url.partition("://")[2].partition("/")[2].partition("#")[0].partition("?")[0]


def _read_body_field(exchange: Exchange, field: str) -> object:
    try:
        body = json.loads(exchange.request.body)
    except (ValueError, RecursionError):
        return None
    return body.get(field) if isinstance(body, dict) else None
