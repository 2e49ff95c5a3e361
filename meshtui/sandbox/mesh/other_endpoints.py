"""Smaller endpoints of the gateway: which model the router would take, moderations, web search; and a refusal for those
that make or read images, sound and video, of which the sandbox has nothing."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids
from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.authentication import CallContext, identify_key
from meshtui.sandbox.mesh.errors import UNKNOWN_KEY_MESSAGE, MeshError, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.fallback import AUTO_MODEL
from meshtui.sandbox.model_replies import read_inputs
from meshtui.sandbox.models import AT_MESH
from meshtui.sandbox.world import World

UNSUPPORTED = ("images", "audio", "video", "videos")
"""Parts of Mesh's API that answer `unsupported_operation` here."""
CATEGORIES = {
    "harassment": ("stupid", "harassment"),
    "hate": ("hate",),
    "self-harm": ("suicide", "self-harm"),
    "sexual": ("sexual",),
    "violence": ("violence", "kill", "hurt"),
}
"""Category of moderation → the words that flag a text: so the author of the text decides."""
MAX_RESULTS = 20


async def select_model(_: World, context: CallContext) -> Response:
    """POST /router/select: the model that `auto` would mean, but for those that are excluded."""
    body = read_json_object(await context.body()) or {}
    fields = {"messages": schema.MESSAGE_LIST, "exclude_models": schema.require_list_of(schema.TEXT)}
    details = schema.check_fields(body, fields, needed=("messages",))
    if details:
        return context.fail(make_validation_error(details))
    given = body.get("exclude_models")
    excluded = given if isinstance(given, list) else []
    kind = "embedding" if body.get("api_type") == "embeddings" else "text"
    candidates = [model.mesh for model in AT_MESH if model.kind == kind and model.mesh not in excluded]
    preferred = [AUTO_MODEL] if AUTO_MODEL in candidates else candidates
    if not preferred:
        return context.fail(make_usual_error("provider_not_available"))
    router = {"fallback_used": False, "fallback_reason": None}
    whole = {"model": preferred[0], "auto_router": router, "reasoning_effort": None}
    return JSONResponse(whole, headers=context.headers())


async def moderate(_: World, context: CallContext) -> Response:
    """POST /moderations"""
    body = read_json_object(await context.body()) or {}
    details = schema.check_fields(body, {"input": schema.require_either(schema.TEXT, schema.LIST)}, needed=("input",))
    if details:
        return context.fail(make_validation_error(details))
    results = []
    for text in read_inputs(body["input"]):
        flags = {name: any(word in text.lower() for word in words) for name, words in CATEGORIES.items()}
        scores = {name: 0.9 if flag else 0.01 for name, flag in flags.items()}
        results.append({"flagged": any(flags.values()), "categories": flags, "category_scores": scores})
    model = body.get("model") or "openai/omni-moderation-latest"
    whole = {"id": f"modr-{ids.make_letters(24)}", "model": model, "results": results}
    return JSONResponse(whole, headers=context.headers())


async def search_web(_: World, context: CallContext) -> Response:
    """POST /web/search: pages of a site that is reserved for examples."""
    body = read_json_object(await context.body()) or {}
    fields = {"query": schema.TEXT, "max_results": schema.require_between(1, MAX_RESULTS, schema.INTEGER)}
    details = schema.check_fields(body, fields, needed=("query",))
    if details:
        return context.fail(make_validation_error(details))
    given = body.get("max_results")
    results = [
        {
            "title": f"Example {number}",
            "url": f"https://example.com/{number}",
            "content": f"A page of the sandbox about {str(body['query'])[:200]!r}.",
            "score": round(1 / number, 3),
        }
        for number in range(1, (given if isinstance(given, int) else 5) + 1)
    ]
    answer = results[0]["content"] if body.get("include_answer") is True else None
    provider = body.get("provider") or "tavily"
    whole = {"query": body["query"], "answer": answer, "results": results, "provider": provider,
             "request_id": context.id}  # fmt: skip
    return JSONResponse(whole, headers=context.headers())


async def refuse_operation(_: World, context: CallContext) -> Response:
    return context.fail(make_usual_error("unsupported_operation"))


async def refuse_realtime(world: World, context: CallContext) -> Response:
    """A WebSocket, whose key may be in the address because browsers send no headers with one."""
    known = context.key or identify_key(world.keys, context.request.query_params.get("api_key", ""))
    if not known:
        return context.fail(MeshError("unauthorized", UNKNOWN_KEY_MESSAGE))
    return await refuse_operation(world, context)
