"""What is broken right now: the rules that were set, how many requests each has seen, and the rate limits."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from meshtui.sandbox.bucket import Bucket, Draw
from meshtui.sandbox.faults import EVERY, EVERYBODY, check_name
from meshtui.sandbox.rules import Rules, decide, read, write

REQUESTS_A_MINUTE = 3
"""The limit under the fault `rate_limited`: OpenAI's for an account without a payment method."""


@dataclass(slots=True)
class _Set:
    """The rules of one target, and what they have counted since."""

    rules: Rules
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


class Breakage:
    """Locked. `refill`: seconds until a rate-limited credential may send one more; `seed`: of rules without one."""

    def __init__(self, refill: float, seed: int) -> None:
        self.seed = seed
        self._refill = refill
        self._lock = threading.Lock()
        self._set: dict[str, _Set] = {}
        self._buckets: dict[str, Bucket] = {}

    def set(self, target: str, text: str | None) -> None:
        """Replaces the target's rules, or removes them with None; counts start anew. Raises ValueError."""
        check_name(target)
        rules = None if text is None else read(text)
        with self._lock:
            self._set.pop(target, None)
            if rules is not None:
                self._set[target] = _Set(rules)
            for name in EVERYBODY if target == EVERY else (target,):
                self._buckets.pop(name, None)
                if self._is_limited(name):
                    self._buckets[name] = Bucket(REQUESTS_A_MINUTE, self._refill, time.monotonic())

    def _is_limited(self, name: str) -> bool:
        """Whether a rate limit holds for all of its requests: then a bucket decides, as it does at the providers."""
        rules = [rule for held in self._held_for(name) for rule in held.rules]
        return any(rule.always and rule.fault == "rate_limited" for rule in rules)

    def _held_for(self, name: str) -> list[_Set]:
        targets = (name, EVERY) if name in EVERYBODY else (name,)
        return [self._set[target] for target in targets if target in self._set]

    def texts(self) -> dict[str, str]:
        with self._lock:
            return {target: write(held.rules) for target, held in self._set.items()}

    def fault(self, name: str, door: str) -> str | None:
        """The fault that this request of the credential meets. Counts it, apart for each door."""
        if not self._set:
            return None
        with self._lock:
            met = None
            for held in self._held_for(name):
                held.counts[name, door] += 1
                met = met or decide(held.rules, name, held.counts[name, door], self.seed)
            return met

    def draw(self, name: str, fault: str | None) -> Draw | None:
        """What the rate limit says to a request that met this fault; None where the fault is not one. Where a rule
        chose the request the limit is exhausted, else the bucket decides."""
        if fault != "rate_limited":
            return None
        with self._lock:
            bucket = self._buckets.get(name) or self._buckets.get(f"stored-{name}")
            if bucket is not None:
                return bucket.draw(time.monotonic())
        return Draw(False, self._refill, 0, REQUESTS_A_MINUTE, REQUESTS_A_MINUTE * self._refill)

    def clear(self) -> None:
        with self._lock:
            self._set.clear()
            self._buckets.clear()
