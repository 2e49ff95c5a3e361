"""What happened: the rows that Mesh shows its customers, and the truth that it does not."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from meshtui.sandbox import ids

MAX_ROWS_KEPT = 10_000
"""Rows and records; older ones are forgotten."""
FEES = {0.0: "before 2026-07-09", 4.0: "2026-07-09", 5.0: "2026-08-10"}
"""Percent of the provider's price that an own key costs → the date of Mesh's BYOK page that said so."""


@dataclass(frozen=True, slots=True)
class TriedCredential:
    """One credential that was used for a request. `meaning` and `message` are empty where it worked."""

    credential: str
    status: int = 200
    meaning: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """What really became of one request to Mesh."""

    request_id: str
    at: float
    """Unix time."""
    key: str
    """mesh or platform; empty: the key was not known."""
    model: str
    stream: bool
    status: int
    code: str
    """Mesh's error code; empty for an answer."""
    served: str
    """own key, platform, cache or nobody."""
    credential: str
    """The one that served: openai, bedrock, aws, vertex, platform-openai, …; empty where none did."""
    tried: tuple[TriedCredential, ...]
    fell_back: bool
    """Whether Mesh's own credentials were tried because yours failed, with whatever result."""
    broke: bool
    """Whether a stream that had begun carried an error."""
    cost_usd: str
    price_usd: str = "0"
    """What it costs by the list of models, independent of who served."""
    endpoint: str = "chat"
    """chat, responses, messages or embeddings."""

    @property
    def failed_first(self) -> TriedCredential | None:
        """The first credential that failed, where one did."""
        return next((tried for tried in self.tried if tried.meaning), None)


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One row of the usage events."""

    truth: Truth
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latency_ms: int = 0
    list_price_usd: Decimal = Decimal(0)
    """What the provider takes for it."""
    routing_fallback: bool = False
    """Whether another model than the first one served."""
    tags: Mapping[str, object] = field(default_factory=dict)
    event_id: str = field(default_factory=ids.make_ulid)


class Ledger:
    """One account for all keys. Locked."""

    def __init__(self, fee_percent: float) -> None:
        self.fee_percent = fee_percent
        self._lock = threading.RLock()
        self._rows: deque[UsageRow] = deque(maxlen=MAX_ROWS_KEPT)
        self._truths: deque[Truth] = deque(maxlen=MAX_ROWS_KEPT)
        self._recorded = 0
        self._balance = Decimal(50)
        self._spent: dict[str, Decimal] = {}
        self._own_tokens = 0

    def compute_price(self, cost: Decimal, served: str, tokens: int, fee_free: int) -> Decimal:
        """What a request costs on Mesh's balance: the whole price on Mesh's credentials, the fee on your own once
        `fee_free` tokens are used up."""
        if served == "platform":
            return cost
        if served != "own key":
            return Decimal(0)
        with self._lock:
            self._own_tokens += tokens
            charged = self._own_tokens > fee_free
        return cost * Decimal(str(self.fee_percent)) / 100 if charged else Decimal(0)

    def record(self, use: UsageRow) -> None:
        with self._lock:
            self._rows.append(use)
            self._truths.append(use.truth)
            self._recorded += 1
            cost = Decimal(use.truth.cost_usd)
            self._balance -= cost
            self._spent[use.truth.key] = self._spent.get(use.truth.key, Decimal(0)) + cost

    @property
    def truths(self) -> list[Truth]:
        with self._lock:
            return list(self._truths)

    @property
    def recorded(self) -> int:
        """How many requests there have been, those that are forgotten included."""
        with self._lock:
            return self._recorded

    def list_rows(self, key: str) -> list[UsageRow]:
        """Newest first, only the calling key's."""
        with self._lock:
            return [use for use in reversed(self._rows) if use.truth.key == key]

    @property
    def balance(self) -> Decimal:
        with self._lock:
            return self._balance

    def set_balance(self, usd: float) -> None:
        with self._lock:
            self._balance = Decimal(str(usd))

    def get_spent(self, key: str) -> Decimal:
        """By this Mesh key, since the start."""
        with self._lock:
            return self._spent.get(key, Decimal(0))

    def describe_fee(self) -> dict[str, str]:
        """The fee, and as of when it is Mesh's."""
        as_of = FEES.get(self.fee_percent, "set for this sandbox")
        return {"percent_of_provider_price": f"{self.fee_percent:g}", "as_of": as_of}
