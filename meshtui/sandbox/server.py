"""The sandbox as its users see it: start it, break things, read what really happened."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from meshtui.sandbox import keys, world
from meshtui.sandbox.app import build_app
from meshtui.sandbox.client_environment import make_environment
from meshtui.sandbox.faults import NAMES, check_name
from meshtui.sandbox.listener import HOST, Listener
from meshtui.sandbox.mesh.ledger import Truth
from meshtui.sandbox.rate_limits import UNLIMITED, Limits
from meshtui.sandbox.request_log import RequestRecord
from meshtui.sandbox.routing import HOSTS, LOCAL_NAMES, LOOPBACK_ADDRESSES, check_bind_address
from meshtui.sandbox.scenario import PROVIDER_KEYS, Scenario
from meshtui.sandbox.settings import AS_DOCUMENTED, DEFAULT_PACE, Behaviour, Pace
from meshtui.sandbox.world import World

if TYPE_CHECKING:
    from meshtui.sandbox.certificates import Authority

NO_FAULTS: Mapping[str, str] = MappingProxyType({})


class Sandbox:
    """Mesh, OpenAI, AWS and Google on loopback, served by a daemon thread: HTTP/1.1 and HTTP/2.

    Every method may be called from any thread, while it serves. `faults` maps names to faults (`meshtui.sandbox.faults`
    has both); a fault may be a rule, such as `revoked:first-2` (`meshtui.sandbox.fault_rules`). `fee_percent` is
    Mesh's fee for a request that your own key served, `seed` that of rules that leave it to chance; `limits` hold
    for each Mesh key, `balance_usd` is what both spend from. Raises ValueError for a name or a fault that there is not.

    `tls` adds a second port with a certificate authority of the sandbox's own, whose `ca_file` stands in `addresses`.
    `host` is an IP address; one beyond loopback raises ValueError unless `exposed` says that it is meant, a public one
    always. `on_request` is called in the server's thread after each request.
    """

    def __init__(
        self,
        port: int = 0,
        faults: Mapping[str, str] = NO_FAULTS,
        fee_percent: float = 0.0,
        *,
        pace: Pace = DEFAULT_PACE,
        behaviour: Behaviour = AS_DOCUMENTED,
        seed: int = 0,
        limits: Limits = UNLIMITED,
        balance_usd: float = 50.0,
        host: str = HOST,
        exposed: bool = False,
        tls: bool = False,
        tls_port: int = 0,
        on_request: Callable[[RequestRecord], None] | None = None,
    ) -> None:
        self._port, self._tls_port = port, tls_port
        self._host = check_bind_address(host, exposed=exposed)
        self._tls = tls
        self._authority: Authority | None = None
        self._folder: Path | None = None
        self._world = World(pace, behaviour, fee_percent, seed, limits)
        self._world.ledger.set_balance(balance_usd)
        self._world.exposed, self._world.on_request = exposed, on_request
        self._listener: Listener | None = None
        for name, fault in faults.items():
            self._world.set_fault(name, fault)

    def start(self) -> None:
        """Makes new keys and serves. Takes a tenth of a second. Raises OSError where the port is taken, RuntimeError
        where it serves already."""
        if self._listener is not None:
            raise RuntimeError("the sandbox has been started already")
        authority = self._make_authority() if self._tls else None
        try:
            listener = Listener(self._port, self._host, authority, self._tls_port)
            try:
                ca_file = str(authority.ca_file) if authority else ""
                self._world.set_keys(keys.make_keys(listener.base_url, listener.tls_base_url, ca_file))
                listener.start(build_app(self._world))
            except BaseException:
                listener.stop()
                raise
        except BaseException:
            if authority is not None:
                authority.remove()
            raise
        self._authority = authority
        self._listener = listener

    def _make_authority(self) -> Authority:
        from meshtui.sandbox.certificates import make_authority

        return make_authority([*LOCAL_NAMES, *HOSTS], [*LOOPBACK_ADDRESSES, self._host])

    def stop(self) -> None:
        """Within a second, whatever it is busy with. May be called twice."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
        if self._authority is not None:
            self._authority.remove()
            self._authority = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

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
    def environment(self) -> dict[str, str]:
        """The variables that point every SDK at this sandbox (`meshtui.sandbox.client_environment`); writes the service
        account's key into a private folder that goes with the sandbox. Raises RuntimeError before the start."""
        addresses = self.addresses
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="meshtui-sandbox-"))
        file = self._folder / "service_account.json"
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                json.dump(addresses["vertex"]["service_account"], opened)
        return make_environment(addresses, str(file))

    @property
    def dashboard_token(self) -> str:
        """What Mesh's dashboard would send, for the endpoints that need it."""
        return self._world.keys.dashboard

    @property
    def faults(self) -> dict[str, str]:
        """Name → its fault or rules, as they are written; a name that works is not in it."""
        return self._world.faults

    def set_fault(self, name: str, fault: str | None) -> None:
        """Breaks a credential, or `*` for every one; removes the fault with None. Requests are counted from now on.
        Raises ValueError."""
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
        self._world.ledger.set_balance(usd)

    @property
    def fee_percent(self) -> float:
        """Mesh's fee for a request that your own key served, in percent of the provider's price."""
        return self._world.ledger.fee_percent

    @fee_percent.setter
    def fee_percent(self, percent: float) -> None:
        self._world.ledger.fee_percent = percent

    @property
    def truth(self) -> list[Truth]:
        """What really became of each request that was to run a model through Mesh, oldest first."""
        return self._world.ledger.truths

    @property
    def recorded(self) -> int:
        """How many requests `truth` has ever held; it keeps the newest 10,000."""
        return self._world.ledger.recorded

    def play(self, scenario: Scenario) -> None:
        """Sets everything as the scenario says, and all else as at the start."""
        world.apply_scenario(self._world, scenario)

    @property
    def scenario(self) -> str:
        """The name of the one that was set last; empty where none was."""
        return self._world.scenario

    @property
    def policies(self) -> dict[str, str]:
        """Provider key → fallback or exclusive."""
        return {name: self._world.get_policy(name) for name in PROVIDER_KEYS}

    @property
    def active(self) -> str:
        """The credential that Mesh uses for Bedrock."""
        return self._world.get_active()

    @property
    def mishaps(self) -> tuple[str, ...]:
        """Tracebacks of the sandbox's own errors; empty unless it has a bug."""
        return self._world.internal_errors

    def forget(self) -> None:
        """Removes every fault and empties the response cache: what a test does between two cases."""
        self._world.reset()
