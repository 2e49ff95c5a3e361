"""How much a Mesh key has used in this minute and this day: fixed windows, as Mesh's are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class Used:
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


class Meter:
    """One set of windows a key. Locked. `clock` tells Unix time."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, _Windows] = {}

    def count(self, key: str, requests: int = 0, tokens: int = 0) -> None:
        with self._lock:
            windows = self._open(key, self._clock())
            windows.requests += requests
            windows.requests_today += requests
            windows.tokens += tokens

    def used(self, key: str) -> Used:
        now = self._clock()
        with self._lock:
            windows = self._open(key, now)
            return Used(
                windows.requests, windows.requests_today, windows.tokens, MINUTE - now % MINUTE, DAY - now % DAY
            )

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()

    def _open(self, key: str, now: float) -> _Windows:
        """The key's windows of now; those of an earlier minute or day start anew."""
        minute, day = int(now // MINUTE), int(now // DAY)
        windows = self._keys.setdefault(key, _Windows(minute, day))
        if windows.minute != minute:
            windows.minute, windows.requests, windows.tokens = minute, 0, 0
        if windows.day != day:
            windows.day, windows.requests_today = day, 0
        return windows
