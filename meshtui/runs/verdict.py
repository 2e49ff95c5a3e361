"""Who served, whether it fell back, and how that is known."""

from __future__ import annotations

from dataclasses import replace

from meshtui.runs.compare import conclude
from meshtui.runs.evidence import evidence_of
from meshtui.runs.model import Ask, Attempt, Basis, Path, Served, Verdict
from meshtui.runs.paid import paid
from meshtui.runs.sentences import sentence


def verdict(ask: Ask, attempts: tuple[Attempt, ...]) -> Verdict:
    """The strongest evidence that names a server decides who served; the strongest that tells of a fallback decides
    that. Without any, it stays unknown: a plain 200 proves nothing. Of a comparison it is about the request to Mesh."""
    about = tuple(a for a in attempts if ask.path is not Path.COMPARE or a.role == "mesh")
    evidence = evidence_of(ask, about)
    decisive = next((e for e in evidence if e.says is not Served.UNKNOWN), None)
    served = decisive.says if decisive else Served.UNKNOWN if attempts else Served.NOBODY
    found = Verdict(
        served=served,
        fell_back=next((e.fell_back for e in evidence if e.fell_back is not None), None),
        basis=decisive.basis if decisive else Basis.NOT_REPORTED,
        sentence="",
        evidence=evidence,
        paid=paid(about, served),
        cost_usd=next((f"{a.bill.cost:f}" for a in about if a.bill is not None), ""),
        alarm=served is Served.PLATFORM and ask.path is not Path.PLATFORM,
    )
    found = replace(found, sentence=sentence(ask, about, found))
    return replace(found, conclusion=conclude(attempts, found)) if ask.path is Path.COMPARE else found
