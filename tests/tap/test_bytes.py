"""Whatever valid HTTP/1.1 passes, in whatever pieces: it arrives unchanged both ways, and no call is lost."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .hosts import World, serve

HOST = "api.openai.com"
TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
NAMES = st.text(TOKEN, min_size=1, max_size=12).map(lambda name: f"X-{name}")
VALUES = st.text(TOKEN + " !\"#$%&'()*+,./:;<=>?@[]^`{|}~", max_size=40).map(str.strip)
BODIES = st.binary(max_size=3000)


@dataclass(frozen=True)
class Turn:
    """One request and its answer, in bytes."""

    request: bytes
    answer: bytes
    status: int
    body: bytes
    """Of the answer, without framing."""


def head(first: str, headers: list[tuple[str, str]], *more: str) -> bytes:
    return "\r\n".join([first, *(f"{n}: {v}" for n, v in headers), *more, "", ""]).encode("latin-1")


@st.composite
def framed(draw: st.DrawFn, first: str, extra: tuple[str, ...] = ()) -> tuple[bytes, bytes]:
    """A message with a length or in chunks, and its body."""
    body = draw(BODIES)
    headers = draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))
    if draw(st.booleans()):
        return head(first, headers, *extra, f"Content-Length: {len(body)}") + body, body
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=4)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True) if a < b]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head(first, headers, *extra, "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n", body


@st.composite
def turn(draw: st.DrawFn) -> Turn:
    method = draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"]))
    path = "/v1/" + draw(st.text(TOKEN, max_size=20))
    first, host = f"{method} {path} HTTP/1.1", f"Host: {HOST}"
    if method in ("GET", "HEAD", "DELETE"):
        request = head(first, draw(st.lists(st.tuples(NAMES, VALUES), max_size=6)), host)
    else:
        request, _ = draw(framed(first, (host,)))
    status = draw(st.sampled_from([200, 201, 204, 304, 400, 401, 404, 429, 500]))
    line = f"HTTP/1.1 {status} {http.client.responses[status]}"
    early = draw(
        st.sampled_from([b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"])
    )
    if status in (204, 304) or method == "HEAD":
        length = () if status == 204 else ("Content-Length: 5",)
        return Turn(request, early + head(line, [], *length), status, b"")
    answer, body = draw(framed(line))
    return Turn(request, early + answer, status, body)


@st.composite
def cuts(draw: st.DrawFn) -> list[int]:
    """Lengths of pieces."""
    return draw(st.lists(st.integers(1, 700), min_size=1, max_size=8))


def pieces(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    position = turn = 0
    while position < len(data):
        size = lengths[turn % len(lengths)]
        yield data[position : position + size]
        position, turn = position + size, turn + 1


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serve(tmp_path_factory.mktemp("tap")) as running:
        yield running


def connect(world: World, host: str = HOST) -> ssl.SSLSocket:
    """TLS to the host, through the tap."""
    plain = socket.create_connection(("127.0.0.1", world.proxy.port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pair = base64.b64encode(f"meshtui:{world.proxy.settings.token}".encode()).decode()
    plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nProxy-Authorization: Basic {pair}\r\n\r\n".encode())
    reply = b""
    while not reply.endswith(b"\r\n\r\n"):
        reply += plain.recv(1)
    assert b" 200 " in reply
    context = ssl.create_default_context(cafile=str(world.files.bundle))
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)


def receive(connection: ssl.SSLSocket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := connection.recv(65536)):
        data += more
    return data


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(turn(), min_size=1, max_size=5), sent=cuts(), answered=cuts(), pipelined=st.booleans())
def test_bytes_pass_unchanged_and_every_call_is_told(
    shared: World, turns: list[Turn], sent: list[int], answered: list[int], pipelined: bool
):
    received: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for one in turns:
            received.append(await reader.readexactly(len(one.request)))
            for piece in pieces(one.answer, answered):
                writer.write(piece)
                await writer.drain()
        await reader.read(1)

    shared.talk = talk
    shared.calls.clear()
    with connect(shared) as connection:
        got = []
        if pipelined:
            for piece in pieces(b"".join(one.request for one in turns), sent):
                connection.sendall(piece)
            got = [receive(connection, sum(len(one.answer) for one in turns))]
        else:
            for one in turns:
                for piece in pieces(one.request, sent):
                    connection.sendall(piece)
                got.append(receive(connection, len(one.answer)))
        connection.unwrap().close()
    shared.settle()
    assert b"".join(received) == b"".join(one.request for one in turns)
    assert b"".join(got) == b"".join(one.answer for one in turns)
    assert [call.exchange.status for call in shared.calls] == [one.status for one in turns]
    assert not shared.notes
    for call, one in zip(shared.calls, turns, strict=True):
        assert call.received_bytes == len(one.body)


def run_turn(world: World, request: bytes, answers: Any) -> tuple[bytes, bytes]:
    """What the host received, and what the client did until the host closed."""
    received = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await answers(reader, writer))

    world.talk = talk
    with connect(world) as connection:
        connection.sendall(request)
        got = []
        with contextlib.suppress(ssl.SSLEOFError):
            while more := connection.recv(65536):
                got.append(more)
    world.settle()
    return received[0], b"".join(got)


def test_an_answer_that_comes_before_the_request_is_whole_is_read(world: World):
    request = head("POST /v1/files HTTP/1.1", [], f"Host: {HOST}", "Content-Length: 100000") + b"x" * 50000

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        begun = await reader.readexactly(1000)
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        await writer.drain()
        return begun

    _, got = run_turn(world, request, answers)
    assert got.endswith(b"no")
    (call,) = world.calls
    assert (call.exchange.status, call.exchange.answer.body) == (401, "no")


def test_an_answer_that_ends_with_the_connection_is_whole(world: World):
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        await writer.drain()
        return asked

    run_turn(world, head("GET /v1/models HTTP/1.1", [], f"Host: {HOST}"), answers)
    (call,) = world.calls
    assert (call.exchange.failure, call.exchange.answer.body) == (None, "all of it")


def test_what_is_no_http_passes_unchanged_and_is_said(world: World):
    sent = b"\x00\x01\x02 no http at all\r\n\r\n" * 10

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        asked = await reader.readexactly(len(sent))
        writer.write(asked[::-1])
        await writer.drain()
        return asked

    asked, got = run_turn(world, sent, answers)
    assert (asked, got) == (sent, sent[::-1])
    assert [str(note.kind) for note in world.notes] == ["unreadable"]


def test_an_upgrade_passes_and_is_not_read_further(world: World):
    request = head("GET /v1/realtime HTTP/1.1", [], f"Host: {HOST}", "Connection: Upgrade", "Upgrade: websocket")

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello"
        )
        await writer.drain()
        return asked

    _, got = run_turn(world, request, answers)
    assert got.endswith(b"\x81\x05hello")
    assert world.calls[0].exchange.status == 101
    assert [str(note.kind) for note in world.notes] == ["upgrade"]


def test_a_large_transfer_is_held_back_by_the_slower_side_and_kept_in_part_only(world: World, tmp_path: Path):
    size = 30_000_000
    limit = 1 << 20

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % size)
        for _ in range(size // 10000):
            writer.write(b"y" * 10000)
            await writer.drain()
        return asked

    _, got = run_turn(world, head("GET /v1/files/x/content HTTP/1.1", [], f"Host: {HOST}"), answers)
    assert got.endswith(b"y" * 1000)
    (call,) = world.calls
    assert call.received_bytes == size
    assert len(call.exchange.answer.body) < limit
    assert "were not kept" in call.remarks[0]
