"""The state of one sandbox: keys, faults, policies and what happened. Behind a lock, for tests, screen and server are
different threads."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

from meshtui.sandbox.fault_injection import ActiveFaults
from meshtui.sandbox.faults import NAMES, check_name
from meshtui.sandbox.keys import AccessTokens, Keys
from meshtui.sandbox.mesh.key_store import StoredKey
from meshtui.sandbox.mesh.ledger import Ledger
from meshtui.sandbox.mesh.state import MeshState, ObjectStore, ResponseCache
from meshtui.sandbox.rate_limits import UNLIMITED, Limits, RateLimitResult
from meshtui.sandbox.request_log import RequestRecord
from meshtui.sandbox.scenario import PROVIDER_KEYS, Change, Scenario
from meshtui.sandbox.settings import Behaviour, Pace


class World:
    """What the services read and the outside sets. Each method is one atomic step."""

    def __init__(
        self, pace: Pace, behaviour: Behaviour, fee_percent: float, seed: int = 0, limits: Limits = UNLIMITED
    ) -> None:
        self.pace, self.behaviour = pace, behaviour
        self.access_tokens = AccessTokens()
        self.ledger = Ledger(fee_percent)
        self.cache = ResponseCache()
        self._keys: Keys | None = None
        self._lock = threading.RLock()
        self._active_faults = ActiveFaults(pace.refill, seed)
        self.mesh = MeshState(limits)
        self.openai_responses = ObjectStore()
        self._internal_errors: list[str] = []
        self.exposed = False
        """Whether it listens beyond loopback, for containers."""
        self.on_request: Callable[[RequestRecord], None] | None = None
        self.scenario = ""
        """The name of the scenario that was set last."""

    def set_keys(self, keys: Keys) -> None:
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
        """Raises ValueError for a name, a fault or a condition that there is not (`meshtui.sandbox.fault_rules`)."""
        self._active_faults.set(name, fault)

    @property
    def faults(self) -> dict[str, str]:
        return self._active_faults.list_texts()

    def find_fault(self, name: str, endpoint: str = "") -> str | None:
        """The fault that this request of the credential meets. Asked once a request, because asking counts; requests
        of a credential at different endpoints, such as Google's token endpoint and Vertex, are counted apart."""
        return self._active_faults.find_fault(name, endpoint)

    def find_stored_fault(self, name: str) -> str | None:
        """The same for Mesh's copy of a provider key: its own fault, or else that of the key."""
        return self._active_faults.find_fault(f"stored-{name}", "") or self._active_faults.find_fault(name, "")

    def set_seed(self, seed: int) -> None:
        """From now on rules without a seed of their own draw with this one."""
        self._active_faults.seed = seed

    def take_token(self, name: str, fault: str | None) -> RateLimitResult | None:
        """What the rate limit says to a request that met `fault`; None where it is not limited."""
        return self._active_faults.take_token(name, fault)

    def reset(self) -> None:
        """No fault, no policy, Bedrock's API key active, nothing cached, limits and stored things as at the start."""
        self._active_faults.clear()
        self.scenario = ""
        self.mesh.reset()
        self.openai_responses.clear()
        self.cache.clear()

    # Mesh's settings

    def set_policy(self, name: str, exclusive: bool) -> None:
        """Raises ValueError for anything that is not a provider key of the team."""
        check_name(name, NAMES[:4])
        self.mesh.provider_keys.change(f"pk_{name}", allow_fallback=not exclusive)

    def activate(self, name: str) -> None:
        """Several keys may be stored for Bedrock, one is active. Raises ValueError for anything else than those two."""
        check_name(name, ("bedrock", "aws"))
        self.mesh.provider_keys.change(f"pk_{name}", active=True)

    def get_own_key(self, provider: str) -> StoredKey | None:
        """The team's active key for this provider; None where none is stored, or the provider takes none."""
        return self.mesh.provider_keys.active(provider)

    def get_policy(self, name: str) -> str:
        """fallback or exclusive, of the team's first copy of this key."""
        stored = self.mesh.provider_keys.find(f"pk_{name}")
        return "fallback" if stored is None or stored.allow_fallback else "exclusive"

    def get_active(self) -> str:
        """Which credential Mesh uses for Bedrock: bedrock or aws; empty where none is stored."""
        stored = self.get_own_key("bedrock")
        return stored.credential if stored else ""

    # What must not happen

    def record_internal_error(self, error: BaseException) -> None:
        with self._lock:
            self._internal_errors.append("".join(traceback.format_exception(error)))

    @property
    def internal_errors(self) -> tuple[str, ...]:
        """Tracebacks of errors of the sandbox's own making. A test that finds one has found a bug."""
        with self._lock:
            return tuple(self._internal_errors)


INITIAL_SCENARIO = Scenario(name="", title="", story="")


def apply_scenario(world: World, scenario: Scenario) -> None:
    """Sets the scenario's state, and the initial state for everything else. A running request may meet part of it."""
    world.reset()
    world.behaviour = scenario.make_behaviour()
    world.set_seed(scenario.seed)
    apply_change(world, Change(scenario.faults, scenario.policies, active=scenario.active))
    world.scenario = scenario.name


def apply_change(world: World, wanted: Change) -> None:
    """What is not named stays as it is."""
    for name, fault in wanted.faults.items():
        world.set_fault(name, fault)
    for name, policy in wanted.policies.items():
        world.set_policy(name, policy == "exclusive")
    if wanted.active is not None:
        world.activate(wanted.active)
    if wanted.behaviour:
        world.behaviour = replace(world.behaviour, **wanted.behaviour)  # type: ignore[arg-type]  # compared when read


def read_state(world: World) -> Mapping[str, object]:
    """Everything that `change` changes, and the name of the last scenario, ready for JSON."""
    return {
        "scenario": world.scenario or None,
        "faults": world.faults,
        "policies": {name: world.get_policy(name) for name in PROVIDER_KEYS},
        "active": world.get_active(),
        "behaviour": asdict(world.behaviour),
    }
