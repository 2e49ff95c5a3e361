"""The checks of a credential as rows of data, and the state that each goes by and adds to.

What is the same for every provider stands here as well: form, network, clock, and the prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from meshtui.base.credential import CheckStatus as CheckStatus
from meshtui.base.credential import Credential, Level
from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import Exchange
from meshtui.base.secret import Secret
from meshtui.explain.model import Explanation
from meshtui.explain.values import describe_offset, read_http_date
from meshtui.http.call import Call, PromptRequest
from meshtui.providers.base import Provider
from meshtui.providers.finding_catalogue import find_blocking, name_cause


class Outcome(NamedTuple):
    status: CheckStatus
    note: str = ""
    """What was found, or why not; half a sentence."""
    cause: str = ""
    """The label, where no explanation of an answer gives it."""
    fix: str = ""
    """What to do about it, where that is known better than by the cause."""


PASSED = Outcome(CheckStatus.PASSED)
NOTHING = "nothing"
FEW_TOKENS = "a few tokens"
STREAMING, STREAM_PERMISSION = "streaming", "stream permission"
"""Checks that are about streaming alone."""
STORED_KEY = "stored"
"""How the names of the checks begin that test a provider key stored with Mesh."""


@dataclass(slots=True)
class CheckState:
    """One credential under check, and what has been learnt so far: each check may add to it."""

    provider: Provider
    credential: Credential
    endpoints: Endpoints
    question: PromptRequest
    surroundings: Mapping[str, str]
    """Environment variables: SDKs send what some of them hold."""
    token: Secret | None = None
    """What the credential was exchanged for, where one is; None: not yet."""
    learnt: dict[str, object] = field(default_factory=dict)
    """What a provider's own checks tell each other."""
    exchanges: list[Exchange] = field(default_factory=list)


def _judge_json(_: CheckState, value: object) -> Outcome:
    return PASSED if isinstance(value, (dict, list)) else Outcome(CheckStatus.UNCLEAR, "the answer is not of this API")


def _skip_never(_: CheckState) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Check:
    """One live check. Without a call it sends nothing, and `judge` looks at what is known by now."""

    name: str
    proves: str
    does_not_prove: str
    """What a pass does not prove."""
    call: Callable[[CheckState], Call | None] | None = None
    judge: Callable[[CheckState, object], Outcome] = _judge_json
    """Judges the JSON (or else the text) of an answer with a status of 2xx."""
    instead: Mapping[str, Outcome] = field(default_factory=dict)
    """Cause of a failure → what it means for this check, where that is not simply that it failed."""
    refusal: Callable[[CheckState, Exchange, Explanation], Outcome | None] | None = None
    """Judges an answer with a status other than 2xx, before `instead`; None: `instead` decides."""
    is_prompt: bool = False
    """Whether a model answers, in the provider's own format."""
    stream: bool = False
    cost: str = NOTHING
    any_answer: bool = False
    """Whether a refusal will do: it is sent without a key, to see whether an answer comes at all."""
    stops: bool = True
    """Whether the checks above make no sense where this one has failed."""
    foretells: str = ""
    """The check whose outcome this one only foretells: where that one passes, a failure of this one was wrong."""
    optional: bool = False
    """Whether staying unclear is no loss: a real key need not have the right to ask this."""
    needs: tuple[str, ...] = ()
    """The checks whose results this one uses, where the report has them; they are run first where only this one is
    requested."""
    skip: Callable[[CheckState], str] = _skip_never
    """Why this check is not for this credential or not for now; empty where it is."""


CLOCK_DECIDES = {"clock_skew": Outcome(CheckStatus.UNCLEAR, "the time of the signature was refused: see the clock")}
MAY_NOT_LIST = Outcome(CheckStatus.UNCLEAR, "it may not list models, which says nothing about calling one", "unknown")
MAY_NOT_ASK = Outcome(CheckStatus.UNCLEAR, "it may not ask that, which says nothing about calling", "unknown")


def require_token(state: CheckState) -> Secret:
    """The token; for checks that are skipped without one."""
    if state.token is None:
        raise ValueError("there is no token yet")
    return state.token


def say_token_missing(state: CheckState) -> str:
    """Why a check that sends a token is skipped; empty where there is one."""
    return "" if state.token else "not tried, since there is no access token"


ALLOWED_SKEW = 300.0
"""Seconds that AWS allows a signature to be off."""
UNSEEN_SKEW = 5.0
"""Seconds that are no skew: `Date` counts whole seconds, and an answer takes its time."""


def measure_skew(exchanges: Iterable[Exchange]) -> float | None:
    """Seconds by which the local clock is ahead of the server's, at its worst, by the `Date` of the answers (RFC 9110,
    6.6.1); None where none had a date."""
    found = [seconds for exchange in exchanges if (seconds := _measure_one(exchange)) is not None]
    return max(found, key=abs, default=None)


def _measure_one(exchange: Exchange) -> float | None:
    if exchange.answer is None or exchange.timings.first_byte is None:
        return None
    there = read_http_date(exchange.answer.header("Date"))
    if there is None:
        return None
    difference = exchange.started + exchange.timings.first_byte - there
    return 0.0 if abs(difference) < UNSEEN_SKEW else difference


def _judge_form(state: CheckState, _: object) -> Outcome:
    """What is known offline: whether the credential could work at all."""
    credential = state.credential
    if credential.usable:
        warning = next((f.title for f in credential.findings if f.level is Level.WARNING), "")
        return Outcome(CheckStatus.PASSED, warning)
    finding = find_blocking(credential)
    if finding is None:
        return Outcome(CheckStatus.FAILED, "nothing in it can be sent", name_cause(None))
    return Outcome(CheckStatus.FAILED, finding.title, name_cause(finding), finding.fix)


def _judge_clock(state: CheckState, _: object) -> Outcome:
    """The local clock against the `Date` of the answers so far. Only signatures and short-lived keys mind it."""
    off = measure_skew(state.exchanges)
    if off is None:
        return Outcome(CheckStatus.UNCLEAR, "no answer had a date")
    if off == 0.0:
        return PASSED
    words = f"this clock is {describe_offset(off)}"
    material = state.credential.material
    if material is None or not state.provider.requests.is_timed(material):
        return Outcome(CheckStatus.PASSED, f"{words}, which this kind of key does not mind")
    if abs(off) <= ALLOWED_SKEW:
        return Outcome(CheckStatus.PASSED, f"{words}, which is still allowed")
    return Outcome(CheckStatus.FAILED, words, "clock_skew")


def _build_reach(state: CheckState) -> Call | None:
    material = state.credential.material
    return state.provider.requests.reach(state.endpoints, material) if material else None


def _judge_reach(state: CheckState, _: object) -> Outcome:
    return Outcome(CheckStatus.PASSED, f"{state.provider.name} answers")


def _build_prompt(state: CheckState, *, stream: bool) -> Call | None:
    """The smallest prompt at the credential's own host."""
    material, question = state.credential.material, replace(state.question, stream=stream)
    return state.provider.requests.prompt(state.endpoints, material, state.token, question) if material else None


FORM = Check("form", "the text has the form of such a key", "that it exists", judge=_judge_form)
NETWORK = Check(
    "network", "name, TLS and proxy let a request through", "anything about the key",
    _build_reach, _judge_reach, any_answer=True,
)  # fmt: skip
CLOCK = Check(
    "clock", "this machine's clock is near the provider's", "anything about the key", judge=_judge_clock,
    needs=("network", "identity"),
)  # fmt: skip
PROMPT = Check(
    "prompt", "the key may call this model here and now", "other models, other regions, and streaming",
    lambda state: _build_prompt(state, stream=False), cost=FEW_TOKENS, is_prompt=True,
)  # fmt: skip
STREAMED_PROMPT = Check(
    STREAMING, "the key may stream this model's answer", "other models and regions",
    lambda state: _build_prompt(state, stream=True), stream=True, cost=FEW_TOKENS, is_prompt=True,
)  # fmt: skip
"""The two checks that cost a few tokens. Streaming is a right of its own at some providers."""
