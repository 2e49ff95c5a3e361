"""What came of a credential's checks, and the first thing to do about one that failed."""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.base.credential import Credential
from meshtui.base.exchange import Exchange
from meshtui.explain.causes import KEY_KNOWN, find_first_fix
from meshtui.explain.exchange import describe_credential
from meshtui.explain.model import Explanation
from meshtui.providers.check import CheckStatus


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one check."""

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
    """The one check that was asked for; the others are here because it needs them. Empty: all were run."""

    @property
    def asked(self) -> CheckResult | None:
        """What came of the one check that was asked for; None where all were."""
        return next((check for check in self.checks if check.name == self.only), None)

    @property
    def deciding(self) -> CheckResult | None:
        """The check that something is wrong with: the first that failed, unless the one that it foretold has passed; or
        else the first that stayed unclear and that no later one has made good; None where all is well."""
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
    """Whether the provider took the key at least once, be it to refuse what was asked."""
    tried = [r for r in checks if r.name not in (*PRELIMINARY, "certificate")]
    return any(
        r.status is CheckStatus.PASSED or (r.explanation is not None and r.explanation.cause in KEY_KNOWN)
        for r in tried
    )


def choose_fix(credential: Credential, model: str, cause: str, told: Explanation | None) -> str:
    """The explanation's first step; without one, that of the provider for this cause. Empty where there is none."""
    if told is not None and told.steps and cause in ("", "unknown", told.cause):
        step = told.steps[0]
    else:
        found = find_first_fix(credential.provider, cause, describe_credential(credential, model))
        if found is None:
            return ""
        step = found
    return " ".join(filter(None, (step.text, step.command)))
