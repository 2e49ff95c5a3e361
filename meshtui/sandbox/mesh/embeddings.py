"""POST /embeddings of the gateway: the one endpoint whose answer names the credential."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import model_replies
from meshtui.sandbox.chat_completion import ChatRequest
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.errors import MeshError, make_field_error, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.pipeline import Endpoint, RunAnswer, RunRequest, make_byok_fields
from meshtui.sandbox.model_replies import format_vectors, read_inputs
from meshtui.sandbox.models import BY_MESH, SLUGS

DEFAULT_MODEL = "openai/text-embedding-3-small"
MAX_DIMENSIONS = 4096
MAX_INPUTS = 2048


def read_request(body: Mapping[str, object]) -> RunRequest | MeshError:
    details = schema.check_fields(body, schema.EMBEDDINGS_FIELDS, needed=("input",))
    if details:
        return make_validation_error(details)
    model, dimensions = body.get("model") or DEFAULT_MODEL, body.get("dimensions")
    assert isinstance(model, str)
    if isinstance(dimensions, int) and dimensions > MAX_DIMENSIONS:
        return make_field_error(
            "dimensions", f"Input should be less than or equal to {MAX_DIMENSIONS}", "less_than_equal"
        )
    inputs = read_inputs(body["input"])
    if len(inputs) > MAX_INPUTS:
        return make_field_error("input", f"List should have at most {MAX_INPUTS} items after validation", "too_long")
    if _is_served_elsewhere(model, body.get("provider")):
        return make_usual_error("provider_not_available")
    return RunRequest(ChatRequest(model, tuple({"content": text} for text in inputs), limit=1), body)


def format_answer(answer: RunAnswer) -> Response:
    body, chat = answer.run_request.body, answer.run_request.chat
    given = body.get("dimensions")
    dimensions = given if isinstance(given, int) else answer.model.dimensions
    inputs = [model_replies.read_text(message["content"]) for message in chat.messages]
    used = {
        "prompt_tokens": chat.prompt_tokens,
        "total_tokens": chat.prompt_tokens,
        **make_byok_fields(answer.outcome),
    }
    data = format_vectors(inputs, dimensions, body.get("encoding_format"))
    whole = {"object": "list", "data": data, "model": answer.model.served_as, "usage": used}
    return JSONResponse(whole, headers=dict(answer.headers))


def _is_served_elsewhere(model: str, preference: object) -> bool:
    """Whether the request insists on a provider that does not serve the model."""
    known = BY_MESH.get(model)
    slug = SLUGS[known.provider] if known else None
    if isinstance(preference, str):
        return known is not None and preference != slug
    if not isinstance(preference, Mapping) or preference.get("allow_fallbacks") is not False:
        return False
    order = preference.get("order")
    return known is not None and isinstance(order, list) and slug not in order


EMBEDDINGS = Endpoint("embeddings", read_request, format_answer, kind="embedding", cached=False)
