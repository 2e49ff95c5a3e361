"""Faults in real traffic, only when asked for: chosen requests are answered from here and never sent.

Which requests is decided by the rules of `meshtui.sandbox.fault_rules`; what is answered is what a sandbox under that
fault answers to the same request with its own made-up key. Everything else passes on unchanged in meaning: it is read
whole first, so that chunks may be cut differently.
"""

from __future__ import annotations

import re
import ssl
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from meshtui.base.secret import Secret
from meshtui.tap.host_connection import AnswerWriter, Asked, HostPool, OtherHost, ProgramEnd, Route
from meshtui.tap.observed_calls import NoteKind, Scheme, SentCredential
from meshtui.tap.program_connection import Http1Connection, RefusalError, refuse
from meshtui.tap.provider_hosts import find_provider, find_target
from meshtui.tap.sent_credentials import read_credentials
from meshtui.tap.tls import TlsEnd
from meshtui.tap.tunnel import Side
from meshtui.tap.upstream import UpstreamProxyError, Way

if TYPE_CHECKING:
    from meshtui.sandbox.fault_rules import Rules
    from meshtui.sandbox.server import Sandbox
    from meshtui.tap.client_connection import ClientConnection
    from meshtui.tap.observed_calls import Process
    from meshtui.tap.proxy import Proxy

NAMES = ("openai", "bedrock", "aws", "vertex", "mesh", "*")
"""What a fault can be set on here: the keys that a program sends. Mesh's own credentials are out of our reach."""
_CALLS = ("chat", "models", "embeddings", "usage")
"""The calls that get faults; those that fetch credentials are passed on."""
_EACH = "first-999999999"
"""A rule that chooses every request: without one `rate_limited` would let some through."""
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-authorization", "proxy-connection", "transfer-encoding",
                         "expect", "content-length", "te", "trailer"})  # fmt: skip


_KEY_OF = {
    "openai": ("openai", "key"),
    "mesh": ("mesh", "key"),
    "bedrock": ("bedrock", "api_key"),
    "vertex": ("vertex", "access_token"),
}
"""Provider → where among its addresses the sandbox has the bearer key for it."""


class InjectedFaults:
    """Answers in the hosts' place from `__enter__` to `__exit__`."""

    def __init__(self, rules: Mapping[str, Rules]) -> None:
        """`rules`: those of each name. Raises ValueError for a name that is not among NAMES."""
        for name in rules:
            if name not in NAMES:
                raise ValueError(f"{name} is a key that only a sandbox has: add --sandbox, or set the fault on "
                                 f"{', '.join(NAMES)}")  # fmt: skip
        self._rules = rules
        self._counts: Counter[str] = Counter()
        self._sandboxes: dict[str, Sandbox] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}
        providers = {"aws": "bedrock"}
        self._providers = {providers.get(name, name) for name in rules}

    def __enter__(self) -> InjectedFaults:
        from meshtui.sandbox.server import Sandbox

        for fault in {rule.fault for rules in self._rules.values() for rule in rules}:
            self._sandboxes[fault] = sandbox = Sandbox(faults={"*": f"{fault}:{_EACH}"}, tls=True)
            sandbox.start()
            context = ssl.create_default_context(cafile=str(sandbox.addresses["tls"]["ca_file"]))
            context.check_hostname = False  # as in sandbox_hosts: the address is one of this process
            context.set_alpn_protocols(["http/1.1"])
            self._contexts[fault] = context
        return self

    def __exit__(self, *_: object) -> None:
        for sandbox in self._sandboxes.values():
            sandbox.stop()

    def applies_to(self, host: str) -> bool:
        """Whether requests to this host may meet a fault."""
        provider = find_provider(host)
        return bool(provider) and ("*" in self._providers or provider in self._providers)

    def _choose(self, provider: str, sent: SentCredential | None) -> str | None:
        """The fault that the next request with this credential meets. Counts it."""
        from meshtui.sandbox.fault_rules import choose_fault

        name = provider
        if provider == "bedrock" and sent is not None and sent.scheme is Scheme.SIGV4:
            name = "aws"
        self._counts[name] += 1
        for rules in (self._rules.get(name, ()), self._rules.get("*", ())):
            if fault := choose_fault(rules, name, self._counts[name], 0):
                return fault
        return None

    def make_tunnel(self, proxy: Proxy, client: ClientConnection, host: str) -> FaultyTunnel:
        """What takes the bytes of a connection to this host."""
        end = TlsEnd(proxy.settings.authority.serve_as(host), server_side=True)
        return FaultyTunnel(proxy, client, end, host)

    async def answer(self, asked: Asked, route: Route, writer: AnswerWriter, hosts: HostPool) -> bool:
        """Answers the request where it is chosen; whether it was. `route` is where it would go."""
        path, _, query = route.target.partition("?")
        provider, call = find_target(route.host, asked.method, path)
        if not self.applies_to(route.host) or call not in _CALLS:
            return False
        sent = next(iter(read_credentials(asked.headers, query, hosts.proxy.secrets)), None)
        fault = self._choose(provider, sent)
        if fault is None:
            return False
        sandbox = self._sandboxes[fault]
        changed, headers = _replace_key(asked, route, provider, sent, sandbox)
        address, _, port = str(sandbox.addresses["tls"]["base_url"]).removeprefix("https://").rpartition(":")
        other = OtherHost(Way(connect_to=lambda _: (address, int(port))), self._contexts[fault])
        connection = await hosts.open_other(route.host, other)
        try:
            await connection.exchange(asked, changed, headers, writer, seen=route)
        finally:
            hosts.drop(connection)
        return True


def _replace_key(
    asked: Asked, route: Route, provider: str, sent: SentCredential | None, sandbox: Sandbox
) -> tuple[Route, list[tuple[str, str]]]:
    """The request as the sandbox takes it: with its own made-up key in the place of the program's, which not even it
    is given."""
    addresses = sandbox.addresses
    dropped = {"authorization", "x-api-key", "api-key", "x-goog-api-key"}
    headers = keep_headers(asked, route)
    if provider == "bedrock" and sent is not None and sent.scheme is Scheme.SIGV4:
        from meshtui.providers.bedrock.provider import AwsKeys
        from meshtui.tap.addresses import sign_again

        made = addresses["aws"]
        region, _, service = sent.scope.partition("/")
        keys = AwsKeys(Secret(str(made["access_key_id"])), Secret(str(made["secret_access_key"])), region)
        return route, sign_again(asked, route, headers, keys, service)
    name, field = _KEY_OF[provider]
    key = addresses[name][field]
    target = route.target
    if provider == "vertex":
        account = addresses["vertex"]["service_account"]
        assert isinstance(account, dict)
        target = re.sub(r"/projects/[^/]+/", f"/projects/{account['project_id']}/", target)
        target = re.sub(r"([?&])key=[^&]*&?", r"\1", target).rstrip("?&")
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    return Route(route.host, target), [*kept, ("Authorization", f"Bearer {key}")]


def keep_headers(asked: Asked, route: Route) -> list[tuple[str, str]]:
    """The request's headers for the next one on the way, its body being whole."""
    kept = [(name, value) for name, value in asked.headers if name.lower() not in {*_HOP_BY_HOP, "host"}]
    if asked.body or asked.method not in ("GET", "HEAD", "DELETE"):
        kept.append(("Content-Length", str(len(asked.body))))
    return [("Host", route.host), *kept]


class FaultyTunnel:
    """A program's TLS connection to one host: its requests are read whole, and answered here or passed on."""

    def __init__(self, proxy: Proxy, client: ClientConnection, end: TlsEnd, host: str) -> None:
        self.proxy, self._client, self._end, self._host = proxy, client, end, host
        self._connection = Http1Connection(self, self)

    # What answers requests

    def admits(self, _target: str, _client: ProgramEnd) -> bool:
        return True

    async def pass_on(self, asked: Asked, writer: AnswerWriter, hosts: HostPool) -> None:
        """Answers the request where a fault meets it, else sends it to its host."""
        faults, route = self.proxy.settings.faults, Route(self._host, asked.target)
        try:
            if faults is not None and await faults.answer(asked, route, writer, hosts):
                return
            host = await hosts.take(self._host)
        except (OSError, UpstreamProxyError) as problem:
            refuse(writer, RefusalError(502, "Unreachable", f"meshtui run: the host cannot be reached: {problem}"))
            return
        await host.exchange(asked, route, keep_headers(asked, route), writer)
        hosts.give_back(self._host, host)

    # The program's end

    @property
    def lost(self) -> bool:
        return self._client.lost

    def write(self, data: bytes) -> None:
        if data and not self.lost:
            self._client.write(self._end.send(data))

    def close(self) -> None:
        if not self.lost:
            self._client.write(self._end.say_goodbye())
            self._client.close()

    def refuse(self, status: str, text: str) -> None:
        body = f"meshtui run: {text}\n".encode()
        self.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self.close()

    def find_process(self) -> Process | None:
        return self._client.find_process()

    def is_of_this_run(self) -> bool:
        return self._client.is_of_this_run()

    # The tunnel

    def take(self, _side: Side, data: bytes) -> None:
        try:
            plain = self._end.receive(data)
        except ssl.SSLError as error:
            self._client.write(self._end.take_outgoing())
            text = f"your program broke off the TLS handshake for {self._host}: {error.reason or error}"
            self.proxy.note(NoteKind.NOT_TRUSTED, self._host, text)
            self._client.close()
            return
        self._client.write(self._end.take_outgoing())
        if plain:
            self._connection.receive(plain)
        if self._end.closed:
            self.close()

    def end(self, _side: Side) -> None:
        self.close()

    def lose(self, _side: Side, _error: Exception | None) -> None:
        self._connection.close()
