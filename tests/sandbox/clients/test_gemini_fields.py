"""Google's description of a generateContent request against what the sandbox takes: every field of every message is
known, every value of an enumeration is taken, and nothing else. Judge: the protocol buffers of google-cloud-aiplatform.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.installed import find_python
from tests.sandbox.callers import at, bearer
from tests.sandbox.clients.foreign import HERE, alone

pytestmark = pytest.mark.clients
PACKAGE = "google.cloud.aiplatform.v1."
PLACE = "projects/meshtui-sandbox/locations/global/publishers/google/models/gemini-3.1-flash-lite"
SAMPLES = {1: 1, 2: 1, 3: 1, 5: 1, 8: True, 9: "x", 12: "eA=="}
"""Type of a field, as protocol buffers number them → a value."""
TURN = {"role": "user", "parts": [{"text": "hello"}]}
Described = dict[str, dict[str, dict[str, Any]]]
Wrap = Callable[[Any], dict[str, Any]]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    python = find_python("google.cloud.aiplatform_v1")
    if python is None:
        pytest.skip("google-cloud-aiplatform is not installed here, nor in an environment that CLIENTS_VENVS names")
    home = tmp_path_factory.mktemp("home")
    command = [python, str(HERE / "describe_gemini.py")]
    done = subprocess.run(command, env=alone(Path(home)), cwd=home, capture_output=True, text=True, check=True)
    found: Described = json.loads(done.stdout)
    return found


def walk(described: Described, message: str, wrap: Wrap, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Wrap]]:
    """Each message that a request can hold, with a way to put one into a request."""
    if message in seen:
        return
    yield message, wrap
    for name, field in described[message].items():
        if field["message"] in described and not field["by_name"]:

            def put(
                inner: Any, wrap: Wrap = wrap, name: str = name, several: bool = field["several"]
            ) -> dict[str, Any]:
                return wrap({name: [inner] if several else inner})

            yield from walk(described, field["message"], put, (*seen, message))


@pytest.fixture
def problems(sandbox: Sandbox, http: httpx.Client) -> Callable[[Any], str]:
    """What Vertex finds wrong with the fields of a request."""
    url = f"{at(sandbox, 'vertex', 'base_url')}/v1/{PLACE}:generateContent"
    headers = bearer(at(sandbox, "vertex", "access_token"))

    def ask(body: Any) -> str:
        answer = http.post(url, json={"contents": [TURN], **body}, headers=headers)
        message = answer.json()["error"]["message"] if answer.status_code == 400 else ""
        return message if message.startswith("Invalid") else ""

    return ask


def list_messages(described: Described) -> list[tuple[str, Wrap]]:
    first: dict[str, Wrap] = {}
    for message, wrap in walk(described, f"{PACKAGE}GenerateContentRequest", lambda inner: inner):
        first.setdefault(message, wrap)
    return list(first.items())


def test_every_field_of_every_message_is_known_and_no_other(described: Described, problems: Callable[[Any], str]):
    messages = list_messages(described)
    assert len(messages) == len(described)
    for message, wrap in messages:
        for name, field in described[message].items():
            value = field["values"][0] if field["values"] else SAMPLES.get(field["type"], {})
            said = problems(wrap({name: [value] if field["several"] else value}))
            assert said == "", (message, name, said)
        assert 'Unknown name "nonsense"' in problems(wrap({"nonsense": 1})), message


def test_every_value_of_an_enumeration_is_taken_and_no_other(described: Described, problems: Callable[[Any], str]):
    for message, wrap in list_messages(described):
        for name, field in described[message].items():
            refused = [value for value in field["values"] if problems(wrap({name: value}))]
            assert refused == [], (message, name)
            if field["values"]:
                assert "Invalid value at" in problems(wrap({name: "NONSENSE"})), (message, name)
