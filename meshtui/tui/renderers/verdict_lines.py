"""How a run or a check ended: who served, whether it fell back, how that is known; which check fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.runs.model import Paid, Verdict
from meshtui.tui import labels
from meshtui.tui.renderers.explanation_lines import render_explanation
from meshtui.tui.text_lines import BLANK, Lines, heading, labelled, paragraph

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport, CheckResult

FELL_BACK = {True: "yes", False: "no", None: "cannot be told"}
PAID = {
    Paid.KEY_OWNER: "whoever owns the key",
    Paid.MESH_BALANCE: "your Mesh balance",
    Paid.NOBODY: "nobody, as far as the documentation says",
    Paid.UNKNOWN: "cannot be told",
}
BASIS = {
    "observed": "observed: it was seen in an answer",
    "likely": "likely: what it cost speaks for it, and nothing against it",
    "inferred": "inferred: it follows from what was seen, nothing says so outright",
    "not reported": "not reported: the answers do not tell",
}


def render_verdict(verdict: Verdict, cancelled: bool, width: int) -> Lines:
    mark, short = labels.mark_verdict(verdict, cancelled)
    lines = paragraph(f"{mark.glyph} {short[0].upper()}{short[1:]}", width, f"{mark.role} strong")
    if verdict.conclusion is not None:
        lines += paragraph(verdict.conclusion.sentence, width, indent=2)
        lines += (
            paragraph(verdict.conclusion.would_tell, width, "dim", indent=2) if verdict.conclusion.would_tell else []
        )
    lines += paragraph(verdict.sentence, width, indent=2)
    lines.append(BLANK)
    lines += labelled(
        (
            ("Served", str(verdict.served)),
            ("Fell back", FELL_BACK[verdict.fell_back]),
            ("Basis", BASIS[verdict.basis]),
            ("Paid", PAID[verdict.paid]),
            ("Cost", f"{verdict.cost_usd} USD" if verdict.cost_usd else ""),
        ),
        width,
    )
    if verdict.evidence:
        lines += heading("Evidence, the strongest first", width)
    for evidence in sorted(verdict.evidence, key=lambda e: e.rank):
        lines += paragraph(f"{evidence.what}", width)
        lines += paragraph(f"says {evidence.says} · fell back: {FELL_BACK[evidence.fell_back]} · {evidence.basis}",
                           width, "dim", indent=2)  # fmt: skip
    return lines


def render_check(check: CheckResult, width: int) -> Lines:
    """One check of a check: what it found, what that proves and what it leaves open."""
    mark = labels.CHECK_MARKS[check.status]
    lines = paragraph(f"{mark.glyph} {check.name.capitalize()}: {mark.word}", width, f"{mark.role} strong")
    lines.append(BLANK)
    lines += labelled(
        (
            ("Found", check.note), ("A pass proves", check.proves), ("But not", check.does_not_prove),
            ("Cost", check.cost),
        ),
        width, 15,
    )  # fmt: skip
    if check.explanation:
        lines += [*heading("Explanation", width), *render_explanation(check.explanation, width, check.exchange)]
    return lines


def render_check_report(check_report: CheckReport, width: int) -> Lines:
    """All checks of a check in their order, and the explanation of the one that decided."""
    mark, _ = labels.mark_check_report(check_report)
    lines = paragraph(f"{mark.glyph} {check_report.sentence}", width, f"{mark.role} strong")
    lines += heading(f"Checks, asking for {check_report.model}" if check_report.model else "Checks", width)
    for check in check_report.checks:
        of = labels.CHECK_MARKS[check.status]
        lines += labelled(((f"{of.glyph} {of.word:<9}{check.name}", check.note or check.proves),), width, 26, of.role)
    if check_report.deciding and check_report.deciding.explanation:
        lines += heading("Why", width)
        lines += render_explanation(check_report.deciding.explanation, width, check_report.deciding.exchange)
    return lines
