"""The content of what `meshtui check` finds, as blocks (see `presentation.blocks`). JUnit is in `presentation.junit`,
JSON in `presentation.json_answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from meshtui.base.credential import CheckStatus, Credential, Finding, Level, Policy
from meshtui.base.text import make_one_line, make_plain
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.causes import CANNOT_BE_TOLD, FAILED, REFUSED
from meshtui.explain.model import Explanation
from meshtui.presentation.blocks import Block, Facts, Heading, Item, Mark, Page, Paragraph, Title
from meshtui.presentation.explanation_blocks import (
    describe_origin,
    make_action_blocks,
    make_explanation_blocks,
    make_proof_blocks,
)
from meshtui.presentation.lines import render_text
from meshtui.presentation.verdict_blocks import NO_NAMES, Names
from meshtui.runs.exit_status import FINE
from meshtui.runs.limits import Limit, limit_of

CHECK_MARKS = {
    CheckStatus.PASSED: Mark("✓", "passed", "ok"),
    CheckStatus.FAILED: Mark("✗", "failed", "bad"),
    CheckStatus.UNCLEAR: Mark("?", "unclear", "warn"),
    CheckStatus.SKIPPED: Mark("-", "skipped", "dim"),
}
FINDING_MARKS = {
    Level.OK: Mark("✓", "good", "ok"),
    Level.NOTE: Mark("·", "note", "accent"),
    Level.WARNING: Mark("!", "warning", "warn"),
    Level.ERROR: Mark("✗", "error", "bad"),
}
ALIVE = Mark("✓", "valid", "ok")
WIDTH = 120
"""Columns of what `meshtui check` prints: a line a check, where that is possible."""
POLICIES = {Policy.EXCLUSIVE: "exclusive use: no fallback", Policy.FALLBACK: "fallback on"}

Checked = tuple[Credential, CheckReport | None]
"""A credential and its check report; None where it was looked at offline only."""


_NOT_REFUSED = {"aws.profile-unreachable": FAILED, "aws.profile-offline": CANNOT_BE_TOLD,
                "aws.role-unreachable": FAILED, "aws.role-offline": CANNOT_BE_TOLD}  # fmt: skip
"""Findings that keep a credential from being had and say nothing against it."""


def find_status(checked: Checked) -> int:
    """The exit status that this credential alone would give."""
    credential, check_report = checked
    if check_report is not None:
        return check_report.exit_status
    if credential.usable:
        return FINE
    return next((_NOT_REFUSED[f.id] for f in credential.findings if f.id in _NOT_REFUSED), REFUSED)


def mark_check_report(check_report: CheckReport) -> tuple[Mark, str]:
    """The mark of a check and its result in half a line; `check_report.sentence` is the complete one."""
    wrong, requested = check_report.deciding, check_report.requested
    if requested is not None and (wrong is None or requested.status is CheckStatus.PASSED):
        mark = CHECK_MARKS[requested.status]
        return mark, f"{mark.word}: the check '{check_report.only}'"
    if wrong is None:
        return ALIVE, "every check that was tried passed"
    mark = CHECK_MARKS[wrong.status]
    return mark, f"{mark.word} at the check '{wrong.name}'"


SLOW = 2.5
"""Seconds from which on it is said how long an answer took."""


def make_check_item(result: CheckResult) -> Item:
    """One line: `✓ passed  identity  arn:aws:…`"""
    note = result.note or (f"proves {result.proves}" if result.status is CheckStatus.PASSED else "")
    took = result.exchange.timings.total if result.exchange else None
    if took is not None and took >= SLOW:
        note = f"{note} (after {took:.1f} s)".strip()
    return Item(CHECK_MARKS[result.status], result.name, make_one_line(note), make_one_line(result.fix))


def make_finding_item(finding: Finding) -> Item:
    """One line of what is known offline, with its fix and the proof below it."""
    fix, proof = make_one_line(finding.fix), make_plain(finding.proof)
    return Item(FINDING_MARKS[finding.level], "", make_one_line(finding.title), fix, proof)


def make_check_blocks(result: CheckResult, names: Names = NO_NAMES) -> Page:
    """One check alone: what it found, what a pass proves and what it does not."""
    mark = CHECK_MARKS[result.status]
    return (
        Title(f"{result.name.capitalize()}: {mark.word}", mark),
        Facts((
            ("Found", result.note), ("Proves", result.proves), ("Does not prove", result.does_not_prove),
            ("Cost", result.cost), ("Fix", "" if result.explanation else result.fix),
        )),
        *_list_why_blocks(result, names),
    )  # fmt: skip


def make_check_report_blocks(check_report: CheckReport, names: Names = NO_NAMES) -> Page:
    """What they come to, and what to do about the one that decided; then all checks in their order, and the proof."""
    mark, _ = mark_check_report(check_report)
    wrong = check_report.deciding
    explanation = wrong.explanation if wrong else None
    checks: Page = (
        Heading(f"Checks, asking for {check_report.model}" if check_report.model else "Checks"),
        *map(make_check_item, check_report.checks),
    )
    if wrong is None or explanation is None:
        return (Title(check_report.sentence, mark), *checks)
    return (
        Title(check_report.sentence, mark, describe_origin(explanation)),
        *make_action_blocks(explanation, key=names.get(wrong.credential, wrong.credential)),
        *checks,
        *make_proof_blocks(explanation, _find_limit(wrong, explanation)),
    )


def _list_why_blocks(result: CheckResult, names: Names) -> Iterator[Block]:
    explanation = result.explanation
    if explanation is not None:
        yield Heading("Why")
        key = names.get(result.credential, result.credential)
        yield from make_explanation_blocks(explanation, key=key, limit=_find_limit(result, explanation))


def _find_limit(result: CheckResult, explanation: Explanation) -> Limit | None:
    return limit_of(result.exchange, explanation) if result.exchange else None


def describe_credential(credential: Credential) -> str:
    """`openai: OpenAI key sk-proj-…wxyz, from env OPENAI_API_KEY, fingerprint 1a2b3c4d, fallback on`"""
    secret = credential.secret
    parts = [
        f"{credential.name}: {credential.kind.title} {credential.shown}".rstrip(),
        f"from {credential.source}",
        f"fingerprint {secret.fingerprint}" if secret else "",
        POLICIES[credential.policy] if credential.provider not in ("mesh", "") else "",
    ]
    return make_one_line(", ".join(part for part in parts if part))


_FACTS = ("key type", "e-mail", "IAM user", "account", "project", "region", "location", "key id", "RSA key", "issued",
          "created", "expires", "length")  # fmt: skip
"""The facts in a credential's second line, in this order."""


def list_facts(credential: Credential) -> str:
    """`long-term key; account 123456789012; region eu-central-1 (env AWS_REGION)`; empty where nothing is known."""
    facts = credential.facts
    parts = [facts[name] if name == "key type" else f"{name} {facts[name]}" for name in _FACTS if facts.get(name)]
    if where := facts.get("region from"):
        parts = [f"{part} ({where})" if part.startswith(("region ", "location ")) else part for part in parts]
    return make_one_line("; ".join(parts))


def make_checked_blocks(checked: Checked, *, verbose: bool = False) -> Page:
    """What `meshtui check` prints of one credential: findings, checks, and what it all comes to."""
    credential, check_report = checked
    items = [(make_finding_item(finding), _needs_proof(finding)) for finding in credential.findings]
    items += [(make_check_item(result)._replace(proof="\n".join(list_proof(result))), False)
              for result in (check_report.checks if check_report else ())]  # fmt: skip
    sentence = (Paragraph(f"=> {check_report.sentence}", "strong", 2),) if check_report else ()
    return (
        Title(describe_credential(credential), note=list_facts(credential)),
        *(item if verbose or keeps_proof else item._replace(proof="") for item, keeps_proof in items),
        *sentence,
    )


def _needs_proof(finding: Finding) -> bool:
    """Whether the finding is shown with its proof: errors are, unless the title contains it."""
    return finding.level is Level.ERROR and finding.proof not in finding.title


def _render(blocks: Page) -> str:
    return render_text(blocks, WIDTH)


def format_checked(all_checked: Sequence[Checked], *, verbose: bool, render: Callable[[Page], str] = _render) -> str:
    """A block of lines a credential; `render` makes text of it."""
    return "\n".join(render(make_checked_blocks(checked, verbose=verbose)) for checked in all_checked)


def list_proof(result: CheckResult) -> Iterator[str]:
    """The call and its answer, the sentence that decided, and what a pass does not prove."""
    exchange, explanation = result.exchange, result.explanation
    if exchange:
        came = exchange.status or (exchange.failure.kind.replace("_", " ") if exchange.failure else "no answer")
        yield f"{exchange.request.method} {exchange.request.url} -> {came}; it costs {result.cost}"
    if explanation and explanation.proof and result.status in (CheckStatus.FAILED, CheckStatus.UNCLEAR):
        yield f'"{explanation.proof}" ({explanation.proof_from})'
    if result.status is CheckStatus.PASSED:
        yield f"proves: {result.proves}; does not prove: {result.does_not_prove}"
