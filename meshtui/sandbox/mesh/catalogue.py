"""The models that Mesh lists, whole, by price, and searched."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import models
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.models import SLUGS, Model
from meshtui.sandbox.world import World


async def everything(_: World, visit: Visit) -> Response:
    """A bare array, unlike OpenAI's list; narrowed by `provider`, `type` and `free`."""
    asked = visit.request.query_params
    found: Iterable[Model] = models.AT_MESH
    if "provider" in asked:
        found = [model for model in found if SLUGS[model.provider] == asked["provider"]]
    if "free" in asked:
        found = [model for model in found if model.free == (asked["free"].lower() == "true")]
    if "type" in asked:
        found = [model for model in found if model.kind == asked["type"]]
    return _array(visit, found)


async def free(_: World, visit: Visit) -> Response:
    return _array(visit, [model for model in models.AT_MESH if model.free])


async def paid(_: World, visit: Visit) -> Response:
    return _array(visit, [model for model in models.AT_MESH if not model.free])


async def search(_: World, visit: Visit) -> Response:
    """A page: `q` is looked for in ids and titles, `brand` may be named several times."""
    asked = visit.request.query_params
    words, brands = asked.get("q", "").lower(), asked.getlist("brand")
    found = [model for model in models.AT_MESH if words in f"{model.mesh} {model.title}".lower()]
    found = [model for model in found if not brands or model.brand in brands]
    limit, offset = _number(asked.get("limit"), 50), _number(asked.get("offset"), 0)
    page = {
        "items": [_row(model) for model in found[offset : offset + limit]],
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "brands": sorted({model.brand for model in models.AT_MESH}),
    }
    return JSONResponse(page, headers=visit.headers())


async def one(_: World, visit: Visit) -> Response:
    model = models.BY_MESH.get(visit.request.path_params["model"])
    if model is None:
        return JSONResponse({"detail": "Model not found"}, 404, visit.headers())
    return JSONResponse(_row(model), headers=visit.headers())


def _array(visit: Visit, found: Iterable[Model]) -> Response:
    return JSONResponse([_row(model) for model in found], headers=visit.headers())


def _number(given: str | None, default: int) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 10 else default


def _row(model: Model) -> dict[str, object]:
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
