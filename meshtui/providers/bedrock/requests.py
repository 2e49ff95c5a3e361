"""AWS Bedrock: Converse, the free calls of its control plane, and STS (Bedrock and STS API references).

A key pair signs (SigV4); a Bedrock API key is sent as a bearer, and STS does not take it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlencode

from meshtui.base.credential import Material
from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import JSON, TEST_TOOL, Call, PromptRequest, make_unsendable
from meshtui.http.decoding import Dialect, dig, join_strings, list_strings
from meshtui.providers.base import Listing, RequestFormat
from meshtui.providers.bedrock.event_stream import MEDIA_TYPE, FrameDecoder, FramesAsText
from meshtui.providers.bedrock.hosts import fill_region
from meshtui.providers.bedrock.provider import AwsKeys, AwsMaterial, BedrockKey
from meshtui.providers.bedrock.sigv4 import sign
from meshtui.providers.default_models import parse_day

FORM = "application/x-www-form-urlencoded; charset=utf-8"
_BINARY = {MEDIA_TYPE: lambda: FramesAsText().feed}


def _read_reply_text(value: object) -> str | None:
    content = dig(value, "output", "message", "content")
    return join_strings(content, "text") if isinstance(content, list) else None


def _read_stream_text(name: str, value: object) -> str | None:
    if name == "contentBlockDelta":
        text = dig(value, "delta", "text")
        return text if isinstance(text, str) else ""
    return "" if name in ("messageStart", "contentBlockStart", "contentBlockStop", "messageStop", "metadata") else None


DIALECT = Dialect(_read_reply_text, _read_stream_text, FrameDecoder)


def make_prompt_call(endpoints: Endpoints, material: AwsMaterial, question: PromptRequest) -> Call:
    """One Converse, the same bytes that boto3 would send. `model` may be an id, an inference profile or an ARN."""
    body: dict[str, object] = {
        "messages": [{"role": "user", "content": [{"text": question.text}]}],
        "inferenceConfig": {"maxTokens": question.max_tokens},
    }
    if question.system:
        body["system"] = [{"text": question.system}]
    if question.tools:
        name, about, parameters = TEST_TOOL
        spec = {"name": name, "description": about, "inputSchema": {"json": parameters}}
        body["toolConfig"] = {"tools": [{"toolSpec": spec}]}
    verb = "converse-stream" if question.stream else "converse"
    url = f"{endpoints.bedrock_runtime}/model/{quote(question.model, safe='')}/{verb}"
    return _call("chat", "POST", url, material, json.dumps(body).encode(), JSON)


def make_models_call(endpoints: Endpoints, material: AwsMaterial) -> Call:
    """ListFoundationModels: free."""
    return _call("models", "GET", f"{endpoints.bedrock}/foundation-models", material)


def read_model_names(answer: object) -> list[str]:
    """The ids in that list which can be called as they are: models for text, on demand. The others need a profile."""
    rows = dig(answer, "modelSummaries")
    return list_strings(
        [row for row in rows if _is_for_text_on_demand(row)] if isinstance(rows, list) else [], "modelId"
    )


def read_model_ends(answer: object) -> dict[str, str]:
    """Model → its last day, of the models in that list whose `modelLifecycle` states one."""
    rows = dig(answer, "modelSummaries")
    days = {str(dig(row, "modelId")): parse_day(dig(row, "modelLifecycle", "endOfLifeTime"))
            for row in (rows if isinstance(rows, list) else [])}  # fmt: skip
    return {name: str(day) for name, day in days.items() if day}


def _is_for_text_on_demand(row: object) -> bool:
    outputs, ways = dig(row, "outputModalities"), dig(row, "inferenceTypesSupported")
    return isinstance(outputs, list) and "TEXT" in outputs and isinstance(ways, list) and "ON_DEMAND" in ways


def make_profiles_call(endpoints: Endpoints, material: AwsMaterial, page: str = "") -> Call:
    """ListInferenceProfiles: free. `page` is what `read_next_page` gave for the one before."""
    asked = urlencode({"maxResults": 1000, **({"nextToken": page} if page else {})})
    return _call("profiles", "GET", f"{endpoints.bedrock}/inference-profiles?{asked}", material)


def read_profile_names(answer: object) -> list[str]:
    """The profiles as they are called: Amazon's by their id, an account's own by their ARN."""
    rows = dig(answer, "inferenceProfileSummaries")
    if not isinstance(rows, list):
        return []
    own = [row for row in rows if dig(row, "type") == "APPLICATION"]
    amazons = [row for row in rows if dig(row, "type") != "APPLICATION"]
    return [*list_strings(amazons, "inferenceProfileId"), *list_strings(own, "inferenceProfileArn")]


def read_next_page(answer: object) -> str:
    """The mark of the page after this one; empty after the last."""
    mark = dig(answer, "nextToken")
    return mark if isinstance(mark, str) else ""


def make_availability_call(endpoints: Endpoints, material: AwsMaterial, model: str) -> Call:
    """GetFoundationModelAvailability: free. It knows models, not the inference profiles before them."""
    bare = quote(strip_profile(model), safe="")
    return _call("availability", "GET", f"{endpoints.bedrock}/foundation-model-availability/{bare}", material)


def strip_profile(model: str) -> str:
    """`eu.amazon.nova-micro-v1:0` → `amazon.nova-micro-v1:0`"""
    return re.sub(r"^[a-z-]+\.(?=[a-z0-9]+\.)", "", model)


def make_identity_call(endpoints: Endpoints, keys: AwsKeys) -> Call:
    """STS GetCallerIdentity: free, and no policy can forbid it."""
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    return _call("sts", "POST", f"{endpoints.sts}/", keys, body, FORM, service="sts")


def make_reach_call(endpoints: Endpoints, region: str) -> Call:
    """Any answer shows that the runtime can be reached; no credential is sent."""
    if fault := _find_region_problem(region):
        return make_unsendable("bedrock", "reach", fault, url=endpoints.bedrock_runtime)
    return Call("bedrock", "reach", "GET", fill_region(endpoints.bedrock_runtime, region) + "/", {"Accept": JSON})


def _find_region_problem(region: str) -> str:
    if re.fullmatch(r"[a-z0-9-]+", region):
        return ""
    why = f"{region!r} is not a region" if region else "no region is given"
    return f"{why}, and Bedrock has an address of its own in each"


def _call(
    call: str,
    method: str,
    url: str,
    material: AwsMaterial,
    body: bytes = b"",
    content: str = "",
    service: str = "bedrock",
) -> Call:
    if fault := _find_region_problem(material.region):
        return make_unsendable("bedrock", call, fault, url=url)
    at = fill_region(url, material.region)
    headers = {"Content-Type": content} if content else {}
    return _authorize(material, Call("bedrock", call, method, at, headers, body=body, binary=_BINARY), service)


def _authorize(material: AwsMaterial, call: Call, service: str) -> Call:
    if isinstance(material, BedrockKey):
        return replace(call, bearer=material.key)
    return sign(call, material, service)


def authorize_call(material: Material, _: Secret | None, call: Call) -> Call:
    """The call signed, or with the API key as a bearer. The host says which service it is signed for."""
    service = next((name for name in ("sts", "iam") if f"://{name}." in call.url), "bedrock")
    return _authorize(_take(material), replace(call, binary=_BINARY), service)


def _take(material: Material) -> AwsMaterial:
    if not isinstance(material, (AwsKeys, BedrockKey)):
        raise TypeError("this is no credential of AWS's")
    return material


def _list_models(endpoints: Endpoints, material: Material, _: Secret | None) -> tuple[Listing, ...]:
    ours = _take(material)
    return (
        Listing(lambda _: make_models_call(endpoints, ours), read_model_names, ends=read_model_ends),
        Listing(partial(make_profiles_call, endpoints, ours), read_profile_names, read_next_page),
    )


FORMAT = RequestFormat(
    prompt=lambda endpoints, material, _, question: make_prompt_call(endpoints, _take(material), question),
    dialect=lambda _: DIALECT,
    reach=lambda endpoints, material: make_reach_call(endpoints, _take(material).region),
    address=lambda endpoints, region: fill_region(endpoints.bedrock_runtime, region),
    listings=_list_models,
    authorize=authorize_call,
    is_timed=lambda material: (
        isinstance(material, AwsKeys) or (isinstance(material, BedrockKey) and material.is_short_term)
    ),
)
