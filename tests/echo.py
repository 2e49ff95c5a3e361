"""Before planted keys: a server that repeats whatever it was sent, and a session all of whose calls go there."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from urllib.parse import quote

from meshtui.base.credential import Source
from meshtui.base.endpoints import Endpoints
from meshtui.journal.history_store import History
from meshtui.session import Session
from tests.canaries import ENVIRONMENT, account_text
from tests.providers.wire import read_request


def spellings(text: str) -> tuple[str, ...]:
    """The text in base64 of all three shifts, for an address, within JSON and within JSON's JSON."""
    raw = text.encode()
    coded = [base64.b64encode(b"\0" * shift + raw).decode() for shift in range(3)]
    return (*coded, quote(text, safe=""), json.dumps(text), json.dumps(json.dumps(text)), text.replace("/", "\\/"))


@asynccontextmanager
async def echoing() -> AsyncIterator[str]:
    """The address of a server that refuses everything and repeats it: as it is, URL-encoded, within JSON, in headers,
    and the key in every spelling."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent = (await read_request(reader)).decode("latin-1")
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
async def echoed(history: History | None = None) -> AsyncIterator[Session]:
    """A session that holds a key of every kind and sends each to that server."""
    async with echoing() as url:
        session = Session.live(ENVIRONMENT, history=history)
        session.endpoints = Endpoints(**dict.fromkeys((field.name for field in fields(Endpoints)), url))
        async with session:
            session.credentials.add(account_text(), Source("paste"), "vertex")
            yield session
