"""What every request to Mesh passes first: API version, key, realm, and the faults of the key."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids
from meshtui.sandbox.fault_injection import inject_fault
from meshtui.sandbox.keys import Keys
from meshtui.sandbox.mesh.errors import KEY_FAULTS, UNKNOWN_KEY_MESSAGE, MeshError
from meshtui.sandbox.rate_limits import RateLimitResult
from meshtui.sandbox.settings import Behaviour
from meshtui.sandbox.world import World

VERSIONS = {"2026-08": "2026-08-15", "2026-09": "2026-09-03"}
"""Version → day of its release (Mesh's changelog)."""
BASELINE, LATEST = "2026-08", "2026-09"


def choose_version(headers: Sequence[str]) -> str | MeshError:
    """The version that the values of X-Mesh-Version name; the baseline where there is none. Unknown, empty or doubled
    is refused, and before the key is looked at."""
    if not headers:
        return BASELINE
    if len(headers) == 1 and headers[0].strip() in VERSIONS:
        return headers[0].strip()
    return MeshError(
        "invalid_api_version",
        "X-Mesh-Version must be one supported version, written YYYY-MM.",
        more={"supported_versions": list(VERSIONS)},
    )


def list_versions() -> dict[str, object]:
    return {
        "versions": [
            {
                "version": version,
                "status": "supported",
                "released_at": released,
                "baseline": version == BASELINE,
                "latest": version == LATEST,
                "capabilities": ["chat.completions", "byok"],
            }
            for version, released in VERSIONS.items()
        ]
    }


_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""What a client may call its request; anything else is replaced without a word."""
DASHBOARD = "dashboard"
"""Whom a dashboard token names."""
NO_EXTRA_HEADERS: Mapping[str, str] = {}


@dataclass(slots=True)
class CallContext:
    """One request: its caller, and the headers of its answer."""

    request: Request
    behaviour: Behaviour
    """As it was when the request came."""
    error_format: ErrorFormat
    key: str = ""
    """mesh, platform or dashboard; empty: not known."""
    fault: str | None = None
    id: str = field(default_factory=ids.make_request_id)
    version: str = BASELINE

    def headers(self, more: Mapping[str, str] = NO_EXTRA_HEADERS) -> dict[str, str]:
        """The headers of every answer, and `more`."""
        return {"x-request-id": self.id, "x-mesh-version": self.version, **more}

    def fail(self, error: MeshError, more: Mapping[str, str] = NO_EXTRA_HEADERS) -> Response:
        return self.error_format.refuse(self, error, self.headers(more))

    async def body(self) -> bytes:
        return await self.request.body()


@dataclass(frozen=True, slots=True)
class ErrorFormat:
    """How an endpoint words its errors, and whether it takes the key in `x-api-key` too."""

    refuse: Callable[[CallContext, MeshError, Mapping[str, str]], Response]
    takes_x_api_key: bool = False


def _format_mesh_error(context: CallContext, error: MeshError, headers: Mapping[str, str]) -> Response:
    return error.to_response(context.id, headers, context.behaviour)


MESH_ERRORS = ErrorFormat(_format_mesh_error)
Handler = Callable[[World, CallContext], Awaitable[Response]]


def require_key(
    world: World,
    handler: Handler,
    *,
    open_to_all: bool = False,
    error_format: ErrorFormat = MESH_ERRORS,
    on_refusal: Callable[[World, CallContext, MeshError], None] | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """The handler with version, key and faults of the key checked before it, in Mesh's order. `on_refusal` is called
    for requests that are refused here."""

    async def guarded(request: Request) -> Response:
        context = CallContext(
            request, world.behaviour, error_format, identify_key(world.keys, _read_token(request, error_format))
        )
        own = request.headers.get("x-request-id", "")
        if _REQUEST_ID.fullmatch(own):
            context.id = own
        context.fault = world.find_fault(context.key)
        injected = await inject_fault(request, "mesh", context.key, context.fault, world.pace)
        if injected:
            return injected
        error = _check_version_and_key(context, open_to_all=open_to_all)
        if error is None:
            return await handler(world, context)
        if on_refusal:
            on_refusal(world, context, error)
        return context.fail(error)

    return guarded


def _check_version_and_key(context: CallContext, *, open_to_all: bool) -> MeshError | None:
    """The version first, then the key, then the faults of the key."""
    version = choose_version(context.request.headers.getlist("x-mesh-version"))
    if isinstance(version, MeshError):
        return version
    context.version = version
    if open_to_all:
        return None
    row = KEY_FAULTS.get(context.fault or "")
    if not context.key:
        return MeshError("unauthorized", UNKNOWN_KEY_MESSAGE)
    return MeshError(row.code, row.message, row.status) if row and row.every_call else None


def _read_token(request: Request, error_format: ErrorFormat) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if error_format.takes_x_api_key and not token:
        return request.headers.get("x-api-key", "").strip()
    return token.strip() if scheme.lower() == "bearer" else ""


def identify_key(keys: Keys, token: str) -> str:
    """mesh, platform or dashboard; empty for an unknown key."""
    return {keys.mesh: "mesh", keys.platform: "platform", keys.dashboard: DASHBOARD}.get(token, "")


def check_key_faults(world: World, context: CallContext, model: str) -> MeshError | None:
    """Why a key that came in may not run this model."""
    row = KEY_FAULTS.get(context.fault or "")
    rate: RateLimitResult | None = world.take_token(context.key, context.fault)
    if row is None or row.every_call or (rate and rate.granted):
        return None
    return MeshError(
        row.code,
        row.message.format(model=model, limit=rate.limit if rate else 0),
        row.status,
        row.provider_code,
        retry_after=rate.wait if rate else None,
    )


WRONG_REALM = MeshError("unauthorized", "Token decode failed: Not enough segments")
"""What an `rsk_` key gets where a dashboard token is needed: the words of a JWT decoder."""


async def list_nothing(_: World, context: CallContext) -> Response:
    """Endpoints for dashboard tokens of which the sandbox has nothing to list."""
    return context.fail(WRONG_REALM) if context.key != DASHBOARD else JSONResponse([], headers=context.headers())
