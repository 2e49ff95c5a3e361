"""The door to the network: what goes out is what was asked for, and whatever happens comes back as an exchange."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http import transport as client_module
from meshtui.http.transport import PendingRequest, Transport
from tests.canaries import parts_in
from tests.providers.wire import Wire, a_call, answer, read_request, send, serving


async def test_only_the_headers_of_the_call_go_out():
    async with serving(answer(b"{}")) as wire:
        pending = await send(a_call(wire.url + "/v1/chat%3Ax"))
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    assert first == "POST /v1/chat%3Ax HTTP/1.1"
    assert [line.split(":")[0] for line in rest] == [
        "Host", "User-Agent", "Accept-Encoding", "Authorization", "Content-Type", "Content-Length",
    ]  # fmt: skip
    assert body == b'{"a": 1}'
    # What is shown is what was sent, the key masked.
    shown = [f"{name}: {value}" for name, value in pending.exchange.request.headers]
    assert [line.replace("sk-" + "k" * 40, "sk-…kkkk") for line in rest] == shown


async def test_the_answers_headers_keep_their_order_and_case():
    async with serving(answer(b"hi", "X-Request-ID: req_1", "x-Odd-Case: b", "Set-Cookie: a=b; Path=/")) as wire:
        pending = await send(a_call(wire.url))
    names = [name for name, _ in pending.exchange.answer.headers]
    assert names == ["Content-Length", "Connection", "X-Request-ID", "x-Odd-Case", "Set-Cookie"]
    assert pending.exchange.request_id == "req_1"
    assert pending.body == b"hi"


async def test_the_caller_reads_the_body_and_people_see_it_redacted():
    secret = Secret("sk-" + "z" * 40)
    async with serving(answer(f'{{"echo": "{secret.reveal()}"}}'.encode())) as wire:
        pending = await send(a_call(wire.url))
    assert secret.reveal().encode() in pending.body
    assert pending.exchange.answer.body == '{"echo": "sk-…zzzz"}'


async def test_no_cookie_is_kept_and_no_redirect_followed():
    moved = answer(b"", "Set-Cookie: a=b", "Location: http://127.0.0.1:1/", status="302 Found")
    async with serving(moved) as wire, Transport(Endpoints()) as client:
        for _ in range(2):
            pending = PendingRequest(a_call(wire.url), timeout=5)
            await client.send(pending)
            assert pending.exchange.status == 302
    assert len(wire.requests) == 2
    assert b"ookie" not in wire.requests[1]


async def test_phases_come_in_order_and_end_up_in_the_timings():
    phases: list[tuple[str, float]] = []
    before = time.time()
    async with serving(answer(b"x"), pause=0.02) as wire:
        pending = await send(a_call(wire.url), on_phase=lambda *phase: phases.append(phase))
    timings = pending.exchange.timings
    assert [name for name, _ in phases] == ["connected", "sent", "first_byte"]
    assert [after for _, after in phases] == [timings.connected, timings.sent, timings.first_byte]
    assert 0 < timings.connected <= timings.sent <= timings.first_byte <= timings.total <= time.time() - before
    assert before <= pending.exchange.started <= time.time()


async def test_a_body_is_shown_as_text_or_as_what_is_made_of_its_pieces_for_its_kind():
    binary = {"application/octets": lambda: lambda piece: f"<{piece.hex()}>"}
    for kind, shown in (("application/octets; v=1", "<c3><a9>"), ("text/plain", "é"), ("x/application/octets", "é")):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-TYPE: {kind}\r\n\r\n".encode()
        async with serving(head + b"\xc3", b"\xa9", pause=0.02) as wire:
            pending = await send(a_call(wire.url, binary=binary))
        assert pending.exchange.answer.body == shown


async def test_while_a_request_is_under_way_it_has_no_exchange_and_has_not_succeeded():
    pending = PendingRequest(a_call("http://127.0.0.1:1"), timeout=5)
    with pytest.raises(RuntimeError, match="under way"):
        _ = pending.exchange
    assert not pending.succeeded


@pytest.mark.parametrize("encoding", ["gzip", "X-GZIP", " deflate ", "identity", "deflate, zlib"])
async def test_what_an_answer_may_be_compressed_with(encoding: str):
    body = {"identity": b"plain", "gzip": gzip.compress(b"plain"), "x-gzip": gzip.compress(b"plain")}
    sent = body.get(encoding.strip().lower(), zlib.compress(b"plain"))
    async with serving(answer(sent, f"Content-Encoding: {encoding}")) as wire:
        pending = await send(a_call(wire.url))
    assert pending.body == (b"" if "," in encoding else b"plain")
    assert ("encoded as 'deflate, zlib', which" in str(pending.exchange.failure)) is ("," in encoding)


async def test_a_compressed_answer_is_read_though_none_was_asked_for():
    async with serving(answer(gzip.compress(b"plain"), "Content-Encoding: gzip")) as wire:
        assert (await send(a_call(wire.url))).body == b"plain"


HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"pieces": ()}, "dropped"),
        ({"pieces": (HEAD + b"5\r\nhello\r\n",)}, "dropped"),
        ({"pieces": (HEAD + b"5\r\nhello\r\n",), "reset": True}, "dropped"),
        ({"pieces": (), "reset": True}, "dropped"),
        ({"pieces": (b"220 mail.example ESMTP\r\n\r\n",)}, "network"),
        ({"pieces": (answer(b"not gzip", "Content-Encoding: gzip"),)}, "network"),
        ({"pieces": (answer(gzip.compress(gzip.compress(b"x")), "Content-Encoding: gzip, gzip"),)}, "network"),
        ({"pieces": (answer(b"x", "Content-Encoding: br"),)}, "network"),
    ],
)
async def test_a_server_that_breaks_its_promise_is_a_failure_of_its_own_kind(said: dict, kind: str):
    async with serving(*said.pop("pieces"), **said) as wire:
        pending = await send(a_call(wire.url))
    assert pending.exchange.failure.kind == kind
    assert pending.exchange.failure.message
    assert len(wire.requests) == 1, "nothing is asked a second time"


async def test_a_stream_that_breaks_has_both_an_answer_and_a_failure():
    async with serving(HEAD + b"5\r\nhello\r\n") as wire:
        exchange = (await send(a_call(wire.url))).exchange
    assert (exchange.status, exchange.answer.body, exchange.failure.kind) == (200, "hello", "dropped")


@asynccontextmanager
async def keeping_open(said: bytes) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that answers and never ends a connection itself: its address, and when the client has."""
    left = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)
        await reader.read()
        left.set()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", left
    server.close()


async def test_a_connection_is_kept_for_the_next_call_and_ended_with_the_door():
    async with keeping_open(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") as (url, left):
        async with Transport(Endpoints()) as client:
            await client.send(PendingRequest(a_call(url), timeout=5))
            await asyncio.sleep(0.02)
            assert not left.is_set()
        await asyncio.wait_for(left.wait(), 5)


async def test_an_answer_that_is_not_read_to_its_end_ends_the_connection_at_once():
    headers = "".join(f"x-{n}: 1\r\n" for n in range(300)).encode()
    async with (
        keeping_open(b"HTTP/1.1 200 OK\r\n" + headers + b"Content-Length: 9\r\n\r\nx") as (url, left),
        Transport(Endpoints()) as client,
    ):
        await client.send(PendingRequest(a_call(url), timeout=5))
        await asyncio.wait_for(left.wait(), 5)


async def test_what_follows_the_end_of_what_was_compressed_counts_as_well(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "BODY_LIMIT", 1 << 16)
    for more, kind in ((1 << 15, None), (1 << 17, "too_long")):
        async with serving(answer(gzip.compress(b"x") + bytes(more), "Content-Encoding: gzip")) as wire:
            pending = await send(a_call(wire.url))
        assert pending.body == b"x"
        assert (pending.exchange.failure and pending.exchange.failure.kind) == kind


async def test_nobody_listening_is_told_as_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        exchange = (await send(a_call(f"http://127.0.0.1:{taken.getsockname()[1]}"))).exchange
    assert exchange.failure.kind == "refused"
    assert "refused" in exchange.failure.message.lower()
    assert exchange.timings.connected is None


async def test_a_server_without_tls_is_told_as_tls():
    async with serving(b"HTTP/1.1 400 Bad Request\r\n\r\n", listens=False) as wire:
        exchange = (await send(a_call(wire.url.replace("http:", "https:")))).exchange
    assert exchange.failure.kind == "tls"


async def test_a_certificate_nobody_vouches_for_is_told_as_tls(tmp_path: Path):
    async with serving(answer(b"x"), tls=self_signed(tmp_path)) as wire:
        exchange = (await send(a_call(wire.url.replace("http:", "https:")))).exchange
    assert exchange.failure.kind == "tls"
    assert "self-signed certificate" in exchange.failure.message
    assert not wire.requests


def self_signed(folder: Path, host: str = "127.0.0.1") -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    its = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([its]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@asynccontextmanager
async def tunnelling(tls: ssl.SSLContext, own_tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """A proxy that says it lets a request through, and behind which is a server with that certificate. `own_tls` is the
    proxy's own certificate, where it speaks TLS itself."""
    wire = Wire()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            wire.requests.append(await read_request(reader))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await writer.start_tls(tls)
            wire.requests.append(await read_request(reader))
            writer.write(answer(b"behind it"))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client ends the handshake, or went away
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=own_tls)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await server.wait_closed()


async def test_who_issued_a_certificate_that_nobody_vouches_for_is_told_also_behind_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with serving(answer(b"x"), tls=self_signed(tmp_path)) as wire:
        near = (await send(a_call(wire.url.replace("http:", "https:")))).exchange
    assert "issued by 'CN=127.0.0.1', which is not trusted here" in near.failure.message
    async with tunnelling(self_signed(tmp_path, "api.openai.com")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        far = (await send(a_call("https://api.openai.com/v1/models"))).exchange
    assert far.failure.kind == "tls"
    for words in ("the proxy 127.0.0.1 let the request through", "TLS with api.openai.com failed",
                  "issued by 'CN=api.openai.com'", "set SSL_CERT_FILE"):  # fmt: skip
        assert words in far.failure.message
    assert all(request.startswith(b"CONNECT ") for request in proxy.requests)
    assert b"sk-" not in b"".join(proxy.requests)


async def test_behind_a_proxy_that_speaks_tls_itself_the_hosts_issuer_is_told_and_not_the_proxys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    behind = self_signed(tmp_path, "api.openai.com")
    async with tunnelling(behind, self_signed(tmp_path)) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http:", "https:"))
        failure = (await send(a_call("https://api.openai.com/v1/models"))).exchange.failure
    assert failure.kind == "tls"
    assert "issued by 'CN=api.openai.com'" in failure.message


async def test_a_certificate_whose_issuer_is_not_found_out_in_time_is_told_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("meshtui.http.failures._ISSUER_S", 0)
    async with serving(answer(b"x"), tls=self_signed(tmp_path)) as wire:
        failure = (await send(a_call(wire.url.replace("http:", "https:")))).exchange.failure
    assert failure.kind == "tls"
    assert "issued by" not in failure.message


async def test_a_certificate_that_the_environment_names_is_trusted_for_real_hosts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    async with tunnelling(self_signed(tmp_path, "api.openai.com")) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        pending = await send(a_call("https://api.openai.com/v1/models"))
    assert (pending.body, pending.exchange.failure) == (b"behind it", None)
    assert proxy.requests[1].startswith(b"POST /v1/models HTTP/1.1\r\n")
    client_module._load_tls_context.cache_clear()
    async with serving(answer(b"x"), tls=self_signed(tmp_path)) as wire:
        near = await send(a_call(wire.url.replace("http:", "https:")))
    assert near.exchange.failure.kind == "tls"


async def test_an_unknown_host_is_told_as_dns(monkeypatch: pytest.MonkeyPatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    exchange = (await send(a_call("https://api.openai.com/v1/models"))).exchange
    assert exchange.failure.kind == "dns"
    assert "not known" in exchange.failure.message


@pytest.mark.parametrize(("pieces", "reached"), [((), "no answer"), ((HEAD + b"5\r\nhello\r\n",), "not whole")])
async def test_one_deadline_covers_the_whole_attempt(pieces: tuple[bytes, ...], reached: str):
    async with serving(*pieces, hang=True) as wire:
        exchange = (await send(a_call(wire.url), timeout=0.3)).exchange
    assert exchange.failure.kind == "read_timeout"
    assert reached in exchange.failure.message
    assert 0.05 < exchange.timings.total < 0.6


async def test_a_host_that_takes_no_connection_is_told_as_such():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        exchange = (await send(a_call(f"http://127.0.0.1:{address[1]}"), timeout=0.3)).exchange
        for filler in fillers:
            filler.close()
    assert exchange.failure.kind == "connect_timeout"


@pytest.mark.parametrize("pieces", [(), (HEAD + b"5\r\nhello\r\n",)], ids=["before", "during"])
async def test_cancelling_does_not_wait_for_the_answer_and_leaves_an_exchange(pieces: tuple[bytes, ...]):
    async with serving(*pieces, hang=True) as wire, Transport(Endpoints()) as client:
        pending = PendingRequest(a_call(wire.url), timeout=5)
        task = asyncio.create_task(client.send(pending))
        await asyncio.wait_for(wire.asked.wait(), 5)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert pending.exchange.failure.kind == "cancelled"
    assert (pending.exchange.answer is not None) == bool(pieces)


async def test_giving_up_while_the_door_is_made_leaves_it_to_the_next(monkeypatch: pytest.MonkeyPatch):
    async with serving(answer(b"x")) as wire, Transport(Endpoints()) as client:
        task = asyncio.create_task(client.send(PendingRequest(a_call(wire.url), timeout=5)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        pending = PendingRequest(a_call(wire.url), timeout=5)
        await client.send(pending)
        assert pending.exchange.status == 200


async def test_a_body_may_have_as_many_bytes_as_the_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "BODY_LIMIT", 1 << 16)
    for length, kind in ((1 << 16, None), ((1 << 16) + 1, "too_long")):
        async with serving(answer(b"x" * length)) as wire:
            pending = await send(a_call(wire.url))
        assert len(pending.body) == 1 << 16
        assert (pending.exchange.failure and pending.exchange.failure.kind) == kind


ONE = gzip.compress(b"x")


@pytest.mark.parametrize(
    ("said", "pieces", "turns"),
    [(answer(gzip.compress(bytes(1 << 20)), "Content-Encoding: gzip"), 128, 120),
     (HEAD + b"1\r\nx\r\n" * 3200 + b"0\r\n\r\n", 3200, 95),
     (HEAD[:-2] + b"Content-Encoding: gzip\r\n\r\n" + b"%x\r\n%s\r\n" % (len(ONE), ONE) + b"1\r\nx\r\n" * 3200
      + b"0\r\n\r\n", 1, 1)],
    ids=["what stands for much", "many small pieces", "what stands for nothing"],
)  # fmt: skip
async def test_while_an_answer_is_read_that_has_come_whole_everything_else_has_its_turn(
    said: bytes, pieces: int, turns: int
):
    """Esc, the deadline, the screen: one turn for each 8 KiB, or what costs as much."""
    seen, turn = [], 0

    async def wait_for_turns() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    async with serving(said) as wire:
        others = asyncio.create_task(wait_for_turns())
        await send(a_call(wire.url), on_bytes=lambda _: seen.append(turn))
        others.cancel()
    assert len(seen) == pieces
    assert len(set(seen)) >= turns
    assert turn >= 95


async def test_a_body_without_end_is_cut(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "BODY_LIMIT", 1 << 20)
    async with serving(answer(b"x" * (3 << 20))) as wire:
        pending = await send(a_call(wire.url))
    assert len(pending.body) == 1 << 20
    assert "longer than 1 MiB" in pending.exchange.failure.message


async def test_a_small_answer_that_stands_for_gigabytes_is_cut():
    once = zlib.compressobj(wbits=31)
    bomb = b"".join(once.compress(bytes(1 << 20)) for _ in range(64)) + once.flush()
    tracemalloc.start()
    try:
        async with serving(answer(bomb, "Content-Encoding: gzip")) as wire:
            pending = await send(a_call(wire.url))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(bomb) < 100_000
    assert "longer than 8 MiB" in pending.exchange.failure.message
    assert most < 6 * client_module.BODY_LIMIT


async def test_the_environments_proxy_is_used_for_real_hosts_only(monkeypatch: pytest.MonkeyPatch):
    async with (
        serving(answer(b"no", status="407 Proxy Authentication Required")) as proxy,
        serving(answer(b"x")) as wire,
    ):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await send(a_call(wire.url))).exchange.status == 200
        assert not proxy.requests
        exchange = (await send(a_call("https://api.openai.com/v1/models"))).exchange
    assert exchange.failure.kind == "proxy"
    assert "407" in exchange.failure.message
    assert proxy.requests[0].startswith(b"CONNECT api.openai.com:443 ")
    assert b"sk-" not in proxy.requests[0]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"])
async def test_a_proxy_with_a_login_that_cannot_be_read_is_told_by_its_variable_alone(
    variable: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(variable, "http://me:hunter/2@127.0.0.1:1")
    failure = (await send(a_call("https://api.openai.com/v1/models"))).exchange.failure
    assert failure.kind == "proxy"
    assert f"see {variable}, where" in failure.message
    assert "hunter" not in failure.message


async def test_a_proxy_without_a_login_that_cannot_be_read_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://x")
    monkeypatch.setenv("MY_ADDRESS", "me@x.example")
    failure = (await send(a_call("https://api.openai.com/v1/models"))).exchange.failure
    assert "cannot be used: Proxy" in failure.message or "nonsense" in failure.message
    assert "percent-encoded" not in failure.message


@pytest.mark.parametrize(("number", "kind"), [(254, None), (255, "too_long")])
async def test_an_answer_may_have_256_headers(number: int, kind: str | None):
    async with serving(answer(b"x", *(f"x-{n}: 1" for n in range(number)))) as wire:
        pending = await send(a_call(wire.url))
    assert len(pending.exchange.answer.headers) == 256
    assert (pending.exchange.failure and pending.exchange.failure.kind) == kind
    assert pending.body == (b"" if kind else b"x")


@pytest.mark.parametrize("setting", ["socks5://127.0.0.1:1", "nonsense://x", "http://127.0.0.1:1"])
async def test_a_proxy_that_cannot_be_used_is_told_as_such(setting: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", setting)
    exchange = (await send(a_call("https://api.openai.com/v1/models"))).exchange
    assert exchange.failure.kind == "proxy"


async def test_certificates_that_cannot_be_loaded_are_told_as_tls(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", __file__)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_: None)
    exchange = (await send(a_call("https://api.openai.com/v1/models"))).exchange
    assert exchange.failure.kind == "tls"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "empty"),
        ("sk-abc\n", "white space"),
        ("sk-a\nb", "U+000A at position 5 of 6"),
        ("sk-…", "U+2026"),
        ("sk-\x00", "U+0000"),
        ("sk \t–b", "U+2013 at position 5 of 6"),
    ],
)
async def test_a_key_no_header_can_carry_is_not_sent(key: str, reason: str):
    async with serving(answer(b"x")) as wire:
        exchange = (await send(a_call(wire.url, bearer=Secret(key)))).exchange
    assert not wire.requests
    assert exchange.failure.kind == "not_sent"
    assert reason in exchange.failure.message
    assert exchange.status == 0


async def test_a_header_that_cannot_travel_is_told_by_its_name_and_no_part_of_its_value():
    token = "Zq7xK2mP9vLw" * 3
    async with serving(answer(b"x")) as wire:
        for value in (Secret(f"{token}\nX-Other: 1"), f"{token}\r\n", "", f"\N{BULLET}{token}"):
            headers = {"Content-Type": "application/json", "X-Amz-Security-Token": value}
            failure = (await send(a_call(wire.url, headers=headers))).exchange.failure
            assert failure.kind == "not_sent"
            assert failure.message.startswith("the value of the X-Amz-Security-Token header ")
            assert not parts_in(failure.message, token)
    assert not wire.requests


async def test_a_mistake_of_ours_is_no_failure_of_the_way_there():
    def stumble(_piece: bytes) -> None:
        raise KeyError("ours")

    async with serving(answer(b"x")) as wire, Transport(Endpoints()) as client:
        pending = PendingRequest(a_call(wire.url), timeout=5, on_bytes=stumble)
        with pytest.raises(KeyError, match="ours"):
            await client.send(pending)
    assert pending.exchange.status == 200


async def test_a_foreign_host_gets_nothing():
    exchange = (await send(a_call("https://api.openai.com.evil.example/v1"))).exchange
    assert exchange.failure.kind == "refused_host"
    assert "evil.example" in exchange.failure.message


async def test_an_address_that_is_none_is_not_called():
    for url in ("https://[::1/v1", "file:///etc/passwd", "", "https://api.openai.com:99999/", "http://127.0.0.1\x00/"):
        exchange = (await send(a_call(url))).exchange
        assert exchange.failure.kind in ("not_sent", "refused_host"), url


@pytest.mark.parametrize(
    ("status", "succeeded"), [("200 OK", True), ("299 x", True), ("300 x", False), ("401 x", False)]
)
async def test_a_whole_answer_with_a_status_of_2xx_is_a_success(status: str, succeeded: bool):
    seen: list[bytes] = []
    async with serving(answer(b"{}", status=status)) as wire:
        sending = await send(a_call(wire.url), on_bytes=seen.append)
    assert sending.succeeded is succeeded
    assert (sending.body, b"".join(seen)) == (b"{}", b"{}" if succeeded else b"")
    assert sending.exchange.answer is not None
    assert sending.exchange.answer.status == int(status[:3])
