"""The keys of the program are nowhere: not in what is printed, kept, exported or written, nor among the processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.canaries import ACCOUNT, KEYS, PEM, account_text, parts_in, some

from .hosts import Asked, World, answer, company_proxy

ROOT = Path(__file__).parents[2]
SENT = {
    "OPENAI_API_KEY": KEYS["project key"],
    "MESHAPI_API_KEY": KEYS["Mesh key"],
    "AWS_BEARER_TOKEN_BEDROCK": KEYS["long-term Bedrock key"],
    "GOOGLE_TOKEN": KEYS["access token"],
    "GOOGLE_API": KEYS["API key of Google"],
    "GOOGLE_REFRESH": "1//0" + some(60),
    "UNKNOWN_TO_ALL": KEYS["service account's key"],
}
PROGRAM = """
import glob, httpx, os
key = os.environ
chat = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "user": key["UNKNOWN_TO_ALL"]}
def bearer(name): return {"Authorization": "Bearer " + key[name]}
vertex = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/g"
with httpx.Client() as client:
    client.post("https://api.openai.com/v1/chat/completions", json=chat, headers=bearer("OPENAI_API_KEY"))
    client.post("https://api.openai.com/v1/chat/completions", json=chat, headers=bearer("UNKNOWN_TO_ALL"))
    client.post("https://api.openai.com/v1/chat/completions", json=chat, headers=bearer("MESHAPI_API_KEY"))
    client.post("https://api.openai.com/v1/chat/completions", json=chat, headers={"x-api-key": key["OPENAI_API_KEY"]})
    client.get("https://api.openai.com/v1/models/" + key["OPENAI_API_KEY"], headers=bearer("OPENAI_API_KEY"))
    client.post("https://api.meshapi.ai/v1/chat/completions", json=chat, headers=bearer("MESHAPI_API_KEY"))
    client.post("https://bedrock-runtime.us-east-1.amazonaws.com/model/a.b/converse", json={},
                headers=bearer("AWS_BEARER_TOKEN_BEDROCK"))
    client.post(vertex + ":generateContent?key=" + key["GOOGLE_API"], json={})
    client.post(vertex + ":generateContent", json={}, headers=bearer("GOOGLE_TOKEN"))
    client.post("https://oauth2.googleapis.com/token", data={"grant_type": "refresh_token",
                "refresh_token": key["GOOGLE_REFRESH"]})
seen = []
ours = [f"/proc/{pid}/cmdline" for pid in (os.getppid(), os.getpid())]  # other programs' may hold anything
for path in ours + glob.glob(key["TMPDIR"] + "/**", recursive=True):
    if os.path.isfile(path):
        try:
            seen.append(open(path, "rb").read().replace(b"\\0", b" "))
        except OSError:
            pass
open(key["SEEN"], "wb").write(b"\\n".join(seen))
"""


def echo(asked: Asked) -> bytes:
    """A host that says everything again: in a header, in words, in JSON."""
    key = asked.headers.get("authorization", asked.headers.get("x-api-key", asked.target)).split()[-1]
    said = f"Incorrect API key provided: {key}. {asked.body.decode()!r}"
    body = f'{{"error":{{"code":"invalid_api_key","message":"{said}"}}}}'
    return answer(401, body.encode("ascii", "replace"), f"X-Echo: {key}", "Content-Type: application/json")


def sweep(text: str) -> dict[str, list[str]]:
    """Key → the pieces of it that are in the text."""
    secret_lines = "\n".join(PEM.splitlines()[2:])  # the first one names the algorithm, as every certificate does
    every = {**SENT, "service account": f"-----\n{secret_lines}"}
    # It begins with AWS's word for such keys, and the sandbox's certificate names hosts that begin so too.
    every["AWS_BEARER_TOKEN_BEDROCK"] = every["AWS_BEARER_TOKEN_BEDROCK"].removeprefix("ABSKQmVkcm9ja0FQSUtleS1")
    found = {
        name: [piece for piece in parts_in(text, key) if not EXPONENT.search(piece)] for name, key in every.items()
    }
    return {name: pieces[:3] for name, pieces in found.items() if pieces}


EXPONENT = re.compile("AgMBAA|IDAQAB|CAwEAA")
"""65537 in base64, which every RSA key has, those in the certificates of a machine too."""


@contextmanager
def surroundings(world: World, folder: Path) -> Iterator[tuple[dict[str, str], Path, Path]]:
    """The variables of a program with keys of every kind, its home, and its folder for temporary files; behind a
    company's proxy, whose hosts say everything again."""
    world.answer = echo
    roots, home, temporary = folder / "company.pem", folder / "home", folder / "temporary"
    roots.write_bytes(world.authority.cert_pem.bytes())
    for made in (home, temporary):
        made.mkdir()
    account = folder / "account.json"
    account.write_text(account_text())
    with company_proxy(world) as (address, _):
        environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(temporary), "HTTPS_PROXY": address,
                   "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(roots), "SEEN": str(folder / "seen"),
                   "GOOGLE_APPLICATION_CREDENTIALS": str(account), **SENT}  # fmt: skip
        yield environ, home, temporary


@pytest.mark.attack
@pytest.mark.parametrize("how", [("--all",), ("--format", "jsonl"), ("--fault", "openai=revoked:every-2"),
                                 ("--fail-on", "any", "--base-urls")])  # fmt: skip
def test_the_programs_keys_get_nowhere(world: World, tmp_path: Path, how: tuple[str, ...]):
    with surroundings(world, tmp_path) as (environ, home, temporary):
        command = [sys.executable, "-m", "meshtui", "run", *how, "--export", str(home / "a.har"), "--export",
                   str(home / "a.md"), "--", sys.executable, "-c", PROGRAM]  # fmt: skip
        done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    assert "an error in meshtui" not in done.stderr
    written = [path for folder in (home, temporary) for path in folder.rglob("*") if path.is_file()]
    assert {"history.db", "a.har", "a.md"} <= {path.name for path in written}
    kept = "\n".join(path.read_bytes().decode("latin-1") for path in written)
    during = (tmp_path / "seen").read_bytes().decode("latin-1")
    assert "BEGIN CERTIFICATE" in during, "the files of the run were not looked at"
    assert sweep(done.stdout + done.stderr) == {}
    assert sweep(kept) == {}
    assert sweep(during) == {}
    assert ACCOUNT["private_key_id"] not in kept + done.stderr


PRINTING = (
    PROGRAM
    + """
for name in key["PRINTED"].split():
    print(name, key[name])
print("all printed", flush=True)
input()
"""
)
DRIVING = """
import asyncio, json, os, sys
from meshtui.journal.history_store import History
from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.tap.program_run import RunOptions
from meshtui.tui.app import MeshtuiApp

def text_of(app):
    return "\\n".join("".join(s.text for s in line) for line in app.screen._compositor.render_strips())

async def main():
    environ = dict(os.environ)
    settings = Settings()
    session = Session.live(environ, settings=settings, history=History.of(settings, environ, demo=False))
    app = MeshtuiApp(session, run=RunOptions(json.loads(os.environ.pop("COMMAND")), environ, os.getcwd()))
    seen = []
    async with app.run_test(size=(160, 50)) as pilot:
        for _ in range(600):
            await pilot.pause(0.05)
            seen.append(text_of(app))
            if "all printed" in seen[-1] and sum(e.what == "verdict" for e in session.journal) >= 10:
                break
        for key in ("shift+pageup", "shift+pageup", "shift+pagedown", "ctrl+right_square_bracket", "home",
                    *["down", "enter", "2", "3", "4", "escape"] * 12, "v", "escape", "L"):
            await pilot.press(key)
            await pilot.pause(0.05)
            seen.append(text_of(app))
        seen.append(app.export_screenshot())
        seen += [repr(entry) for entry in session.journal]
        await pilot.press("escape", "y")
        await pilot.pause(0.3)
    print(*seen, sep="\\n")

asyncio.run(main())
"""


@pytest.mark.attack
def test_the_programs_keys_get_nowhere_on_the_screen(world: World, tmp_path: Path):
    """Though the program prints them: with its pane scrolled, each card, request, answer, code, history."""
    with surroundings(world, tmp_path) as (environ, home, temporary):
        environ |= {"PRINTED": " ".join(SENT), "COMMAND": json.dumps([sys.executable, "-c", PRINTING])}
        done = subprocess.run([sys.executable, "-c", DRIVING], env=environ, cwd=home, capture_output=True, text=True,
                              timeout=180, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "all printed" in done.stdout
    assert "sk-proj-…" in done.stdout
    written = [path for folder in (home, temporary) for path in folder.rglob("*") if path.is_file()]
    assert "history.db" in {path.name for path in written}
    kept = "\n".join(path.read_bytes().decode("latin-1") for path in written)
    assert sweep(done.stdout + done.stderr) == {}
    assert sweep(kept) == {}


@pytest.mark.attack
@pytest.mark.parametrize("name", SENT)
def test_the_search_finds_a_key_that_is_planted(name: str):
    key = SENT[name]
    assert name in sweep(f"something {key[20:34]} something")
    assert name in sweep(f"over\n{key[20:25]}\n{key[25:34]} lines")
