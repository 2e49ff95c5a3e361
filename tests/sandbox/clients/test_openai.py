"""OpenAI's SDK at Mesh, unchanged: chat with tools and schemas, streams, embeddings, Responses."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at
from tests.sandbox.test_tools import ASKS, WEATHER

pytestmark = pytest.mark.clients
MODEL = "openai/gpt-4o-mini"
openai = pytest.importorskip("openai", reason='OpenAI\'s SDK is not installed: pip install "meshapi-tui[clients]"')


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    return openai.OpenAI(
        base_url=at(sandbox, "mesh", "base_url"), api_key=at(sandbox, "mesh", "key"), max_retries=0,
        http_client=httpx.Client(trust_env=False, verify=False),
    )  # fmt: skip


def test_it_calls_tools_whole_and_streamed(client: Any):
    whole = client.chat.completions.create(model=MODEL, messages=ASKS, tools=[WEATHER])
    assert whole.choices[0].message.tool_calls[0].function.name == "get_weather"
    with client.chat.completions.stream(model=MODEL, messages=ASKS, tools=[WEATHER]) as stream:
        for _ in stream:
            pass
        call = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ("get_weather", '{"city": "sample"}')


def test_it_parses_an_answer_into_a_model(client: Any):
    import pydantic

    class Answer(pydantic.BaseModel):
        word: str
        sure: bool

    parsed = client.chat.completions.parse(model=MODEL, messages=MESSAGES, response_format=Answer)
    assert parsed.choices[0].message.parsed == Answer(word="pong", sure=True)
    assert client.responses.parse(model=MODEL, input="x", text_format=Answer).output_parsed.sure is True


def test_it_embeds(client: Any):
    answer = client.embeddings.create(model="openai/text-embedding-3-small", input=["a", "b"], dimensions=16)
    assert [len(row.embedding) for row in answer.data] == [16, 16]


def test_it_reads_responses_whole_streamed_and_stored(client: Any):
    made = client.responses.create(model=MODEL, input=MESSAGES[0]["content"])
    assert (made.output_text, made.status) == ("pong", "completed")
    assert client.responses.retrieve(made.id).output_text == "pong"
    with client.responses.stream(model=MODEL, input=MESSAGES[0]["content"]) as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output_text == "pong"


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("none", "NotFoundError"), ("sandbox/forbidden", "PermissionDeniedError"),
        ("sandbox/validation_error", "UnprocessableEntityError"), ("sandbox/rate_limit_exceeded", "RateLimitError"),
        ("sandbox/conflict", "ConflictError"), ("sandbox/gateway_timeout", "InternalServerError"),
        ("sandbox/invalid_request", "BadRequestError"),
    ],
)  # fmt: skip
def test_it_raises_its_own_classes_for_meshs_codes(sandbox: Sandbox, client: Any, model: str, error: str):
    with pytest.raises(getattr(openai, error)) as caught:
        client.chat.completions.create(model=model, messages=MESSAGES)
    assert caught.value.request_id == sandbox.truth[-1].request_id


async def test_its_asynchronous_half_streams(sandbox: Sandbox):
    async with openai.AsyncOpenAI(
        base_url=at(sandbox, "mesh", "base_url"), api_key=at(sandbox, "mesh", "key"), max_retries=0,
        http_client=httpx.AsyncClient(trust_env=False, verify=False),
    ) as client:  # fmt: skip
        stream = await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        texts = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    assert "".join(texts) == "pong"
