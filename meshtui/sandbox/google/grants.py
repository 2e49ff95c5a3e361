"""The access tokens that the token endpoint has given out."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from meshtui.sandbox import ids

LIFETIME = 3599
"""Seconds, as Google states them in `expires_in`."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`expires`: Unix time."""

    email: str
    scopes: frozenset[str]
    expires: float


class Grants:
    """Access token → grant. Old ones are forgotten when new ones come, so that it stays small."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grants: dict[str, Grant] = {}

    def give(self, email: str, scopes: frozenset[str], now: float) -> str:
        """A new token, in the shape of Google's."""
        token = f"ya29.c.{ids.letters(160)}"
        with self._lock:
            # Expired ones are kept for another lifetime, to be refused as expired and not as unknown.
            self._grants = {key: g for key, g in self._grants.items() if g.expires > now - LIFETIME}
            self._grants[token] = Grant(email, scopes, now + LIFETIME)
        return token

    def find(self, token: str) -> Grant | None:
        with self._lock:
            return self._grants.get(token)
