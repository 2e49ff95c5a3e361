"""What a run is made of: the request, events while it happens, attempts, the verdict. Frozen data; what comes from
outside is made harmless and redacted when it is put in.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from meshtui.base.credential import Credential
from meshtui.base.exchange import Exchange
from meshtui.base.redaction import find_keys, redact
from meshtui.base.secret import list_living_values
from meshtui.base.text import make_plain
from meshtui.explain.causes import find_first_fix
from meshtui.explain.explain_exchange import describe_credential
from meshtui.explain.model import Context, Explanation
from meshtui.runs.prompt import Path, Prompt

__all__ = ["Path", "Prompt"]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Everything one run needs to know. `credential` is the provider credential under test."""

    path: Path
    credential: Credential | None
    mesh: Credential | None = None
    """The Mesh key of the team whose provider keys are under test."""
    platform: Credential | None = None
    """A Mesh key of a team without provider keys: the only way to the platform path."""
    prompt: Prompt = field(default_factory=Prompt)


@dataclass(frozen=True, slots=True)
class Bill:
    """What Mesh's usage row says of one request, or the answer itself. US dollars."""

    cost: Decimal
    """With as many places as were given."""
    catalogue: Decimal | None = None
    """What the answer's tokens cost by Mesh's list of models; None: not known, or no measure for this request."""
    discount: Decimal = Decimal(0)
    """The part of the catalogue's price, 0 to 1, by which Mesh's own price may be lower."""
    byok_used: bool | None = None
    """Whether the row says that your key served; None: it does not say."""
    fell_back: bool | None = None


YOUR_PROGRAM = "your program"
"""The role of a call that somebody's own program made."""
OWN_KEY, MESH, PLATFORM = ROLES = ("own key", "mesh", "platform")
"""Roles of an attempt: the provider is called with the credential; Mesh is; Mesh is, for its own credentials."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call with one credential. `exchanges` holds the token exchange too, where one was needed."""

    role: str
    """One of `ROLES`, or `YOUR_PROGRAM`."""
    credential: str
    """The name of the credential that was sent."""
    provider: str
    """Who was called: openai, bedrock, vertex, mesh."""
    exchanges: tuple[Exchange, ...]
    ok: bool
    text: str = ""
    """The model's words; from outside, so never markup, and without control characters."""
    explanation: Explanation | None = None
    """None where the attempt succeeded."""
    afterwards: tuple[Exchange, ...] = ()
    """What was requested after the answer: the request's usage row, and the model's price."""
    bill: Bill | None = None
    process: str = ""
    """For a call of the user's own program: name and number of the process, where they can be determined."""
    origin: str = ""
    """For a call of the user's own program: where its key comes from, as far as this machine shows."""
    injected: bool = False
    """Whether a fault of ours answered in the host's place, so that nothing was sent."""

    @property
    def exchange(self) -> Exchange:
        """The last exchange: the one that decided."""
        return self.exchanges[-1]


class Served(StrEnum):
    OWN_KEY = "own key"
    PLATFORM = "platform"
    CACHE = "cache"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    OBSERVED = "observed"
    INFERRED = "inferred"
    """It follows from a known setting."""
    LIKELY = "likely"
    """The cost supports it and nothing contradicts it."""
    NOT_REPORTED = "not reported"


class Paid(StrEnum):
    KEY_OWNER = "own key owner"
    """The provider bills whoever owns the key; through Mesh, Mesh's fee comes on top."""
    MESH_BALANCE = "mesh balance"
    NOBODY = "nobody"
    """As far as the documentation says."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing the answers show about who served. `rank` as in the facts: 1 is the strongest."""

    rank: int
    what: str
    """`header X-BYOK-Fallback-Triggered: true`"""
    says: Served
    fell_back: bool | None
    """None: this evidence does not say."""
    basis: Basis


class ConclusionKind(StrEnum):
    """The possible conclusions of a comparison; `meshtui.runs.compare` says when each applies."""

    FINE = "key fine everywhere"
    COPY_BAD = "key fine at the provider, Mesh's copy is not"
    PROVIDER_REFUSES = "provider refuses the key"
    MESH_KEY_REFUSED = "Mesh key refused"
    NEEDS_BYOK = "model needs BYOK"
    PLATFORM_DOWN = "platform down"
    CREDITS = "served by credits"
    UNTOLD = "cannot be told"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The conclusion of a comparison."""

    what: ConclusionKind
    sentence: str
    """One line a person reads."""
    would_tell: str = ""
    """Where it cannot be determined: how it could be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who served a run, whether Mesh fell back, and how that is known."""

    served: Served
    fell_back: bool | None
    """None: it cannot be determined."""
    basis: Basis
    sentence: str
    """One line a person reads: who served, the reason, and who paid."""
    evidence: tuple[Evidence, ...] = ()
    paid: Paid = Paid.UNKNOWN
    cost_usd: str = ""
    """What Mesh charged for it, as its usage row has it; empty: not known."""
    alarm: bool = False
    """A silent fallback: the answer is a 200 like any other, and Mesh's credentials served it where your key should."""
    conclusion: Conclusion | None = None
    """Of a comparison; the rest is then about the request that went to Mesh as it is configured."""


@dataclass(frozen=True, slots=True)
class Run:
    """One prompt with all its calls; `started` is Unix seconds."""

    id: str
    request: RunRequest
    started: float
    attempts: tuple[Attempt, ...]
    verdict: Verdict
    cancelled: bool = False


# Events: what `fire` reports while a run happens, in this order, text and phases as often as they come. Named tuples,
# as in `explain`: they are made before the first paint in a third of the time.


class AttemptStarted(NamedTuple):
    """A call was started; `at`: Unix seconds."""

    run: str
    role: str
    credential: str
    provider: str
    at: float


class PhaseReached(NamedTuple):
    """`phase`: secured (TLS), connected, sent, first_byte; `after`: seconds since the request began."""

    run: str
    phase: str
    after: float
    role: str = ""
    """The attempt's role: in a comparison three run at the same time."""


class TextArrived(NamedTuple):
    """A piece of a streamed answer."""

    run: str
    piece: str
    role: str = ""


class AttemptEnded(NamedTuple):
    """The call is over, answered or not."""

    run: str
    attempt: Attempt


class RunEnded(NamedTuple):
    """The run has ended."""

    run: Run


Event = AttemptStarted | PhaseReached | TextArrived | AttemptEnded | RunEnded


LONGEST = 4096
"""The most characters of a word that are held back: more than any key has."""
_OF_KEYS = f"{string.ascii_letters}{string.digits}+/=.%-_\\"
"""The characters of keys, also escaped ones: a longer word is cut where none of them is."""


class SafeTextStream:
    """Holds back the last, unfinished word of a stream, so that a secret is masked though it comes in pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """The words that are now complete, with the space after them."""
        text = self._held + piece
        # A carriage return at the end may be half of a line end.
        whole = text.rstrip("\r")
        cut = max(whole.rfind(space) for space in " \n\t") + 1
        if len(text) - cut > LONGEST:
            cut = len(text.rstrip(_OF_KEYS)) or _find_safe_cut(text)
        self._held = text[cut:]
        return clean_answer(text[:cut])

    def close(self) -> str:
        """The last word."""
        rest, self._held = self._held, ""
        return clean_answer(rest)


def _find_safe_cut(text: str) -> int:
    """The position up to which the text can be released: its end, unless a key or the beginning of a loaded secret is
    there."""
    ending = [start for start, end in find_keys(text) if end == len(text) and end - start < LONGEST]
    for value in list_living_values():
        if value[:1] in text[-len(value) :]:
            longest = next((n for n in range(min(len(value), len(text)), 0, -1) if text.endswith(value[:n])), 0)
            ending.append(len(text) - longest)
    return min(ending, default=len(text))


def clean_answer(text: str) -> str:
    """The text as it may be shown anywhere."""
    return redact(make_plain(text)) if text else ""


def make_context(credential: Credential, model: str, exchange: Exchange) -> Context:
    """`now` is the moment at which the answer began, by the local clock."""
    timings = exchange.timings
    now = exchange.started + (timings.first_byte or timings.total or 0.0)
    return describe_credential(credential, model)._replace(now=now)


_THE_CHECKS = "meshtui check"


def choose_fix(credential: Credential, model: str, cause: str, explanation: Explanation | None) -> str:
    """The explanation's first step; without one, the provider's first step for this cause; empty where there is none.
    It is shown with a check, so steps that say to run the checks are left out."""
    if explanation is not None and explanation.steps and cause in ("", "unknown", explanation.cause):
        others = (step for step in explanation.steps if not step.command.startswith(_THE_CHECKS))
        step = next(others, explanation.steps[0]._replace(command=""))
    else:
        found = find_first_fix(credential.provider, cause, describe_credential(credential, model))
        if found is None:
            return ""
        step = found
    return " ".join(filter(None, (step.text, step.command)))
