"""A TLS server of the tests' own that stands for the providers' hosts, and a tap in front of it, both in one thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import trustme

from meshtui.tap.client_connection import ClientConnection
from meshtui.tap.environment import TrustFiles, make_changes, write_trust_files
from meshtui.tap.observed_calls import Listener, Note, ObservedCall, ObservedRequest
from meshtui.tap.proxy import Proxy, ProxySettings
from meshtui.tap.upstream import Way

HOSTS = (
    "api.openai.com",
    "api.meshapi.ai",
    "bedrock-runtime.us-east-1.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
    "oauth2.googleapis.com",
    "us-central1-aiplatform.googleapis.com",
    "aiplatform.googleapis.com",
    "elsewhere.example",
)
T = TypeVar("T")
Answer = Callable[["Asked"], "bytes | list[bytes]"]


@dataclass(frozen=True)
class Asked:
    """One request as the host received it."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    raw: bytes


def answer(status: int, body: bytes, *headers: str, reason: str = "X") -> bytes:
    """An answer with a length."""
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def refuse_key(_: Asked) -> bytes:
    """OpenAI's answer to a key that it does not know."""
    body = (
        b'{"error":{"message":"Incorrect API key provided: sk-proj-********************************************O5vW. '
        b'You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error",'
        b'"param":null,"code":"invalid_api_key"}}'
    )
    return answer(401, body, "Content-Type: application/json", "openai-version: 2020-10-01")


@dataclass
class World:
    """The hosts, the tap, and what both saw."""

    port: int
    """Of the hosts."""
    answer: Answer = refuse_key
    talk: Any = None
    """In the place of `answer`: takes reader and writer of a whole connection."""
    asked: list[Asked] = field(default_factory=list)
    requests: list[ObservedRequest] = field(default_factory=list)
    calls: list[ObservedCall] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    proxy: Any = None
    loop: Any = None
    authority: Any = None
    files: Any = None

    def run(self, work: Awaitable[T]) -> T:
        """Runs it on the loop of the tap."""
        return asyncio.run_coroutine_threadsafe(self._await(work), self.loop).result(30)

    async def _await(self, work: Awaitable[T]) -> T:
        return await work

    def environment(self, **more: str) -> dict[str, str]:
        """What a child has."""
        changes = make_changes(os.environ, self.proxy.address, self.proxy.port, self.files)
        return {**os.environ, **changes, **more}

    def child(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a program behind the tap, and waits until its calls are told."""
        environ = self.environment(**more)
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)
        self.settle()
        return done

    def settle(self) -> None:
        """Waits until all connections have ended and been told of."""

        async def wait() -> None:
            for _ in range(400):
                if not self.proxy.open and not self.proxy.tasks:
                    break
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.01)

        self.run(wait())


@contextlib.contextmanager
def serve(folder: Path, way: Callable[[int], Way] | None = None, trusted: bool = True) -> Iterator[World]:
    """Hosts and tap, until the block ends."""
    ready = threading.Event()
    worlds: list[World] = []
    thread = threading.Thread(target=_run, args=(folder, way, trusted, worlds, ready), daemon=True)
    thread.start()
    assert ready.wait(20), "the hosts did not start"
    world = worlds[0]
    try:
        yield world
    finally:
        world.loop.call_soon_threadsafe(world.stop.set)  # type: ignore[attr-defined]
        thread.join(20)
    assert not thread.is_alive(), "the tap did not end"


def _run(folder: Path, way: Any, trusted: bool, worlds: list[World], ready: threading.Event) -> None:
    asyncio.run(_serve(folder, way, trusted, worlds, ready))


async def _serve(folder: Path, way: Any, trusted: bool, worlds: list[World], ready: threading.Event) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2", "http/1.1"])
    authority.issue_cert(*HOSTS).configure_cert(context)
    world = World(0)

    talking: set[asyncio.StreamWriter] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            await (world.talk(reader, writer) if world.talk else _talk(world, reader, writer))
        writer.close()
        talking.discard(writer)

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context, limit=1 << 22)
    world.port = server.sockets[0].getsockname()[1]
    world.loop = asyncio.get_running_loop()
    world.stop = asyncio.Event()  # type: ignore[attr-defined]
    world.authority = authority

    def upstream_context() -> ssl.SSLContext:
        verified = ssl.create_default_context()
        verified.set_alpn_protocols(["http/1.1"])
        if trusted:
            authority.configure_trust(verified)
        return verified

    made = way(world.port) if way else Way(connect_to=dict.fromkeys(HOSTS, ("127.0.0.1", world.port)).get)
    settings = ProxySettings(way=made, make_context=upstream_context)
    listener = Listener(world.requests.append, world.calls.append, world.notes.append)
    world.proxy = Proxy(settings, listener, ClientConnection)
    await world.proxy.start()
    world.files = await asyncio.to_thread(_write, folder, settings, authority)
    worlds.append(world)
    ready.set()
    await world.stop.wait()  # type: ignore[attr-defined]
    await world.proxy.close()
    server.close()
    for writer in tuple(talking):
        writer.transport.abort()
    await asyncio.sleep(0.01)


def _write(folder: Path, settings: ProxySettings, authority: trustme.CA) -> TrustFiles:
    """The trust files; the blind host's own certificate is among the usual roots."""
    roots = folder / "roots.pem"
    roots.write_bytes(authority.cert_pem.bytes())
    return write_trust_files(folder, settings.authority, {**os.environ, "SSL_CERT_FILE": str(roots)})


async def _talk(world: World, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
        if headers.get("expect") == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body, raw = await _read_body(reader, headers)
        method, target, _ = first.split(" ")
        asked = Asked(method, target, headers, body, head + raw)
        world.asked.append(asked)
        said = await asyncio.to_thread(world.answer, asked)
        for piece in [said] if isinstance(said, bytes) else said:
            writer.write(piece)
            await writer.drain()
        if not said or b"connection: close" in (said if isinstance(said, bytes) else b"".join(said)).lower():
            return


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> tuple[bytes, bytes]:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return body, body
    body = raw = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        raw += line
        size = int(line.split(b";")[0], 16)
        data = await reader.readexactly(size + 2)
        raw += data
        body += data[:-2]
        if not size:
            return body, raw


def serve_addresses(world: World, key_id: str, secret: str) -> dict[str, str]:
    """Lets the tap serve its addresses, with this key pair at hand. Returns the variables that name them."""
    from meshtui.base.secret import Secret
    from meshtui.providers.bedrock.provider import AwsKeys
    from meshtui.tap.addresses import Addresses
    from meshtui.tap.environment import make_base_urls

    async def find_keys(access_key_id: str) -> AwsKeys | None:
        return AwsKeys(Secret(key_id), Secret(secret), "eu-central-1") if access_key_id == key_id else None

    async def serve(client: Any, head: Any) -> None:
        await Addresses(world.proxy, find_keys).serve(client, head)

    world.proxy.serve_address = serve
    return make_base_urls({}, f"http://127.0.0.1:{world.proxy.port}/{world.proxy.settings.token}")


@contextlib.contextmanager
def company_proxy(world: World, user: str = "user", password: str = "pass word") -> Iterator[tuple[str, list[str]]]:
    """A proxy of a company's, which asks for a password and leads every host to ours: its address, and whom it was
    asked for."""
    import base64
    from urllib.parse import quote

    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    asked: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.split()[1])
        if f"Proxy-Authorization: {wanted}" not in head:
            writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        theirs, ours = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(b"HTTP/1.1 200 go on\r\n\r\n")
        await asyncio.gather(_copy(reader, ours), _copy(theirs, writer))

    async def start() -> asyncio.Server:
        return await asyncio.start_server(talk, "127.0.0.1", 0)

    server = world.run(start())
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://{quote(user)}:{quote(password)}@127.0.0.1:{port}", asked
    finally:
        world.loop.call_soon_threadsafe(server.close)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()
