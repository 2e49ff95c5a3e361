"""Rate limits: what a key may use, a token bucket for the fault `rate_limited`, and Mesh's counts in fixed windows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one Mesh key may use; what it has used is counted in fixed windows. 0: no limit, because a sandbox is there
    to be called; Mesh's own default is shown then."""

    rpm: int = 0
    """Requests in a minute."""
    rpd: int = 0
    """Requests in a day, which begins at 00:00 UTC."""
    tpm: int = 0
    """Tokens in a minute."""
    spend_cap_usd: float | None = None
    """For all time. Soft: the request that reaches it is served. None: no cap."""

    @property
    def shown(self) -> Limits:
        """With Mesh's defaults (seen in recorded answers) where no limit is set."""
        return Limits(self.rpm or 100, self.rpd or 10_000, self.tpm or 1_000_000, self.spend_cap_usd)


CEILINGS = Limits(rpm=1000, rpd=1_000_000)
"""Above these Mesh takes no limit (Mesh documentation, "rate limits")."""
UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class RateLimitResult:
    """One attempt to take a token. Times in seconds; `wait` is 0 where it was granted."""

    granted: bool
    wait: float
    left: int
    limit: int
    full_in: float
    unit: str = "requests"
    """requests or tokens."""


class TokenBucket:
    """Holds `capacity` tokens at most, gains one every `refill` seconds, starts empty. Not locked: its owner is."""

    def __init__(self, capacity: int, refill: float, now: float) -> None:
        self.capacity, self.refill = capacity, refill
        self._level, self._at = 0.0, now

    def take(self, now: float) -> RateLimitResult:
        """Takes one token where there is one. `now` is any clock that never runs backwards."""
        self._level = min(self.capacity, self._level + (now - self._at) / self.refill)
        self._at = now
        granted = self._level >= 1
        if granted:
            self._level -= 1
        return RateLimitResult(
            granted=granted,
            wait=0.0 if granted else (1 - self._level) * self.refill,
            left=int(self._level),
            limit=self.capacity,
            full_in=(self.capacity - self._level) * self.refill,
        )


MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class WindowUsage:
    """Requests and tokens in the windows that are open; seconds until each of them closes."""

    minute: int = 0
    day: int = 0
    tokens: int = 0
    minute_ends: float = 0.0
    day_ends: float = 0.0


@dataclass(slots=True)
class _Windows:
    minute: int
    """The number of the minute since 1970 that is being counted, and that of the day (UTC)."""
    day: int
    requests: int = 0
    tokens: int = 0
    requests_today: int = 0


class UsageWindows:
    """One set of windows a key. Locked. `clock` tells Unix time."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, _Windows] = {}

    def count(self, key: str, requests: int = 0, tokens: int = 0) -> None:
        with self._lock:
            windows = self._open_windows(key, self._clock())
            windows.requests += requests
            windows.requests_today += requests
            windows.tokens += tokens

    def get_usage(self, key: str) -> WindowUsage:
        now = self._clock()
        with self._lock:
            windows = self._open_windows(key, now)
            return WindowUsage(
                windows.requests, windows.requests_today, windows.tokens, MINUTE - now % MINUTE, DAY - now % DAY
            )

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()

    def _open_windows(self, key: str, now: float) -> _Windows:
        """The key's current windows; those of an earlier minute or day start again."""
        minute, day = int(now // MINUTE), int(now // DAY)
        windows = self._keys.setdefault(key, _Windows(minute, day))
        if windows.minute != minute:
            windows.minute, windows.requests, windows.tokens = minute, 0, 0
        if windows.day != day:
            windows.day, windows.requests_today = day, 0
        return windows
