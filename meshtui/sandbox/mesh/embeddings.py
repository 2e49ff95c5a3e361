"""POST /embeddings of the gateway: the one endpoint whose answer names the credential."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import words
from meshtui.sandbox.chat import Asked
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.envelope import Trouble, invalid, wrong
from meshtui.sandbox.mesh.guard import on_demand
from meshtui.sandbox.mesh.pipeline import Answer, Endpoint, Wanted, byok_of
from meshtui.sandbox.models import BY_MESH, SLUGS

DEFAULT_MODEL = "openai/text-embedding-3-small"
MOST_DIMENSIONS = 4096
MOST_INPUTS = 2048


def read(body: Mapping[str, object]) -> Wanted | Trouble:
    details = schema.check(body, schema.EMBEDDINGS, needed=("input",))
    if details:
        return wrong(details)
    model, dimensions = body.get("model") or DEFAULT_MODEL, body.get("dimensions")
    assert isinstance(model, str)
    if isinstance(dimensions, int) and dimensions > MOST_DIMENSIONS:
        return invalid("dimensions", f"Input should be less than or equal to {MOST_DIMENSIONS}", "less_than_equal")
    inputs = texts(body["input"])
    if len(inputs) > MOST_INPUTS:
        return invalid("input", f"List should have at most {MOST_INPUTS} items after validation", "too_long")
    if _elsewhere(model, body.get("provider")):
        return on_demand("provider_not_available")
    return Wanted(Asked(model, tuple({"content": text} for text in inputs), limit=1), body)


def texts(given: object) -> list[str]:
    """The inputs: one text, several, one list of token numbers, several such lists, or objects with a text in them."""
    if isinstance(given, str):
        return [given]
    entries = given if isinstance(given, list) else []
    if entries and all(isinstance(entry, int) for entry in entries):
        return [" ".join(map(str, entries))]
    return [" ".join(map(str, entry)) if isinstance(entry, list) else _text(entry) for entry in entries]


def shape(answer: Answer) -> Response:
    body, asked = answer.wanted.body, answer.wanted.asked
    given = body.get("dimensions")
    dimensions = given if isinstance(given, int) else answer.model.dimensions
    inputs = [words.text_of(message["content"]) for message in asked.messages]
    vectors = [vector(text, dimensions) for text in inputs]
    coded = [_packed(v) for v in vectors] if body.get("encoding_format") == "base64" else vectors
    used = {"prompt_tokens": asked.prompt_tokens, "total_tokens": asked.prompt_tokens, **byok_of(answer.outcome)}
    data = [{"object": "embedding", "index": number, "embedding": made} for number, made in enumerate(coded)]
    whole = {"object": "list", "data": data, "model": answer.model.served_as, "usage": used}
    return JSONResponse(whole, headers=dict(answer.headers))


def vector(text: str, dimensions: int) -> list[float]:
    """Of length one; the same for the same text, and near nothing else."""
    raw = hashlib.shake_256(text.encode("utf-8", "replace")).digest(dimensions * 2)
    numbers = [number / 32768 for number in struct.unpack(f"<{dimensions}h", raw)]
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [round(number / length, 8) for number in numbers]


def _packed(numbers: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def _text(entry: object) -> str:
    return str(entry.get("text", "")) if isinstance(entry, Mapping) else str(entry)


def _elsewhere(model: str, preference: object) -> bool:
    """Whether the request insists on a provider that does not serve the model."""
    known = BY_MESH.get(model)
    slug = SLUGS[known.provider] if known else None
    if isinstance(preference, str):
        return known is not None and preference != slug
    if not isinstance(preference, Mapping) or preference.get("allow_fallbacks") is not False:
        return False
    order = preference.get("order")
    return known is not None and isinstance(order, list) and slug not in order


EMBEDDINGS = Endpoint("embeddings", read, shape, kind="embedding", cached=False)
