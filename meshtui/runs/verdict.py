"""Who served, whether it fell back, and how that is known."""

from __future__ import annotations

from meshtui.runs.evidence import evidence_of
from meshtui.runs.model import Ask, Attempt, Basis, Served, Verdict
from meshtui.runs.paid import paid
from meshtui.runs.sentences import sentence


def verdict(ask: Ask, attempts: tuple[Attempt, ...]) -> Verdict:
    """The strongest evidence that names a server decides who served; the strongest that tells of a fallback decides
    that. Without any, it stays unknown: a plain 200 proves nothing."""
    evidence = evidence_of(ask, attempts)
    decisive = next((e for e in evidence if e.says is not Served.UNKNOWN), None)
    served = decisive.says if decisive else Served.UNKNOWN if attempts else Served.NOBODY
    basis = decisive.basis if decisive else Basis.NOT_REPORTED
    fell_back = next((e.fell_back for e in evidence if e.fell_back is not None), None)
    who = paid(attempts, served)
    return Verdict(served, fell_back, basis, sentence(ask, attempts, served, fell_back, who), evidence, who)
