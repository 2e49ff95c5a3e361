"""AWS's endpoints under one address: bedrock-runtime, the part of its control plane that lists models, STS and IAM's
simulator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from meshtui.sandbox import models
from meshtui.sandbox.aws import control_plane, event_stream, iam, openai_endpoint, replies
from meshtui.sandbox.aws.authentication import AwsRefusal, read_service
from meshtui.sandbox.aws.authorization import (
    INVOKE_MODEL,
    INVOKE_MODEL_STREAM,
    STS,
    AwsCaller,
    answer_json,
    check_credential,
    check_model_access,
    format_json_error,
    format_xml_error,
    get_user_arn,
    identify_caller,
    make_request_headers,
    make_validation_error,
)
from meshtui.sandbox.aws.errors import STREAM_EXCEPTIONS, AwsError
from meshtui.sandbox.aws.replies import MalformedError
from meshtui.sandbox.aws.sigv4 import WireRequest
from meshtui.sandbox.fault_injection import inject_fault
from meshtui.sandbox.http_messages import INVALID_REQUEST
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

UNKNOWN_STS_ACTION = AwsError(
    400, "InvalidAction", "Could not find operation {action} for version 2011-06-15", INVALID_REQUEST
)


async def answer_converse(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL)
    if isinstance(model, Response):
        return model
    body = replies.read_converse(await request.body())
    return answer_json(replies.format_converse(replies.make_model_reply(body, replies.read_max_tokens(body))))


async def answer_converse_stream(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL_STREAM)
    if isinstance(model, Response):
        return model
    body = replies.read_converse(await request.body(), "ConverseStream")
    answer = replies.make_model_reply(body, replies.read_max_tokens(body))
    frames = replies.stream_converse(answer, world.pace.word, exception=STREAM_EXCEPTIONS.get(caller.fault or ""))
    return StreamingResponse(frames, headers=make_request_headers(), media_type=event_stream.MEDIA_TYPE)


async def invoke_model(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL, embeds=True)
    if isinstance(model, Response):
        return model
    replies.check_shape("InvokeModel", {}, request.headers)
    body = replies.read_body(await request.body())
    if model.kind == "embedding":
        shaped, read = replies.format_embeddings(model, body)
        counts = {"input-token-count": read}
    else:
        shaped, answer = replies.format_invoke(model, body)
        counts = {"input-token-count": answer.prompt_tokens, "output-token-count": answer.usage["outputTokens"]}
    return answer_json(shaped, **{f"x-amzn-bedrock-{key}": str(number) for key, number in counts.items()})


async def invoke_model_stream(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL_STREAM)
    if isinstance(model, Response):
        return model
    replies.check_shape("InvokeModelWithResponseStream", {}, request.headers)
    events = replies.make_invoke_events(model, replies.read_body(await request.body()))
    frames = replies.stream_invoke_frames(events, world.pace.word, exception=STREAM_EXCEPTIONS.get(caller.fault or ""))
    return StreamingResponse(frames, headers=make_request_headers(), media_type=event_stream.MEDIA_TYPE)


async def count_tokens(world: World, request: Request, caller: AwsCaller) -> Response:
    """CountTokens: of a Converse request, or of the body of an InvokeModel."""
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL)
    if isinstance(model, Response):
        return model
    return answer_json({"inputTokens": replies.count_input_tokens(replies.read_body(await request.body()))})


async def get_caller_identity(world: World, request: Request, caller: AwsCaller) -> Response:
    """STS GetCallerIdentity, by GET or by POST."""
    asked = (await request.body()).decode("utf-8", "replace") or request.url.query
    action = parse_qs(asked).get("Action", [""])[0]
    if action != "GetCallerIdentity":
        return format_xml_error(AwsRefusal(UNKNOWN_STS_ACTION, {"action": action})).to_response()
    return _format_identity(get_user_arn(world.keys, caller), world.keys.aws_account)


async def refuse_unknown_operation(_: World, __: Request, ___: AwsCaller) -> Response:
    body = {"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}
    return JSONResponse(body, 404, {"x-amzn-errortype": "UnknownOperationException", **make_request_headers()})


def _find_allowed_model(
    world: World, request: Request, caller: AwsCaller, action: str, *, embeds: bool = False
) -> Model | Response:
    """The model asked for, or why it does not answer. `embeds`: whether one for embeddings may be meant."""
    name = request.path_params["model"]
    model, profile = models.find_bedrock_model(name)
    if model is None:
        return make_validation_error("The provided model identifier is invalid.")
    if model.profile_only and not profile:
        return make_validation_error(
            f"Invocation of model ID {name} with on-demand throughput isn’t supported. Retry your request with the ID "
            "or ARN of an inference profile that contains this model."
        )
    if model.kind == "embedding" and not embeds:
        return make_validation_error(
            "This action doesn't support the model that you provided. Try again with a supported text or chat model."
        )
    refused = check_model_access(world, caller, model.own, action)
    return format_json_error(refused).to_response() if refused else model


def _format_identity(arn: str, account: str) -> Response:
    made = make_request_headers()
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <GetCallerIdentityResult>\n'
        f"    <Arn>{arn}</Arn>\n    <UserId>AIDASANDBOXSANDBOX000</UserId>\n    <Account>{account}</Account>\n"
        f"  </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>{made['x-amzn-requestid']}</RequestId>\n"
        "  </ResponseMetadata>\n</GetCallerIdentityResponse>\n"
    )
    return Response(body, 200, made, "text/xml")


Handler = Callable[[World, Request, AwsCaller], Awaitable[Response]]
ANY_METHOD = ["GET", "POST", "PUT", "DELETE"]
QUERY_SERVICES = "sts or iam"
"""In place of a signing name: both are called at the bare address, and the signature says which is meant."""
OPENAI = "bedrock, in OpenAI's words"
"""In place of a signing name: errors have OpenAI's envelope."""
NAMESPACES = {"sts": STS, "iam": iam.NAMESPACE}
# Path, methods, handler, signing name. Model ids hold slashes and colons, so that the last word decides.
TABLE: tuple[tuple[str, list[str], Handler, str], ...] = (
    ("/model/{model:path}/converse", ["POST"], answer_converse, "bedrock"),
    ("/model/{model:path}/converse-stream", ["POST"], answer_converse_stream, "bedrock"),
    ("/model/{model:path}/invoke-with-response-stream", ["POST"], invoke_model_stream, "bedrock"),
    ("/model/{model:path}/invoke", ["POST"], invoke_model, "bedrock"),
    ("/openai/v1/chat/completions", ["POST"], openai_endpoint.complete_chat, OPENAI),
    ("/openai/v1/responses", ["POST"], openai_endpoint.create_response, OPENAI),
    ("/model/{model:path}/count-tokens", ["POST"], count_tokens, "bedrock"),
    ("/foundation-models", ["GET"], control_plane.list_foundation_models, "bedrock"),
    ("/foundation-models/{model:path}", ["GET"], control_plane.get_foundation_model, "bedrock"),
    ("/inference-profiles", ["GET"], control_plane.list_inference_profiles, "bedrock"),
    ("/inference-profiles/{profile:path}", ["GET"], control_plane.get_inference_profile, "bedrock"),
    ("/foundation-model-availability/{model:path}", ["GET"], control_plane.get_model_availability, "bedrock"),
    ("", ["GET", "POST"], get_caller_identity, QUERY_SERVICES),
    ("/", ["GET", "POST"], get_caller_identity, QUERY_SERVICES),
    ("/{path:path}", ANY_METHOD, refuse_unknown_operation, "bedrock"),
)


def make_routes(world: World) -> list[Route]:
    """All with their `/aws`, for STS is called at exactly that, with and without a slash."""
    return [
        Route(f"/aws{path}", _require_credential(world, handler, service), methods=methods)
        for path, methods, handler, service in TABLE
    ]


def _require_credential(world: World, handler: Handler, service: str) -> Callable[[Request], Awaitable[Response]]:
    """The handler for callers that prove who they are, with malformed bodies turned into ValidationException."""

    async def guarded(request: Request) -> Response:
        wire = read_wire(request)
        caller = identify_caller(world, wire)
        injected = await inject_fault(request, "bedrock", caller.name, caller.fault, world.pace)
        if injected:
            return injected
        if caller.name:  # the body of an unknown caller is not needed to refuse it
            wire = replace(wire, body=await request.body())
        meant = read_service(wire, ("sts", "iam")) if service == QUERY_SERVICES else "bedrock"
        refused = check_credential(world, caller, wire, meant)
        if refused and service == OPENAI:
            return openai_endpoint.refuse(refused)
        if refused:
            return (
                format_xml_error(refused, NAMESPACES[meant]) if meant in NAMESPACES else format_json_error(refused)
            ).to_response()
        try:
            return await (iam.simulate_policy if meant == "iam" else handler)(world, request, caller)
        except MalformedError as error:
            return make_validation_error(str(error), error.type)

    return guarded


def read_wire(request: Request) -> WireRequest:
    """The request as it was signed, without its body: path and query still encoded."""
    headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in request.headers.raw]
    if request.scope["http_version"] == "2":  # there the host is a pseudo-header, and signed under that name
        headers.append((":authority", request.headers.get("host", "")))
    path = request.scope["raw_path"].decode("latin-1")
    return WireRequest(request.method, path, request.scope["query_string"].decode("latin-1"), headers)


def refuse_path(status: int) -> Response:
    """For a method that no operation here has."""
    return make_plain_error(status, "UnknownOperationException", "Method Not Allowed" if status == 405 else "Not Found")


def make_plain_error(status: int, error_type: str, message: str) -> Response:
    """What the front end says before it knows who calls."""
    return JSONResponse({"message": message}, status, {"x-amzn-errortype": error_type, **make_request_headers()})
