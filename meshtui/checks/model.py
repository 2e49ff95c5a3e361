"""The results of a credential's checks."""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.base.credential import CheckStatus
from meshtui.base.exchange import Exchange
from meshtui.explain.causes import KEY_KNOWN, find_cause
from meshtui.explain.model import Explanation


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    credential: str
    name: str
    status: CheckStatus
    note: str
    proves: str
    does_not_prove: str
    cost: str
    cause: str = ""
    """A label of the catalogue where it failed or is unclear."""
    exchange: Exchange | None = None
    explanation: Explanation | None = None
    fix: str = ""
    """The first thing to do where it failed or is unclear, in a line."""
    foretells: str = ""
    optional: bool = False


PRELIMINARY = ("form", "network", "clock")
"""Checks that say nothing about whether the provider takes the key."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All checks of one credential, in the order in which they were run, and one sentence."""

    credential: str
    provider: str
    model: str
    checks: tuple[CheckResult, ...]
    sentence: str
    only: str = ""
    """The only requested check; the others are here because it needs them. Empty: all were run."""

    @property
    def requested(self) -> CheckResult | None:
        """The result of the one check that was requested; None where all were."""
        return next((check for check in self.checks if check.name == self.only), None)

    @property
    def exit_status(self) -> int:
        """0 where every requested check passed; else the exit status of the deciding cause."""
        wrong, requested = self.deciding, self.requested
        if requested is not None and requested.status is not CheckStatus.PASSED:
            wrong = wrong or requested
        elif requested is not None:
            return 0
        return 0 if wrong is None else find_cause(wrong.cause).exit_status

    @property
    def deciding(self) -> CheckResult | None:
        """The check that decides: the first that failed, unless the check that it predicted has passed; else the first
        that is unclear and that no later check has settled; None where all is well."""
        return find_deciding(self.checks)


def find_deciding(checks: tuple[CheckResult, ...]) -> CheckResult | None:
    """See `CheckReport.deciding`."""
    passed = {r.name for r in checks if r.status is CheckStatus.PASSED}
    failed = next((r for r in checks if r.status is CheckStatus.FAILED and r.foretells not in passed), None)
    if failed is not None:
        return failed
    good = max((i for i, r in enumerate(checks) if r.name in passed and r.name not in PRELIMINARY), default=-1)
    return next((r for r in checks[good + 1 :] if r.status is CheckStatus.UNCLEAR and not r.optional), None)


def is_alive(checks: tuple[CheckResult, ...]) -> bool:
    """Whether the provider accepted the key at least once, even if it refused the request."""
    tried = [r for r in checks if r.name not in (*PRELIMINARY, "certificate")]
    return any(
        r.status is CheckStatus.PASSED or (r.explanation is not None and r.explanation.cause in KEY_KNOWN)
        for r in tried
    )
