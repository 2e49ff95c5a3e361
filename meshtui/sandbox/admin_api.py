"""The admin path: what is broken and how Mesh is set up, read and changed while the sandbox serves.

For programs on this machine that hold the run's token, which stands in the first line of `meshtui sandbox --format
json`. A page in a browser on this machine may reach loopback too, under a name of its own: hence the look at Host.

| call | what it does |
| --- | --- |
| GET /admin/state | faults, policies, the active Bedrock credential, behaviour, the scenario's name |
| PATCH /admin/state | changes what is named, and nothing where anything is wrong; a fault of null removes it |
| DELETE /admin/state | as at the start: no fault, fallback on, behaviour as documented, the cache empty |
| GET /admin/scenarios | the library: name, title, story, what to ask and what to look at |
| PUT /admin/scenario | `{"name": "asia-key"}`, or a scenario of one's own with the keys of its TOML |
| GET /admin/truth | what really became of each request, oldest first; `?limit=` for the newest so many |
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import scenario_library
from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.mesh.ledger import Truth
from meshtui.sandbox.scenario import Scenario, read_change, read_scenario
from meshtui.sandbox.world import INITIAL_SCENARIO, World, apply_change, apply_scenario, read_state

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LARGEST_BODY = 64 * 1024
DEFAULT_TRUTH_LIMIT = 100
"""Records that are given where no limit is."""
Handler = Callable[[World, Request], Awaitable[Response]]


def make_routes(world: World) -> list[Route]:
    """Below `/admin`."""
    table: tuple[tuple[str, str, Handler], ...] = (
        ("GET", "/state", show_state),
        ("PATCH", "/state", change_state),
        ("DELETE", "/state", reset_state),
        ("GET", "/scenarios", list_scenarios),
        ("PUT", "/scenario", play_scenario),
        ("GET", "/truth", list_truth),
    )
    return [
        Route(path, partial(_check_and_handle, world, handler), methods=[method]) for method, path, handler in table
    ]


async def show_state(world: World, _: Request) -> Response:
    return JSONResponse(read_state(world))


async def change_state(world: World, request: Request) -> Response:
    apply_change(world, read_change(await _read_body(request)))
    return JSONResponse(read_state(world))


async def reset_state(world: World, _: Request) -> Response:
    apply_scenario(world, INITIAL_SCENARIO)
    return JSONResponse(read_state(world))


async def list_scenarios(_: World, __: Request) -> Response:
    return JSONResponse({"scenarios": [_describe(scenario) for scenario in scenario_library.load_library()]})


async def play_scenario(world: World, request: Request) -> Response:
    body = await _read_body(request)
    name = body.get("name")
    if name is not None and not (isinstance(name, str) and name in scenario_library.list_scenario_names()):
        raise ValueError(
            f"name: there is no scenario named {name!r}; there is {', '.join(scenario_library.list_scenario_names())}"
        )
    apply_scenario(
        world, scenario_library.find_scenario(name) if isinstance(name, str) else read_scenario("admin", body)
    )
    return JSONResponse(read_state(world))


async def list_truth(world: World, request: Request) -> Response:
    limit = request.query_params.get("limit", str(DEFAULT_TRUTH_LIMIT))
    if not (limit.isascii() and limit.isdecimal() and 0 < len(limit) < 7):
        raise ValueError(f"limit: {limit!r} is no number of records")
    total, records = world.ledger.recorded, world.ledger.truths
    newest = records[max(0, len(records) - int(limit)) :]
    return JSONResponse({"total": total, "records": [convert_truth(each) for each in newest]})


def convert_truth(truth: Truth) -> dict[str, object]:
    """One record, with what failed first beside what was tried."""
    first = truth.failed_first
    return {**asdict(truth), "failed_first": asdict(first) if first else None}


async def _check_and_handle(world: World, handler: Handler, request: Request) -> Response:
    """The handler for those who may; what is wrong with a body comes back as one sentence."""
    host = request.url.hostname or ""
    if not (request.client and request.client.host in LOOPBACK and host in LOOPBACK):
        return _make_error(403, "forbidden", "the admin path answers on loopback only, under a name of loopback")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    right = world.keys.admin.encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode("utf-8", "replace"), right):
        return _make_error(
            401,
            "unauthorized",
            "send this run's token as Authorization: Bearer; the sandbox's first line of JSON holds it, as admin.token",
        )
    try:
        return await handler(world, request)
    except ValueError as error:
        return _make_error(400, "invalid", str(error))


async def _read_body(request: Request) -> Mapping[str, object]:
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > LARGEST_BODY:
            raise ValueError(f"the body is larger than {LARGEST_BODY // 1024} KiB")
    body = read_json_object(raw)
    if body is None:
        raise ValueError("the body is not a JSON object")
    return body


def _describe(scenario: Scenario) -> dict[str, object]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "story": scenario.story,
        "look": list(scenario.look),
        "ask": asdict(scenario.ask),
    }


def _make_error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
