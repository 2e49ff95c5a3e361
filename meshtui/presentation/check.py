"""What `meshtui check` prints: text for people, JSON for scripts, JUnit for continuous integration.

The JSON is one object; names are stable, new ones may be added, and null stands for what is not there. Nothing in it is
a secret: headers, addresses and bodies are redacted.

    exit_status       number; the README's table. 0, or the first credential's that is not 0
    credentials       one object each, in the order in which they were asked for:
      name            what NAME and --credential take
      kind            openai_key, bedrock_api_key, aws_keys, service_account, mesh_key, unrecognised
      provider        openai, bedrock, vertex, mesh; null: not recognised
      source          where it was found: a kind of place, and a path or variable
      shown           the secret's mask; null: it holds none
      fingerprint     eight hexadecimal digits, equal for equal secrets
      policy          fallback, exclusive
      usable          whether it can be sent at all
      status          the exit status that it alone would give
      facts           object, text to text: what was read offline, in the order in which people read it
      findings        what is known offline, each:
        id            stable name of the finding, as openai.cut-off
        level         ok, note, warning, error (with an error it is not sent)
        title, proof, fix    sentences, the last two may be empty
      checks           the live checks in their order, [] where nothing was sent (--offline), each:
        name          form, network, clock, identity, …, prompt, streaming
        holds         passed, failed, unclear (tried, but it cannot be told), skipped (`note` says why)
        note          what was found, or why not
        proves, does_not_prove    what a pass proves and does not
        cost          nothing, or what it costs
        cause         a label of `meshtui explain --list`; null where it passed
        fix           the first thing to do; null where there is nothing to do
        explanation   of a refusal, as `meshtui explain --format json` prints it; null without one
        exchange      request, answer and times, as in `meshtui send --format json`; null: nothing was sent
      deciding        name of the check that something is wrong with; null: all is well, or nothing was sent
      sentence        what it all comes to; null: nothing was sent
    also_found        what programs here would take and is checked only by its name: name, where, how, said
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from meshtui.base.credential import Credential, Finding, Level, Policy
from meshtui.base.text import one_line, plain
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.presentation.run_json import Json, check_as_json
from meshtui.providers.check import CheckStatus
from meshtui.runs.exit_status import CANNOT_BE_TOLD, FAILED, FINE, REFUSED, exit_status

MARKS = {
    Level.OK: "[ok]", Level.NOTE: "[ok]", Level.WARNING: "[!]", Level.ERROR: "[x]",
    CheckStatus.PASSED: "[ok]", CheckStatus.FAILED: "[x]", CheckStatus.UNCLEAR: "[?]", CheckStatus.SKIPPED: "[-]",
}  # fmt: skip


Checked = tuple[Credential, CheckReport | None]
"""A credential and its check report; None where it was looked at offline only."""


class Line(NamedTuple):
    """One thing that was looked at."""

    name: str
    mark: str
    text: str
    fix: str
    proof: str


_NOT_REFUSED = {"aws.profile-unreachable": FAILED, "aws.profile-offline": CANNOT_BE_TOLD}
"""Findings that keep a credential from being had and say nothing against it."""


def status(checked: Checked) -> int:
    """The exit status that this credential alone would give."""
    credential, check_report = checked
    if check_report is not None:
        return exit_status(check_report)
    if credential.usable:
        return FINE
    return next((_NOT_REFUSED[f.id] for f in credential.findings if f.id in _NOT_REFUSED), REFUSED)


def as_text(all_checked: Sequence[Checked], *, verbose: bool) -> str:
    return "\n\n".join("\n".join(_block(checked, verbose)) for checked in all_checked)


def _block(checked: Checked, verbose: bool) -> Iterator[str]:
    credential, check_report = checked
    yield heading(credential)
    if facts := list_facts(credential):
        yield f"  {facts}"
    for line in lines(checked):
        yield f"  {line.mark:<4} {line.text}"
        if line.fix:
            yield f"       fix: {line.fix}"
        if verbose and line.proof:
            yield from (f"       | {part}" for part in line.proof.splitlines())
    if check_report is not None:
        yield f"  => {plain(check_report.sentence)}"


def heading(credential: Credential) -> str:
    """`openai: OpenAI key sk-proj-…wxyz, from env OPENAI_API_KEY, fingerprint 1a2b3c4d, fallback on`"""
    secret = credential.secret
    parts = [
        f"{credential.name}: {credential.kind.title} {credential.shown}".rstrip(),
        f"from {credential.source}",
        f"fingerprint {secret.fingerprint}" if secret else "",
    ]
    if credential.provider not in ("mesh", ""):
        parts.append("exclusive use" if credential.policy is Policy.EXCLUSIVE else "fallback on")
    return one_line(", ".join(part for part in parts if part))


_FACTS = ("key type", "e-mail", "IAM user", "account", "project", "region", "location", "key id", "RSA key", "issued",
          "created", "expires", "length")  # fmt: skip
"""Those of a credential that its second line has, in this order."""


def list_facts(credential: Credential) -> str:
    """`long-term key; account 123456789012; region eu-central-1 (env AWS_REGION)`; empty where nothing is known."""
    facts = credential.facts
    parts = [facts[name] if name == "key type" else f"{name} {facts[name]}" for name in _FACTS if facts.get(name)]
    if where := facts.get("region from"):
        parts = [f"{part} ({where})" if part.startswith(("region ", "location ")) else part for part in parts]
    return one_line("; ".join(parts))


def lines(checked: Checked) -> list[Line]:
    """The findings, then the checks."""
    credential, check_report = checked
    return [_finding(f) for f in credential.findings] + [
        _check(r) for r in (check_report.checks if check_report else ())
    ]


def _finding(finding: Finding) -> Line:
    return Line(finding.id, MARKS[finding.level], one_line(finding.title), one_line(finding.fix), plain(finding.proof))


def _check(result: CheckResult) -> Line:
    note = result.note or (f"proves {result.proves}" if result.status is CheckStatus.PASSED else "")
    text = f"{result.name:<17} {one_line(note)}".rstrip()
    return Line(result.name, MARKS[result.status], text, one_line(result.fix), plain("\n".join(_proof(result))))


def _proof(result: CheckResult) -> Iterator[str]:
    """The call and its answer, the sentence that decided, and what a pass does not prove."""
    exchange, told = result.exchange, result.explanation
    if exchange:
        came = exchange.status or (exchange.failure.kind.replace("_", " ") if exchange.failure else "no answer")
        yield f"{exchange.request.method} {exchange.request.url} -> {came}; it costs {result.cost}"
    if told and told.proof and result.status in (CheckStatus.FAILED, CheckStatus.UNCLEAR):
        yield f'"{told.proof}" ({told.proof_from})'
    if result.status is CheckStatus.PASSED:
        yield f"proves: {result.proves}; does not prove: {result.does_not_prove}"


def as_json(all_checked: Sequence[Checked], exit_status: int) -> Json:
    """The object that the module's docstring describes."""
    return {"exit_status": exit_status, "credentials": [_credential(checked) for checked in all_checked]}


def _credential(checked: Checked) -> Json:
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
        "status": status(checked),
        "facts": dict(credential.facts),
        "findings": [
            {"id": f.id, "level": str(f.level), "title": f.title, "proof": f.proof, "fix": f.fix}
            for f in credential.findings
        ],
        "checks": [check_as_json(result) for result in (check_report.checks if check_report else ())],
        "deciding": check_report.deciding.name if check_report and check_report.deciding else None,
        "sentence": check_report.sentence if check_report else None,
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
