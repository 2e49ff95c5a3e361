"""What a ladder is made of: rungs as rows of data, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from meshtui.exchange import Exchange
from meshtui.explain.model import Explanation
from meshtui.providers.call import Call
from meshtui.providers.reading import Dialect

if TYPE_CHECKING:
    from meshtui.runs.climber import Climber


class Holds(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
    """It was tried, and what came does not tell."""
    SKIPPED = "skipped"


class Judgement(NamedTuple):
    holds: Holds
    note: str = ""
    """What was found, or why not; half a sentence."""
    cause: str = ""
    """The label, where no explanation of an answer gives it."""
    fix: str = ""
    """What to do about it, where that is known better than by the cause."""


PASSED = Judgement(Holds.PASSED)
NOTHING = "nothing"
FEW_TOKENS = "a few tokens"
STREAMING, STREAM_PERMISSION = "streaming", "stream permission"
"""Rungs that are about streaming alone."""
STORED_KEY = "stored"
"""How the names of the rungs begin that test a provider key stored with Mesh."""


def _json_came(_climber: Climber, value: object) -> Judgement:
    return PASSED if isinstance(value, (dict, list)) else Judgement(Holds.UNCLEAR, "the answer is not of this API")


def _never(_climber: Climber) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One live check. Without a call it sends nothing, and `judge` looks at what is known by now."""

    name: str
    proves: str
    leaves_open: str
    """What a pass does not prove."""
    call: Callable[[Climber], Call | None] | None = None
    judge: Callable[[Climber, object], Judgement] = _json_came
    """Judges the JSON (or else the text) of an answer with a status of 2xx."""
    instead: Mapping[str, Judgement] = field(default_factory=dict)
    """Cause of a failure → what it means for this rung, where that is not simply that it failed."""
    refusal: Callable[[Climber, Exchange, Explanation], Judgement | None] | None = None
    """Reads an answer that is none of 2xx before `instead` does; None: it has nothing to say."""
    dialect: Callable[[str], Dialect] | None = None
    """By the model; where a model answers, how its words are read."""
    stream: bool = False
    cost: str = NOTHING
    any_answer: bool = False
    """Whether a refusal will do: it is sent without a key, to see whether an answer comes at all."""
    stops: bool = True
    """Whether the rungs above make no sense where this one has failed."""
    foretells: str = ""
    """The rung whose outcome this one only foretells: where that one passes, a failure of this one was wrong."""
    optional: bool = False
    """Whether staying unclear is no loss: a real key need not have the right to ask this."""
    needs: tuple[str, ...] = ()
    """The rungs that learn what this one goes by, where the ladder has them; climbed first where this one alone is
    asked for."""
    skip: Callable[[Climber], str] = _never
    """Why this rung is not for this credential or not for now; empty where it is."""


@dataclass(frozen=True, slots=True)
class RungResult:
    """What came of one rung."""

    credential: str
    name: str
    holds: Holds
    note: str
    proves: str
    leaves_open: str
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
"""Rungs that say nothing about whether the provider takes the key."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs of one credential, in the order in which they were climbed, and one sentence."""

    credential: str
    provider: str
    model: str
    rungs: tuple[RungResult, ...]
    sentence: str
    only: str = ""
    """The one rung that was asked for; the others are here because it needs them. Empty: all were climbed."""

    @property
    def asked(self) -> RungResult | None:
        """What came of the one rung that was asked for; None where all were."""
        return next((rung for rung in self.rungs if rung.name == self.only), None)

    @property
    def deciding(self) -> RungResult | None:
        """The rung that something is wrong with: the first that failed, unless the one that it foretold has passed; or
        else the first that stayed unclear and that no later one has made good; None where all is well."""
        return deciding(self.rungs)


def deciding(rungs: tuple[RungResult, ...]) -> RungResult | None:
    """See `Ladder.deciding`."""
    passed = {r.name for r in rungs if r.holds is Holds.PASSED}
    failed = next((r for r in rungs if r.holds is Holds.FAILED and r.foretells not in passed), None)
    if failed is not None:
        return failed
    good = max((i for i, r in enumerate(rungs) if r.name in passed and r.name not in PRELIMINARY), default=-1)
    return next((r for r in rungs[good + 1 :] if r.holds is Holds.UNCLEAR and not r.optional), None)


RECOGNISED = frozenset({
    "permission_missing", "permission_denied_explicitly", "model_access_not_granted", "api_not_enabled",
    "billing_inactive", "quota_exhausted", "rate_limited_requests", "rate_limited_tokens",
})  # fmt: skip
"""Causes that only a key which is known can meet."""


def alive(rungs: tuple[RungResult, ...]) -> bool:
    """Whether the provider took the key at least once, be it to refuse what was asked."""
    tried = [r for r in rungs if r.name not in (*PRELIMINARY, "certificate")]
    return any(
        r.holds is Holds.PASSED or (r.explanation is not None and r.explanation.cause in RECOGNISED) for r in tried
    )
