"""What AWS does for a caller that was let in: models run, models listed, identities told."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from meshtui.sandbox import models
from meshtui.sandbox.aws import answers, eventstream, invoke_stream
from meshtui.sandbox.aws.answers import LATENCY_MS
from meshtui.sandbox.aws.check import Refused
from meshtui.sandbox.aws.gate import INVOKE, STREAM, Caller, refusal, refuse_call, request_ids, user, xml_refusal
from meshtui.sandbox.aws.rows import Row
from meshtui.sandbox.keys import REGION
from meshtui.sandbox.models import Model
from meshtui.sandbox.refusal import INVALID_REQUEST
from meshtui.sandbox.world import World

UNKNOWN_ACTION = Row(400, "InvalidAction", "Could not find operation {action} for version 2011-06-15", INVALID_REQUEST)


async def converse(world: World, request: Request, caller: Caller) -> Response:
    model = _allowed(world, request, caller, INVOKE)
    if isinstance(model, Response):
        return model
    body = answers.read(await request.body())
    return _json(answers.converse(answers.reply(body, answers.limit_of(body))))


async def converse_stream(world: World, request: Request, caller: Caller) -> Response:
    model = _allowed(world, request, caller, STREAM)
    if isinstance(model, Response):
        return model
    body = answers.read(await request.body())
    answer = answers.reply(body, answers.limit_of(body))
    frames = answers.converse_stream(answer, world.pace.word, broken=caller.fault == "stream_error")
    return StreamingResponse(frames, headers=request_ids(), media_type=eventstream.MEDIA_TYPE)


async def invoke(world: World, request: Request, caller: Caller) -> Response:
    model = _allowed(world, request, caller, INVOKE)
    if isinstance(model, Response):
        return model
    shaped, answer = answers.invoke(model, answers.read(await request.body()))
    counts = {"input-token-count": answer.prompt_tokens, "output-token-count": len(answer.pieces)}
    return _json(shaped, **{f"x-amzn-bedrock-{key}": str(number) for key, number in counts.items()})


async def invoke_streamed(world: World, request: Request, caller: Caller) -> Response:
    model = _allowed(world, request, caller, STREAM)
    if isinstance(model, Response):
        return model
    events = invoke_stream.events(model, answers.read(await request.body()))
    frames = invoke_stream.frames(events, world.pace.word, broken=caller.fault == "stream_error")
    return StreamingResponse(frames, headers=request_ids(), media_type=eventstream.MEDIA_TYPE)


async def list_models(_: World, __: Request, ___: Caller) -> Response:
    return _json({"modelSummaries": [_summary(model) for model in models.of_provider("bedrock")]})


async def list_profiles(world: World, request: Request, _: Caller) -> Response:
    """ListInferenceProfiles: Amazon's own, as many on a page as were asked for."""
    mark, asked = (request.query_params.get(name, usual) for name, usual in (("nextToken", "0"), ("maxResults", "100")))
    if not (mark.isdecimal() and asked.isdecimal() and len(mark) < 10 and 1 <= int(asked[:9]) <= 1000):
        return invalid("The provided request is not valid.")
    first, most = int(mark), int(asked)
    found = [_profile(world.keys.aws_account, model) for model in models.of_provider("bedrock")]
    rest = {"nextToken": str(first + most)} if first + most < len(found) else {}
    return _json({"inferenceProfileSummaries": found[first : first + most], **rest})


async def availability(_: World, request: Request, caller: Caller) -> Response:
    """GetFoundationModelAvailability."""
    model, _profile = models.at_bedrock(request.path_params["model"])
    if model is None:
        return invalid("The provided model identifier is invalid.")
    granted = caller.fault != "model_not_granted"
    return _json(
        {
            "modelId": model.own,
            "agreementAvailability": {"status": "AVAILABLE" if granted else "NOT_AVAILABLE"},
            "authorizationStatus": "AUTHORIZED" if granted else "NOT_AUTHORIZED",
            "entitlementAvailability": "AVAILABLE" if granted else "NOT_AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }
    )


async def identity(world: World, request: Request, caller: Caller) -> Response:
    """STS GetCallerIdentity, by GET or by POST."""
    asked = (await request.body()).decode("utf-8", "replace") or request.url.query
    action = parse_qs(asked).get("Action", [""])[0]
    if action != "GetCallerIdentity":
        return xml_refusal(Refused(UNKNOWN_ACTION, {"action": action})).response()
    return _who(user(world.keys, caller), world.keys.aws_account)


async def unknown(_: World, __: Request, ___: Caller) -> Response:
    body = {"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}
    return JSONResponse(body, 404, {"x-amzn-errortype": "UnknownOperationException", **request_ids()})


def _allowed(world: World, request: Request, caller: Caller, action: str) -> Model | Response:
    """The model asked for, or why it does not answer."""
    name = request.path_params["model"]
    model, profile = models.at_bedrock(name)
    if model is None:
        return invalid("The provided model identifier is invalid.")
    if model.profile_only and not profile:
        return invalid(
            f"Invocation of model ID {name} with on-demand throughput isn’t supported. Retry your request with the ID "
            "or ARN of an inference profile that contains this model."
        )
    refused = refuse_call(world, caller, model.own, action)
    return refusal(refused).response() if refused else model


def invalid(message: str) -> Response:
    """Bedrock's ValidationException."""
    return refusal(
        Refused(Row(400, "ValidationException", "{message}", INVALID_REQUEST), {"message": message})
    ).response()


def _json(body: object, **headers: str) -> Response:
    latency = {"x-amzn-bedrock-invocation-latency": str(LATENCY_MS)}
    return JSONResponse(body, headers={**request_ids(), **latency, **headers})


def _summary(model: Model) -> dict[str, object]:
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


def _profile(account: str, model: Model) -> dict[str, object]:
    name = f"us.{model.own}"
    return {
        "inferenceProfileName": f"US {model.title}",
        "inferenceProfileArn": f"arn:aws:bedrock:{REGION}:{account}:inference-profile/{name}",
        "inferenceProfileId": name,
        "models": [{"modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/{model.own}"}],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def _who(arn: str, account: str) -> Response:
    made = request_ids()
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <GetCallerIdentityResult>\n'
        f"    <Arn>{arn}</Arn>\n    <UserId>AIDASANDBOXSANDBOX000</UserId>\n    <Account>{account}</Account>\n"
        f"  </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>{made['x-amzn-requestid']}</RequestId>\n"
        "  </ResponseMetadata>\n</GetCallerIdentityResponse>\n"
    )
    return Response(body, 200, made, "text/xml")
