"""A case as JSON: of a run the object that `meshtui send --format json` prints, of a check one in its manner."""

from __future__ import annotations

from meshtui.explain.card import as_json as explanation_as_json
from meshtui.exports.case import Case
from meshtui.journal.entry import CHECK
from meshtui.runs.as_json import Json, attempt_as_json, conclusion_as_json, rung_as_json, verdict_as_json
from meshtui.runs.model import Verdict
from meshtui.runs.rung import Ladder


def case_as_json(case: Case) -> Json:
    """Names are stable; null is what is not there. `verdict` is null where the run's end is not known."""
    if case.told:
        return {"at": case.at, "explanation": explanation_as_json(case.told)}
    head: Json = {"run": case.run, "path": case.asked.path or None, "credential": case.asked.credential or None}
    if case.rungs or isinstance(case.outcome, Ladder) or case.asked.path == CHECK:
        return {**head, "started": case.at, "cancelled": case.cancelled, **_check(case)}
    verdict = case.outcome if isinstance(case.outcome, Verdict) else None
    return {
        **head,
        "policy": case.asked.policy or None,
        "stream": case.asked.stream,
        "started": case.at,
        "cancelled": case.cancelled,
        "verdict": verdict and verdict_as_json(verdict),
        "conclusion": verdict and verdict.conclusion and conclusion_as_json(verdict.conclusion),
        "attempts": [attempt_as_json(attempt) for attempt in case.attempts],
    }


def _check(case: Case) -> Json:
    ladder = case.outcome if isinstance(case.outcome, Ladder) else None
    return {
        "deciding": ladder.deciding.name if ladder and ladder.deciding else None,
        "sentence": ladder.sentence if ladder else None,
        "rungs": [rung_as_json(rung) for rung in case.rungs],
    }
