"""The state of one sandbox: keys, faults, policies and what happened. Behind a lock, for tests, screen and server are
different threads."""

from __future__ import annotations

import threading
import traceback

from meshtui.sandbox.breakage import Breakage
from meshtui.sandbox.bucket import Draw
from meshtui.sandbox.faults import NAMES, check_name
from meshtui.sandbox.google.grants import Grants
from meshtui.sandbox.keys import Keys
from meshtui.sandbox.mesh.books import Books
from meshtui.sandbox.mesh.cache import Cache
from meshtui.sandbox.mesh.state import State
from meshtui.sandbox.mesh.vault import Stored
from meshtui.sandbox.settings import UNLIMITED, Behaviour, Limits, Pace


class World:
    """What the services read and the outside sets. Each method is one atomic step."""

    def __init__(
        self, pace: Pace, behaviour: Behaviour, fee_percent: float, seed: int = 0, limits: Limits = UNLIMITED
    ) -> None:
        self.pace, self.behaviour = pace, behaviour
        self.grants = Grants()
        self.books = Books(fee_percent)
        self.cache = Cache()
        self._keys: Keys | None = None
        self._lock = threading.RLock()
        self._broken = Breakage(pace.refill, seed)
        self.mesh = State(limits)
        self._mishaps: list[str] = []
        self.scenario = ""
        """The name of the scenario that was set last."""

    def open(self, keys: Keys) -> None:
        """From now on the services know these keys, and no older ones."""
        self._keys = keys

    @property
    def keys(self) -> Keys:
        """Raises RuntimeError where the sandbox has not been started."""
        if self._keys is None:
            raise RuntimeError("the sandbox has not been started, so it has no addresses and no keys yet")
        return self._keys

    # Faults

    def set_fault(self, name: str, fault: str | None) -> None:
        """Raises ValueError for a name, a fault or a condition that there is not (`meshtui.sandbox.rules`)."""
        self._broken.set(name, fault)

    @property
    def faults(self) -> dict[str, str]:
        return self._broken.texts()

    def fault(self, name: str, door: str = "") -> str | None:
        """The fault that this request of the credential meets. Asked once a request, because asking counts; requests
        of a credential at different doors, such as Google's token endpoint and Vertex, are counted apart."""
        return self._broken.fault(name, door)

    def fault_of_stored(self, name: str) -> str | None:
        """The same for Mesh's copy of a provider key: its own fault, or else that of the key."""
        return self._broken.fault(f"stored-{name}", "") or self._broken.fault(name, "")

    def reseed(self, seed: int) -> None:
        """From now on rules without a seed of their own draw with this one."""
        self._broken.seed = seed

    def draw(self, name: str, fault: str | None) -> Draw | None:
        """What the rate limit says to a request that met `fault`; None where it is not limited."""
        return self._broken.draw(name, fault)

    def mend(self) -> None:
        """No fault, no policy, Bedrock's API key active, nothing cached, limits and stored things as at the start."""
        self._broken.clear()
        self.scenario = ""
        self.mesh.reset()
        self.cache.clear()

    # Mesh's settings

    def set_policy(self, name: str, exclusive: bool) -> None:
        """Raises ValueError for anything that is not a provider key of the team."""
        check_name(name, NAMES[:4])
        self.mesh.vault.change(f"pk_{name}", allow_fallback=not exclusive)

    def activate(self, name: str) -> None:
        """Several keys may be stored for Bedrock, one is active. Raises ValueError for anything else than those two."""
        check_name(name, ("bedrock", "aws"))
        self.mesh.vault.change(f"pk_{name}", active=True)

    def own_key(self, provider: str) -> Stored | None:
        """The team's active key for this provider; None where none is stored, or the provider takes none."""
        return self.mesh.vault.active(provider)

    def policy(self, name: str) -> str:
        """fallback or exclusive, of the team's first copy of this key."""
        stored = self.mesh.vault.find(f"pk_{name}")
        return "fallback" if stored is None or stored.allow_fallback else "exclusive"

    def active(self) -> str:
        """Which credential Mesh uses for Bedrock: bedrock or aws; empty where none is stored."""
        stored = self.own_key("bedrock")
        return stored.credential if stored else ""

    # What must not happen

    def note_mishap(self, error: BaseException) -> None:
        with self._lock:
            self._mishaps.append("".join(traceback.format_exception(error)))

    @property
    def mishaps(self) -> tuple[str, ...]:
        """Tracebacks of errors of the sandbox's own making. A test that finds one has found a bug."""
        with self._lock:
            return tuple(self._mishaps)
