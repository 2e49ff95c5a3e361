"""The sandbox in the place of the providers' hosts: made-up keys for the program, and afterwards what it met."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from meshtui.base.text import write_dollars
from meshtui.tap.provider_hosts import find_provider, is_target

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.ledger import Truth
    from meshtui.sandbox.request_log import RequestRecord
    from meshtui.sandbox.scenario import Scenario
    from meshtui.sandbox.server import Sandbox

# The sandbox's variables that hold a key or say which project and region it is for. Those with addresses are left out:
# the program calls the real hosts.
_GIVEN = (
    "OPENAI_API_KEY", "MESHAPI_API_KEY", "MESH_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "AWS_BEARER_TOKEN_BEDROCK", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED",
    "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_GENAI_USE_VERTEXAI",
)  # fmt: skip
_ADDRESSES = (
    "OPENAI_BASE_URL", "MESHAPI_BASE_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM", "GOOGLE_VERTEX_BASE_URL",
    "ANTHROPIC_BEDROCK_BASE_URL",
)  # fmt: skip
_GOOGLE = {
    "token_uri": "https://oauth2.googleapis.com/token",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
}
MAX_TRUTHS = 50
"""The most requests to Mesh whose truth is reported; the newest."""


@dataclass(slots=True)
class FaultMet:
    """What a program did under one fault of one credential."""

    credential: str
    fault: str
    requests: int = 0
    """With this credential, from the start."""
    met: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    """Of those that met it; 0: the connection was closed."""
    after: int = 0
    """Requests with this credential after the first that met it."""
    last_status: int = 0


@dataclass(frozen=True, slots=True)
class HostsReport:
    """What the hosts saw."""

    faults: tuple[FaultMet, ...]
    unmet: tuple[tuple[str, str], ...]
    """Credential and its fault, where no request met one."""
    truths: tuple[Truth, ...]
    look: tuple[str, ...] = ()
    """What the scenario asks to look at."""


class SandboxHosts:
    """A sandbox that answers all hosts of providers, from `__enter__` to `__exit__`."""

    def __init__(self, environ: Mapping[str, str], faults: Mapping[str, str], scenario: Scenario | None = None) -> None:
        self._environ, self._faults, self._scenario = environ, faults, scenario
        self._sandbox: Sandbox | None = None
        self._folder = ""
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._met: dict[tuple[str, str], FaultMet] = {}

    def __enter__(self) -> SandboxHosts:
        from meshtui.sandbox.server import Sandbox

        self._sandbox = Sandbox(tls=True, on_request=self._count)
        if self._scenario is not None:
            self._sandbox.play(self._scenario)
        for name, fault in self._faults.items():
            self._sandbox.set_fault(name, fault)
        self._sandbox.start()
        self._folder = tempfile.mkdtemp(prefix="meshtui-run-sandbox-")
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def sandbox(self) -> Sandbox:
        """While it is open."""
        assert self._sandbox is not None
        return self._sandbox

    @property
    def removed(self) -> tuple[str, ...]:
        """Variables of the parent's that would lead the program elsewhere, or to other keys."""
        from meshtui.sandbox.client_environment import CONFLICTING

        given = self.variables()
        return tuple(name for name in (*CONFLICTING, *_ADDRESSES, "AWS_BEARER_TOKEN_BEDROCK") if name not in given)

    def variables(self) -> dict[str, str]:
        """The made-up keys in the variables in which programs look for keys."""
        made = self.sandbox.environment
        given = {name: made[name] for name in _GIVEN}
        if not self._wants_bedrock_key():
            del given["AWS_BEARER_TOKEN_BEDROCK"]
        if find_provider(_find_host(self._environ.get("OPENAI_BASE_URL", ""))) == "mesh":
            # OpenAI's library as Mesh's client: it stays one, with Mesh's key.
            given |= {"OPENAI_API_KEY": made["MESHAPI_API_KEY"], "OPENAI_BASE_URL": "https://api.meshapi.ai/v1"}
        return given | {"GOOGLE_APPLICATION_CREDENTIALS": self._write_account()}

    def _wants_bedrock_key(self) -> bool:
        """AWS's libraries take Bedrock's API key before a key pair. So it is left out where the pair is under test, or
        where the program has one and no API key."""
        if {"bedrock", "aws"} & self._faults.keys():
            return "bedrock" in self._faults
        return "AWS_BEARER_TOKEN_BEDROCK" in self._environ or "AWS_ACCESS_KEY_ID" not in self._environ

    def _write_account(self) -> str:
        path = os.path.join(self._folder, "service_account.json")
        if not os.path.exists(path):
            account = self.sandbox.addresses["vertex"]["service_account"]
            assert isinstance(account, dict)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({**account, **_GOOGLE}, file)
        return path

    def is_target(self, host: str) -> bool:
        """Whether the sandbox answers for this host: those of providers, and those that Google's libraries ask."""
        from meshtui.sandbox.routing import find_prefix

        return is_target(host) or find_prefix(host) is not None

    def connect_to(self, host: str) -> tuple[str, int] | None:
        """The sandbox's own address for such a host, so that nothing for it leaves the machine."""
        if not self.is_target(host):
            return None
        address, _, port = str(self.sandbox.addresses["tls"]["base_url"]).removeprefix("https://").rpartition(":")
        return address, int(port)

    def make_context(self) -> ssl.SSLContext:
        """Trusts the sandbox's own authority alone. The names are not compared: a certificate cannot name the hosts of
        all regions, and the address is one of this process."""
        context = ssl.create_default_context(cafile=str(self.sandbox.addresses["tls"]["ca_file"]))
        context.check_hostname = False
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _count(self, record: RequestRecord) -> None:
        """In the sandbox's thread."""
        name = record.credential
        with self._lock:
            self._counts[name] += 1
            for (credential, _), row in self._met.items():
                if credential == name:
                    row.after += 1
                    row.last_status = record.status
            if record.fault:
                row = self._met.setdefault((name, record.fault), FaultMet(name, record.fault))
                row.met += 1
                row.statuses[record.status] += 1
                row.last_status = record.status

    def report(self) -> HostsReport:
        """The result of the faults, and the truth of each request to Mesh."""
        with self._lock:
            for row in self._met.values():
                row.requests = self._counts[row.credential]
            met = tuple(self._met.values())
        names = {row.credential for row in met}
        unmet = tuple(
            (name, fault)
            for name, fault in self.sandbox.faults.items()
            if name not in names and not (name == "*" and names)
        )
        look = self._scenario.look if self._scenario else ()
        return HostsReport(met, unmet, tuple(self.sandbox.truth[-MAX_TRUTHS:]), tuple(look))


def _find_host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0].lower()


def describe_hosts(report: HostsReport) -> Iterator[str]:
    """What the program did under each fault, and what really happened at Mesh."""
    from meshtui.sandbox.faults import FAULTS

    if report.faults or report.unmet:
        yield "what your program did under each fault (its keys were the sandbox's, nothing was sent to a real host):"
    for row in report.faults:
        met = ", ".join(f"{count} x {status or 'no answer'}" for status, count in row.statuses.most_common())
        yield f"  {row.credential} {row.fault} ({FAULTS[row.fault]})"
        yield f"    {row.met} of its {row.requests} requests met it: {met}; {_describe_after(row)}"
    for name, fault in report.unmet:
        yield f"  {name} {fault}"
        yield "    no request met it: your program sent none with this credential, or none that the rule counts"
    if report.truths:
        yield "what really happened at Mesh, by the sandbox's own record:"
    for truth in report.truths:
        yield f"  {_describe_truth(truth)}"
    for line in report.look:
        yield f"  look at: {line}"


def _describe_after(row: FaultMet) -> str:
    if not row.after:
        return "after it the program sent nothing with this key: it did not try again"
    answered = f"was answered {row.last_status}" if row.last_status else "got no answer"
    return f"after it {row.after} more with this key, the last {answered}"


def _describe_truth(truth: Truth) -> str:
    served = f"served by {truth.served}" + (f" ({truth.credential})" if truth.credential else "")
    failed = ", ".join(f"{tried.credential} failed: {tried.status} {tried.meaning}" for tried in truth.tried
                       if tried.meaning)  # fmt: skip
    fell_back = "Mesh fell back" if truth.fell_back else ""
    cost = f"cost {write_dollars(truth.cost_usd)}" if truth.served != "nobody" else ""
    return "; ".join(part for part in (f"{truth.model}: {truth.status}", served, failed, fell_back, cost) if part)


def format_hosts_json(report: HostsReport) -> dict[str, object]:
    """`faults`, `unmet` and `truth`, the sandbox's records of requests to Mesh."""
    faults = [{**asdict(row), "statuses": {str(status): n for status, n in row.statuses.items()}}
              for row in report.faults]  # fmt: skip
    unmet = [{"credential": name, "fault": fault} for name, fault in report.unmet]
    return {"faults": faults, "unmet": unmet, "truth": [asdict(truth) for truth in report.truths]}
