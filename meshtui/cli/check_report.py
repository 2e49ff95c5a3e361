"""What `meshtui check` prints: text for people, JSON for scripts, JUnit for continuous integration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from meshtui.credentials.model import KIND_NAMES, Credential, Finding, Level, Policy
from meshtui.explain.card import as_json as explanation_as_json
from meshtui.runs.as_json import Json, exchange_as_json
from meshtui.runs.rung import Holds, Ladder, RungResult
from meshtui.runs.status import FINE, REFUSED, exit_status
from meshtui.sanitize import one_line, plain

MARKS = {
    Level.OK: "[ok]", Level.NOTE: "[ok]", Level.WARNING: "[!]", Level.ERROR: "[x]",
    Holds.PASSED: "[ok]", Holds.FAILED: "[x]", Holds.UNCLEAR: "[?]", Holds.SKIPPED: "[-]",
}  # fmt: skip


Checked = tuple[Credential, Ladder | None]
"""A credential and its ladder; None where it was looked at offline only."""


class Line(NamedTuple):
    """One thing that was looked at."""

    name: str
    mark: str
    text: str
    fix: str
    proof: str


def status(checked: Checked) -> int:
    """The exit status that this credential alone would give."""
    credential, ladder = checked
    if ladder is not None:
        return exit_status(ladder)
    return FINE if credential.usable else REFUSED


def as_text(all_checked: Sequence[Checked], *, verbose: bool) -> str:
    return "\n\n".join("\n".join(_block(checked, verbose)) for checked in all_checked)


def _block(checked: Checked, verbose: bool) -> Iterator[str]:
    credential, ladder = checked
    yield heading(credential)
    for line in lines(checked):
        yield f"  {line.mark:<4} {line.text}"
        if line.fix:
            yield f"       fix: {line.fix}"
        if verbose and line.proof:
            yield from (f"       | {part}" for part in line.proof.splitlines())
    if ladder is not None:
        yield f"  => {plain(ladder.sentence)}"


def heading(credential: Credential) -> str:
    """`openai: OpenAI key sk-proj-…wxyz, from env OPENAI_API_KEY, fingerprint 1a2b3c4d, fallback on`"""
    secret = credential.secret
    parts = [
        f"{credential.name}: {KIND_NAMES[credential.kind]} {credential.shown}".rstrip(),
        f"from {credential.source}",
        f"fingerprint {secret.fingerprint}" if secret else "",
    ]
    if credential.provider not in ("mesh", ""):
        parts.append("exclusive use" if credential.policy is Policy.EXCLUSIVE else "fallback on")
    return one_line(", ".join(part for part in parts if part))


def lines(checked: Checked) -> list[Line]:
    """The findings, then the rungs."""
    credential, ladder = checked
    return [_finding(f) for f in credential.findings] + [_rung(r) for r in (ladder.rungs if ladder else ())]


def _finding(finding: Finding) -> Line:
    return Line(finding.id, MARKS[finding.level], one_line(finding.title), one_line(finding.fix), plain(finding.proof))


def _rung(result: RungResult) -> Line:
    note = result.note or (f"proves {result.proves}" if result.holds is Holds.PASSED else "")
    text = f"{result.name:<12} {one_line(note)}".rstrip()
    told = result.explanation if result.holds in (Holds.FAILED, Holds.UNCLEAR) else None
    fix = one_line(" ".join(filter(None, (told.steps[0].text, told.steps[0].command)))) if told and told.steps else ""
    exchange = result.exchange
    proof = (
        [f"{exchange.request.method} {exchange.request.url} -> {exchange.status or 'no answer'}"] if exchange else []
    )
    proof += [f'"{told.proof}" ({told.proof_from})'] if told and told.proof else []
    return Line(result.name, MARKS[result.holds], text, fix, plain("\n".join(proof)))


def as_json(all_checked: Sequence[Checked], exit_status: int) -> Json:
    """`{"exit_status": …, "credentials": [{name, kind, …, findings: […], rungs: […], sentence}]}`; names are stable."""
    return {"exit_status": exit_status, "credentials": [_credential(checked) for checked in all_checked]}


def _credential(checked: Checked) -> Json:
    credential, ladder = checked
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
        "status": status(checked),
        "facts": dict(credential.facts),
        "findings": [
            {"id": f.id, "level": str(f.level), "title": f.title, "proof": f.proof, "fix": f.fix}
            for f in credential.findings
        ],
        "rungs": [_rung_json(result) for result in (ladder.rungs if ladder else ())],
        "sentence": ladder.sentence if ladder else None,
    }


def _rung_json(result: RungResult) -> Json:
    return {
        "name": result.name,
        "holds": str(result.holds),
        "note": result.note,
        "proves": result.proves,
        "leaves_open": result.leaves_open,
        "cost": result.cost,
        "cause": result.cause or None,
        "explanation": explanation_as_json(result.explanation) if result.explanation else None,
        "exchange": exchange_as_json(result.exchange) if result.exchange else None,
    }


def as_junit(all_checked: Sequence[Checked]) -> str:
    """One suite a credential, one case a line: `[x]` is a failure, `[?]` and `[-]` are skipped with their reason."""
    suites = [_suite(checked) for checked in all_checked]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="meshtui check">', *suites,
                      "</testsuites>"])  # fmt: skip


def _suite(checked: Checked) -> str:
    every = lines(checked)
    failures = sum(line.mark == "[x]" for line in every)
    skipped = sum(line.mark in ("[?]", "[-]") for line in every)
    name = quoteattr(checked[0].name)
    head = f'<testsuite name={name} tests="{len(every)}" failures="{failures}" skipped="{skipped}">'
    return "\n".join([head, *(_case(name, line) for line in every), "</testsuite>"])


def _case(suite: str, line: Line) -> str:
    text = one_line(line.text)
    body = {
        "[x]": f"<failure message={quoteattr(text)}>{escape(line.fix)}\n{escape(line.proof)}</failure>",
        "[?]": f"<skipped message={quoteattr(text)}/>",
        "[-]": f"<skipped message={quoteattr(text)}/>",
    }.get(line.mark, "")
    return f"<testcase classname={suite} name={quoteattr(line.name)}>{body}</testcase>"
