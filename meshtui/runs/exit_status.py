"""The exit status of a run or of a check_report: the README's table, in code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.explain.causes import CANNOT_BE_TOLD, FAILED, find_cause
from meshtui.runs.model import MESH, OWN_KEY, Attempt, ConclusionKind, Path, Run, Served

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport

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


def exit_status(done: Run | CheckReport) -> int:
    """0 your own key served (or the platform, where it alone was asked), or every check passed; else see `Cause`."""
    return _of_run(done) if isinstance(done, Run) else _of_ladder(done)


def cause_exit_status(cause: str) -> int:
    return find_cause(cause).exit_status


def _of_run(run: Run) -> int:
    if run.cancelled or not run.attempts:
        return CANNOT_BE_TOLD
    if run.verdict.conclusion is not None:
        return _of_comparison(run, run.verdict.conclusion.what)
    served, wanted = run.verdict.served, Served.PLATFORM if run.ask.path is Path.PLATFORM else Served.OWN_KEY
    if served is wanted and not run.verdict.fell_back:
        return FINE
    if served is Served.PLATFORM:
        return FELL_BACK  # even without a failure before it: it was not your key that served
    if served is not Served.NOBODY:
        return CANNOT_BE_TOLD
    # Where the platform failed as well, it is your key that this is about.
    return _of_attempt(run.attempts[0])


def _of_comparison(run: Run, what: ConclusionKind) -> int:
    if what in OF_CONCLUSION:
        return OF_CONCLUSION[what]
    refused = next(attempt for attempt in run.attempts if attempt.role == OF_REFUSAL[what])
    return FELL_BACK if refused.ok else _of_attempt(refused)


def _of_attempt(attempt: Attempt) -> int:
    return cause_exit_status(attempt.explanation.cause if attempt.explanation else "unknown")


def _of_ladder(check_report: CheckReport) -> int:
    deciding = check_report.deciding
    if check_report.asked is not None:
        return (
            FINE if check_report.asked.status == "passed" else cause_exit_status((deciding or check_report.asked).cause)
        )
    return FINE if deciding is None else cause_exit_status(deciding.cause)
