"""Addresses on the tap's own port, for programs that obey no proxy: `/openai`, `/mesh`, `/aws` and `/vertex`.

A request with a bearer key is passed on unchanged, to that provider's real host and nowhere else. An AWS signature is
made for the address that the program called, so it is made again with the credential whose access key id it names.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from meshtui.base.secret import Secret
from meshtui.tap.host_connection import AnswerWriter, Asked, HostPool, Route
from meshtui.tap.http_head import HTTP2
from meshtui.tap.observed_calls import Scheme
from meshtui.tap.program_connection import WITHOUT_CREDENTIAL, Http1Connection, RefusalError, refuse
from meshtui.tap.sent_credentials import read_credentials
from meshtui.tap.upstream import UpstreamProxyError

if TYPE_CHECKING:
    from meshtui.providers.bedrock.provider import AwsKeys
    from meshtui.tap.client_connection import ClientConnection
    from meshtui.tap.host_connection import ProgramEnd
    from meshtui.tap.http_head import Head
    from meshtui.tap.proxy import Proxy

DEFAULT_REGION = "us-east-1"
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-authorization", "proxy-connection", "transfer-encoding",
                         "expect", "host", "content-length", "te", "trailer"})  # fmt: skip
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_LOCATION = re.compile(r"/projects/[^/]+/locations/([a-z0-9-]+)/")

FindKeys = Callable[[str], Awaitable["AwsKeys | None"]]
"""From an access key id to the key pair, where this machine has it."""


def find_route(target: str, *, scope: str = "", region: str = "") -> Route:
    """The real host and path for the path of one of the addresses. `scope` is that of an AWS signature, `region` the
    one that the environment names. Raises RefusalError for an unknown path."""
    name, _, rest = target.removeprefix("/").partition("/")
    path = f"/{rest}"
    if name == "openai":
        return Route("api.openai.com", path)
    if name == "mesh":
        return Route("api.meshapi.ai", path)
    if name == "vertex":
        return Route(_find_vertex_host(path), path)
    if name == "aws":
        return Route(_find_aws_host(path, scope, region), path)
    raise RefusalError(404, "NoSuchAddress", "the addresses here are /openai/v1, /mesh/v1, /aws and /vertex")


def _find_vertex_host(path: str) -> str:
    found = _LOCATION.search(path)
    location = found[1] if found else "global"
    if location in ("us", "eu"):
        return f"aiplatform.{location}.rep.googleapis.com"
    return "aiplatform.googleapis.com" if location == "global" else f"{location}-aiplatform.googleapis.com"


def _find_aws_host(path: str, scope: str, region: str) -> str:
    signed, _, service = scope.partition("/")
    where = next((r for r in (signed, region) if _REGION.fullmatch(r)), DEFAULT_REGION)
    domain = "amazonaws.com.cn" if where.startswith("cn-") else "amazonaws.com"
    if service == "iam":
        return "iam.amazonaws.com"
    if service == "sts":
        return f"sts.{where}.{domain}"
    runtime = re.match(r"/(?:model|guardrail|async-invoke)(?:/|$)", path)
    return f"bedrock-runtime.{where}.{domain}" if runtime else f"bedrock.{where}.{domain}"


class Addresses:
    """Serves the addresses of one proxy."""

    def __init__(self, proxy: Proxy, find_keys: FindKeys, region: str = "") -> None:
        self.proxy, self.find_keys, self.region = proxy, find_keys, region

    async def serve(self, client: ClientConnection, head: Head) -> None:
        """Takes a connection over whose first request is for this port."""
        if head.method == HTTP2:
            from meshtui.tap.http2_addresses import Http2Connection  # loads h2, which few programs need

            http2 = Http2Connection(self, client)
            http2.receive(client.hand_over(http2.receive, http2.close))
            return
        if not self.admits(head.target, client):
            client.refuse("403 Forbidden", WITHOUT_CREDENTIAL)
            return
        connection = Http1Connection(self, client)
        lines = [f"{head.method} {head.target} {head.version}", *(f"{n}: {v}" for n, v in head.headers), "", ""]
        rest = client.hand_over(connection.receive, connection.close)
        connection.receive("\r\n".join(lines).encode("latin-1") + rest)

    def admits(self, target: str, client: ProgramEnd) -> bool:
        """Whether the path or the calling process has the run's credential."""
        given = _find_path(target).removeprefix("/").partition("/")[0]
        return hmac.compare_digest(given.encode(), self.proxy.settings.token.encode()) or client.is_of_this_run()

    async def pass_on(self, asked: Asked, writer: AnswerWriter, hosts: HostPool) -> None:
        """Sends the request to its provider, and its answer or the reason for none to the writer."""
        try:
            route, headers = await self._prepare(asked)
            faults = self.proxy.settings.faults
            if faults is not None and await faults.answer(asked, route, writer, hosts):
                return
            host = await hosts.take(route.host)
        except RefusalError as problem:
            refuse(writer, problem)
        except (OSError, UpstreamProxyError) as problem:
            refuse(writer, RefusalError(502, "Unreachable", f"meshtui run: the host cannot be reached: {problem}"))
        else:
            await host.exchange(asked, route, headers, writer)
            hosts.give_back(route.host, host)

    async def _prepare(self, asked: Asked) -> tuple[Route, list[tuple[str, str]]]:
        """Where the request goes, and its headers there."""
        target = self.strip(asked.target)
        _, _, query = target.partition("?")
        sent = next(iter(read_credentials(asked.headers, query, self.proxy.secrets)), None)
        scope = sent.scope if sent else ""
        route = find_route(target, scope=scope, region=self.region)
        headers = [(name, value) for name, value in asked.headers if name.lower() not in _HOP_BY_HOP]
        if sent is not None and sent.scheme is Scheme.SIGV4 and sent.secret is not None:
            keys = await self.find_keys(sent.secret.reveal())
            if keys is None:
                raise RefusalError(
                    403,
                    "SignatureCannotBeMadeAnew",
                    f"meshtui run: the request is signed for this address with {sent.secret.masked}, and AWS wants it "
                    "signed for its own. That key is in none of this machine's usual places, so it cannot be signed "
                    "anew. Put it into the environment or a profile, or let the program use HTTPS_PROXY.",
                )
            region, _, service = scope.partition("/")
            headers = sign_again(asked, route, headers, replace(keys, region=region), service)
        if asked.body or asked.method not in ("GET", "HEAD", "DELETE"):
            headers.append(("Content-Length", str(len(asked.body))))
        return route, [("Host", route.host), *headers]

    def strip(self, target: str) -> str:
        """The path of an address without the run's credential."""
        return _find_path(target).removeprefix(f"/{self.proxy.settings.token}")


def _find_path(target: str) -> str:
    """The path, also of a whole address, as programs send it that proxy even loopback."""
    return re.sub(r"^https?://[^/]+", "", target)


def sign_again(
    asked: Asked, route: Route, headers: list[tuple[str, str]], keys: AwsKeys, service: str
) -> list[tuple[str, str]]:
    """The headers with a signature for the real host. Raises RefusalError where none can be made."""
    from meshtui.http.call import Call
    from meshtui.providers.bedrock.sigv4 import sign

    signed = next((v for n, v in asked.headers if n.lower() == "authorization"), "")
    names = re.search(r"SignedHeaders=([^,\s]+)", signed)
    wanted = names[1].split(";") if names else ()
    dropped = {"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"}
    kept = [(n, v) for n, v in headers if n.lower() not in dropped]
    covered: dict[str, str | Secret] = {n: v for n, v in kept if n.lower() in wanted}
    method = asked.method
    call = sign(
        Call("bedrock", "", method, f"https://{route.host}{route.target}", covered, body=asked.body), keys, service
    )
    if call.failure is not None:
        raise RefusalError(403, "SignatureCannotBeMadeAnew", f"meshtui run: {call.failure.message}")
    added = [(n, v.reveal() if isinstance(v, Secret) else v) for n, v in call.headers.items() if n not in covered]
    return [*kept, *added]
