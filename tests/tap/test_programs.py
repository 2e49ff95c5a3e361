"""Unchanged programs behind the tap: their calls arrive unchanged and are read."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meshtui.tap.observed_calls import NoteKind, Scheme
from tests.canaries import parts_in

from .hosts import Asked, World, answer

CHAT = "https://api.openai.com/v1/chat/completions"
HTTPX = """
import httpx, os
with httpx.Client() as client:
    for text in ("one", "two"):
        answer = client.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-4o", "messages": text},
                             headers={"Authorization": "Bearer " + os.environ["KEY"]})
    print(answer.status_code, answer.json()["error"]["code"])
"""


def test_a_call_of_httpx_is_read_and_its_key_is_known_by_its_fingerprint_only(world: World, key: str):
    done = world.child(sys.executable, "-c", HTTPX, KEY=key)
    assert done.stdout == "401 invalid_api_key\n", done.stderr
    first, second = world.calls
    assert first.connection == second.connection
    assert first.request.credential.scheme is Scheme.BEARER
    assert first.request.credential.secret is not None
    assert first.request.credential.secret.reveal() == key
    assert first.model == "gpt-4o"
    assert first.exchange.status == 401
    assert '"invalid_api_key"' in first.exchange.answer.body
    assert (first.request.provider, first.request.call) == ("openai", "chat")
    assert not parts_in(repr(world.calls) + repr(world.requests) + repr(world.notes), key)
    assert world.asked[0].headers["authorization"] == f"Bearer {key}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the process is known from Linux's /proc only")
def test_the_process_that_made_the_call_is_named_without_its_arguments(world: World, key: str, tmp_path: Path):
    script = tmp_path / "app.py"
    script.write_text(HTTPX)
    world.child(sys.executable, str(script), key, KEY=key)
    process = world.calls[0].process
    assert process is not None
    assert process.name.endswith("app.py")
    assert not parts_in(process.name, key)


def test_boto3_signs_for_the_real_host_and_the_signature_passes_unchanged(world: World):
    world.answer = lambda asked: answer(
        403, b'{"message":"The security token included in the request is invalid."}',
        "x-amzn-ErrorType: UnrecognizedClientException", "Content-Type: application/json",
    )  # fmt: skip
    code = """
import boto3, botocore
try:
    boto3.client("bedrock-runtime", "us-east-1").converse(modelId="amazon.nova-lite-v1:0",
        messages=[{"role": "user", "content": [{"text": "hi"}]}])
except botocore.exceptions.ClientError as error:
    print(error.response["Error"]["Code"])
"""
    done = world.child(
        sys.executable, "-c", code, AWS_ACCESS_KEY_ID="AKIAFAKEFAKEFAKE7777", AWS_SECRET_ACCESS_KEY="f" * 40
    )
    assert done.stdout == "UnrecognizedClientException\n", done.stderr
    call = world.calls[0]
    assert call.request.credential.scheme is Scheme.SIGV4
    assert call.request.credential.scope == "us-east-1/bedrock"
    assert call.model == "amazon.nova-lite-v1:0"
    assert not parts_in(repr(call), "AKIAFAKEFAKEFAKE7777")
    assert world.asked[0].headers["host"] == "bedrock-runtime.us-east-1.amazonaws.com"


def test_curl_is_read_and_a_compressed_answer_is_unpacked(world: World, key: str):
    body = json.dumps({"error": {"code": "insufficient_quota", "message": "no credit", "type": "insufficient_quota"}})
    world.answer = lambda asked: answer(429, gzip.compress(body.encode()), "Content-Encoding: gzip")
    curl = shutil.which("curl")
    assert curl is not None
    done = world.child(curl, "-sS", "--compressed", CHAT, "-H", f"Authorization: Bearer {key}", "-d", "{}")
    assert done.stdout == body, done.stderr
    assert world.calls[0].exchange.answer.body == body


def test_a_key_that_the_host_sends_back_is_masked(world: World, key: str):
    world.answer = lambda asked: answer(401, f"bad key {key} or {key[:-1]}".encode())
    world.child("curl", "-sS", CHAT, "-H", f"Authorization: Bearer {key}")
    assert not parts_in(world.calls[0].exchange.answer.body, key)
    assert "sk-proj-…" in world.calls[0].exchange.answer.body


def test_a_program_that_does_not_trust_the_run_is_named_with_what_to_do(world: World, tmp_path: Path):
    other = tmp_path / "other.pem"
    other.write_bytes(world.authority.cert_pem.bytes())
    done = world.child("curl", "-sS", "--cacert", str(other), CHAT)
    assert done.returncode == 60
    note = world.notes[0]
    assert note.kind is NoteKind.NOT_TRUSTED
    assert "does not trust" in note.text
    assert "SSL_CERT_FILE" in note.step
    assert not world.calls


def test_other_hosts_pass_blind_and_still_verify(world: World):
    world.answer = lambda asked: answer(200, b"hello")
    done = world.child("curl", "-sS", "--http1.1", "https://elsewhere.example/")
    assert done.stdout == "hello", done.stderr
    assert not world.calls
    assert not world.notes


def test_what_offers_http2_only_passes_blind_and_is_said_once(world: World):
    code = """
import asyncio, os, ssl
from urllib.parse import urlsplit
import base64
proxy = urlsplit(os.environ["HTTPS_PROXY"])
async def main():
    for _ in range(2):
        reader, writer = await asyncio.open_connection(proxy.hostname, proxy.port)
        pair = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
        host = "us-central1-aiplatform.googleapis.com"
        writer.write(f"CONNECT {host}:443 HTTP/1.1\\r\\nProxy-Authorization: Basic {pair}\\r\\n\\r\\n".encode())
        await reader.readuntil(b"\\r\\n\\r\\n")
        context = ssl.create_default_context()
        context.set_alpn_protocols(["h2"])
        await writer.start_tls(context, server_hostname=host)
        print(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        writer.close()
asyncio.run(main())
"""
    done = world.child(sys.executable, "-c", code)
    assert done.stdout == "h2\nh2\n", done.stderr
    (note,) = world.notes
    assert note.kind is NoteKind.HTTP2_ONLY
    assert note.text.startswith("gRPC to us-central1-aiplatform.googleapis.com: seen, not read")


def test_whoever_does_not_know_the_credential_is_turned_away(world: World):
    """Not a process of this run: it is started without the run's environment."""
    proxy = f"http://127.0.0.1:{world.proxy.port}"
    for address in (proxy, proxy.replace("//", "//meshtui:guess@")):
        done = subprocess.run(
            ["curl", "-sS", "-k", "-x", address, CHAT],
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin"},
            check=False,
        )
        assert "407" in done.stderr
    assert not world.asked


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process's environment is read from Linux's /proc")
def test_a_program_that_cannot_send_a_proxy_credential_is_known_by_its_environment(world: World):
    done = world.child("curl", "-sS", "-x", f"http://127.0.0.1:{world.proxy.port}", CHAT)
    assert "invalid_api_key" in done.stdout, done.stderr


def test_a_host_whose_certificate_is_not_valid_gets_no_byte_of_the_request(tmp_path: Path, key: str):
    from .hosts import serve

    with serve(tmp_path, trusted=False) as world:
        done = world.child("curl", "-sS", CHAT, "-H", f"Authorization: Bearer {key}")
        assert done.returncode != 0
        assert not world.asked
        (call,) = world.calls
        assert call.exchange.failure.kind == "tls"
        assert "could not be verified" in call.exchange.failure.message


def test_a_host_that_cannot_be_reached_is_a_failure_of_its_own(tmp_path: Path):
    from meshtui.tap.upstream import Way

    from .hosts import serve

    with serve(tmp_path, way=lambda _: Way(connect_to={"api.openai.com": ("127.0.0.1", 1)}.get)) as world:
        done = world.child("curl", "-sS", CHAT)
        assert "502" in done.stderr
        assert world.calls[0].exchange.failure.kind == "refused"


def test_a_stream_arrives_event_by_event_and_its_error_is_kept(world: World, key: str):
    events = [b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n', b'data: {"error":{"code":"upstream_error"}}\n\n']

    def stream(_: Asked) -> list[bytes]:
        chunks = [b"%x\r\n%s\r\n" % (len(event), event) for event in events]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        return [head, *chunks, b"0\r\n\r\n"]

    world.answer = stream
    done = world.child(
        "curl", "-sSN", "https://api.meshapi.ai/v1/chat/completions", "-H", f"Authorization: Bearer {key}"
    )
    assert done.stdout.encode() == b"".join(events), done.stderr
    assert world.calls[0].exchange.answer.body.encode() == b"".join(events)


def test_an_answer_that_breaks_off_is_a_failure_with_what_had_come(world: World):
    world.answer = lambda asked: b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf"
    world.child("curl", "-sS", CHAT)
    (call,) = world.calls
    assert call.exchange.failure.kind == "dropped"
    assert call.exchange.answer.body == "half"


def test_plain_http_goes_through_with_its_path_only(world: World, tmp_path: Path):
    (tmp_path / "page.txt").write_text("a page")
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        port = server.stdout.readline().split()[5]
        done = world.child("curl", "-sS", f"http://127.0.0.1:{port}/page.txt", NO_PROXY="", no_proxy="")
        assert done.stdout == "a page", done.stderr
    finally:
        server.kill()
        server.communicate()
