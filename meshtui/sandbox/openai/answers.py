"""What every endpoint of OpenAI's shares: who calls, and how errors and headers look."""

from __future__ import annotations

import json
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from meshtui.sandbox import ids
from meshtui.sandbox.fault_injection import inject_fault
from meshtui.sandbox.http_messages import Refusal, read_json_object
from meshtui.sandbox.models import ENDED
from meshtui.sandbox.openai.authorization import check_access, check_organization, identify_key
from meshtui.sandbox.openai.errors import MODEL_ENDED, REQUEST_ERROR
from meshtui.sandbox.world import World

NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
)


async def identify_caller(request: Request, world: World) -> tuple[str, str | None] | Response:
    """The credential's name and its fault of this moment, or the answer that is given instead."""
    found = identify_key(world.keys, request.headers.get("authorization", ""))
    if isinstance(found, Refusal):
        return found.to_response(make_edge_headers())
    fault = world.find_fault(found)
    wrong = check_organization(world.keys, request.headers)
    return await inject_fault(request, "openai", found, fault, world.pace) or (
        wrong.to_response(make_edge_headers()) if wrong else (found, fault)
    )


async def check_listing_access(request: Request, world: World) -> Response | None:
    """The answer to a call that runs no model, where it is not granted."""
    caller = await identify_caller(request, world)
    if isinstance(caller, Response):
        return caller
    refusal, _ = check_access(world, *caller, model="")
    return refusal.to_response(make_edge_headers()) if refusal else None


class Caller(NamedTuple):
    """Whose request it is, and what it asks."""

    name: str
    fault: str | None
    """What is broken about the credential at this moment."""
    body: dict[str, object]


async def read_request(request: Request, world: World) -> Caller | Response:
    """Who asks, then the JSON object that they sent, in OpenAI's order; or the refusal that is answered instead."""
    caller = await identify_caller(request, world)
    if isinstance(caller, Response):
        return caller
    body = read_json_object(await request.body())
    return make_error(400, NOT_JSON) if body is None else Caller(*caller, body)


def make_error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Response:
    """What a model server, not the front end before it, says about a request: indented by two."""
    error = {"message": message, "type": REQUEST_ERROR, "param": param, "code": code}
    return Response(json.dumps({"error": error}, indent=2), status, make_edge_headers(), "application/json")


def make_model_error(
    name: str, message: str = "The model `{}` does not exist or you do not have access to it."
) -> Response:
    """For a model that is not there, or not any more."""
    said = MODEL_ENDED.message.format(model=name) if name in ENDED else message.format(name)
    return make_error(404, said, code="model_not_found")


def make_edge_headers() -> dict[str, str]:
    return {
        "x-request-id": f"req_{ids.make_hexadecimal(32)}",
        "server": "cloudflare",
        "cf-ray": f"{ids.make_hexadecimal(16)}-FRA",
    }


def make_model_headers(world: World) -> dict[str, str]:
    """Only a model server sets these: they prove that key, organization and project were accepted."""
    return {
        **make_edge_headers(),
        "openai-organization": world.keys.openai_organization,
        "openai-processing-ms": "24",
        "openai-version": "2020-10-01",
    }
