"""Turns the events of a run or a check into entries of the journal. Foreign text is redacted here and its control
characters are removed; fingerprints replace keys."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from meshtui import __version__
from meshtui.base.credential import Credential, Policy
from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line, make_plain
from meshtui.journal.entry import CHECK, Entry, EntryKind, RunInputs
from meshtui.journal.journal import Journal
from meshtui.runs.model import Attempt, AttemptEnded, AttemptStarted, Event, Path, Run, RunEnded, RunRequest, Verdict

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport, CheckResult


def describe_run(request: RunRequest, endpoints: Endpoints) -> RunInputs:
    """What a run asks, and of whom."""
    credential, prompt = request.credential, request.prompt
    provider = credential.provider if credential else ""
    mesh_key = {Path.MESH: request.mesh, Path.PLATFORM: request.platform}.get(
        request.path, request.mesh or request.platform
    )
    through_mesh = request.path in (Path.MESH, Path.PLATFORM)
    return replace(
        describe_credential(credential, endpoints),
        path=str(request.path),
        mesh_key=mesh_key.fingerprint if mesh_key else "",
        model=_redact_line(prompt.model or DEFAULT_MODELS.get(provider, ("",))[0]),
        prompt=len(prompt.text),
        system=len(prompt.system),
        max_tokens=prompt.max_tokens,
        stream=prompt.stream,
        cache=prompt.cache,
        tools=prompt.tools,
        timeout=prompt.timeout,
        host=find_host(
            "mesh" if through_mesh else provider, _redact_line(credential.region) if credential else "", endpoints
        ),
    )


def describe_check(credential: Credential, endpoints: Endpoints) -> RunInputs:
    """What a check asks. Which model its last checks ask for, only the check report knows."""
    return replace(describe_credential(credential, endpoints), path=CHECK)


def find_host(provider: str, region: str, endpoints: Endpoints) -> str:
    """The name of the host that a prompt for this provider goes to. Without the port: a sandbox has another one each
    time."""
    from meshtui.providers.registry import find_provider

    found = find_provider(provider)
    try:
        return urlsplit(found.requests.address(endpoints, region) if found else "").hostname or ""
    except ValueError:  # the region is whatever was written there
        return ""


def describe_credential(credential: Credential | None, endpoints: Endpoints) -> RunInputs:
    """What of it may be kept: where it came from, and fingerprints."""
    if credential is None:
        return RunInputs(version=__version__)
    return RunInputs(
        credential=_redact_line(credential.name),
        kind=str(credential.kind),
        provider=credential.provider,
        source=_redact_line(str(credential.source)),
        fingerprint=credential.fingerprint,
        policy=str(credential.policy) if credential.provider not in ("", "mesh") else "",
        region=_redact_line(credential.region),
        host=find_host(credential.provider, _redact_line(credential.region), endpoints),
        version=__version__,
    )


def _redact_line(text: str) -> str:
    return make_one_line(redact(text))


REAL = Endpoints()


def make_recorder(
    journal: Journal, request: RunRequest, endpoints: Endpoints = REAL, title: str = ""
) -> Callable[[Event], None]:
    """A listener for one run: writes its start, each attempt as it ends, and the verdict. `endpoints` say which hosts
    are called. `title` stands in the first line in the place of what is asked."""
    begun: set[str] = set()

    def record(event: Event) -> None:
        match event:
            case AttemptStarted(run=run, at=at) if run not in begun:
                begun.add(run)
                journal.append(_make_run_entry(request, run, at, endpoints, title))
            case AttemptEnded(run=run, attempt=attempt):
                journal.append(_make_attempt_entry(run, attempt))
            case RunEnded(run=run) if run.id in begun:
                journal.append(_make_verdict_entry(run))
            case RunEnded(run=run):
                journal.append(_make_run_entry(request, run.id, run.started, endpoints, title))
                journal.append(_make_verdict_entry(run))
            case _:
                pass

    return record


class CheckRecorder:
    """Records a check: each result when it is there, then the report. `clock` returns Unix time in seconds."""

    def __init__(
        self,
        journal: Journal,
        credential: str,
        clock: Callable[[], float] = time.time,
        asked: RunInputs | None = None,
        only: str = "",
    ) -> None:
        """`only`: the one check that is run, where it is one."""
        self._journal, self._credential, self._clock = journal, credential, clock
        self._began = clock()
        self._run = f"check-{os.urandom(6).hex()}"
        what = " · ".join(part for part in ("check", credential, only and f"only {only}") if part)
        self._write(EntryKind.RUN, what, detail=asked or RunInputs(path=CHECK, credential=credential))

    def record(self, check: CheckResult) -> None:
        exchange = check.exchange
        seconds = exchange.timings.total if exchange else None
        at = exchange.started if exchange else None
        self._write(EntryKind.CHECK, check.note or check.proves, detail=check, at=at, seconds=seconds)

    def end(self, check_report: CheckReport) -> None:
        self._write(EntryKind.VERDICT, check_report.sentence, detail=check_report, seconds=self._clock() - self._began)

    def stopped(self) -> None:
        self._write(EntryKind.VERDICT, "you stopped the check", cancelled=True)

    def _write(self, what: EntryKind, text: str, *, detail: CheckResult | CheckReport | RunInputs | None = None,
               at: float | None = None, seconds: float | None = None, cancelled: bool = False) -> None:  # fmt: skip
        self._journal.append(Entry(
            at=self._clock() if at is None else at, what=what, text=make_one_line(redact(text), 400), run=self._run,
            credential=self._credential, detail=detail, seconds=seconds, cancelled=cancelled,
        ))  # fmt: skip


def make_note(at: float, text: str, credential: str = "") -> Entry:
    """A line about what meshtui or the person at it did."""
    return Entry(at=at, what=EntryKind.NOTE, text=make_one_line(redact(text)), credential=credential)


def _make_run_entry(request: RunRequest, run: str, at: float, endpoints: Endpoints, title: str) -> Entry:
    credential = request.credential
    parts = [str(request.path)]
    if credential is not None:
        parts += [credential.name, request.prompt.model or DEFAULT_MODELS.get(credential.provider, ("",))[0]]
        parts.append("exclusive use" if credential.policy is Policy.EXCLUSIVE else "fallback on")
    if request.prompt.stream:
        parts.append("streamed")
    text = make_one_line(redact(title), 400) or " · ".join(make_one_line(redact(part)) for part in parts if part)
    name = credential.name if credential else ""
    return Entry(
        at=at, what=EntryKind.RUN, run=run, text=text, credential=name, detail=describe_run(request, endpoints)
    )


def _make_attempt_entry(run: str, attempt: Attempt) -> Entry:
    explanation = attempt.explanation
    summary = explanation.headline if explanation else attempt.text
    return Entry(
        at=attempt.exchanges[0].started,
        what=EntryKind.ATTEMPT,
        run=run,
        text=make_one_line(redact(summary), 400),
        credential=attempt.credential,
        detail=replace(attempt, text=redact(make_plain(attempt.text))),
        seconds=_measure_exchanges(attempt.exchanges),
    )


def _make_verdict_entry(run: Run) -> Entry:
    exchanges = tuple(exchange for attempt in run.attempts for exchange in attempt.exchanges)
    spent = _measure_exchanges(exchanges)
    return Entry(
        at=exchanges[0].started + (spent or 0.0) if exchanges else run.started,
        what=EntryKind.VERDICT,
        run=run.id,
        text=make_one_line(
            redact(run.verdict.conclusion.sentence if run.verdict.conclusion else run.verdict.sentence), 400
        ),
        credential=run.request.credential.name if run.request.credential else "",
        detail=_redact_verdict(run.verdict),
        seconds=spent,
        cancelled=run.cancelled,
    )


def _redact_verdict(verdict: Verdict) -> Verdict:
    evidence = tuple(replace(e, what=make_one_line(redact(e.what))) for e in verdict.evidence)
    return replace(verdict, sentence=make_one_line(redact(verdict.sentence)), evidence=evidence)


def _measure_exchanges(exchanges: tuple[Exchange, ...]) -> float | None:
    """Seconds from the start of the first exchange to the end of the last; None where that end was not reached."""
    if not exchanges or exchanges[-1].timings.total is None:
        return None
    return exchanges[-1].started + exchanges[-1].timings.total - exchanges[0].started
