"""AWS's endpoints: bedrock-runtime, the part of its control plane that lists models, STS and IAM's simulator, all under
one address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meshtui.sandbox.aws import handlers, iam
from meshtui.sandbox.aws.answers import MalformedError
from meshtui.sandbox.aws.check import service_of
from meshtui.sandbox.aws.gate import STS, Caller, caller_of, refusal, refuse_entry, xml_refusal
from meshtui.sandbox.aws.sigv4 import Wire
from meshtui.sandbox.edge import meddle
from meshtui.sandbox.world import World

Handler = Callable[[World, Request, Caller], Awaitable[Response]]

ANY = ["GET", "POST", "PUT", "DELETE"]
QUERY = "sts or iam"
"""In place of a signing name: both are called at the bare address, and the signature says which is meant."""
NAMESPACES = {"sts": STS, "iam": iam.NAMESPACE}
# Path, methods, handler, signing name. Model ids hold slashes and colons, so that the last word decides.
TABLE: tuple[tuple[str, list[str], Handler, str], ...] = (
    ("/model/{model:path}/converse", ["POST"], handlers.converse, "bedrock"),
    ("/model/{model:path}/converse-stream", ["POST"], handlers.converse_stream, "bedrock"),
    ("/model/{model:path}/invoke-with-response-stream", ["POST"], handlers.invoke_streamed, "bedrock"),
    ("/model/{model:path}/invoke", ["POST"], handlers.invoke, "bedrock"),
    ("/foundation-models", ["GET"], handlers.list_models, "bedrock"),
    ("/inference-profiles", ["GET"], handlers.list_profiles, "bedrock"),
    ("/foundation-model-availability/{model:path}", ["GET"], handlers.availability, "bedrock"),
    ("", ["GET", "POST"], handlers.identity, QUERY),
    ("/", ["GET", "POST"], handlers.identity, QUERY),
    ("/{path:path}", ANY, handlers.unknown, "bedrock"),
)


def routes(world: World) -> list[Route]:
    """All with their `/aws`, for STS is called at exactly that, with and without a slash."""
    return [
        Route(f"/aws{path}", _behind_the_gate(world, handler, service), methods=methods)
        for path, methods, handler, service in TABLE
    ]


def _behind_the_gate(world: World, handler: Handler, service: str) -> Callable[[Request], Awaitable[Response]]:
    """The handler for callers that prove who they are, with malformed bodies turned into ValidationException."""

    async def guarded(request: Request) -> Response:
        wire = await wire_of(request)
        caller = caller_of(world, wire)
        meddled = await meddle(request, "bedrock", caller.fault, world.pace)
        if meddled:
            return meddled
        meant = service_of(wire, ("sts", "iam")) if service == QUERY else service
        refused = refuse_entry(world, caller, wire, meant)
        if refused:
            return (xml_refusal(refused, NAMESPACES[meant]) if meant in NAMESPACES else refusal(refused)).response()
        try:
            return await (iam.simulate if meant == "iam" else handler)(world, request, caller)
        except MalformedError as error:
            return handlers.invalid(str(error))

    return guarded


async def wire_of(request: Request) -> Wire:
    """The request as it was signed: path and query still encoded."""
    headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in request.headers.raw]
    path = request.scope["raw_path"].decode("latin-1")
    return Wire(request.method, path, request.scope["query_string"].decode("latin-1"), headers, await request.body())
