"""How fast the sandbox is and what a Mesh key may use. How it behaves where Mesh's documentation is silent stands in
`behaviour`."""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.sandbox.behaviour import AS_DOCUMENTED, Behaviour

__all__ = ["AS_DOCUMENTED", "FOR_PEOPLE", "UNLIMITED", "Behaviour", "Limits", "Pace"]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults are for people who watch; tests take smaller ones."""

    word: float = 0.02
    """Between two words of a stream."""
    slow: float = 3.0
    """Before the first byte under the fault `slow`."""
    refill: float = 20.0
    """Until a rate-limited credential may send one more request."""


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
FOR_PEOPLE = Pace()
UNLIMITED = Limits()
