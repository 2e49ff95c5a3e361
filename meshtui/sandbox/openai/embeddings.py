"""POST /embeddings of OpenAI."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshtui.sandbox import models
from meshtui.sandbox.model_replies import count_tokens, format_vectors, read_inputs
from meshtui.sandbox.openai.answers import (
    make_edge_headers,
    make_error,
    make_model_error,
    make_model_headers,
    read_request,
)
from meshtui.sandbox.openai.authorization import check_access, make_limit_headers
from meshtui.sandbox.openai.parameters import EMBEDDINGS_FIELDS, check_fields
from meshtui.sandbox.world import World

MAX_INPUTS = 2048


async def create_embeddings(world: World, request: Request) -> Response:
    caller = await read_request(request, world)
    if isinstance(caller, Response):
        return caller
    credential, fault, body = caller
    problem = check_fields(body, EMBEDDINGS_FIELDS, ("model", "input"))
    if problem is not None:
        return problem.to_response()
    name = str(body["model"])
    refusal, rate = check_access(world, credential, fault, name)
    if refusal:
        return refusal.to_response(make_edge_headers())
    model = models.find_openai_embedder(name)
    if model is None and models.find_openai_model(name) is not None:
        return make_error(403, "You are not allowed to generate embeddings from this model")
    if model is None:
        return make_model_error(name)
    inputs = read_inputs(body["input"])
    if not inputs or "" in inputs or len(inputs) > MAX_INPUTS:
        return make_error(400, "'$.input' is invalid. Please check the API reference: "
                               "https://platform.openai.com/docs/api-reference.")  # fmt: skip
    wanted = body.get("dimensions")
    dimensions = wanted if isinstance(wanted, int) else model.dimensions
    if dimensions > model.dimensions:
        message = f"Invalid value for 'dimensions' = {dimensions}. Must be less than or equal to {model.dimensions}."
        return make_error(400, message)
    used = sum(map(count_tokens, inputs))
    whole = {
        "object": "list",
        "data": format_vectors(inputs, dimensions, body.get("encoding_format")),
        "model": model.own,
        "usage": {"prompt_tokens": used, "total_tokens": used},
    }
    return JSONResponse(whole, headers={**make_model_headers(world), **make_limit_headers(rate, used)})
