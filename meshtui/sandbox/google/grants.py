"""The access tokens that the token endpoint has given out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from meshtui.sandbox import ids

LIFETIME = 3599
"""Seconds, as Google states them in `expires_in`."""
KEPT = 1000
"""Tokens that are remembered; older ones read as unknown."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`expires`: Unix time."""

    scopes: frozenset[str]
    expires: float


class Grants:
    """Access token → grant. Locked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grants: OrderedDict[str, Grant] = OrderedDict()

    def give(self, scopes: frozenset[str], now: float) -> str:
        """A new token, in the shape of Google's. `now`: Unix time by the server's clock."""
        token = f"ya29.c.{ids.letters(160)}"
        with self._lock:
            self._grants[token] = Grant(scopes, now + LIFETIME)
            if len(self._grants) > KEPT:
                self._grants.popitem(last=False)
        return token

    def find(self, token: str) -> Grant | None:
        with self._lock:
            return self._grants.get(token)
