"""The exit status of a run: the README's table, in code."""

from __future__ import annotations

from meshtui.explain.causes import CANNOT_BE_TOLD, FAILED, find_cause
from meshtui.runs.model import MESH, OWN_KEY, Attempt, ConclusionKind, Path, Run, Served

FINE, FELL_BACK = 0, 3

OF_CONCLUSION = {
    ConclusionKind.FINE: FINE,
    ConclusionKind.NEEDS_BYOK: FINE,
    ConclusionKind.CREDITS: FELL_BACK,
    ConclusionKind.PLATFORM_DOWN: FAILED,
    ConclusionKind.UNTOLD: CANNOT_BE_TOLD,
}
"""The others follow the cause of a refusal: of this attempt."""
OF_REFUSAL = {
    ConclusionKind.PROVIDER_REFUSES: OWN_KEY,
    ConclusionKind.COPY_BAD: MESH,
    ConclusionKind.MESH_KEY_REFUSED: MESH,
}


def find_exit_status(run: Run) -> int:
    """0 your own key served (or the platform, where it alone was asked); else see `Cause`."""
    if run.cancelled or not run.attempts:
        return CANNOT_BE_TOLD
    if run.verdict.conclusion is not None:
        return _find_comparison_status(run, run.verdict.conclusion.what)
    served, wanted = run.verdict.served, Served.PLATFORM if run.request.path is Path.PLATFORM else Served.OWN_KEY
    if served is wanted and not run.verdict.fell_back:
        return FINE
    if served is Served.PLATFORM:
        return FELL_BACK  # even without a failure before it: it was not your key that served
    if served is not Served.NOBODY:
        return CANNOT_BE_TOLD
    # Where the platform failed as well, it is your key that this is about.
    return _find_attempt_status(run.attempts[0])


def _find_comparison_status(run: Run, what: ConclusionKind) -> int:
    if what in OF_CONCLUSION:
        return OF_CONCLUSION[what]
    refused = next(attempt for attempt in run.attempts if attempt.role == OF_REFUSAL[what])
    return FELL_BACK if refused.ok else _find_attempt_status(refused)


def _find_attempt_status(attempt: Attempt) -> int:
    return find_cause(attempt.explanation.cause if attempt.explanation else "unknown").exit_status
