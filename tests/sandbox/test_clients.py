"""Other people's clients, unchanged, take the sandbox for the real thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import botocore.exceptions
import google.auth.transport
import google.oauth2.service_account
import httpx
import pytest
from botocore.config import Config

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import CLOUD_PLATFORM, CONVERSE, MESSAGES, at

MODEL = "amazon.nova-micro-v1:0"
CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"


# AWS


def aws(sandbox: Sandbox, service: str) -> Any:
    about = sandbox.addresses["aws"]
    return boto3.client(
        service,
        endpoint_url=about["endpoint_url"],
        region_name=about["region"],
        aws_access_key_id=about["access_key_id"],
        aws_secret_access_key=about["secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}, signature_version="v4"),
    )


@pytest.fixture
def runtime(sandbox: Sandbox) -> Any:
    return aws(sandbox, "bedrock-runtime")


def test_boto3_converses(runtime: Any):
    answer = runtime.converse(modelId=MODEL, **CONVERSE)
    assert answer["output"]["message"]["content"][0]["text"] == "pong"
    assert answer["usage"]["totalTokens"] == 7


def test_boto3_reads_a_stream(runtime: Any):
    events = list(runtime.converse_stream(modelId=CLAUDE, **CONVERSE)["stream"])
    texts = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
    assert "".join(texts) == "pong"
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 1


def test_boto3_invokes_in_the_models_own_schema(runtime: Any):
    import json

    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 16, "messages": MESSAGES}
    answer = json.loads(runtime.invoke_model(modelId=CLAUDE, body=json.dumps(body))["body"].read())
    assert (answer["content"][0]["text"], answer["stop_reason"]) == ("pong", "end_turn")
    nova = json.loads(runtime.invoke_model(modelId=MODEL, body=json.dumps(CONVERSE))["body"].read())
    assert nova["output"]["message"]["content"][0]["text"] == "pong"


def test_boto3_knows_who_it_is_and_what_there_is(sandbox: Sandbox):
    who = aws(sandbox, "sts").get_caller_identity()
    assert who["Arn"].endswith(":user/meshtui-sandbox")
    bedrock = aws(sandbox, "bedrock")
    assert MODEL in [model["modelId"] for model in bedrock.list_foundation_models()["modelSummaries"]]
    state = bedrock.get_foundation_model_availability(modelId=MODEL)
    assert (state["authorizationStatus"], state["agreementAvailability"]["status"]) == ("AUTHORIZED", "AVAILABLE")


def test_boto3_lists_inference_profiles_page_by_page(sandbox: Sandbox):
    bedrock = aws(sandbox, "bedrock")
    pages = list(bedrock.get_paginator("list_inference_profiles").paginate(PaginationConfig={"PageSize": 2}))
    names = [profile["inferenceProfileId"] for page in pages for profile in page["inferenceProfileSummaries"]]
    assert len(pages) == 3
    assert len(set(names)) == len(names) == 5
    assert CLAUDE in names
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        bedrock.list_inference_profiles(nextToken="nonsense")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("revoked", "UnrecognizedClientException"),
        ("expired", "ExpiredTokenException"),
        ("no_permission", "AccessDeniedException"),
        ("rate_limited", "ThrottlingException"),
        ("shared_capacity", "ServiceUnavailableException"),
        ("clock_skew", "InvalidSignatureException"),
    ],
)
def test_boto3_raises_what_it_raises_for_aws(sandbox: Sandbox, runtime: Any, fault: str, code: str):
    sandbox.set_fault("aws", fault)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        runtime.converse(modelId=MODEL, **CONVERSE)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["RequestId"]


def test_boto3_raises_the_error_inside_a_stream(sandbox: Sandbox, runtime: Any):
    sandbox.set_fault("aws", "stream_error")
    with pytest.raises(botocore.exceptions.EventStreamError, match="internalServerException"):
        list(runtime.converse_stream(modelId=MODEL, **CONVERSE)["stream"])


def test_boto3_tells_a_dropped_connection_from_an_answer(sandbox: Sandbox, runtime: Any):
    sandbox.set_fault("aws", "down")
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        runtime.converse(modelId=MODEL, **CONVERSE)


# Google


class Transport(google.auth.transport.Request):  # type: ignore[misc]
    """google-auth's transport over httpx."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def __call__(self, url: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any) -> Any:
        answer = self._http.request(method, url, content=body, headers=headers)
        return type("Answer", (), {"status": answer.status_code, "headers": answer.headers, "data": answer.content})


def google_credentials(sandbox: Sandbox) -> Any:
    info = at(sandbox, "vertex", "service_account")
    return google.oauth2.service_account.Credentials.from_service_account_info(info, scopes=[CLOUD_PLATFORM])


def test_google_auth_gets_a_token(sandbox: Sandbox, http: httpx.Client):
    credentials = google_credentials(sandbox)
    credentials.refresh(Transport(http))
    assert credentials.valid


@pytest.mark.parametrize(
    ("fault", "says"), [("revoked", "Invalid JWT Signature"), ("disabled", "Robot is disabled"), ("clock_skew", "iat")]
)
def test_google_auth_raises_what_google_says(sandbox: Sandbox, http: httpx.Client, fault: str, says: str):
    from google.auth.exceptions import RefreshError

    sandbox.set_fault("vertex", fault)
    with pytest.raises(RefreshError, match=f"invalid_grant: .*{says}"):
        google_credentials(sandbox).refresh(Transport(http))


# SDKs that are not part of the test extra


def sdk(name: str) -> Any:
    return pytest.importorskip(name, reason=f"the SDK {name} is not installed: pip install {name}")


@pytest.fixture
def openai_client(sandbox: Sandbox) -> Any:
    """OpenAI's SDK at the service `where`, by default OpenAI's own."""
    openai = sdk("openai")

    def make(where: str = "openai") -> Any:
        about = sandbox.addresses[where]
        return openai.OpenAI(base_url=about["base_url"], api_key=about["key"], max_retries=0)

    return make


@pytest.mark.clients
@pytest.mark.parametrize(("where", "model"), [("openai", "gpt-4o-mini"), ("mesh", "openai/gpt-4o-mini")])
def test_openais_sdk_chats_and_streams_with_openai_and_mesh(
    openai_client: Callable[[str], Any], where: str, model: str
):
    client = openai_client(where)
    assert client.chat.completions.create(model=model, messages=MESSAGES).choices[0].message.content == "pong"
    chunks = list(client.chat.completions.create(model=model, messages=MESSAGES, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "pong"


@pytest.mark.clients
def test_openais_sdk_lists_models(openai_client: Callable[[], Any]):
    assert "gpt-4o-mini" in [model.id for model in openai_client().models.list()]


@pytest.mark.clients
@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("revoked", "AuthenticationError", "invalid_api_key"),
        ("model_not_granted", "PermissionDeniedError", "model_not_found"),
        ("rate_limited", "RateLimitError", "rate_limit_exceeded"),
        ("quota_empty", "RateLimitError", "insufficient_quota"),
        ("shared_capacity", "InternalServerError", "server_is_overloaded"),
    ],
)
def test_openais_sdk_raises_its_own_classes(
    sandbox: Sandbox, openai_client: Callable[[], Any], fault: str, error: str, code: str
):
    sandbox.set_fault("openai", fault)
    with pytest.raises(getattr(sdk("openai"), error)) as caught:
        openai_client().chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)
    assert (caught.value.code, caught.value.request_id[:4]) == (code, "req_")


@pytest.mark.clients
def test_openais_sdk_raises_the_error_inside_a_stream(sandbox: Sandbox, openai_client: Callable[[], Any]):
    sandbox.set_fault("openai", "stream_error")
    with pytest.raises(sdk("openai").APIError, match="had an error while processing"):
        list(openai_client().chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True))


def mesh_client(sandbox: Sandbox) -> Any:
    meshapi = sdk("meshapi")
    base = at(sandbox, "mesh", "base_url").removesuffix("/v1")
    return meshapi.MeshAPI(base_url=base, token=at(sandbox, "mesh", "key"), max_retries=0)


@pytest.mark.clients
def test_meshs_sdk_chats_streams_and_lists(sandbox: Sandbox):
    sdk("meshapi")
    from meshapi import ChatCompletionParams, ChatMessage

    client = mesh_client(sandbox)
    asked = {"model": "openai/gpt-4o-mini", "messages": [ChatMessage(**MESSAGES[0])], "cache": False}
    assert client.chat.completions.create(ChatCompletionParams(**asked)).choices[0].message.content == "pong"
    chunks = list(client.chat.completions.stream(ChatCompletionParams(**asked)))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "pong"
    assert "openai/gpt-4o-mini" in [model.id for model in client.models.list()]
    assert client.models.get("openai/gpt-4o-mini").name == "GPT-4o mini"
    assert len(client.models.free()) + len(client.models.paid()) == len(client.models.list())
    assert client.models.search().total == len(client.models.list())


@pytest.mark.clients
@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("revoked", 401, "upstream_auth_error"), ("rate_limited", 429, "upstream_rate_limit_error")],
)
def test_meshs_sdk_reads_the_envelope(sandbox: Sandbox, fault: str, status: int, code: str):
    sdk("meshapi")
    from meshapi import ChatCompletionParams, ChatMessage, MeshAPIError

    sandbox.set_fault("openai", fault)
    sandbox.set_policy("openai", exclusive=True)
    asked = {"model": "openai/gpt-4o-mini", "messages": [ChatMessage(**MESSAGES[0])], "cache": False}
    with pytest.raises(MeshAPIError) as caught:
        mesh_client(sandbox).chat.completions.create(ChatCompletionParams(**asked))
    assert (caught.value.status, caught.value.error_code) == (status, code)
    assert caught.value.request_id == sandbox.truth[-1].request_id
    assert caught.value.provider_error
