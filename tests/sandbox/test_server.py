"""The sandbox is quiet, on loopback only, and gone when told to go."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace
from tests.sandbox.callers import at, openai_chat, use


def test_it_stops_though_a_request_is_stalled_for_a_minute():
    sandbox = Sandbox(faults={"openai": "slow"}, pace=Pace(slow=60))
    sandbox.start()
    errors: list[Exception] = []

    def wait() -> None:
        with httpx.Client(trust_env=False, verify=False) as client:
            try:
                openai_chat(sandbox, client)
            except httpx.TransportError as error:
                errors.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.2)
    sandbox.stop()
    waiting.join(10)
    assert not waiting.is_alive()
    assert len(errors) == 1


def test_it_stops_though_a_stream_waits_for_half_a_minute(http: httpx.Client):
    sandbox = Sandbox(pace=Pace(word=30))
    sandbox.start()
    url = f"{at(sandbox, 'openai', 'base_url')}/chat/completions"
    body = {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    with http.stream("POST", url, json=body, headers={"authorization": f"Bearer {at(sandbox, 'openai', 'key')}"}) as it:
        next(it.iter_bytes())
        sandbox.stop()


def test_it_may_be_stopped_twice_and_started_again_with_new_keys():
    sandbox = Sandbox()
    sandbox.start()
    first = at(sandbox, "openai", "key")
    with pytest.raises(RuntimeError, match="started already"):
        sandbox.start()
    sandbox.stop()
    sandbox.stop()
    with sandbox:
        assert at(sandbox, "openai", "key") != first


def test_before_its_start_it_has_no_addresses_but_can_be_broken():
    sandbox = Sandbox(faults={"openai": "revoked"})
    sandbox.set_fault("mesh", "slow")
    assert sandbox.faults == {"openai": "revoked", "mesh": "slow"}
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = sandbox.addresses


def test_a_taken_port_is_told_as_such(sandbox: Sandbox):
    port = httpx.URL(at(sandbox, "mesh", "base_url")).port
    assert port is not None
    with pytest.raises(OSError, match=rf"port {port} on 127.0.0.1 is taken; choose another"):
        Sandbox(port).start()


def test_it_listens_on_the_port_it_is_given():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Sandbox(port) as sandbox:
        assert at(sandbox, "openai", "base_url") == f"http://127.0.0.1:{port}/openai/v1"


def test_it_is_not_reachable_from_elsewhere(sandbox: Sandbox):
    port = httpx.URL(at(sandbox, "mesh", "base_url")).port
    with socket.socket() as other:
        other.settimeout(1)
        # Loopback, but not the address it listens on: an open wildcard would answer here.
        assert other.connect_ex(("127.0.0.2", port)) != 0


LOUD = """
import logging, sys
{logging}
import httpx
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace
sandbox = Sandbox(faults={{"openai": "down", "mesh": "html_from_edge"}}, pace=Pace(word=5))
with sandbox, httpx.Client(trust_env=False, verify=False) as http:
    base = sandbox.addresses["openai"]["base_url"]
    headers = {{"authorization": "Bearer " + sandbox.addresses["openai"]["key"]}}
    try:
        http.get(base + "/models", headers=headers)
    except httpx.TransportError:
        pass
    http.get(base + "/none")
    http.get(base + "/models", headers={{"upgrade": "websocket", "connection": "upgrade"}})
    sandbox._world._keys = None   # breaks it from within
    assert http.get(base + "/models").status_code == 500
    assert len(sandbox.mishaps) == 1
"""


@pytest.mark.parametrize("logging", ["", "logging.basicConfig(level=logging.DEBUG, stream=open('/dev/null', 'w'))"])
def test_nothing_is_ever_printed(logging: str):
    code = LOUD.format(logging=logging)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_thread_keeps_no_program_alive():
    code = "from meshtui.sandbox.server import Sandbox; Sandbox().start()"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=10).returncode == 0


def test_addresses_are_what_the_command_prints(sandbox: Sandbox):
    addresses = json.loads(json.dumps(sandbox.addresses))
    assert {name: sorted(about) for name, about in addresses.items()} == {
        "mesh": ["base_url", "key"],
        "platform": ["base_url", "key"],
        "openai": ["base_url", "key"],
        "bedrock": ["api_key", "endpoint_url", "region"],
        "aws": ["access_key_id", "endpoint_url", "region", "secret_access_key"],
        "vertex": ["access_token", "api_key", "base_url", "region", "service_account", "token_uri"],
        "admin": ["base_url", "token"],
    }
    assert all(text.startswith("http://127.0.0.1:") for text in re.findall(r"https?://[^\"]+", json.dumps(addresses)))


def account_of(key_id: str) -> str:
    """As published by Tal Be'ery."""
    import base64

    number = int.from_bytes(base64.b32decode(key_id[4:])[:6], "big")
    return f"{(number & 0x7FFFFFFFFF80) >> 7:012d}"


def test_the_keys_have_the_shapes_of_real_ones(sandbox: Sandbox):
    import base64

    openai, rsk = at(sandbox, "openai", "key"), at(sandbox, "mesh", "key")
    assert (len(openai), openai[:8], openai[82:90]) == (164, "sk-proj-", "T3BlbkFJ")
    assert re.fullmatch(r"rsk_01[0-9A-HJKMNP-TV-Z]{24}", rsk)
    user, _, _secret = base64.b64decode(at(sandbox, "bedrock", "api_key").removeprefix("ABSK")).decode().partition(":")
    shape = re.fullmatch(r"BedrockAPIKey-\w{4}-at-(\d{12})", user)
    assert shape
    assert account_of(at(sandbox, "aws", "access_key_id")) == shape[1]
    assert len(at(sandbox, "aws", "secret_access_key")) == 40
    assert re.fullmatch(r"[0-9a-f]{40}", at(sandbox, "vertex", "service_account")["private_key_id"])


def test_two_sandboxes_know_nothing_of_each_other(sandbox: Sandbox, http: httpx.Client):
    with Sandbox() as other:
        sandbox.set_fault("openai", "revoked")
        assert use(other, http, "openai").status_code == 200
        url = f"{at(other, 'openai', 'base_url')}/models"
        headers = {"authorization": f"Bearer {at(sandbox, 'openai', 'key')}"}
        assert http.get(url, headers=headers).status_code == 401


def test_faults_may_be_switched_by_another_thread_while_it_serves(sandbox: Sandbox, http: httpx.Client):
    done = threading.Event()

    def flip() -> None:
        while not done.is_set():
            sandbox.set_fault("openai", "revoked")
            sandbox.set_fault("openai", None)
            time.sleep(0.001)

    flipping = threading.Thread(target=flip)
    flipping.start()
    statuses = {openai_chat(sandbox, http).status_code for _ in range(60)}
    done.set()
    flipping.join()
    assert statuses <= {200, 401}
