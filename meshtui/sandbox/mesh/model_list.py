"""The models that Mesh lists, whole, by price, and searched."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import models
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.models import SLUGS, Model
from meshtui.sandbox.world import World


async def list_models(_: World, context: CallContext) -> Response:
    """A bare array, unlike OpenAI's list; narrowed by `provider`, `type` and `free`."""
    query = context.request.query_params
    found: Iterable[Model] = models.AT_MESH
    if "provider" in query:
        found = [model for model in found if SLUGS[model.provider] == query["provider"]]
    if "free" in query:
        found = [model for model in found if model.free == (query["free"].lower() == "true")]
    if "type" in query:
        found = [model for model in found if model.kind == query["type"]]
    return _answer_list(context, found)


async def list_free_models(_: World, context: CallContext) -> Response:
    return _answer_list(context, [model for model in models.AT_MESH if model.free])


async def list_paid_models(_: World, context: CallContext) -> Response:
    return _answer_list(context, [model for model in models.AT_MESH if not model.free])


async def search_models(_: World, context: CallContext) -> Response:
    """A page: `q` is looked for in ids and titles, `brand` may be named several times."""
    query = context.request.query_params
    words, brands = query.get("q", "").lower(), query.getlist("brand")
    found = [model for model in models.AT_MESH if words in f"{model.mesh} {model.title}".lower()]
    found = [model for model in found if not brands or model.brand in brands]
    limit, offset = _read_number(query.get("limit"), 50), _read_number(query.get("offset"), 0)
    page = {
        "items": [_format_model(model) for model in found[offset : offset + limit]],
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "brands": sorted({model.brand for model in models.AT_MESH}),
    }
    return JSONResponse(page, headers=context.headers())


async def get_model(_: World, context: CallContext) -> Response:
    model = models.BY_MESH.get(context.request.path_params["model"])
    if model is None:
        return JSONResponse({"detail": "Model not found"}, 404, context.headers())
    return JSONResponse(_format_model(model), headers=context.headers())


def _answer_list(context: CallContext, found: Iterable[Model]) -> Response:
    return JSONResponse([_format_model(model) for model in found], headers=context.headers())


def _read_number(given: str | None, default: int) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 10 else default


def _format_model(model: Model) -> dict[str, object]:
    talks = model.kind == "text"
    return {
        "id": model.mesh,
        "name": model.title,
        "brand": model.brand,
        "provider": SLUGS[model.provider],
        "context_length": model.context,
        "is_free": model.free,
        "pricing": {
            "prompt_usd_per_1m": str(model.prompt_price),
            "completion_usd_per_1m": str(model.completion_price),
            "discount_pct": "0",
        },
        "model_type": model.kind,
        "input_modalities": ["text"],
        "output_modalities": [model.kind],
        "supports_completions_api": talks,
        "supports_responses_api": talks,
        "supports_tools": talks,
        "supports_structured_output": talks,
        "supports_system_prompt": talks,
        "supports_embeddings": not talks,
    }
