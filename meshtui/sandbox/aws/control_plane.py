"""Bedrock's control plane, as far as it is about models: their list, one of them, inference profiles, availability."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from meshtui.sandbox import models
from meshtui.sandbox.aws import service_model
from meshtui.sandbox.aws.authentication import AwsRefusal
from meshtui.sandbox.aws.authorization import AwsCaller, answer_json, format_json_error, make_validation_error
from meshtui.sandbox.aws.errors import AwsError
from meshtui.sandbox.http_messages import INVALID_REQUEST
from meshtui.sandbox.keys import REGION
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

NO_PROFILE = AwsError(
    404, "ResourceNotFoundException", "The requested inference profile {name} does not exist.", INVALID_REQUEST
)


async def list_foundation_models(_: World, request: Request, __: AwsCaller) -> Response:
    query = request.query_params
    refused = _check_query("ListFoundationModels", request)
    if refused:
        return refused
    found = [_format_summary(model) for model in _list_models()]
    if "byProvider" in query:
        found = [each for each in found if str(each["providerName"]).lower() == query["byProvider"].lower()]
    for name, key in (
        ("byOutputModality", "outputModalities"),
        ("byInferenceType", "inferenceTypesSupported"),
        ("byCustomizationType", "customizationsSupported"),
    ):
        if name in query:
            found = [each for each in found if query[name] in _read_list(each[key])]
    return answer_json({"modelSummaries": found})


async def get_foundation_model(_: World, request: Request, __: AwsCaller) -> Response:
    """GetFoundationModel."""
    name = request.path_params["model"]
    model = next((each for each in _list_models() if each.own == name.rpartition("/")[2]), None)
    if model is None:
        return make_validation_error("The provided model identifier is invalid.")
    return answer_json({"modelDetails": _format_summary(model)})


async def list_inference_profiles(world: World, request: Request, _: AwsCaller) -> Response:
    """ListInferenceProfiles: Amazon's own, as many on a page as were asked for."""
    mark, asked = (request.query_params.get(name, usual) for name, usual in (("nextToken", "0"), ("maxResults", "100")))
    refused = _check_query("ListInferenceProfiles", request)
    if refused:
        return refused
    if not (mark.isdecimal() and asked.isdecimal() and len(mark) < 10 and 1 <= int(asked[:9]) <= 1000):
        return make_validation_error("The provided request is not valid.")
    first, most = int(mark), int(asked)
    found = [_format_profile(world.keys.aws_account, model) for model in _list_profiled()]
    rest = {"nextToken": str(first + most)} if first + most < len(found) else {}
    return answer_json({"inferenceProfileSummaries": found[first : first + most], **rest})


async def get_inference_profile(world: World, request: Request, _: AwsCaller) -> Response:
    """GetInferenceProfile."""
    name = request.path_params["profile"].rpartition("/")[2]
    model = next((each for each in _list_profiled() if f"us.{each.own}" == name), None)
    if model is None:
        return format_json_error(AwsRefusal(NO_PROFILE, {"name": name})).to_response()
    return answer_json(_format_profile(world.keys.aws_account, model))


async def get_model_availability(_: World, request: Request, caller: AwsCaller) -> Response:
    """GetFoundationModelAvailability."""
    model, _profile = models.find_bedrock_model(request.path_params["model"])
    if model is None:
        return make_validation_error("The provided model identifier is invalid.")
    granted = caller.fault != "model_not_granted"
    return answer_json(
        {
            "modelId": model.own,
            "agreementAvailability": {"status": "AVAILABLE" if granted else "NOT_AVAILABLE"},
            "authorizationStatus": "AUTHORIZED" if granted else "NOT_AUTHORIZED",
            "entitlementAvailability": "AVAILABLE" if granted else "NOT_AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }
    )


def _list_models() -> tuple[Model, ...]:
    return (*models.list_models_of("bedrock"), *models.list_embedders_of("bedrock"))


def _list_profiled() -> tuple[Model, ...]:
    """Models with an inference profile: Amazon's and Anthropic's."""
    return tuple(model for model in models.list_models_of("bedrock") if model.brand in ("amazon", "anthropic"))


def _check_query(operation: str, request: Request) -> Response | None:
    """Whether the query is what AWS's description of the operation says."""
    query = {name.lower(): value for name, value in request.query_params.items()}
    misfit = service_model.find_misfit("bedrock", operation, {}, query)
    return make_validation_error(misfit.message, misfit.type) if misfit else None


def _format_summary(model: Model) -> dict[str, object]:
    talks = model.kind == "text"
    lifecycle = {"status": "ACTIVE", "startOfLifeTime": "2025-10-01T00:00:00Z"}
    return {
        "modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/{model.own}",
        "modelId": model.own,
        "modelName": model.title,
        "providerName": {"openai": "OpenAI"}.get(model.brand, model.brand.capitalize()),
        "inputModalities": ["TEXT"],
        "outputModalities": ["TEXT" if talks else "EMBEDDING"],
        "responseStreamingSupported": talks,
        "customizationsSupported": [],
        "inferenceTypesSupported": [] if model.profile_only else ["ON_DEMAND"],
        "modelLifecycle": {**lifecycle, "endOfLifeTime": f"{model.ends}T00:00:00Z"} if model.ends else lifecycle,
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


def _read_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
