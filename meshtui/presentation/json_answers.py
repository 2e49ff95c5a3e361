"""Runs, checks and exchanges as JSON; `presentation.schema` says what the fields are. Everything in it is redacted."""

from __future__ import annotations

from collections.abc import Sequence

from meshtui.base.exchange import Exchange, Timings
from meshtui.base.text import format_json
from meshtui.checks.matrix import Matrix, as_object
from meshtui.checks.model import CheckResult
from meshtui.presentation.check_blocks import Checked, find_status
from meshtui.presentation.explanation_blocks import format_explanation_json
from meshtui.presentation.json_schema import Json, number_answer
from meshtui.runs.model import Attempt, Conclusion, Evidence, Run, Verdict


def format_run_json(run: Run) -> Json:
    credential = run.request.credential
    return {
        "run": run.id,
        "path": str(run.request.path),
        "credential": credential.name if credential else None,
        "policy": str(credential.policy) if credential else None,
        "stream": run.request.prompt.stream,
        "started": run.started,
        "cancelled": run.cancelled,
        "verdict": format_verdict_json(run.verdict),
        "conclusion": run.verdict.conclusion and format_conclusion_json(run.verdict.conclusion),
        "attempts": [format_attempt_json(attempt) for attempt in run.attempts],
    }


def format_verdict_json(verdict: Verdict) -> Json:
    return {
        "served": str(verdict.served),
        "fell_back": verdict.fell_back,
        "basis": str(verdict.basis),
        "paid": str(verdict.paid),
        "cost_usd": verdict.cost_usd or None,
        "alarm": verdict.alarm,
        "sentence": verdict.sentence,
        "evidence": [_format_evidence_json(e) for e in verdict.evidence],
    }


def format_conclusion_json(conclusion: Conclusion) -> Json:
    return {
        "what": str(conclusion.what),
        "sentence": conclusion.sentence,
        "would_tell": conclusion.would_tell or None,
    }


def format_attempt_json(attempt: Attempt) -> Json:
    return {
        "role": attempt.role,
        "credential": attempt.credential,
        "provider": attempt.provider,
        "ok": attempt.ok,
        "status": attempt.exchange.status or None,
        "request_id": attempt.exchange.request_id or None,
        "text": attempt.text,
        "process": attempt.process or None,
        "origin": attempt.origin or None,
        "injected": attempt.injected,
        "explanation": format_explanation_json(attempt.explanation) if attempt.explanation else None,
        "exchanges": [format_exchange_json(exchange) for exchange in attempt.exchanges],
        "afterwards": [format_exchange_json(exchange) for exchange in attempt.afterwards],
    }


def format_check_json(result: CheckResult) -> Json:
    """One live check."""
    return {
        "name": result.name,
        "status": str(result.status),
        "note": result.note,
        "proves": result.proves,
        "does_not_prove": result.does_not_prove,
        "cost": result.cost,
        "cause": result.cause or None,
        "fix": result.fix or None,
        "explanation": format_explanation_json(result.explanation) if result.explanation else None,
        "exchange": format_exchange_json(result.exchange) if result.exchange else None,
    }


def format_matrix_json(cells: Matrix) -> str:
    """The whole answer of a matrix, as text."""
    return format_json(number_answer(as_object(cells)))


def format_checked_json(all_checked: Sequence[Checked], exit_status: int) -> Json:
    """What `meshtui check` answers."""
    return {"exit_status": exit_status, "credentials": [_format_credential_json(checked) for checked in all_checked]}


def _format_credential_json(checked: Checked) -> Json:
    credential, check_report = checked
    secret = credential.secret
    return {
        "name": credential.name,
        "kind": str(credential.kind),
        "provider": credential.provider or None,
        "source": str(credential.source),
        "shown": credential.shown or None,
        "fingerprint": secret.fingerprint if secret else None,
        "policy": str(credential.policy),
        "usable": credential.usable,
        "status": find_status(checked),
        "facts": dict(credential.facts),
        "findings": [
            {"id": f.id, "level": str(f.level), "title": f.title, "proof": f.proof, "fix": f.fix}
            for f in credential.findings
        ],
        "checks": [format_check_json(result) for result in (check_report.checks if check_report else ())],
        "deciding": check_report.deciding.name if check_report and check_report.deciding else None,
        "sentence": check_report.sentence if check_report else None,
    }


def format_exchange_json(exchange: Exchange) -> Json:
    answer, failure = exchange.answer, exchange.failure
    return {
        "provider": exchange.provider,
        "call": exchange.call,
        "started": exchange.started,
        "timings_ms": _format_milliseconds(exchange.timings),
        "request": {
            "method": exchange.request.method,
            "url": exchange.request.url,
            "headers": [list(pair) for pair in exchange.request.headers],
            "body": exchange.request.body,
        },
        "answer": answer
        and {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": answer.body},
        "failure": failure and {"kind": failure.kind, "message": failure.message},
    }


def _format_evidence_json(evidence: Evidence) -> Json:
    return {
        "rank": evidence.rank,
        "what": evidence.what,
        "says": str(evidence.says),
        "fell_back": evidence.fell_back,
        "basis": str(evidence.basis),
    }


def _format_milliseconds(timings: Timings) -> dict[str, float | None]:
    return {
        name: None if seconds is None else round(seconds * 1000, 1)
        for name, seconds in (
            ("connected", timings.connected),
            ("sent", timings.sent),
            ("first_byte", timings.first_byte),
            ("total", timings.total),
        )
    }
