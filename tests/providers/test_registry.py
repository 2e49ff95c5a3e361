"""A provider is one package and one row: registered at run time, everything that meshtui does works for it."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path as FilePath

import pytest

import meshtui.base.provider_names as names
from meshtui.base.credential import Source
from meshtui.base.endpoints import Endpoints
from meshtui.checks.runner import run_checks
from meshtui.credentials.discovery import discover, list_in_use
from meshtui.credentials.paste import parse
from meshtui.explain.engine import explain
from meshtui.explain.parse import parse_response
from meshtui.exports.code import list_codes
from meshtui.http.hosts import find_refusal
from meshtui.http.transport import Transport
from meshtui.providers.registry import register
from meshtui.providers.sent_request import Sent
from meshtui.runs.model import Path, Prompt, RunRequest
from meshtui.runs.model_lists import list_own_models
from meshtui.runs.paths import run_prompt
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from tests.canaries import parts_in
from tests.providers.wire import read_request
from tests.toy_provider.provider import ROW, TOY_KEY

KEY = "toy_" + "Bear1234" * 4
REFUSAL = {"error": {"code": "toy_lost", "message": "no bear has this key"}}


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    """The provider, for the time of one test."""
    register(ROW)
    yield
    for table in (names.PROVIDER_ROWS, names.PROVIDER_NAMES, names.DEFAULT_MODELS):
        del table["toy"]


@asynccontextmanager
async def serving_toys(*, known: bool = True) -> AsyncIterator[Endpoints]:
    """The provider's API on this machine; `known`: it takes the key."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await read_request(reader)
        body = {"said": "pong"} if asked.startswith(b"POST /say") else [{"name": "bear-1"}, {"name": "duck-2"}]
        status = "200 OK" if known else "401 Unauthorized"
        sent = json.dumps(body if known else REFUSAL).encode()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield Endpoints(others={"toy": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"})


def test_its_key_is_recognised_wherever_it_stands():
    for text in (KEY, f"TOY_API_KEY={KEY}", json.dumps({"toyApiKey": KEY}), f"my key is {KEY}, or so"):
        credential = parse(text, name="x", source=Source("paste"))
        assert (credential.kind, credential.usable) == (TOY_KEY, True), text
    (finding,) = parse(KEY[:30], name="x", source=Source("paste")).findings
    assert finding.id == "toy.length"
    (found,) = list_in_use(discover({"TOY_API_KEY": KEY, "TOY_BASE_URL": "https://elsewhere.example"}))
    assert found.name == "toy"
    assert any(finding.id == "env.foreign-address" for finding in found.findings)


def test_its_key_goes_to_its_own_hosts_alone():
    assert find_refusal("toy", "https", "api.toy.example", None) == ""
    assert "not a host of Toy AI" in find_refusal("toy", "https", "api.openai.com", None)
    assert "not a host" in find_refusal("openai", "https", "api.toy.example", None)


async def test_its_key_is_checked_and_its_models_are_listed():
    credential = parse(KEY, name="toy", source=Source("paste"))
    async with serving_toys() as endpoints, Transport(endpoints) as client:
        report = await run_checks(credential, client, lambda _: None, prompt=True)
        models = await list_own_models(credential, client)
    assert {check.name: str(check.status) for check in report.checks} == {
        "form": "passed", "network": "passed", "identity": "passed", "clock": "unclear", "prompt": "passed",
        "streaming": "passed",
    }  # fmt: skip
    assert report.model == "bear-1"
    assert models.names == ("bear-1", "duck-2")


async def test_its_prompt_is_answered_and_exported_as_code():
    ask = RunRequest(Path.BYOK, parse(KEY, name="toy", source=Source("paste")), prompt=Prompt("ping"))
    async with serving_toys() as endpoints, Transport(endpoints) as client:
        run = await run_prompt(ask, client, lambda _: None)
    (attempt,) = run.attempts
    assert (attempt.provider, attempt.ok, attempt.text) == ("toy", True, "pong")
    curl, python = list_codes(Sent(attempt.exchange, attempt.credential))
    assert "$TOY_API_KEY" in curl.text
    assert 'os.environ["TOY_API_KEY"]' in python.text
    assert ast.parse(python.text)
    assert not parts_in(curl.text + python.text, KEY)


async def test_its_error_is_explained_in_a_run_and_in_a_paste():
    ask = RunRequest(Path.BYOK, parse(KEY, name="toy", source=Source("paste")), prompt=Prompt("ping"))
    async with serving_toys(known=False) as endpoints, Transport(endpoints) as client:
        run = await run_prompt(ask, client, lambda _: None)
    explanations = [
        run.attempts[0].explanation,
        explain(parse_response(json.dumps(REFUSAL), provider="toy", status=401)),
    ]
    for explanation in explanations:
        assert explanation is not None
        assert (explanation.rule, explanation.cause) == ("toy.unknown-key", "credential_invalid")
        assert explanation.headline == "Toy AI has lost this key's bear"
        assert explanation.steps[0].text == "Sew a new key at toy.example."


async def test_it_has_a_row_on_the_screen():
    session = Session.live({"TOY_API_KEY": KEY})
    app = MeshtuiApp(session)
    async with app.run_test(size=(140, 30)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.2)
        shown = "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())
    row = next(line for line in shown.splitlines() if "Toy key" in line)
    assert "toy" in row
    assert "not checked" in row
    assert not parts_in(shown, KEY)


def test_its_package_is_small():
    folder = FilePath(__file__).parent.parent / "toy_provider"
    assert sum(len(path.read_text("utf-8").splitlines()) for path in folder.glob("*.py")) <= 200
