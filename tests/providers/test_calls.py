"""The calls as they are built: address, body and headers, a row each."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui import __version__
from meshtui.base.endpoints import DEFAULT_MAX_TOKENS, Endpoints
from meshtui.base.exchange import Failure
from meshtui.base.secret import Secret
from meshtui.http.call import (
    TEST_TOOL,
    Call,
    PromptRequest,
    find_header_fault,
    make_get_call,
    make_json_call,
    make_unsendable,
)
from meshtui.http.hosts import is_own
from meshtui.http.transport import RequestError, check_address
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.provider import AwsKeys, BedrockKey
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.openai import requests as openai
from meshtui.providers.vertex import requests as vertex
from meshtui.providers.vertex import tokens as google
from meshtui.providers.vertex.provider import ServiceAccount
from tests.canaries import parts_in
from tests.each import each

AT = Endpoints()
KEY = Secret("sk-" + "k" * 40)
BEDROCK = BedrockKey(Secret("ABSK" + "q" * 40), "eu-west-1")
AUTH = {"Authorization": "Bearer sk-" + "k" * 40}


def account(region: str = "global", project: str = "demo-project") -> ServiceAccount:
    return ServiceAccount("bot@demo-project.iam.gserviceaccount.com", Secret("x"), project, region=region)


def ask(model: str, *, stream: bool = False, system: str = "") -> PromptRequest:
    return PromptRequest(model, "hi", system, 16, stream)


def on_vertex(model: str, region: str = "global", **more: bool) -> Call:
    return vertex.make_prompt_call(AT, account(region), KEY, ask(model, **more))


VERTEX = "https://aiplatform.googleapis.com/v1/projects/demo-project/locations/global/publishers"
ADDRESSES = {
    "https://api.openai.com/v1/chat/completions": openai.make_prompt_call(AT, KEY, ask("gpt-4o-mini")),
    "https://api.openai.com/v1/models": openai.make_models_call(AT, KEY),
    "https://api.openai.com/v1/models/ft%3Agpt%2Fx": openai.make_model_call(AT, KEY, "ft:gpt/x"),
    "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a%3A0/converse": bedrock.make_prompt_call(
        AT, BEDROCK, ask("a:0")
    ),
    "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a%2Fb/converse-stream": bedrock.make_prompt_call(
        AT, BEDROCK, ask("a/b", stream=True)
    ),
    "https://bedrock.eu-west-1.amazonaws.com/foundation-models": bedrock.make_models_call(AT, BEDROCK),
    f"{VERTEX}/google/models/gemini-x:generateContent": on_vertex("gemini-x"),
    f"{VERTEX}/google/models/gemini-x:streamGenerateContent?alt=sse": on_vertex("gemini-x", stream=True),
    f"{VERTEX}/anthropic/models/claude-x%4020250929:rawPredict": on_vertex("claude-x@20250929"),
    f"{VERTEX}/anthropic/models/claude-x:streamRawPredict": on_vertex("claude-x", stream=True),
    "https://aiplatform.eu.rep.googleapis.com/v1/projects/demo-project/locations/eu/publishers/google/models/g:generateContent":
        on_vertex("g", "eu"),
    "https://europe-west4-aiplatform.googleapis.com/v1/projects/demo-project/locations/europe-west4/publishers/google/models/"
    "g:generateContent": on_vertex("g", "europe-west4"),
    "https://www.googleapis.com/robot/v1/metadata/x509/bot%40demo-project.iam.gserviceaccount.com":
        google.make_certificates_call(AT, account()),
    "https://api.meshapi.ai/v1/chat/completions": mesh.make_prompt_call(AT, KEY, ask("openai/gpt-4o-mini")),
    "https://api.meshapi.ai/v1/balance": mesh.make_balance_call(AT, KEY),
    "https://api.meshapi.ai/v1/usage/rate-limits": mesh.make_limits_call(AT, KEY),
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_call_goes_to_its_address(address: str):
    assert ADDRESSES[address].url == address
    assert ADDRESSES[address].failure is None


HI = [{"role": "user", "content": "hi"}]
BODIES = [
    (openai.make_prompt_call(AT, KEY, ask("m", system="s")),
     {"model": "m", "messages": [{"role": "system", "content": "s"}, *HI], "max_completion_tokens": 16}),
    (openai.make_prompt_call(AT, KEY, ask("m", stream=True)),
     {"model": "m", "messages": HI, "max_completion_tokens": 16, "stream": True,
      "stream_options": {"include_usage": True}}),
    (mesh.make_prompt_call(AT, KEY, ask("a/m")), {"model": "a/m", "messages": HI, "max_tokens": 16, "cache": False}),
    (mesh.make_prompt_call(AT, KEY, ask("a/m", stream=True)),
     {"model": "a/m", "messages": HI, "max_tokens": 16, "cache": False, "stream": True}),
    (vertex.make_prompt_call(AT, account(), KEY, ask("gemini-x", system="s")),
     {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "systemInstruction": {"parts": [{"text": "s"}]},
      "generationConfig": {"maxOutputTokens": 16}}),
    (vertex.make_prompt_call(AT, account(), KEY, ask("claude-x", system="s", stream=True)),
     {"anthropic_version": "vertex-2023-10-16", "max_tokens": 16, "messages": HI, "system": "s", "stream": True}),
]  # fmt: skip


@pytest.mark.parametrize(("call", "body"), BODIES)
def test_a_call_says_what_was_asked(call: Call, body: object):
    assert json.loads(call.body) == body
    assert dict(call.wire_headers())["Content-Type"] == "application/json"


def test_a_get_asks_for_json_with_a_key_or_without():
    with_key = make_get_call("openai", "models", "https://api.openai.com/v1/models", KEY, {"X-A": "b"})
    assert with_key.method == "GET"
    assert with_key.wire_headers()[2:] == (*AUTH.items(), ("Accept", "application/json"), ("X-A", "b"))
    without = make_get_call("openai", "models", "https://api.openai.com/v1/models", None)
    assert without.wire_headers()[2:] == (("Accept", "application/json"),)
    assert (without.body, without.request().body) == (b"", "")


def test_a_post_of_json_takes_any_answer_unless_it_says_otherwise():
    call = make_json_call("openai", "chat", "https://h/x", KEY, {"é": 1})
    assert (call.method, call.body) == ("POST", b'{"\\u00e9": 1}')
    assert call.wire_headers() == (
        ("User-Agent", f"meshtui/{__version__}"), ("Accept-Encoding", "identity"), *AUTH.items(),
        ("Content-Type", "application/json"), ("Accept", "*/*"),
    )  # fmt: skip
    own = make_json_call("openai", "chat", "https://h/x", KEY, {}, {"Accept": "text/event-stream"})
    assert dict(own.wire_headers())["Accept"] == "text/event-stream"


def test_what_really_went_out_is_shown_where_it_is_known():
    call = make_json_call("openai", "chat", "https://h/x", KEY, {})
    assert [name for name, _ in call.request().headers] == [name for name, _ in call.wire_headers()]
    assert call.request((("Host", "h"),)).headers == (("Host", "h"),)
    assert replace(call, body=b"\xff").request().body == "\ufffd"
    assert replace(call, signed="a\n\nb").request().signed == "a\n\nb"


def test_a_call_that_could_not_be_built_says_so_and_why():
    call = make_unsendable("vertex", "chat", "no project", url="https://h/x")
    assert (call.method, call.url, call.failure) == ("POST", "https://h/x", Failure("not_sent", "no project"))
    assert make_unsendable("vertex", "chat", "no", kind="form").failure == Failure("form", "no")
    assert make_unsendable("vertex", "chat", "no").url == ""


def test_a_prompt_is_asked_plainly_unless_more_is_wanted():
    plain = openai.make_prompt_call(AT, KEY, PromptRequest("m", "hi"))
    assert json.loads(plain.body) == {"model": "m", "messages": HI, "max_completion_tokens": DEFAULT_MAX_TOKENS}
    at_mesh = mesh.make_prompt_call(AT, KEY, PromptRequest("a/m", "hi"))
    assert json.loads(at_mesh.body)["cache"] is False


def test_neither_headers_nor_body_nor_what_was_signed_is_printed():
    call = Call("bedrock", "chat", "POST", "https://h/x", {"X": "held-back-1"}, None, b"held-back-2", "held-back-3")
    assert "held-back" not in repr(call)


@each(
    "value, fault",
    [
        ("a", ""), ("a b", ""), ("a\tb", ""), ("!~", ""), ("", "is empty"), (" a", "begins or ends with white space"),
        ("a\t", "begins or ends with white space"),
        ("a\nb", "holds U+000A at position 2 of 3, which no HTTP header may carry"),
        ("a\x7f", "holds U+007F at position 2 of 2, which no HTTP header may carry"),
        ("é", "holds U+00E9 at position 1 of 1, which no HTTP header may carry"),
        ("a\x1f b", "holds U+001F at position 2 of 4, which no HTTP header may carry"),
    ],
)  # fmt: skip
def test_what_no_header_can_carry_is_told_by_its_place(value: str, fault: str):
    said = find_header_fault(Call("openai", "chat", "GET", "https://h", {"X-A": "b", "X-B": Secret(value)}))
    assert said == (fault and f"the value of the X-B header {fault}")
    of_key = find_header_fault(Call("openai", "chat", "GET", "https://h", {"X-B": "\n"}, Secret(value)))
    assert of_key == (f"the key {fault}" if fault else "the value of the X-B header begins or ends with white space")
    assert find_header_fault(Call("openai", "chat", "GET", "https://h")) == ""


def test_the_tool_that_is_offered_takes_an_object_of_texts():
    schema = TEST_TOOL.parameters
    assert (schema["type"], set(schema["required"])) == ("object", set(schema["properties"]))
    assert [about["type"] for about in schema["properties"].values()] == ["string"]
    assert re.fullmatch(r"\w{1,64}", TEST_TOOL.name)


def test_mesh_is_never_answered_from_its_cache():
    for stream in (False, True):
        call = mesh.make_prompt_call(AT, KEY, ask("a/m", stream=stream))
        assert json.loads(call.body)["cache"] is False
        assert call.headers["X-Mesh-Cache"] == "no-store"
        assert call.headers["X-Mesh-Version"] == "2026-08"


def test_each_prompt_to_mesh_bears_an_id_of_its_own_that_mesh_takes():
    ids = [mesh.make_prompt_call(AT, KEY, ask("a/m")).headers["X-Request-Id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", str(ident)) for ident in ids)


@pytest.mark.parametrize("call", ADDRESSES.values(), ids=list(ADDRESSES))
def test_a_key_travels_in_the_authorization_header_alone_and_is_never_printed(call: Call):
    for secret in ("k" * 40, "q" * 40):
        assert not parts_in(call.url, secret)
        assert secret.encode() not in call.body
        assert not parts_in(repr(call), secret)
        assert not parts_in(repr(call.request()), secret)
    holders = [name for name, value in call.wire_headers() if "k" * 40 in value or "q" * 40 in value]
    assert holders == ([] if "x509" in call.url else ["Authorization"])


def test_a_project_is_needed_for_vertex():
    call = vertex.make_prompt_call(AT, account(project=""), KEY, ask("gemini-x"))
    assert call.failure is not None
    assert call.failure.kind == "not_sent"


@pytest.mark.parametrize(
    ("provider", "model", "at_mesh"),
    [
        ("openai", "", "openai/gpt-4o-mini"),
        ("bedrock", "", "amazon/nova-micro-v1"),
        ("vertex", "", "google/gemini-3.1-flash-lite"),
        ("openai", "gpt-4o", "openai/gpt-4o"),
        ("vertex", "gemini-3.5-flash", "google/gemini-3.5-flash"),
        ("vertex", "claude-haiku-4-5@20251001", "anthropic/claude-haiku-4.5"),
        ("bedrock", "us.amazon.nova-micro-v1:0", "amazon/nova-micro-v1"),
        ("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4.5"),
        ("bedrock", "anthropic.claude-3-5-haiku-20241022-v1:0", "anthropic/claude-3.5-haiku"),
        ("openai", "openai/gpt-5-nano", "openai/gpt-5-nano"),
        # What cannot be told is not guessed.
        ("bedrock", "meta.llama3-3-70b-instruct-v1:0", ""),
        ("bedrock", "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/x", ""),
        ("", "something", ""),
    ],
)
def test_mesh_has_its_own_names_for_models(provider: str, model: str, at_mesh: str):
    assert mesh.name_model_at_mesh(provider, model) == at_mesh


WILD = st.one_of(
    st.text(max_size=40), st.sampled_from(["", "..", "a/../..", "@evil.example/", "\n", "\x00", "#", "?x", "%2f"])
)


@given(WILD, WILD, WILD, WILD)
def test_no_text_breaks_a_builder_or_leads_a_key_to_a_foreign_host(key: str, region: str, model: str, project: str):
    secret, asked = Secret(key), ask(model)
    service = ServiceAccount("bot@x.iam.gserviceaccount.com", secret, project, key, region, region)
    calls = [
        openai.make_prompt_call(AT, secret, asked),
        openai.make_model_call(AT, secret, model),
        bedrock.make_prompt_call(AT, BedrockKey(secret, region), asked),
        bedrock.make_prompt_call(AT, AwsKeys(secret, secret, region, secret), asked),
        bedrock.make_availability_call(AT, AwsKeys(secret, secret, region), model),
        google.make_token_call(AT, service),
        vertex.make_prompt_call(AT, service, secret, asked),
        mesh.make_prompt_call(AT, secret, asked),
    ]
    for call in calls:
        try:
            url = check_address(call)
        except RequestError:
            continue
        assert is_own(call.provider, url.host)
        assert url.scheme == "https"
