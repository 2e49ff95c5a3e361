"""The exit status of a run or of a check_report: the README's table, in code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.runs.model import MESH, OWN_KEY, Attempt, ConclusionKind, Path, Run, Served

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport

FINE, FELL_BACK, REFUSED, NOT_PERMITTED, LIMITED, FAILED, CANNOT_BE_TOLD = 0, 3, 4, 5, 6, 7, 8

# Who has to act decides: on the credential 4, on rights 5, on money and limits 6, on the service or the request 7.
OF_CAUSE = {
    "credential_missing": REFUSED,
    "credential_malformed": REFUSED,
    "credential_wrong_kind": REFUSED,
    "credential_invalid": REFUSED,
    "credential_disabled": REFUSED,
    "credential_expired": REFUSED,
    "clock_skew": REFUSED,  # the signature is refused, be the key good or not
    "account_mismatch": REFUSED,  # the key is refused for this project or organization
    "network_blocked": NOT_PERMITTED,
    "country_unsupported": NOT_PERMITTED,
    "permission_missing": NOT_PERMITTED,
    "permission_denied_explicitly": NOT_PERMITTED,
    "model_access_not_granted": NOT_PERMITTED,
    "model_not_found": NOT_PERMITTED,  # providers say the same of a model that is not there and of one you may not see
    "region_unsupported": NOT_PERMITTED,  # not for this key, or not in this place
    "inference_profile_required": NOT_PERMITTED,
    "api_not_enabled": NOT_PERMITTED,
    "billing_inactive": LIMITED,  # the account page mends it, as it does an empty quota
    "quota_exhausted": LIMITED,
    "rate_limited_requests": LIMITED,
    "rate_limited_tokens": LIMITED,
    "rate_limited": LIMITED,
    "capacity_exhausted": FAILED,  # the provider's limit, not yours
    "request_invalid": FAILED,  # nothing is known against the key; 2 is for meshtui's own command line
    "content_blocked": FAILED,
    "provider_error": FAILED,
    "timeout": FAILED,
    "connection_failed": FAILED,
    "unknown": CANNOT_BE_TOLD,
}

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
    """0 your own key served (or the platform, where it alone was asked), or every check holds; else see OF_CAUSE."""
    return _of_run(done) if isinstance(done, Run) else _of_ladder(done)


def cause_exit_status(cause: str) -> int:
    return OF_CAUSE.get(cause, CANNOT_BE_TOLD)


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
