"""Planted keys of every kind are in no export, in no spelling, though the provider repeats all that it was sent."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from meshtui.config import Endpoints
from meshtui.credentials.model import Source
from meshtui.exports.case import Case, of_entries, of_run, to_repeat
from meshtui.exports.code import codes
from meshtui.exports.forms import FORMS, text_of
from meshtui.exports.save import save
from meshtui.providers.client import Client
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from meshtui.session import Session
from tests.canaries import ENVIRONMENT, EVERY, KEYS, account_text, leaked
from tests.providers.wire import read_request

PROVIDER_KEYS = ("openai", "aws", "bedrock", "vertex")


def spellings(text: str) -> tuple[str, ...]:
    """The text in base64 of all three shifts, for an address, within JSON and within JSON's JSON."""
    raw = text.encode()
    coded = [base64.b64encode(b"\0" * shift + raw).decode() for shift in range(3)]
    return (*coded, quote(text, safe=""), json.dumps(text), json.dumps(json.dumps(text)), text.replace("/", "\\/"))


SPELT = tuple(spelling[len(spelling) // 2 - 7 : len(spelling) // 2 + 7] for key in EVERY for spelling in spellings(key))
"""Of each the middle, which no mask shows."""


@asynccontextmanager
async def echoing() -> AsyncIterator[str]:
    """A server that refuses everything and repeats whatever it was sent, and the key in every spelling."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent = (await read_request(reader)).decode()
        key = sent.partition("uthorization: ")[2].partition("\r\n")[0]
        bearer = key.partition("Bearer ")[2]
        message = " ".join((*spellings(bearer), quote(sent), json.dumps(json.dumps(sent)), key, sent))
        body = json.dumps({"error": {"message": message, "code": key}}).encode()
        head = f"HTTP/1.1 401 No\r\nContent-Length: {len(body)}\r\nX-Request-Id: {key}\r\nX-Echo: {quote(sent)}\r\n\r\n"
        writer.write(head.encode() + body)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def loaded() -> AsyncIterator[Session]:
    """A session that holds a key of every kind, before that server."""
    async with echoing() as url, Session.live(ENVIRONMENT) as session:
        session.endpoints = replace(
            Endpoints(), mesh=url, openai=url, bedrock_runtime=url, bedrock=url, sts=url, iam=url, google_token=url,
            google_certificates=url, resource_manager=url, vertex=url,
        )  # fmt: skip
        session._client = Client(session.endpoints)
        session.credentials.add(account_text(), Source("paste"), "vertex")
        yield session


def written(case: Case, folder: Path) -> str:
    """Everything that can leave of it, names of files too."""
    texts = [code.text for _, sent in to_repeat(case) for code in codes(sent)]
    paths = [save(form, case, folder) for form in FORMS]
    return "\n".join([*texts, *map(str, paths), *(path.read_text(encoding="utf-8") for path in paths)])


def seen(text: str) -> list[str]:
    return [*leaked(text), *(piece for piece in SPELT if piece in text)]


def test_a_leak_would_be_seen():
    for key in EVERY:
        for spelling in spellings(key):
            assert seen(f"x {spelling} y"), spelling


@pytest.mark.slow
@pytest.mark.parametrize("name", PROVIDER_KEYS)
async def test_no_export_of_a_run_holds_a_key(name: str, tmp_path: Path):
    async with loaded() as session:
        for kind, key in KEYS.items():
            # Someone pasted a key where the prompt, the system prompt or the model belongs.
            prompt = Prompt(text=f"what is {key}?", system=key, model=key, stream=kind == "PEM")
            run = await session.fire(Way.COMPARE, name, prompt, lambda _: None)
            assert not seen(written(of_run(run, session.endpoints), tmp_path)), kind
            kept = of_entries(session.journal.of_run(run.id))
            assert kept is not None
            assert not seen(written(kept, tmp_path)), kind


@pytest.mark.parametrize("name", [*PROVIDER_KEYS, "mesh"])
async def test_no_export_of_a_check_holds_a_key(name: str, tmp_path: Path):
    async with loaded() as session:
        await session.check(name, lambda _: None, prompt=True)
        case = of_entries(tuple(session.journal))
        assert case is not None
        assert case.rungs
        assert not seen(written(case, tmp_path))


@pytest.mark.parametrize("form", FORMS)
async def test_no_export_names_a_key_by_accident(form: str, tmp_path: Path):
    """A credential may be called anything, a key too."""
    async with loaded() as session:
        key = KEYS["project key"]
        session.credentials.keep(replace(session.credentials["openai"], name=key))
        run = await session.fire(Way.BYOK, key, Prompt(), lambda _: None)
        case = of_run(run, session.endpoints)
        assert not seen(text_of(form, case) + str(save(form, case, tmp_path)))
