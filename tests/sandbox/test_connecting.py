"""Any client in any language can connect: HTTP/1.1 and HTTP/2, plain and TLS, by prefix and by the provider's name."""

from __future__ import annotations

import json
import os
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from meshtui.sandbox import body_limits, listener
from meshtui.sandbox.request_log import RequestRecord, format_record
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace
from tests.sandbox.callers import at, bearer

QUICK = Pace(word=0.0, slow=0.05, refill=20.0)
BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Reply with the single word: pong"}]}


@pytest.fixture(scope="module")
def secured() -> Iterator[Sandbox]:
    with Sandbox(pace=QUICK, tls=True) as sandbox:
        yield sandbox
        assert sandbox.mishaps == ()


def trust(sandbox: Sandbox) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(at(sandbox, "tls", "ca_file")))


@pytest.fixture(params=["prior knowledge", "ALPN", "TLS with HTTP/1.1"])
def connected(request: pytest.FixtureRequest, secured: Sandbox) -> Iterator[tuple[httpx.Client, str]]:
    """A client and the base of OpenAI's address, for each way beside plain HTTP/1.1."""
    plain, tls = str(at(secured, "openai", "base_url")), str(at(secured, "tls", "openai"))
    base = plain if request.param == "prior knowledge" else tls
    http2, http1 = request.param != "TLS with HTTP/1.1", request.param != "prior knowledge"
    with httpx.Client(trust_env=False, http1=http1, http2=http2, verify=trust(secured)) as client:
        yield client, base
    secured.forget()


def test_an_answer_comes_whole_and_streamed_over_each_protocol(secured: Sandbox, connected):
    client, base = connected
    headers = bearer(at(secured, "openai", "key"))
    whole = client.post(f"{base}/chat/completions", json=BODY, headers=headers)
    assert (whole.status_code, whole.json()["choices"][0]["message"]["content"]) == (200, "pong")
    assert whole.http_version == ("HTTP/2" if client._transport._pool._http2 else "HTTP/1.1")  # type: ignore[attr-defined]
    streamed = client.post(f"{base}/chat/completions", json={**BODY, "stream": True}, headers=headers)
    assert streamed.text.endswith("data: [DONE]\n\n")
    assert "date" in streamed.headers


def test_a_refusal_and_a_lost_connection_arrive_as_such_over_each_protocol(secured: Sandbox, connected):
    client, base = connected
    headers = bearer(at(secured, "openai", "key"))
    secured.set_fault("openai", "revoked")
    assert client.get(f"{base}/models", headers=headers).status_code == 401
    secured.set_fault("openai", "down")
    with pytest.raises(httpx.TransportError):
        client.get(f"{base}/models", headers=headers)
    secured.set_fault("openai", None)
    assert client.get(f"{base}/models", headers=headers).status_code == 200


def test_many_streams_share_one_connection(secured: Sandbox):
    import asyncio

    async def ask_all() -> list[int]:
        base, headers = at(secured, "mesh", "base_url"), bearer(at(secured, "mesh", "key"))
        body = {**BODY, "model": "openai/gpt-4o-mini"}
        async with httpx.AsyncClient(trust_env=False, http1=False, http2=True, verify=False) as client:
            asked = [client.post(f"{base}/chat/completions", json=body, headers=headers) for _ in range(60)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    assert asyncio.run(ask_all()) == [200] * 60


def test_the_first_byte_of_the_preface_may_come_alone(secured: Sandbox):
    port = httpx.URL(at(secured, "mesh", "base_url")).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"P")
        time.sleep(0.05)
        connection.sendall(b"RI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        assert connection.recv(9)[3] == 4  # SETTINGS


def test_a_post_may_come_byte_by_byte(secured: Sandbox):
    port = httpx.URL(at(secured, "mesh", "base_url")).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for byte in b"POST /ping HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n":
            connection.sendall(bytes([byte]))
        assert connection.recv(100).startswith(b"HTTP/1.1 405")


# The authority


def test_nobody_trusts_the_authority_unasked(secured: Sandbox):
    with httpx.Client(trust_env=False) as client, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        client.get(f"{at(secured, 'tls', 'base_url')}/ping")


def test_the_authority_is_in_a_private_folder_that_goes_with_the_sandbox():
    with Sandbox(tls=True) as sandbox:
        ca_file = Path(str(at(sandbox, "tls", "ca_file")))
        assert "PRIVATE" not in ca_file.read_text()
        assert stat.S_IMODE(ca_file.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE((ca_file.parent / "server.pem").stat().st_mode) == 0o600
    assert not ca_file.parent.exists()


def test_a_taken_port_leaves_no_folder_behind(secured: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    port = httpx.URL(str(at(secured, "tls", "base_url"))).port
    assert port is not None
    with pytest.raises(OSError, match="is taken"):
        Sandbox(tls=True, tls_port=port).start()
    assert list(tmp_path.iterdir()) == []


def test_http2_and_tls_cost_nothing_before_somebody_asks_for_them():
    code = (
        "import sys, urllib.request; from meshtui.sandbox.server import Sandbox\n"
        "opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))\n"
        "with Sandbox() as sandbox:\n"
        "    opener.open(sandbox.addresses['admin']['base_url'].replace('admin', 'ping'))\n"
        "assert not {'hypercorn', 'h2', 'trustme', 'cryptography.x509'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# By the provider's name


def call_by_name(sandbox: Sandbox, host: str, method: str, path: str, **kwargs: object) -> httpx.Response:
    base = str(at(sandbox, "tls", "base_url")).replace("127.0.0.1", "localhost")
    with httpx.Client(trust_env=False, verify=trust(sandbox)) as client:
        headers = {"host": host, **kwargs.pop("headers", {})}  # type: ignore[dict-item]
        return client.request(method, base + path, headers=headers, extensions={"sni_hostname": host}, **kwargs)  # type: ignore[arg-type]


def test_openai_mesh_and_vertex_answer_under_their_own_names(secured: Sandbox):
    openai = call_by_name(secured, "api.openai.com", "GET", "/v1/models", headers=bearer(at(secured, "openai", "key")))
    assert (openai.status_code, openai.json()["object"]) == (200, "list")
    mesh = call_by_name(secured, "api.meshapi.ai", "GET", "/v1/balance", headers=bearer(at(secured, "mesh", "key")))
    assert mesh.json()["balance_usd"].startswith("50.")
    path = "/v1/projects/meshtui-sandbox/locations/global/publishers/google/models/gemini-3.5-flash:countTokens"
    body = {"contents": [{"role": "user", "parts": [{"text": "one two"}]}]}
    vertex = call_by_name(
        secured, "aiplatform.googleapis.com", "POST", path, json=body,
        headers=bearer(at(secured, "vertex", "access_token")),
    )  # fmt: skip
    assert vertex.json()["totalTokens"] == 2
    assert call_by_name(secured, "oauth2.googleapis.com", "POST", "/token").json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    ("host", "path", "service"),
    [
        ("bedrock-runtime.us-east-1.amazonaws.com", "/model/amazon.nova-micro-v1%3A0/converse", "bedrock"),
        ("sts.amazonaws.com", "/", "sts"),
    ],
)
def test_a_signature_made_for_the_providers_name_holds(secured: Sandbox, host: str, path: str, service: str):
    converse = json.dumps({"messages": [{"role": "user", "content": [{"text": "hello"}]}]})
    body = "Action=GetCallerIdentity&Version=2011-06-15" if service == "sts" else converse
    request = AWSRequest("POST", f"https://{host}{path}", data=body, headers={"content-type": "application/json"})
    keys = Credentials(str(at(secured, "aws", "access_key_id")), str(at(secured, "aws", "secret_access_key")))
    SigV4Auth(keys, service, "us-east-1").add_auth(request)
    answer = call_by_name(secured, host, "POST", path, content=body, headers=dict(request.headers))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "api.openai.com.evil.example", "10.0.0.1", "host.docker.internal", ""]
)
def test_any_other_name_is_refused(secured: Sandbox, host: str):
    base = str(at(secured, "openai", "base_url"))
    headers = {"host": host, **bearer(at(secured, "openai", "key"))}
    answer = httpx.get(f"{base}/models", headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


# Where it listens


@pytest.mark.parametrize(
    ("host", "exposed", "says"),
    [
        ("0.0.0.0", False, "add --exposed"),
        ("192.168.1.4", False, "add --exposed"),
        ("8.8.8.8", True, "public address"),
        ("example.com", True, "no IP address"),
    ],
)
def test_it_listens_beyond_loopback_only_by_an_explicit_word(host: str, exposed: bool, says: str):
    with pytest.raises(ValueError, match=says):
        Sandbox(host=host, exposed=exposed)


@pytest.mark.parametrize("name", ["sandbox:8080", "10.0.0.7", "host.docker.internal"])
def test_exposed_it_answers_to_names_of_containers(name: str):
    with Sandbox(host="0.0.0.0", exposed=True) as sandbox:
        base = str(at(sandbox, "openai", "base_url"))
        assert base.startswith("http://127.0.0.1:")
        for host, status in ((name, 200), ("evil.example", 403)):
            headers = {"host": host, **bearer(at(sandbox, "openai", "key"))}
            assert httpx.get(f"{base}/models", headers=headers, trust_env=False).status_code == status
        admin = str(at(sandbox, "admin", "base_url"))
        headers = {"host": name, "authorization": f"Bearer {at(sandbox, 'admin', 'token')}"}
        assert httpx.get(f"{admin}/state", headers=headers, trust_env=False).status_code == 403


def test_it_listens_on_version_six_too():
    with Sandbox(host="::1") as sandbox:
        base = str(at(sandbox, "openai", "base_url"))
        assert base.startswith("http://[::1]:")
        assert httpx.get(f"{base}/models", headers=bearer(at(sandbox, "openai", "key")), trust_env=False).is_success


# What is sent


def resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc, which is not here"
)
def test_what_nobody_vouched_for_is_not_kept():
    """Bodies of 31 MB to every service, without a key: today's memory and little more."""
    command = [sys.executable, "-c", (
        "import json, sys; from meshtui.sandbox.server import Sandbox\n"
        "with Sandbox() as sandbox: print(json.dumps(sandbox.addresses), flush=True); sys.stdin.read()"
    )]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base = json.loads(process.stdout.readline())["mesh"]["base_url"].removesuffix("/mesh/v1")
        with httpx.Client(trust_env=False, verify=False, timeout=30) as client:
            client.get(f"{base}/ping")
            before = resident_mb(process.pid)
            for path in (
                "/mesh/v1/chat/completions",
                "/openai/v1/chat/completions",
                "/aws/model/x/converse",
                "/aws",
                "/google/token",
                "/vertex/v1/projects/x/locations/global/publishers/google/models/x:countTokens",
                "/admin/state",
            ):
                body = b"[" + b"{}," * (10 * 2**20) + b"{}]"
                assert client.post(base + path, content=body).status_code >= 400
            grown = resident_mb(process.pid) - before
        process.kill()
    assert grown < 20


def test_a_body_of_millions_of_values_is_malformed_not_parsed(sandbox: Sandbox, http: httpx.Client):
    body = b'{"messages":[' + b"{}," * (2**20) + b"{}]}"
    url = f"{at(sandbox, 'openai', 'base_url')}/chat/completions"
    assert http.post(url, content=body, headers=bearer(at(sandbox, "openai", "key"))).status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/openai/v1/chat/completions", 413, "Request too large"),
        ("/aws/model/amazon.nova-micro-v1%3A0/converse", 413, "too large"),
        ("/vertex/v1/projects/meshtui-sandbox/locations/global/publishers/google/models/gemini-3.5-flash:countTokens",
         400, "payload size exceeds the limit"),
        ("/mesh/v1/chat/completions", 413, "cloudflare"),
    ],
)  # fmt: skip
def test_a_body_that_is_too_large_is_refused_in_the_providers_shape(
    sandbox: Sandbox, http: httpx.Client, path: str, status: int, says: str
):
    service = {"/openai": ("openai", "key"), "/aws": ("bedrock", "api_key"), "/vertex": ("vertex", "access_token"),
               "/mesh": ("mesh", "key")}["/" + path.split("/")[1]]  # fmt: skip
    base = str(at(sandbox, "mesh", "base_url")).removesuffix("/mesh/v1")
    answer = http.post(
        base + path,
        content=b" " * (body_limits.MAX_BODY_BYTES + 1),
        headers=bearer(at(sandbox, *service)),
        timeout=30,
    )
    assert (answer.status_code, says in answer.text) == (status, True)


def send_slowly(sandbox: Sandbox, sent: bytes) -> bytes:
    """All that comes back on a connection that sends this and then nothing."""
    port = httpx.URL(at(sandbox, "mesh", "base_url")).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        try:
            while piece := connection.recv(1000):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


@pytest.mark.parametrize("sent", [b"", b"GET /ping HT", b"GET /ping HTTP/1.1\r\nhost: localhost\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(monkeypatch: pytest.MonkeyPatch, sent: bytes):
    monkeypatch.setattr(listener, "HEAD_SECONDS", 0.1)
    with Sandbox() as sandbox:
        assert send_slowly(sandbox, sent) == b""


def test_a_body_that_does_not_come_is_not_waited_for(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(body_limits, "BODY_SECONDS", 0.1)
    head = "POST /openai/v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n"
    sent = f"{head}authorization: Bearer {at(sandbox, 'openai', 'key')}\r\n\r\n{{"
    assert send_slowly(sandbox, sent.encode()).startswith(b"HTTP/1.1 408")


def test_large_headers_are_refused(sandbox: Sandbox, http: httpx.Client):
    answer = http.get(f"{at(sandbox, 'openai', 'base_url')}/models", headers={"x-large": "x" * 100_000})
    assert answer.status_code == 431


# What is seen of it


def test_each_request_is_reported_with_the_fault_that_met_it_and_without_its_key():
    seen: list[RequestRecord] = []
    with Sandbox(pace=QUICK, on_request=seen.append, faults={"openai": "revoked"}) as sandbox:
        key = at(sandbox, "openai", "key")
        httpx.get(f"{at(sandbox, 'openai', 'base_url')}/models?key={key}", headers=bearer(key), trust_env=False)
        body = {**BODY, "model": "openai/gpt-4o-mini"}
        url = f"{at(sandbox, 'mesh', 'base_url')}/chat/completions"
        httpx.post(url, json=body, headers=bearer(at(sandbox, "mesh", "key")), trust_env=False)
    lines = [format_record(record) for record in seen]
    assert "GET /openai/v1/models  401" in lines[0]
    assert lines[0].endswith("openai: revoked")
    assert lines[1].endswith("mesh  openai: invalid_auth, served by platform-openai")
    assert str(key) not in "".join(lines)
