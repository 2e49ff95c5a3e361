"""POST /chat/compare of the gateway: one prompt to several models at once, side by side."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids
from meshtui.sandbox.chat_completion import ChatRequest, Completion, read_token_limit
from meshtui.sandbox.http_messages import DONE, format_event, read_json_object, stream_events
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.errors import MeshError, make_field_error, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.fallback import NOT_SERVED, resolve_model, route_request
from meshtui.sandbox.mesh.pipeline import admit_request, check_balance, record_request
from meshtui.sandbox.model_replies import count_tokens
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

MAX_MODELS = 10
Result = dict[str, object]
ENDPOINT = "compare"
FIELDS: dict[str, schema.FieldCheck] = {
    "models": schema.require_list_of(schema.TEXT, least=1),
    "messages": schema.MESSAGE_LIST,
    "model_overrides": schema.require_list_of(schema.OBJECT),
    "comparison_model": schema.TEXT,
    "comparison_instructions": schema.TEXT,
    "temperature": schema.require_between(0, 2),
    "max_tokens": schema.require_between(1, kind=schema.INTEGER),
    "stream": schema.BOOLEAN,
    "cache": schema.BOOLEAN,
    "skip_comparison": schema.BOOLEAN,
}


async def compare_models(world: World, context: CallContext) -> Response:
    """Each model's answer or error; where all fail, `all_models_failed`."""
    body = read_json_object(await context.body())
    error = _find_error(body)
    if body is None or error is not None:
        return context.fail(error or make_field_error("", "JSON decode error", "json_invalid"))
    names = body["models"]
    assert isinstance(names, list)
    started = time.perf_counter()
    results = [await _ask_model(world, context, body, str(name)) for name in names]
    failed = [result for result in results if result["error"]]
    if len(failed) == len(results):
        return context.fail(make_usual_error("all_models_failed", more={"details": results}))
    name = f"cmp_{ids.make_ulid()}"
    skipped = body.get("skip_comparison") is True
    judge = body.get("comparison_model") or names[0]
    whole = {
        "comparison_id": name,
        "object": "chat.comparison",
        "created": int(time.time()),
        "models": names,
        "results": results,
        "comparison": None if skipped else f"{len(results) - len(failed)} of {len(results)} models answered.",
        "comparison_model": None if skipped else judge,
        "comparison_usage": None if skipped else _sum_usage(results),
        "comparison_fallback_used": False,
        "total_latency_ms": round((time.perf_counter() - started) * 1000),
        "partial": bool(failed),
        "skip_comparison": skipped,
    }
    if body.get("stream") is True:
        return stream_events(_stream_frames(whole, results), context.headers())
    return JSONResponse(whole, headers=context.headers())


async def _stream_frames(whole: Mapping[str, object], results: Sequence[Result]) -> AsyncIterator[bytes]:
    """Events with the fields that Mesh's SDK declares; their names are the sandbox's own, for none is documented."""
    named = {key: whole[key] for key in ("comparison_id", "models", "skip_comparison")}
    yield format_event({"event": "compare.started", **named}, "compare.started")
    for result in results:
        about = {"comparison_id": whole["comparison_id"], "model": result["model"]}
        if result["content"]:
            yield format_event({"event": "model.delta", **about, "delta": result["content"]}, "model.delta")
        outcome = {key: result[key] for key in ("latency_ms", "error", "error_code", "usage")}
        yield format_event({"event": "model.completed", **about, **outcome}, "model.completed")
    ended = {key: whole[key] for key in ("comparison_id", "comparison_model", "total_latency_ms", "partial")}
    yield format_event({"event": "compare.completed", **ended}, "compare.completed")
    yield DONE


def _sum_usage(results: Sequence[Result]) -> dict[str, int]:
    """Of the comparison itself, which reads every answer and writes a sentence."""
    read = sum(count_tokens(str(result["content"] or "")) for result in results)
    return {"prompt_tokens": read, "completion_tokens": 5, "total_tokens": read + 5}


def _find_error(body: Mapping[str, object] | None) -> MeshError | None:
    if body is None:
        return None
    details = schema.check_fields(body, FIELDS, needed=("models", "messages"))
    if details:
        return make_validation_error(details)
    names = body["models"]
    if isinstance(names, list) and len(names) > MAX_MODELS:
        said = f"List should have at most {MAX_MODELS} items after validation, not {len(names)}"
        return make_field_error("models", said, "too_long")
    return None


async def _ask_model(world: World, context: CallContext, body: Mapping[str, object], name: str) -> Result:
    """One model's part, with a request id and a row of usage of its own."""
    messages = body["messages"]
    assert isinstance(messages, list)
    chat = ChatRequest(model=name, messages=tuple(messages), limit=read_token_limit(body))
    own = replace(context, id=ids.make_request_id())
    started = time.perf_counter()
    model: Model | MeshError = admit_request(world, own, resolve_model(name), "text")
    if isinstance(model, Model):
        model = check_balance(world, own, model) or model
    if isinstance(model, MeshError):
        record_request(world, own, ENDPOINT, chat, replace(NOT_SERVED, error=model))
        return _format_result(own, chat, started, error=model)
    routed = await route_request(world, own, model, chat, {})
    error = routed.outcome.error
    completion = None if error else Completion.answer(chat, routed.model.served_as)
    record_request(
        world, own, ENDPOINT, chat, routed.outcome, completion=completion, model=None if error else routed.model
    )
    return _format_result(own, chat, started, completion=completion, error=error)


def _format_result(
    context: CallContext,
    chat: ChatRequest,
    started: float,
    *,
    completion: Completion | None = None,
    error: MeshError | None = None,
) -> Result:
    return {
        "model": chat.model,
        "response_body": completion.format_whole() if completion else None,
        "content": completion.text if completion else None,
        "latency_ms": round((time.perf_counter() - started) * 1000),
        "error": error.message if error else None,
        "error_code": error.code if error else None,
        "usage": completion.usage if completion else None,
        "request_id": context.id,
    }
