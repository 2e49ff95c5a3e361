"""The calls of somebody's own program, as lines of the journal: one run for each request with all its attempts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from meshtui import __version__
from meshtui.base.endpoints import Endpoints
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.journal.entry import PROGRAM, Entry, EntryKind, RunInputs
from meshtui.journal.journal import Journal
from meshtui.journal.recording import describe_credential
from meshtui.runs.model import YOUR_PROGRAM, Attempt, Basis, Paid, Served, Verdict

if TYPE_CHECKING:
    from meshtui.journal.history_store import History
    from meshtui.tap.attribution import Attributed
    from meshtui.tap.call_explanation import Judgement
    from meshtui.tap.grouping import Placed, Summary
    from meshtui.tap.observed_calls import ObservedCall

BOUND = 2000
"""Entries kept in memory: what a quarter of a second brings at the highest rate is half of it."""
_REAL = Endpoints()


def make_attempt(call: ObservedCall, attributed: Attributed, judgement: Judgement) -> Attempt:
    """One call as an attempt. Its credential's name is the one known here, else the masked key."""
    process = f"{call.process.name} {call.process.pid}" if call.process else ""
    return Attempt(
        role=YOUR_PROGRAM,
        credential=name_credential(attributed),
        provider=call.exchange.provider or call.request.host,
        exchanges=(call.exchange,),
        ok=not judgement.failed,
        explanation=judgement.explanation,
        bill=judgement.bill,
        process=process,
        origin=make_one_line(redact(attributed.origin), 400),
        injected=call.injected,
    )


def name_credential(attributed: Attributed) -> str:
    """How the journal names the credential of a call."""
    known = attributed.known.credential if attributed.known else None
    if known is not None:
        return known.name
    return attributed.sent if attributed.fingerprint else ""


def describe_call(call: ObservedCall, attributed: Attributed) -> RunInputs:
    """The inputs of the program's call, and its credential."""
    known = attributed.known.credential if attributed.known else None
    inputs = describe_credential(known, _REAL) if known else RunInputs(version=__version__)
    return replace(
        inputs,
        path=PROGRAM,
        credential=name_credential(attributed),
        provider=call.exchange.provider,
        fingerprint=inputs.fingerprint or attributed.fingerprint,
        model=call.model,
        stream=bool(call.exchange.answer and "event" in call.exchange.answer.header("content-type")),
        host=call.request.host,
    )


def judge_outcome(call: ObservedCall, attributed: Attributed, judgement: Judgement) -> Verdict:
    """Who served this call: what Mesh's answer shows, else what follows from whom the program called."""
    if judgement.verdict is not None:
        return judgement.verdict
    explanation = judgement.explanation
    fell_back = None if call.exchange.provider == "mesh" else False  # without Mesh there is no fallback
    if call.injected:
        sentence = "a fault of meshtui answered in the host's place: nothing was sent"
        return Verdict(Served.NOBODY, fell_back, Basis.OBSERVED, sentence, paid=Paid.NOBODY)
    if explanation is not None:
        return Verdict(Served.NOBODY, fell_back, Basis.OBSERVED, explanation.headline, paid=Paid.UNKNOWN)
    if call.exchange.provider == "mesh":
        sentence = "Mesh answered; nothing in the answer tells whose key served it"
        return Verdict(Served.UNKNOWN, None, Basis.NOT_REPORTED, sentence)
    name = PROVIDER_NAMES.get(call.exchange.provider, call.request.host)
    sentence = f"{name} answered your program, with {attributed.sent}"
    return Verdict(Served.OWN_KEY, False, Basis.OBSERVED, sentence, paid=Paid.KEY_OWNER)


class Closable(Protocol):
    """Something else that follows the same journal."""

    async def close(self) -> None: ...


class ProgramRecorder:
    """Writes calls into a journal, and with it into the history, where one is kept. Made on the event loop."""

    def __init__(
        self,
        journal: Journal,
        program: str,
        history: History | None,
        tell: Callable[[str], None],
        spans: Closable | None = None,
    ) -> None:
        """`program`: its name without arguments. `tell` is called with the reason if the history is not kept. `spans`
        follows the journal already."""
        self._journal, self._program, self._history, self._spans = journal, program, history, spans
        self._prefix = f"program-{os.urandom(6).hex()}"
        self._open: dict[int, Entry] = {}
        """Group → the verdict as it would be if nothing more came."""
        if history is not None:
            history.follow(journal, tell)

    def add(self, call: ObservedCall, attributed: Attributed, judgement: Judgement, placed: Placed) -> None:
        run, name = f"{self._prefix}-{placed.group}", name_credential(attributed)
        exchange = call.exchange
        if placed.group not in self._open:
            parts = [YOUR_PROGRAM, self._program, f"{call.request.method} {call.request.host}{call.request.path}"]
            text = " · ".join(part for part in (*parts, call.model) if part)
            self._write(exchange.started, EntryKind.RUN, text, run, name, describe_call(call, attributed))
        attempt = make_attempt(call, attributed, judgement)
        message = judgement.explanation.headline if judgement.explanation else attributed.sentence
        text = f"{attempt.process}: {message}" if attempt.process else message
        text = f"[injected fault] {text}" if call.injected else text
        self._write(exchange.started, EntryKind.ATTEMPT, text, run, name, attempt, exchange.timings.total)
        verdict = judge_outcome(call, attributed, judgement)
        began = self._open[placed.group].at if placed.group in self._open else exchange.started
        ended = exchange.started + (exchange.timings.total or 0.0)
        outcome = _make_entry(began, EntryKind.VERDICT, verdict.sentence, run, name, verdict, ended - began)
        if placed.is_over:
            self._open.pop(placed.group, None)
            self._end(outcome)
        else:
            self._open[placed.group] = outcome

    def _write(
        self, at: float, what: EntryKind, text: str, run: str, name: str, detail: RunInputs | Attempt,
        seconds: float | None = None,
    ) -> None:  # fmt: skip
        self._journal.append(_make_entry(at, what, text, run, name, detail, seconds))

    def _end(self, outcome: Entry) -> None:
        """`at` of an open verdict is when its group began; written down it is when it ended."""
        self._journal.append(replace(outcome, at=outcome.at + (outcome.seconds or 0.0)))

    async def close(self, _: Summary) -> None:
        """Ends the requests that were not tried again, and closes the history."""
        for outcome in self._open.values():
            self._end(outcome)
        self._open.clear()
        if self._spans is not None:
            await self._spans.close()
        if self._history is not None:
            await self._history.close()


def _make_entry(
    at: float, what: EntryKind, text: str, run: str, name: str, detail: RunInputs | Attempt | Verdict,
    seconds: float | None,
) -> Entry:  # fmt: skip
    return Entry(at, what, make_one_line(redact(text), 400), run, make_one_line(redact(name)), detail, seconds)
