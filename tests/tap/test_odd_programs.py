"""Programs that do what few do: uploads in chunks, pipelining, one byte at a time; pipes, job control, children that
outlive them."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pexpect
import pytest

from meshtui.tap.body_copy import MAX_REQUEST

from .hosts import World, answer, company_proxy

ROOT = Path(__file__).parents[2]
RAW = """
import base64, os, socket, ssl, sys, time
from urllib.parse import urlsplit
proxy = urlsplit(os.environ["HTTPS_PROXY"])
plain = socket.create_connection((proxy.hostname, proxy.port))
pair = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
plain.sendall(f"CONNECT api.openai.com:443 HTTP/1.1\\r\\nProxy-Authorization: Basic {pair}\\r\\n\\r\\n".encode())
assert b" 200 " in plain.recv(4096)
context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
wire = context.wrap_socket(plain, server_hostname="api.openai.com")
request = ("POST /v1/embeddings HTTP/1.1\\r\\nHost: api.openai.com\\r\\n"
           f"Authorization: Bearer {os.environ['KEY']}\\r\\n"
           "Content-Type: application/json\\r\\nContent-Length: 14\\r\\n\\r\\n{\\"model\\": \\"m\\"}").encode()
"""


def run_meshtui(world: World, folder: Path, *arguments: str, **more: str) -> tuple[dict[str, str], list[str]]:
    """The environment and the command of `meshtui run` behind a company's proxy that leads to our hosts."""
    roots = folder / "company.pem"
    roots.write_bytes(world.authority.cert_pem.bytes())
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(roots),
               "TERM": "xterm", **more}  # fmt: skip
    return environ, [sys.executable, "-m", "meshtui", "run", *arguments]


def test_a_chunked_upload_that_waits_for_100_continue_is_whole(world: World, key: str, tmp_path: Path):
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    body = os.urandom(300_000)
    world.answer = lambda asked: answer(200, hashlib.sha256(asked.body).hexdigest().encode())
    command = ("curl", "-sS", "--http1.1", "-T", "-", "-X", "POST", "-H", "Expect: 100-continue",
               "-H", f"Authorization: Bearer {key}", "https://api.openai.com/v1/files")  # fmt: skip
    done = subprocess.run(command, env=world.environment(), input=body, capture_output=True, timeout=60, check=False)
    world.settle()
    assert done.stdout.decode() == hashlib.sha256(body).hexdigest(), done.stderr
    (call,) = world.calls
    assert call.sent_bytes == len(body)
    assert len(call.exchange.request.body) <= 2 * MAX_REQUEST


def test_pipelined_requests_are_each_read_in_their_order(world: World, key: str):
    statuses = iter((200, 429, 200))
    world.answer = lambda asked: answer(next(statuses), b"{}")
    code = f"{RAW}\nwire.sendall(request * 3)\ndata = b''\nwhile data.count(b'HTTP/1.1') < 3: data += wire.recv(4096)\n"
    done = world.child(sys.executable, "-c", code, KEY=key)
    assert done.returncode == 0, done.stderr
    assert [call.exchange.status for call in world.calls] == [200, 429, 200]
    assert {call.connection for call in world.calls} == {world.calls[0].connection}


def test_a_request_that_comes_byte_by_byte_is_read(world: World, key: str):
    code = f"{RAW}\nfor at in range(len(request)): wire.sendall(request[at:at + 1])\nprint(wire.recv(12).decode())\n"
    done = world.child(sys.executable, "-c", code, KEY=key)
    assert done.stdout.strip() == "HTTP/1.1 401", done.stderr
    assert world.asked[0].body == b'{"model": "m"}'
    assert world.calls[0].model == "m"
    assert world.calls[0].request.credential.secret.reveal() == key  # type: ignore[union-attr]


def test_an_answer_that_nobody_reads_to_its_end_is_told_with_what_had_come(world: World, key: str):
    # More than the kernel holds for a socket at both its ends: less could all be on its way before the program is gone.
    world.answer = lambda asked: answer(200, b"x" * 16_000_000, "Content-Type: text/plain")
    code = f"{RAW}\nwire.sendall(request)\nwire.recv(100)\nos._exit(0)\n"
    world.child(sys.executable, "-c", code, KEY=key)
    (call,) = world.calls
    assert call.exchange.status == 200
    assert call.exchange.failure is not None
    assert call.exchange.failure.kind == "program_closed"


def test_pipes_pass_through_it(world: World, tmp_path: Path):
    environ, command = run_meshtui(world, tmp_path, "--quiet", "--", "tr", "a-z", "A-Z")
    done = subprocess.run(command, env=environ, input=b"through the pipe\n" * 5000, capture_output=True, timeout=60,
                          check=False)  # fmt: skip
    assert done.stdout == b"THROUGH THE PIPE\n" * 5000


def test_a_reader_that_goes_away_ends_the_program_as_without_us(world: World, tmp_path: Path):
    environ, command = run_meshtui(world, tmp_path, "--quiet", "--", "yes")
    script = f"{' '.join(command)} | head -1"
    done = subprocess.run(["bash", "-c", f'{script}; echo "${{PIPESTATUS[0]}}"'], env=environ, capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip
    assert done.stdout == f"y\n{128 + signal.SIGPIPE}\n", done.stderr


@pytest.mark.slow
def test_ctrl_z_stops_it_with_its_program_and_fg_goes_on(world: World, tmp_path: Path):
    environ, command = run_meshtui(world, tmp_path, "--quiet", "--", "cat")
    shell = pexpect.spawn("bash", ["--norc", "-i"], env={**environ, "PS1": "READY> "}, timeout=30, encoding="utf-8")
    try:
        shell.expect("READY> ")
        shell.sendline(" ".join(command))
        shell.expect("\n")
        shell.sendline("first")
        shell.expect("first\r\nfirst")
        shell.sendcontrol("z")
        shell.expect("Stopped")
        shell.expect("READY> ")
        shell.sendline("fg")
        shell.expect("meshtui")
        shell.sendline("second")
        shell.expect("second\r\nsecond")
        shell.sendcontrol("d")
        shell.expect("READY> ")
        shell.sendline("echo status $?")
        shell.expect("status 0")
    finally:
        shell.close(force=True)


def test_two_runs_at_once_do_not_hear_each_other(world: World, key: str, tmp_path: Path):
    code = """
import httpx, os
for _ in range(5):
    httpx.get("https://api.openai.com/v1/models", headers={"Authorization": "Bearer " + os.environ["KEY"]})
"""
    said: list[str] = []

    def start(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        with company_proxy(world) as (address, _):
            environ, command = run_meshtui(world, folder, "--quiet", "--", sys.executable, "-c", code,
                                           HTTPS_PROXY=address, KEY=key)  # fmt: skip
            done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=90, check=False)
            said.append(done.stderr)

    threads = [threading.Thread(target=start, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(world.asked) == 10
    assert all("5 calls (5 to openai), 5 failed" in text for text in said), said


def test_children_that_outlive_the_program_are_named(world: World, tmp_path: Path):
    started = 'until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done'  # before that it is still a copy of the shell
    program = f"sleep 30 >/dev/null 2>&1 & {started}; echo $!"
    environ, command = run_meshtui(world, tmp_path, "--", "sh", "-c", program)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    child = int(done.stdout)
    os.kill(child, signal.SIGKILL)
    assert f"sleep {child}" in done.stderr
    assert "still runs" in done.stderr
    assert "--env" in done.stderr


def test_a_program_that_unsets_the_proxies_is_told_what_it_needs(world: World, tmp_path: Path):
    environ, command = run_meshtui(world, tmp_path, "--", "env", "-u", "HTTPS_PROXY", "-u", "https_proxy", "true")
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert "Nothing came through the proxy" in done.stderr
    assert "--base-urls" in done.stderr


def test_a_program_that_brings_its_own_authorities_is_told_which_variable_it_needs(world: World, tmp_path: Path):
    code = """
import ssl, urllib.request, sys
own = ssl.create_default_context(cafile=sys.argv[1])
try:
    urllib.request.urlopen("https://api.openai.com/v1/models", context=own)
except Exception as error:
    print(type(error).__name__)
"""
    other = tmp_path / "own.pem"
    other.write_bytes(world.authority.cert_pem.bytes())
    done = world.child(sys.executable, "-c", code, str(other))
    assert done.stdout.strip() == "URLError"
    assert world.asked == []
    (note,) = world.notes
    assert "does not trust the certificate of this run for api.openai.com" in note.text
    assert note.step
