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
from meshtui.sandbox.aws import event_stream, iam, replies
from meshtui.sandbox.aws.authentication import AwsRefusal, read_service
from meshtui.sandbox.aws.authorization import (
    INVOKE_MODEL,
    INVOKE_MODEL_STREAM,
    STS,
    AwsCaller,
    check_credential,
    check_model_access,
    format_json_error,
    format_xml_error,
    get_user_arn,
    identify_caller,
    make_request_headers,
)
from meshtui.sandbox.aws.errors import AwsError
from meshtui.sandbox.aws.replies import LATENCY_MS, MalformedError
from meshtui.sandbox.aws.sigv4 import WireRequest
from meshtui.sandbox.fault_injection import inject_fault
from meshtui.sandbox.http_messages import INVALID_REQUEST
from meshtui.sandbox.keys import REGION
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

UNKNOWN_STS_ACTION = AwsError(
    400, "InvalidAction", "Could not find operation {action} for version 2011-06-15", INVALID_REQUEST
)


async def converse(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL)
    if isinstance(model, Response):
        return model
    body = replies.read_body(await request.body())
    return _answer_json(replies.format_converse(replies.make_model_reply(body, replies.read_max_tokens(body))))


async def converse_stream(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL_STREAM)
    if isinstance(model, Response):
        return model
    body = replies.read_body(await request.body())
    answer = replies.make_model_reply(body, replies.read_max_tokens(body))
    frames = replies.stream_converse(answer, world.pace.word, broken=caller.fault == "stream_error")
    return StreamingResponse(frames, headers=make_request_headers(), media_type=event_stream.MEDIA_TYPE)


async def invoke_model(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL)
    if isinstance(model, Response):
        return model
    shaped, answer = replies.format_invoke(model, replies.read_body(await request.body()))
    counts = {"input-token-count": answer.prompt_tokens, "output-token-count": len(answer.pieces)}
    return _answer_json(shaped, **{f"x-amzn-bedrock-{key}": str(number) for key, number in counts.items()})


async def invoke_model_stream(world: World, request: Request, caller: AwsCaller) -> Response:
    model = _find_allowed_model(world, request, caller, INVOKE_MODEL_STREAM)
    if isinstance(model, Response):
        return model
    events = replies.make_invoke_events(model, replies.read_body(await request.body()))
    frames = replies.stream_invoke_frames(events, world.pace.word, broken=caller.fault == "stream_error")
    return StreamingResponse(frames, headers=make_request_headers(), media_type=event_stream.MEDIA_TYPE)


async def list_foundation_models(_: World, __: Request, ___: AwsCaller) -> Response:
    return _answer_json(
        {"modelSummaries": [_format_model_summary(model) for model in models.list_models_of("bedrock")]}
    )


async def list_inference_profiles(world: World, request: Request, _: AwsCaller) -> Response:
    """ListInferenceProfiles: Amazon's own, as many on a page as were asked for."""
    mark, asked = (request.query_params.get(name, usual) for name, usual in (("nextToken", "0"), ("maxResults", "100")))
    if not (mark.isdecimal() and asked.isdecimal() and len(mark) < 10 and 1 <= int(asked[:9]) <= 1000):
        return make_validation_error("The provided request is not valid.")
    first, most = int(mark), int(asked)
    found = [_format_profile(world.keys.aws_account, model) for model in models.list_models_of("bedrock")]
    rest = {"nextToken": str(first + most)} if first + most < len(found) else {}
    return _answer_json({"inferenceProfileSummaries": found[first : first + most], **rest})


async def get_model_availability(_: World, request: Request, caller: AwsCaller) -> Response:
    """GetFoundationModelAvailability."""
    model, _profile = models.find_bedrock_model(request.path_params["model"])
    if model is None:
        return make_validation_error("The provided model identifier is invalid.")
    granted = caller.fault != "model_not_granted"
    return _answer_json(
        {
            "modelId": model.own,
            "agreementAvailability": {"status": "AVAILABLE" if granted else "NOT_AVAILABLE"},
            "authorizationStatus": "AUTHORIZED" if granted else "NOT_AUTHORIZED",
            "entitlementAvailability": "AVAILABLE" if granted else "NOT_AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }
    )


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


def _find_allowed_model(world: World, request: Request, caller: AwsCaller, action: str) -> Model | Response:
    """The model asked for, or why it does not answer."""
    name = request.path_params["model"]
    model, profile = models.find_bedrock_model(name)
    if model is None:
        return make_validation_error("The provided model identifier is invalid.")
    if model.profile_only and not profile:
        return make_validation_error(
            f"Invocation of model ID {name} with on-demand throughput isn’t supported. Retry your request with the ID "
            "or ARN of an inference profile that contains this model."
        )
    refused = check_model_access(world, caller, model.own, action)
    return format_json_error(refused).to_response() if refused else model


def make_validation_error(message: str) -> Response:
    """Bedrock's ValidationException."""
    return format_json_error(
        AwsRefusal(AwsError(400, "ValidationException", "{message}", INVALID_REQUEST), {"message": message})
    ).to_response()


def _answer_json(body: object, **headers: str) -> Response:
    latency = {"x-amzn-bedrock-invocation-latency": str(LATENCY_MS)}
    return JSONResponse(body, headers={**make_request_headers(), **latency, **headers})


def _format_model_summary(model: Model) -> dict[str, object]:
    return {
        "modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/{model.own}",
        "modelId": model.own,
        "modelName": model.title,
        "providerName": model.brand.capitalize(),
        "inputModalities": ["TEXT"],
        "outputModalities": ["TEXT"],
        "responseStreamingSupported": True,
        "inferenceTypesSupported": [] if model.profile_only else ["ON_DEMAND"],
        "modelLifecycle": {"status": "ACTIVE"},
    }


def _format_profile(account: str, model: Model) -> dict[str, object]:
    name = f"us.{model.own}"
    return {
        "inferenceProfileName": f"US {model.title}",
        "inferenceProfileArn": f"arn:aws:bedrock:{REGION}:{account}:inference-profile/{name}",
        "inferenceProfileId": name,
        "models": [{"modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/{model.own}"}],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


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
NAMESPACES = {"sts": STS, "iam": iam.NAMESPACE}
# Path, methods, handler, signing name. Model ids hold slashes and colons, so that the last word decides.
TABLE: tuple[tuple[str, list[str], Handler, str], ...] = (
    ("/model/{model:path}/converse", ["POST"], converse, "bedrock"),
    ("/model/{model:path}/converse-stream", ["POST"], converse_stream, "bedrock"),
    ("/model/{model:path}/invoke-with-response-stream", ["POST"], invoke_model_stream, "bedrock"),
    ("/model/{model:path}/invoke", ["POST"], invoke_model, "bedrock"),
    ("/foundation-models", ["GET"], list_foundation_models, "bedrock"),
    ("/inference-profiles", ["GET"], list_inference_profiles, "bedrock"),
    ("/foundation-model-availability/{model:path}", ["GET"], get_model_availability, "bedrock"),
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
        meant = read_service(wire, ("sts", "iam")) if service == QUERY_SERVICES else service
        refused = check_credential(world, caller, wire, meant)
        if refused:
            return (
                format_xml_error(refused, NAMESPACES[meant]) if meant in NAMESPACES else format_json_error(refused)
            ).to_response()
        try:
            return await (iam.simulate_policy if meant == "iam" else handler)(world, request, caller)
        except MalformedError as error:
            return make_validation_error(str(error))

    return guarded


def read_wire(request: Request) -> WireRequest:
    """The request as it was signed, without its body: path and query still encoded."""
    headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in request.headers.raw]
    path = request.scope["raw_path"].decode("latin-1")
    return WireRequest(request.method, path, request.scope["query_string"].decode("latin-1"), headers)


def refuse_path(status: int) -> Response:
    """For a method that no operation here has."""
    return make_plain_error(status, "UnknownOperationException", "Method Not Allowed" if status == 405 else "Not Found")


def make_plain_error(status: int, error_type: str, message: str) -> Response:
    """What the front end says before it knows who calls."""
    return JSONResponse({"message": message}, status, {"x-amzn-errortype": error_type, **make_request_headers()})
