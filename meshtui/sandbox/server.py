"""The sandbox as its users see it: start it, break things, read what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from meshtui.sandbox import keys, stage
from meshtui.sandbox.app import build
from meshtui.sandbox.faults import NAMES, check_name
from meshtui.sandbox.listener import Listener
from meshtui.sandbox.mesh.books import Truth
from meshtui.sandbox.scenario import PROVIDER_KEYS, Scenario
from meshtui.sandbox.settings import AS_DOCUMENTED, FOR_PEOPLE, UNLIMITED, Behaviour, Limits, Pace
from meshtui.sandbox.world import World

NONE: Mapping[str, str] = MappingProxyType({})


class Sandbox:
    """Mesh, OpenAI, AWS and Google on 127.0.0.1, served by a daemon thread.

    Every method may be called from any thread, while it serves. `faults` maps names to faults (`meshtui.sandbox.faults`
    has both); a fault may be a rule, such as `revoked:first-2` (`meshtui.sandbox.rules`). `fee_percent` is Mesh's fee
    for a request that your own key served, `seed` that of rules that leave it to chance; `limits` hold for
    each Mesh key, `balance_usd` is what both spend from. Raises ValueError for a name or a fault that there is not.
    """

    def __init__(
        self,
        port: int = 0,
        faults: Mapping[str, str] = NONE,
        fee_percent: float = 0.0,
        *,
        pace: Pace = FOR_PEOPLE,
        behaviour: Behaviour = AS_DOCUMENTED,
        seed: int = 0,
        limits: Limits = UNLIMITED,
        balance_usd: float = 50.0,
    ) -> None:
        self._port = port
        self._world = World(pace, behaviour, fee_percent, seed, limits)
        self._world.books.set_balance(balance_usd)
        self._listener: Listener | None = None
        for name, fault in faults.items():
            self._world.set_fault(name, fault)

    def start(self) -> None:
        """Makes new keys and serves. Takes a tenth of a second. Raises OSError where the port is taken, RuntimeError
        where it serves already."""
        if self._listener is not None:
            raise RuntimeError("the sandbox has been started already")
        listener = Listener(self._port)
        try:
            self._world.open(keys.make(listener.base_url))
            listener.start(build(self._world))
        except BaseException:
            listener.stop()
            raise
        self._listener = listener

    def stop(self) -> None:
        """Within a second, whatever it is busy with. May be called twice."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def addresses(self) -> dict[str, dict[str, object]]:
        """For each name its address and its secret, ready for JSON. Raises RuntimeError before the start."""
        return self._world.keys.addresses()

    @property
    def dashboard_token(self) -> str:
        """What Mesh's dashboard would send, for the endpoints of its realm."""
        return self._world.keys.dashboard

    @property
    def faults(self) -> dict[str, str]:
        """Name → its fault or rules, as they are written; a name that works is not in it."""
        return self._world.faults

    def set_fault(self, name: str, fault: str | None) -> None:
        """Breaks a credential, or `*` for every one; mends it with None. Requests are counted from now on. Raises
        ValueError."""
        self._world.set_fault(name, fault)

    def set_policy(self, name: str, exclusive: bool) -> None:
        """Whether Mesh uses only this provider key (True) or falls back (False, the default). Raises ValueError."""
        self._world.set_policy(name, exclusive)

    def activate(self, name: str) -> None:
        """Which credential Mesh uses for Bedrock: `bedrock` (the default) or `aws`. Raises ValueError for another."""
        self._world.activate(name)

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves where Mesh's documentation is silent; replace it to change that while it serves."""
        return self._world.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._world.behaviour = behaviour

    def set_limits(self, name: str, limits: Limits) -> None:
        """What the Mesh key `mesh` or `platform` may use from now on. Raises ValueError for another name."""
        self._world.mesh.set_limits(check_name(name, NAMES[4:]), limits)

    def set_balance(self, usd: float) -> None:
        """What Mesh's customer has left."""
        self._world.books.set_balance(usd)

    @property
    def fee_percent(self) -> float:
        """Mesh's fee for a request that your own key served, in percent of the provider's price."""
        return self._world.books.fee_percent

    @fee_percent.setter
    def fee_percent(self, percent: float) -> None:
        self._world.books.fee_percent = percent

    @property
    def truth(self) -> list[Truth]:
        """What really became of each request that was to run a model through Mesh, oldest first."""
        return self._world.books.truths

    def play(self, scenario: Scenario) -> None:
        """Sets everything as the scenario says, and all else as at the start."""
        stage.play(self._world, scenario)

    @property
    def scenario(self) -> str:
        """The name of the one that was set last; empty where none was."""
        return self._world.scenario

    @property
    def policies(self) -> dict[str, str]:
        """Provider key → fallback or exclusive."""
        return {name: self._world.policy(name) for name in PROVIDER_KEYS}

    @property
    def active(self) -> str:
        """The credential that Mesh uses for Bedrock."""
        return self._world.active()

    @property
    def mishaps(self) -> tuple[str, ...]:
        """Tracebacks of the sandbox's own errors; empty unless it has a bug."""
        return self._world.mishaps

    def forget(self) -> None:
        """Mends everything and empties the response cache: what a test does between two cases."""
        self._world.mend()
