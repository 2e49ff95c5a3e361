"""A token bucket: what really limits a credential's rate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draw:
    """One attempt to take a token. Times in seconds; `wait` is 0 where it was granted."""

    granted: bool
    wait: float
    left: int
    limit: int
    full_in: float


class Bucket:
    """Holds `capacity` tokens at most, gains one every `refill` seconds, starts empty. Not locked: its owner is."""

    def __init__(self, capacity: int, refill: float, now: float) -> None:
        self.capacity, self.refill = capacity, refill
        self._level, self._at = 0.0, now

    def draw(self, now: float) -> Draw:
        """Takes one token where there is one. `now` is any clock that never runs backwards."""
        self._level = min(self.capacity, self._level + (now - self._at) / self.refill)
        self._at = now
        granted = self._level >= 1
        if granted:
            self._level -= 1
        return Draw(
            granted=granted,
            wait=0.0 if granted else (1 - self._level) * self.refill,
            left=int(self._level),
            limit=self.capacity,
            full_in=(self.capacity - self._level) * self.refill,
        )
