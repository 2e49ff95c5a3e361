"""What keeps a key from being tested is never told as a fault of the key; and what ran out of room was answered."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.checks.runner import CheckRunner, run_checks
from meshtui.http.call import PromptRequest
from meshtui.http.transport import Transport
from meshtui.providers.check import CheckStatus
from meshtui.providers.registry import list_checks
from meshtui.providers.vertex.provider import ServiceAccount
from meshtui.sandbox import faults
from tests.providers.frames import event_frame
from tests.providers.wire import answer, serving
from tests.runs.stage import Stage

NAMES = faults.NAMES
ADDRESSES = ("mesh", "openai", "bedrock_runtime", "bedrock", "sts", "iam", "google_token", "google_certificates",
             "resource_manager", "vertex")  # fmt: skip


def everything_at(url: str) -> Endpoints:
    return Endpoints(**dict.fromkeys(ADDRESSES, url))


async def check_at(stage: Stage, name: str, url: str, limit: float = 5.0) -> CheckReport:
    credential = stage.credentials[name]
    if isinstance(credential.material, ServiceAccount):
        credential = replace(credential, material=replace(credential.material, token_uri=url))
    async with Transport(everything_at(url)) as client:
        return await run_checks(credential, client, lambda _: None, prompt=True, limit=limit)


@asynccontextmanager
async def breaking(how: str) -> AsyncIterator[str]:
    """The address of a host that cannot be used, in one of the ways there are."""
    if how == "refused":
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        return
    says = {"page": (answer(b"<html>", status="502 Bad Gateway"),), "tls": (answer(b""),)}.get(how, ())
    async with serving(*says, hang=how == "silent", reset=how == "reset", listens=how != "tls") as wire:
        yield wire.url.replace("http:", "https:") if how == "tls" else wire.url


WAYS = {
    "refused": "Nothing listens",
    "tls": "No secure connection",
    "reset": "The connection broke",
    "silent": "no answer came in time",
    "page": "",
}


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("name", NAMES)
async def test_a_network_error_is_never_told_as_a_fault_of_the_key(stage: Stage, name: str, how: str):
    async with breaking(how) as url:
        check_report = await check_at(stage, name, url, limit=0.2)
    assert not [r for r in check_report.checks if r.status is CheckStatus.FAILED]
    assert not [r.cause for r in check_report.checks if r.cause.startswith("credential")]
    assert check_report.exit_status in (7, 8)
    assert "does not work" not in check_report.sentence
    if how != "page":
        network = next(r for r in check_report.checks if r.name == "network")
        assert (network.status, WAYS[how] in network.note) == (CheckStatus.UNCLEAR, True), network.note
        assert "untested" in check_report.sentence
        assert network.fix


async def test_a_name_that_does_not_resolve_is_told_from_a_host_that_does_not_listen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    check_report = await check_at(stage, "openai", "https://api.openai.com/v1")
    assert check_report.deciding.name == "network"
    assert check_report.deciding.exchange.failure.kind == "dns"
    assert "could not be resolved" in check_report.sentence


async def test_a_proxy_that_refuses_is_told_from_a_provider_that_does(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    async with serving(answer(b"", status="407 Proxy Authentication Required")) as wire:
        monkeypatch.setenv("HTTPS_PROXY", wire.url)
        check_report = await check_at(stage, "openai", "https://api.openai.com/v1")
    assert check_report.deciding.name == "network"
    assert check_report.deciding.exchange.failure.kind == "proxy"
    assert (check_report.deciding.cause, check_report.exit_status) == ("network_blocked", 5)
    assert "untested" in check_report.sentence


# Out of room


def events(*values: object) -> bytes:
    return b"".join(f"data: {json.dumps(value)}\n\n".encode() for value in values)


CHAT = {"choices": [{"message": {"role": "assistant", "content": None}, "finish_reason": "length"}]}
CHUNK = {"choices": [{"delta": {}, "finish_reason": "length"}]}
GEMINI = {"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}],
          "usageMetadata": {"promptTokenCount": 7}}  # fmt: skip
CONVERSE = {"output": {"message": {"role": "assistant", "content": []}}, "stopReason": "max_tokens", "usage": {}}
# What is answered where all tokens went into thinking, whole and streamed.
CUT = {
    "openai": (json.dumps(CHAT).encode(), events(CHUNK, {"choices": [], "usage": {}})),
    "mesh": (json.dumps(CHAT).encode(), events(CHUNK)),
    "vertex": (json.dumps(GEMINI).encode(), events(GEMINI)),
    "bedrock": (
        json.dumps(CONVERSE).encode(),
        event_frame("messageStart", {"role": "assistant"}) + event_frame("messageStop", {"stopReason": "max_tokens"})),
}  # fmt: skip
CUT["aws"], CUT["platform"] = CUT["bedrock"], CUT["mesh"]
REASONING = (
    b'{"error": {"message": "Could not finish the message because max_tokens or model output limit was reached."}}'
)


async def ask(stage: Stage, name: str, check: str, reply: bytes) -> CheckResult:
    """The last checks alone, at a host that gives this reply."""
    credential = stage.credentials[name]
    async with serving(reply) as wire, Transport(everything_at(wire.url)) as client:
        runner = CheckRunner(credential, client, PromptRequest("m", "hello"), 5.0, spend=True, surroundings={})
        runner.state.token = Secret("a-token")
        return await runner.run(next(r for r in list_checks(credential.kind) if r.name == check))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", ["prompt", "streaming"])
async def test_an_answer_cut_off_by_the_output_limit_passes(stage: Stage, name: str, check: str):
    kind = "Content-Type: application/vnd.amazon.eventstream" if name in ("aws", "bedrock") else "X: y"
    result = await ask(stage, name, check, answer(CUT[name][check == "streaming"], kind))
    assert result.status is CheckStatus.PASSED


@pytest.mark.parametrize("check", ["prompt", "streaming"])
async def test_a_refusal_that_the_output_limit_was_reached_passes_too(stage: Stage, check: str):
    result = await ask(stage, "openai", check, answer(REASONING, status="400 Bad Request"))
    assert (result.status, result.note) == (CheckStatus.PASSED, "it answered that the output limit was reached")


@pytest.mark.parametrize("name", NAMES)
async def test_an_answer_that_is_none_does_not_pass(stage: Stage, name: str):
    for reply in (b"{}", b"<html>", b"", b'{"choices": []}'):
        result = await ask(stage, name, "prompt", answer(reply))
        assert result.status is not CheckStatus.PASSED
