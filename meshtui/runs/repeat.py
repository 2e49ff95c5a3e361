"""A request that somebody's own program made, sent once more from here with a credential of this machine: the same
method, address and body. What then differs is caused by the program's environment, and what does not, by the
request."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential
from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import Exchange
from meshtui.base.redaction import SECRET_HEADERS
from meshtui.http.call import Call, make_unsendable
from meshtui.providers.registry import find_provider
from meshtui.runs.attempts import AttemptRunner, AttemptTarget, RunContext, fetch_token, make_unusable_call
from meshtui.runs.model import MESH, OWN_KEY, Event, Path, Prompt, Run, RunRequest

if TYPE_CHECKING:
    from meshtui.http.transport import Transport

# Those of the connection and of the body's form on the wire; those of a signature; and the two that our own calls have.
_LEFT_OUT = SECRET_HEADERS | {
    "host", "content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive", "expect", "te",
    "proxy-connection", "upgrade", "trailer", "x-amz-date", "x-amz-content-sha256", "amz-sdk-invocation-id",
    "amz-sdk-request", "user-agent", "accept-encoding",
}  # fmt: skip
_REAL = Endpoints()
_VERTEX = r"https://(?:[a-z0-9-]+-)?aiplatform(?:\.[a-z]+\.rep)?\.googleapis\.com"


def find_obstacle(exchange: Exchange) -> str:
    """Why this request cannot be sent once more as it was, in a sentence; empty where it can."""
    request = exchange.request
    if request.method == "CONNECT":
        return "No connection came about, so there was no request that could be sent again."
    if exchange.call == "token":
        return "It asked for a token, and each of those requests is signed anew: a check asks for one."
    if request.body:
        try:
            json.loads(request.body)
        except (ValueError, RecursionError):
            return "Its body is no JSON, or too long to be kept whole, so it cannot be sent as it was."
    return ""


def make_request(exchange: Exchange, credential: Credential, mesh: Credential | None, model: str) -> RunRequest:
    """What is asked by sending it with this credential; `mesh` is that itself where it goes to Mesh."""
    at_mesh = exchange.provider == "mesh"
    prompt = Prompt(text="", model=model, timeout=120.0)
    return RunRequest(Path.MESH if at_mesh else Path.BYOK, None if at_mesh else credential, mesh, prompt=prompt)


async def repeat_request(
    exchange: Exchange, credential: Credential, request: RunRequest, client: Transport, report: Callable[[Event], None]
) -> Run:
    """Sends it and returns the run, whose one attempt has the answer. Only cancellation is raised, as by
    `meshtui.runs.paths.run_prompt`."""
    context = RunContext(request, client, report, {})
    provider = find_provider(credential.provider)

    async def send_attempt(attempt_runner: AttemptRunner) -> bool:
        material = credential.material if credential.usable else None
        if provider is None or material is None:
            return (await attempt_runner.fetch(lambda: make_unusable_call(credential))).succeeded
        requests, token = provider.requests, None
        if requests.token is not None:
            token = await fetch_token(attempt_runner, requests.token, material)
            if token is None:
                return False
        call = _make_call(exchange, client.endpoints)
        if call.failure is None:
            call = await asyncio.to_thread(requests.authorize, material, token, call)
        return (await attempt_runner.fetch(lambda: call)).succeeded

    role = MESH if request.path is Path.MESH else OWN_KEY
    try:
        await context.attempt(AttemptTarget(role, credential, exchange.provider, request.prompt.model), send_attempt)
    except asyncio.CancelledError:
        context.end(cancelled=True)
        raise
    return context.end()


def _make_call(exchange: Exchange, endpoints: Endpoints) -> Call:
    request = exchange.request
    # A mask has a sign that no header may carry.
    headers = {n: value for n, value in request.headers if n.lower() not in _LEFT_OUT and value.isascii() and value}
    url = _translate(request.url, endpoints)
    if not url:
        return make_unsendable(exchange.provider, exchange.call, "the sandbox has no such address", url=request.url)
    return Call(exchange.provider, exchange.call, request.method, url, headers, body=request.body.encode())


def _translate(url: str, endpoints: Endpoints) -> str:
    """The address at the sandbox, where it replaces the real hosts; empty where it has none for it."""
    if endpoints == _REAL:
        return url
    names = ("openai", "mesh", "bedrock_runtime", "bedrock", "sts", "iam")
    pairs: list[tuple[str, str]] = [(getattr(_REAL, name), getattr(endpoints, name)) for name in names]
    patterns = [(re.escape(real).replace(r"\{region\}", "[a-z0-9-]+"), ours) for real, ours in pairs]
    for pattern, ours in (*patterns, (_VERTEX, endpoints.vertex)):
        if found := re.match(f"{pattern}(?=/)", url):
            return ours + url[found.end() :]
    return ""
