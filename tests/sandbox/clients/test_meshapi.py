"""Mesh's own SDK, unchanged: everything that it offers for what the sandbox serves."""

from __future__ import annotations

from typing import Any

import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at
from tests.sandbox.test_tools import ASKS, WEATHER

pytestmark = pytest.mark.clients
MODEL = "openai/gpt-4o-mini"
meshapi = pytest.importorskip("meshapi", reason='Mesh\'s SDK is not installed: pip install "meshapi-tui[clients]"')


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    base = at(sandbox, "mesh", "base_url").removesuffix("/v1")
    return meshapi.MeshAPI(base_url=base, token=at(sandbox, "mesh", "key"), max_retries=0)


def asked(messages: Any, **more: Any) -> Any:
    return meshapi.ChatCompletionParams(
        model=MODEL, messages=[meshapi.ChatMessage(**message) for message in messages], cache=False, **more
    )


def test_it_calls_tools_whole_and_streamed(client: Any):
    answer = client.chat.completions.create(asked(ASKS, tools=[WEATHER]))
    assert answer.choices[0].message.tool_calls[0].function.arguments == '{"city": "sample"}'
    chunks = list(client.chat.completions.stream(asked(ASKS, tools=[WEATHER])))
    calls = [call for c in chunks if c.choices for call in c.choices[0].delta.tool_calls or []]
    assert "".join(call.function.arguments for call in calls) == '{"city": "sample"}'


def test_it_embeds_and_reads_which_credential_did(sandbox: Sandbox, client: Any):
    from meshapi import EmbeddingsParams

    params = EmbeddingsParams(model="openai/text-embedding-3-small", input=["a", "b"], dimensions=4)
    answer = client.embeddings.create(params)
    assert (len(answer.data), answer.usage.byok_used, answer.usage.fallback_triggered) == (2, True, False)
    sandbox.set_fault("openai", "revoked")
    assert client.embeddings.create(params).usage.fallback_triggered is True


def test_it_reads_responses_whole_streamed_and_stored(client: Any):
    from meshapi import ResponsesParams

    params = ResponsesParams(model=MODEL, input=MESSAGES[0]["content"])
    made = client.responses.create(params)
    assert made.output[0]["content"][0]["text"] == "pong"
    assert client.responses.get(made.id).id == made.id
    assert made.id in [row.id for row in client.responses.list(limit=5).data]
    events = list(client.responses.stream(params))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")


def test_it_keeps_templates(client: Any):
    from meshapi import CreateTemplateParams, UpdateTemplateParams

    made = client.templates.create(CreateTemplateParams(name="t", system="Reply with the single word: {{word}}"))
    assert [row.id for row in client.templates.list()] == [made.id]
    assert client.templates.update(made.id, UpdateTemplateParams(description="d")).description == "d"
    assert client.templates.get(made.id).is_global is False
    client.templates.delete(made.id)
    with pytest.raises(meshapi.MeshAPIError) as caught:
        client.templates.get(made.id)
    assert (caught.value.status, caught.value.error_code) == (404, "not_found")


def test_it_narrows_and_searches_models(client: Any):
    from meshapi import ModelSearchParams

    assert {row.model_type for row in client.models.list(type="embedding")} == {"embedding"}
    assert {row.brand for row in client.models.list(provider="vertex")} == {"google"}
    page = client.models.search(ModelSearchParams(q="claude", limit=1))
    assert (len(page.items), page.total, "anthropic" in page.brands) == (1, 2, True)
    with pytest.raises(meshapi.MeshAPIError, match="Model not found"):
        client.models.get("openai/none")


def test_it_reads_details_waiting_times_and_errors_inside_streams(sandbox: Sandbox, client: Any):
    with pytest.raises(meshapi.MeshAPIError) as caught:
        client.chat.completions.create(asked(MESSAGES, temperature=9))
    assert caught.value.details[0]["loc"] == ["body", "temperature"]
    sandbox.set_policy("openai", exclusive=True)
    sandbox.set_fault("openai", "rate_limited")
    with pytest.raises(meshapi.MeshAPIError) as caught:
        client.chat.completions.create(asked(MESSAGES))
    assert caught.value.retry_after_seconds > 0
    sandbox.set_fault("openai", "stream_error")
    with pytest.raises(meshapi.MeshAPIError) as caught:
        list(client.chat.completions.stream(asked(MESSAGES)))
    assert (caught.value.status, caught.value.error_code) == (0, "upstream_error")


async def test_its_asynchronous_half_streams(sandbox: Sandbox):
    base = at(sandbox, "mesh", "base_url").removesuffix("/v1")
    async with meshapi.AsyncMeshAPI(base_url=base, token=at(sandbox, "mesh", "key"), max_retries=0) as client:
        texts = [
            chunk.choices[0].delta.content or ""
            async for chunk in client.chat.completions.stream(asked(MESSAGES))
            if chunk.choices
        ]
    assert "".join(texts) == "pong"


def test_it_compares_chooses_moderates_searches_and_runs_batches(client: Any):
    from meshapi import (
        BatchRequestItem,
        CompareParams,
        CreateBatchParams,
        ModerationParams,
        RouterSelectParams,
        WebSearchParams,
    )

    messages = [meshapi.ChatMessage(**message) for message in MESSAGES]
    compared = client.compare.create(CompareParams(models=[MODEL, "openai/gpt-4o"], messages=messages))
    assert [result.content for result in compared.results] == ["pong", "pong"]
    assert client.router.select(RouterSelectParams(messages=messages)).model == MODEL
    assert client.moderations.create(ModerationParams(input="peace")).results[0].flagged is False
    assert client.web.search(WebSearchParams(query="x", max_results=1)).results[0].url
    body = {"model": MODEL, "messages": list(MESSAGES)}
    batch = client.batches.create(CreateBatchParams(requests=[BatchRequestItem(custom_id="a", body=body)]))
    assert client.batches.get(batch.id).status == "in_progress"
    assert client.batches.cancel(batch.id).status == "cancelled"
