"""How a run or a check ended: who served, whether it fell back, how that is known; which rung fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.runs.model import Paid, Verdict
from meshtui.tui import words
from meshtui.tui.pages.explanation import explanation_lines
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph

if TYPE_CHECKING:
    from meshtui.checks.model import Ladder, RungResult

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


def verdict_lines(verdict: Verdict, cancelled: bool, width: int) -> Lines:
    mark, short = words.of_verdict(verdict, cancelled)
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


def rung_lines(rung: RungResult, width: int) -> Lines:
    """One rung of a check: what it found, what that proves and what it leaves open."""
    mark = words.HOLDS[rung.holds]
    lines = paragraph(f"{mark.glyph} {rung.name.capitalize()}: {mark.word}", width, f"{mark.role} strong")
    lines.append(BLANK)
    lines += labelled(
        (("Found", rung.note), ("A pass proves", rung.proves), ("But not", rung.leaves_open), ("Cost", rung.cost)),
        width, 15,
    )  # fmt: skip
    if rung.explanation:
        lines += [*heading("Explanation", width), *explanation_lines(rung.explanation, width, rung.exchange)]
    return lines


def ladder_lines(ladder: Ladder, width: int) -> Lines:
    """All rungs of a check in their order, and the explanation of the one that decided."""
    mark, _ = words.of_ladder(ladder)
    lines = paragraph(f"{mark.glyph} {ladder.sentence}", width, f"{mark.role} strong")
    lines += heading(f"Rungs, asking for {ladder.model}" if ladder.model else "Rungs", width)
    for rung in ladder.rungs:
        of = words.HOLDS[rung.holds]
        lines += labelled(((f"{of.glyph} {of.word:<9}{rung.name}", rung.note or rung.proves),), width, 26, of.role)
    if ladder.deciding and ladder.deciding.explanation:
        lines += heading("Why", width)
        lines += explanation_lines(ladder.deciding.explanation, width, ladder.deciding.exchange)
    return lines
