"""Retries of the same request, found among the calls of a run, and the run's summary.

An SDK retries on its own, so a program sees the last attempt only: what it hides is said here.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from meshtui.tap.attribution import Attributed
    from meshtui.tap.call_explanation import Judgement
    from meshtui.tap.observed_calls import Note, ObservedCall

RETRIED = frozenset({0, 408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which SDKs send the same request again (openai, anthropic, botocore's standard mode, google-genai)."""
LONGEST_PAUSE = 180.0
"""Seconds between two attempts; a later one is a request of its own."""
MAX_OPEN = 2000
"""Failed requests that may still be retried."""
MAX_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts of the same request, until one succeeded or the program gave up."""

    statuses: tuple[int, ...]
    """0 where no answer came."""
    started: float
    ended: float
    """Unix times in seconds."""
    label: str
    """Method, host and path."""

    @property
    def hidden(self) -> int:
        """The number of failures before the last attempt, which the program does not see."""
        return len(self.statuses) - 1

    @property
    def sentence(self) -> str:
        """`429, then 429, then 200 after 41 s: POST …: sent 3 times; …`, and that a program may see none of the
        failures."""
        words = [str(status) if status else "no answer" for status in self.statuses]
        took = self.ended - self.started
        failures = "the failure" if self.hidden == 1 else f"the {self.hidden} failures"
        return (
            f"{', then '.join(words)} after {took:.0f} s: {self.label}: the same request, sent {len(self.statuses)} "
            f"times; a library that tries again by itself hides {failures} before the last from your program"
        )


class Placed(NamedTuple):
    """Where a call belongs."""

    group: int
    """The number shared by all attempts of one request; counts up from 1."""
    is_over: bool
    """Whether no retry of it is to come: it succeeded, or failed in a way that libraries do not retry."""
    attempts: Attempts | None = None
    """All attempts, where there were several and they are over."""


@dataclass(slots=True)
class _Open:
    number: int
    statuses: list[int]
    started: float
    ended: float
    label: str


class RetryGroups:
    """Calls in the order of their ends, put together where one is a retry of another."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._count = 0

    def add(self, call: ObservedCall) -> Placed:
        """The request that this call is an attempt of, and whether the call completes it."""
        exchange, key = call.exchange, f"{call.digest} {call.process.pid if call.process else ''}"
        total = exchange.timings.total or 0.0
        group = self._open.get(key)
        follows = group is not None and -0.05 <= exchange.started - group.ended <= LONGEST_PAUSE
        if group is None or not follows:
            self._count += 1
            label = f"{call.request.method} {call.request.host}{call.request.path}"
            group = _Open(self._count, [], exchange.started, 0.0, label)
        group.statuses.append(exchange.status)
        group.ended = exchange.started + total
        if exchange.status in RETRIED and call.digest:
            self._open[key] = group
            self._open.move_to_end(key)
            if len(self._open) > MAX_OPEN:
                self._open.popitem(last=False)
            return Placed(group.number, False)
        self._open.pop(key, None)
        return Placed(group.number, True, _close(group))

    def close(self) -> tuple[Attempts, ...]:
        """The attempts of requests that never succeeded."""
        closed = tuple(found for group in self._open.values() if (found := _close(group)))
        self._open.clear()
        return closed


def _close(group: _Open) -> Attempts | None:
    if len(group.statuses) < 2:
        return None
    return Attempts(tuple(group.statuses), group.started, group.ended, group.label)


@dataclass(slots=True)
class Summary:
    """What a run came to. It grows by one line for each cause, key and host, not by call."""

    calls: int = 0
    failed: int = 0
    by_provider: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    keys: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)
    """Fingerprint → the key as it is shown, and where it comes from."""
    uses: Counter[str] = field(default_factory=Counter)
    """Fingerprint → calls."""
    fallbacks: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    hidden: int = 0
    """Failures that a library retried until it succeeded."""
    retried: int = 0
    """Requests of which that is so."""
    tokens: tuple[int, int] = (0, 0)
    """Tokens into models and out of them, as far as answers state them."""
    cost_usd: Decimal = Decimal(0)
    """What Mesh's answers say that they cost."""
    injected: int = 0
    """Calls that a fault answered in the host's place."""
    slowest: tuple[float, str] = (0.0, "")
    notes: list[Note] = field(default_factory=list)
    connections: int = 0
    blind_hosts: Sequence[str] = ()

    def add(self, call: ObservedCall, attributed: Attributed, judgement: Judgement) -> None:
        self.calls += 1
        self.by_provider[call.exchange.provider] += 1
        key = attributed.fingerprint or attributed.sent
        if call.request.method != "CONNECT" and (key in self.keys or len(self.keys) < MAX_KEYS):
            self.keys.setdefault(key, (attributed.sent, attributed.origin))
            self.uses[key] += 1
        for doubt in attributed.doubts:
            self.doubts[doubt.id] += 1
        if judgement.explanation is not None:
            self.failed += 1
            self.causes[judgement.explanation.cause] += 1
        self.fallbacks += judgement.fell_back
        self.injected += call.injected
        if judgement.tokens:
            self.tokens = (self.tokens[0] + judgement.tokens[0], self.tokens[1] + judgement.tokens[1])
        if judgement.bill is not None:
            self.cost_usd += judgement.bill.cost
        took = call.exchange.timings.total or 0.0
        if took > self.slowest[0]:
            self.slowest = (took, f"{call.request.method} {call.request.host}{call.request.path}")

    def add_attempts(self, attempts: Attempts) -> None:
        self.hidden += attempts.hidden
        self.retried += 1

    def add_note(self, note: Note) -> None:
        if len(self.notes) < 200:
            self.notes.append(note)
