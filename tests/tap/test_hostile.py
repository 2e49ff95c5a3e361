"""A program that sends, and hosts that answer, whatever is worst for who listens: no control character, no key, no
endless text reaches the terminal, and memory stays bounded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.canaries import parts_in

from .hosts import Asked, World, answer, company_proxy

pytestmark = [pytest.mark.attack, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
EVIL = "\x1b]0;evil\x07\x1b[2J\r\x9b31m\u202e[bold red on white]x[/]\n::set-output name=x::y"
MEMORY = 300 << 20
CHILD = """
import sys
from meshtui.cli.main import run
status = run(sys.argv[1:])
with open("/proc/self/status") as told:
    print(next(line for line in told if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(status)
"""
SEND = """
import http.client, json, os, ssl
from urllib.parse import urlsplit
evil, key = json.loads(os.environ["EVIL"]), os.environ["KEY"]
proxy = urlsplit(os.environ["HTTPS_PROXY"])
import base64
login = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
def send(path, body, headers):
    connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, timeout=int(os.environ.get("WAIT", "60")))
    connection.set_tunnel("api.openai.com", 443, {"Proxy-Authorization": f"Basic {login}"})
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        print(answer.status, len(answer.read()))
    except Exception as error:
        print(type(error).__name__)
    finally:
        connection.close()
bearer = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
CALLS = {
    "model": lambda: send("/v1/chat/completions", json.dumps({"model": evil, "messages": []}), bearer),
    "model with key": lambda: send("/v1/chat/completions", json.dumps({"model": "x" * 90 + key}), bearer),
    "path": lambda: send("/v1/" + "%1b%5b2J" * 20 + "/" + key, "{}", bearer),
    "key in path": lambda: send(f"/v1/{key}/x?api_key={key}&key={key[:60]}", "{}", {}),
    "agent": lambda: send("/v1/models", "", {**bearer, "User-Agent": "\\x9b2J" + key, "X-Retry-Count": "9" * 9}),
    "large": lambda: send("/v1/chat/completions", b'{"model":"' + b"x" * (40 << 20) + b'"}', bearer),
    "no json": lambda: send("/v1/chat/completions", b"\\xff\\xfe" * 5000, bearer),
    "deep": lambda: send("/v1/chat/completions", "[" * 200000, bearer),
    "many headers": lambda: send("/v1/models", "", {**bearer, **{f"X-{n}": key for n in range(90)}}),
    "empty bearer": lambda: send("/v1/models", "", {"Authorization": "Bearer"}),
    "two keys": lambda: send("/v1/models", "", {**bearer, "x-api-key": key[::-1]}),
}
for name in os.environ["CALLS"].split(","):
    CALLS[name]()
"""
ANSWERS: dict[str, Callable[[Asked, str], bytes]] = {
    "an error full of control characters": lambda asked, key: answer(
        401, json.dumps({"error": {"message": f"{EVIL} {key}", "code": EVIL, "type": EVIL, "param": key}}).encode(),
        f"x-request-id: {key}", "Content-Type: application/json"),
    "no JSON": lambda asked, key: answer(403, f"<title>{EVIL}{key}</title>".encode("utf-8", "replace")),
    "forty megabytes": lambda asked, key: answer(500, (f"{key} " * 200_000)[: 40 << 20].encode()),
    "a bad head": lambda asked, key: f"HTTP/1.1 999 {key}\x1b[2J\r\nX-A: \x9b{key}\r\n\r\n".encode("latin-1"),
    "what is no HTTP": lambda asked, key: f"\x1b[2J{key}\r\n\r\n".encode(),
    "an event in pieces": lambda asked, key: answer(
        200, "".join(f'data: {{"choices":[{{"delta":{{"content":"{letter}"}}}}]}}\n\n' for letter in key).encode(),
        "Content-Type: text/event-stream"),
    "numbers that are none": lambda asked, key: answer(
        429, b'{"error":{"message":"limit","type":"requests","code":"rate_limit_exceeded"}}',
        f"Retry-After: {key}", f"x-ratelimit-limit-requests: {key}", "x-ratelimit-remaining-requests: \x9b1"),
}  # fmt: skip
CALLS = ("model", "model with key", "path", "key in path", "agent", "no json", "deep", "many headers", "empty bearer",
         "two keys")  # fmt: skip
Start = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def start(world: World, tmp_path: Path) -> Iterator[Start]:
    """`meshtui run`, all that leaves which goes through a company's proxy to hosts of ours."""
    roots, home = tmp_path / "company.pem", tmp_path / "home"
    roots.write_bytes(world.authority.cert_pem.bytes())
    home.mkdir()
    with company_proxy(world) as (address, _):

        def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
            environ = {"PATH": os.environ["PATH"], "HOME": str(home), "HTTPS_PROXY": address, "PYTHONPATH": str(ROOT),
                       "SSL_CERT_FILE": str(roots), "EVIL": json.dumps(EVIL), **more}  # fmt: skip
            return subprocess.run([sys.executable, "-c", CHILD, "run", *words, "--", sys.executable, "-c", SEND],
                                  env=environ, cwd=home, capture_output=True, timeout=120, check=False,
                                  encoding="utf-8", errors="surrogateescape")  # fmt: skip

        yield run


def assert_harmless(done: subprocess.CompletedProcess[str], home: Path, key: str) -> None:
    said, _, memory = done.stderr.rpartition("VmHWM:")
    assert "Traceback" not in said
    assert "an error in meshtui" not in said
    assert not CONTROL.findall(said), said
    assert not parts_in(said, key), said
    assert len(said) < 60_000
    assert int(memory.split()[0]) * 1024 < MEMORY
    for path in (path for path in home.rglob("*") if path.is_file()):
        assert not parts_in(path.read_bytes().decode("latin-1"), key), path.name


@pytest.mark.parametrize("how", [("--all",), ("--format", "jsonl")], ids=["text", "JSON"])
def test_a_hostile_program_is_listened_to(start: Start, world: World, key: str, how: tuple[str, ...], tmp_path: Path):
    world.answer = lambda asked: answer(401, b'{"error":{"code":"invalid_api_key","message":"no"}}')
    done = start(*how, "--export", str(tmp_path / "home" / "a.har"), "--export", str(tmp_path / "home" / "a.md"),
                 KEY=key, CALLS=",".join(CALLS))  # fmt: skip
    assert done.stdout.count("401") >= 8, done.stdout
    assert {"a.har", "a.md", "history.db"} <= {path.name for path in (tmp_path / "home").rglob("*")}
    assert_harmless(done, tmp_path / "home", key)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_host_is_listened_to(start: Start, world: World, key: str, name: str, tmp_path: Path):
    world.answer = lambda asked: ANSWERS[name](asked, key)
    done = start("--all", "--export", str(tmp_path / "home" / "a.har"), "--export", str(tmp_path / "home" / "a.md"),
                 KEY=key, CALLS="model,two keys", WAIT="5")  # fmt: skip
    assert_harmless(done, tmp_path / "home", key)


def test_forty_megabytes_are_passed_on_and_not_kept(start: Start, world: World, key: str, tmp_path: Path):
    world.answer = lambda asked: answer(413, b"too large")
    done = start("--all", KEY=key, CALLS="large,large")
    assert done.stdout == "413 9\n413 9\n"
    assert_harmless(done, tmp_path / "home", key)


def test_a_key_in_what_is_kept_would_be_seen(start: Start, world: World, key: str, tmp_path: Path):
    world.answer = lambda asked: answer(401, b"{}")
    done = start(KEY=key, CALLS="model")
    (tmp_path / "home" / "leak").write_text(f"x {key[20:40]}")
    with pytest.raises(AssertionError, match="leak"):
        assert_harmless(done, tmp_path / "home", key)
