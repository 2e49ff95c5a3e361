"""Whatever is pasted, the answer in it is found, with provider and status, and explained."""

from __future__ import annotations

import json
from typing import Any

import pytest

from meshtui.explain.find import find_errors

QUOTA = {"error": {"message": "Spent.", "type": "insufficient_quota", "param": None, "code": "insufficient_quota"}}
DENIED = {"error": {"code": 403, "message": "Permission 'x.y' denied on it", "status": "PERMISSION_DENIED",
                    "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "googleapis.com",
                                 "reason": "IAM_PERMISSION_DENIED", "metadata": {"permission": "x.y"}}]}}  # fmt: skip


def har(*answers: tuple[str, int, str], kind: str = "application/json") -> str:
    entries = [{"request": {"method": "POST", "url": url},
                "response": {"status": status, "headers": [{"name": "Retry-After", "value": "3"}],
                             "content": {"mimeType": kind, "text": body}}}
               for url, status, body in answers]  # fmt: skip
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


CURL_I = f"""HTTP/2 429
content-type: application/json
retry-after: 20
x-request-id: req_77

{json.dumps({"error": {"message": "Rate limit reached on requests per min.", "type": "requests", "code": None}})}
"""
CURL_V = """* Connected to bedrock-runtime.eu-west-1.amazonaws.com (127.0.0.1) port 443
> POST /model/eu.amazon.nova-pro-v1%3A0/converse HTTP/1.1
> Host: bedrock-runtime.eu-west-1.amazonaws.com
>
< HTTP/1.1 403 Forbidden
< x-amzn-RequestId: a-b-c
< x-amzn-ErrorType: UnrecognizedClientException
<
{"message":"The security token included in the request is invalid."}
* Connection #0 left intact
"""
OPENAI_PYTHON = f"""Traceback (most recent call last):
  File "/app/ask.py", line 3, in <module>
    client.chat.completions.create(model="gpt-4o")
  File "/usr/lib/python3/site-packages/openai/_base_client.py", line 1040, in _request
    raise self._make_status_error_from_response(err.response) from None
openai.RateLimitError: Error code: 429 - {QUOTA}
"""
OPENAI_NODE = """RateLimitError: 429 Spent.
    at APIError.generate (file:///app/node_modules/openai/error.mjs:63:20) {
  status: 429,
  request_id: 'req_9',
  error: { message: 'Spent.', type: 'insufficient_quota', param: null, code: 'insufficient_quota' },
  code: 'insufficient_quota',
  type: 'insufficient_quota'
}
"""
AWS_NODE = """AccessDeniedException: User: arn:aws:iam::111122223333:user/q is not authorized to perform: \
bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0 because no \
identity-based policy allows the bedrock:InvokeModel action
    at de_CommandError (/app/node_modules/@aws-sdk/client-bedrock-runtime/dist-cjs/index.js:9:9) {
  '$fault': 'client',
  '$metadata': { httpStatusCode: 403, requestId: 'q-1', attempts: 1 }
}
"""
API_CORE = """google.api_core.exceptions.PermissionDenied: 403 Vertex AI API has not been used in project 77 before or \
it is disabled. [reason: "SERVICE_DISABLED"
domain: "googleapis.com"
metadata {
  key: "service"
  value: "aiplatform.googleapis.com"
}
]
"""
CHAINED = """Traceback (most recent call last):
  File "a.py", line 1, in <module>
httpx.ConnectError: [Errno -2] Name or service not known

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 9, in <module>
openai.APIConnectionError: Connection error.
"""

# What was pasted → provider, status, cause.
PASTES: dict[str, tuple[str, str, int, str]] = {
    "curl -i": (CURL_I, "openai", 429, "rate_limited_requests"),
    "curl -v": (CURL_V, "bedrock", 403, "credential_invalid"),
    "curl -i with CRLF": (CURL_I.replace("\n", "\r\n"), "openai", 429, "rate_limited_requests"),
    "a HAR file": (har(("https://api.openai.com/v1/models", 200, "[]"),
                       ("https://api.openai.com/v1/chat/completions", 429, json.dumps(QUOTA))),
                   "openai", 429, "quota_exhausted"),
    "a HAR entry": (json.dumps(json.loads(har(("https://api.meshapi.ai/v1/chat/completions", 401, "{}")))["log"]
                               ["entries"][0]), "mesh", 401, "credential_invalid"),
    "a HAR file with an error in a stream": (
        har(("https://api.openai.com/v1/chat/completions", 200, f"data: {json.dumps(QUOTA)}\n\n"),
            ("https://api.openai.com/v1/chat/completions", 200, "data: [DONE]\n\n"), kind="text/event-stream"),
        "openai", 200, "quota_exhausted"),
    "a body": (json.dumps(DENIED), "vertex", 403, "permission_missing"),
    "OpenAI for Python": (OPENAI_PYTHON, "openai", 429, "quota_exhausted"),
    "OpenAI for Node": (OPENAI_NODE, "openai", 429, "quota_exhausted"),
    "OpenAI for .NET": ("HTTP 401 (invalid_request_error: invalid_api_key)\n\nIncorrect API key provided: None.",
                        "openai", 401, "credential_missing"),
    "OpenAI for Go": ("error, status code: 429, status: 429 Too Many Requests, message: You exceeded your "
                      "current quota",
                      "openai", 429, "quota_exhausted"),
    "boto3": ("botocore.errorfactory.ThrottlingException: An error occurred (ThrottlingException) when calling the "
              "Converse operation (reached max retries: 4): Too many tokens, please wait before trying again.",
              "bedrock", 0, "rate_limited_tokens"),
    "AWS for Node": (AWS_NODE, "bedrock", 403, "permission_missing"),
    "AWS for Go": ("operation error Bedrock Runtime: InvokeModel, https response error StatusCode: 400, "
                   "RequestID: a-1, ValidationException: The provided model identifier is invalid.", "bedrock", 400,
                   "model_not_found"),
    "AWS for Java": ("software.amazon.awssdk.services.bedrockruntime.model.ValidationException: The provided model "
                     "identifier is invalid. (Service: BedrockRuntime, Status Code: 400, Request ID: a-1)",
                     "bedrock", 400, "model_not_found"),
    "google-auth": ("google.auth.exceptions.RefreshError: ('invalid_grant: Invalid JWT Signature.', {'error': "
                    "'invalid_grant', 'error_description': 'Invalid JWT Signature.'})", "vertex", 0,
                    "credential_invalid"),
    "google-auth in Node": ("GaxiosError: invalid_grant: Invalid JWT Signature.\n    at Gaxios._request (/a.js:1)\n"
                            "  status: 400,", "vertex", 400, "credential_invalid"),
    "google-genai": (f"google.genai.errors.ClientError: 403 PERMISSION_DENIED. {DENIED}", "vertex", 403,
                     "permission_missing"),
    "google.api_core": (API_CORE, "vertex", 403, "api_not_enabled"),
    "LiteLLM with OpenAI": ("litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key "
                            "provided: undefined. You can find", "openai", 401, "credential_missing"),
    "LiteLLM with Vertex": (f"litellm.RateLimitError: litellm.RateLimitError: VertexAIException - "
                             f"b'{json.dumps(DENIED)}'"
                            .replace("Permission 'x.y' denied", "Permission denied"), "vertex", 403,
                            "permission_missing"),
    "LiteLLM with Bedrock": ('litellm.BadRequestError: BedrockException - {"message":"The provided model identifier is '
                             'invalid."}', "bedrock", 0, "model_not_found"),
    "httpx": ("httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://api.openai.com/v1/models'",
              "openai", 401, "credential_invalid"),
    "a chain of Python exceptions": (CHAINED, "openai", 0, "connection_failed"),
    "a Node stack without an answer": ("Error: getaddrinfo ENOTFOUND api.openai.com\n    at GetAddrInfo (node:dns:71)",
                                       "openai", 0, "connection_failed"),
    "a log line with JSON": ('12:00:01 ERROR https://api.meshapi.ai/v1/chat/completions status=401 body={"error":'
                             '{"code":"upstream_auth_error","message":"No.","provider_code":"invalid_auth"}}', "mesh",
                             401,
                             "credential_invalid"),
    "nothing of the kind": ("the quick brown fox", "", 0, "unknown"),
    "nothing at all": ("", "", 0, "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", PASTES)
def test_the_answer_is_found_in_whatever_is_pasted(name: str):
    text, provider, status, cause = PASTES[name]
    found = find_errors(text)
    told = found[0].explanation
    assert len(found) == 1
    assert (told.provider, told.status, told.cause) == (provider, status, cause)


def test_the_address_tells_model_and_region():
    context = find_errors(CURL_V)[0].error.context
    assert (context.model, context.region) == ("eu.amazon.nova-pro-v1:0", "eu-west-1")


def test_headers_of_a_transcript_count():
    told = find_errors(CURL_I)[0].explanation
    assert (told.retry_after, told.request_id) == (20.0, "req_77")


def test_several_failures_in_a_log_are_told_each_once_in_their_order():
    boto = "An error occurred (ExpiredTokenException) when calling the Converse operation: The token is expired\n"
    causes = [one.explanation.cause for one in find_errors(boto + OPENAI_PYTHON + boto)]
    assert causes == ["credential_expired", "quota_exhausted"]


def test_only_failures_of_a_redirected_transcript_are_told():
    found = find_errors("HTTP/1.1 302 Found\nlocation: /x\n\n" + CURL_I)
    assert [one.explanation.status for one in found] == [429]


def test_a_stream_that_fails_inside_a_200_is_a_failure():
    text = 'HTTP/1.1 200 OK\ncontent-type: text/event-stream\n\ndata: {"error": {"code": "upstream_error"}}\n\n'
    assert find_errors(text, provider="mesh")[0].explanation.cause == "provider_error"


def test_a_given_provider_is_believed():
    assert find_errors(json.dumps(QUOTA), provider="mesh")[0].error.provider == "mesh"


@pytest.mark.parametrize(
    "broken", ['{"log": {"entries": 7}}', '{"request": 1, "response": {}}', '{"log": [],', "HTTP/"]
)
def test_broken_records_are_read_as_they_are(broken: Any):
    assert len(find_errors(broken)) == 1


@pytest.mark.parametrize(("text", "provider", "status", "cause"), [
    ('Error: 429 {"error":{"type":"rate_limit_error","message":"Too many"}}', "", 429, "rate_limited"),
    ('API Error: 403 {"error":{"type":"forbidden","message":"Request not allowed"}} · Please run /login', "", 403,
     "permission_missing"),
    ("API Error (us.anthropic.claude-x): 400 The provided model identifier is invalid.", "bedrock", 400,
     "model_not_found"),
    ("groq.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for model `x` on tokens per "
     "minute "
     "(TPM): Limit 8000', 'type': 'tokens', 'code': 'rate_limit_exceeded'}}", "groq", 429, "rate_limited_tokens"),
    ("ollama._types.ResponseError: model 'qwen3:14b' not found (status code: 404)", "ollama", 404, "model_not_found"),
])  # fmt: skip
def test_whose_it_is_and_which_status_is_read_beside_a_form_that_everybody_copies(
    text: str, provider: str, status: int, cause: str
):
    told = find_errors(text)[0].explanation
    assert (told.provider, told.status, told.cause) == (provider, status, cause)


@pytest.mark.parametrize("text", [
    "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    "SyntaxError: Unexpected token < in JSON at position 0",
    "DeprecationWarning: the functions parameter has been deprecated in favor of tools",
])  # fmt: skip
def test_a_programs_own_trouble_is_not_taken_for_a_keys(text: str):
    assert find_errors(text)[0].explanation.cause == "unknown"


def test_a_deprecated_parameter_is_not_a_deprecated_model():
    for body in ('{"error": {"message": "The functions parameter has been deprecated.", "type": '
                 '"invalid_request_error"}}',
                 '{"message": "The model\'s top_k parameter is no longer supported."}'):  # fmt: skip
        told = find_errors(body, status=400, provider="openai" if "type" in body else "bedrock")[0].explanation
        assert told.certainty != "certain" or told.cause == "request_invalid"


SHORT = {
    "grpc's debug text, quoted once more": (
        r'debug_error_string = "UNKNOWN:Error received from peer ipv4:192.0.2.1:443 {created_time:\"2026-02-17"'
        r", grpc_status:7, grpc_message:\"Permission \'aiplatform.endpoints.predict\' denied on resource "
        r"\'//aiplatform.googleapis.com/projects/p-1/locations/us-central1/endpoints/7\' (or it may not exist).\"}\"",
        "permission_missing", "vertex",
    ),
    "a project's display name": (
        "403 Permission denied on resource project My First Project. [links {", "account_mismatch", "vertex",
    ),
    "a placeholder in a project's place": (
        "google.api_core.exceptions.PermissionDenied: 403 Permission denied on resource project {PROJECT}.",
        "account_mismatch", "vertex",
    ),
    "a limit of the day": ("[API Error: You have exhausted your daily quota on this model.]", "rate_limited", ""),
    "a client library without a key": (
        "Could not resolve authentication method. Expected either api_key or auth_token to be set.",
        "credential_missing", "anthropic",
    ),
    "traces that are not sent": ("OPENAI_API_KEY is not set, skipping trace export", "credential_missing", "openai"),
    "an answer in a relay's, its quotes not escaped": (
        'API Error: {"error":{"message":"Provider returned error","code":403,"metadata":{"raw":{"data":"{"error":{'
        '"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}}"}}}}',
        "country_unsupported", "openai",
    ),
    "an error of AWS's library for JavaScript without a sentence": (
        '{"name": "ThrottlingException", "$fault": "client", "$metadata": {"httpStatusCode": 429}}',
        "rate_limited", "bedrock",
    ),
    "an axios error of OpenAI's old client": (
        "Error: Request failed with status code 429\n  headers: { 'User-Agent': 'OpenAI/NodeJS/3.2.1' }",
        "rate_limited", "openai",
    ),
    "a form that was not sent, and no word of AWS": (
        "API Error: 404 Model use case details have not been submitted for this account. Fill out the form first.",
        "model_access_not_granted", "bedrock",
    ),
    "a Bedrock API key": (
        'Forbidden: {"Message":"Authentication failed: Please make sure your API Key is valid."}',
        "credential_invalid", "bedrock",
    ),
    "an exception of .NET that AWS has not": (
        "HttpOperationException: Response status code does not indicate success: 401 (Unauthorized).",
        "credential_invalid", "",
    ),
    "Azure's own client": (
        "Service request failed. Status: 401 (Unauthorized)\n  at Azure.AI.OpenAI.Chat.AzureChatClient.Complete",
        "credential_invalid", "azure-openai",
    ),
    "a LiteLLM proxy's budget": (
        '{"error":{"message":"Authentication Error, ExceededBudget: User u is over budget.","type":"auth_error",'
        '"param":"None","code":401}}', "quota_exhausted", "litellm",
    ),
    "Azure OpenAI behind another tool": (
        "An error occurred when calling Azure OpenAI: Server responded with status 400. Error message: {'error': {"
        "'message': 'Unsupported parameter.', 'type': 'invalid_request_error', 'code': 'unsupported_parameter'}}",
        "request_invalid", "azure-openai",
    ),
    "AI Studio in Go": (
        "Error 429, Message: You exceeded your current quota, please check your plan and billing details. For more "
        "information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits., Status: "
        "RESOURCE_EXHAUSTED, Details: []", "quota_exhausted", "google-ai-studio",
    ),
    "OpenAI's sentence alone": (
        "[Error: 400 Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
        "instead.]", "request_invalid", "openai",
    ),
    "an exception that hides botocore's": (
        "AttributeError: 'NoCredentialsError' object has no attribute 'response'", "credential_missing", "bedrock",
    ),
    "a bare reason phrase": ("Couldn't connect with these settings\nUnauthorized", "credential_invalid", ""),
    "a status without a body": (
        "Authorization failed - please check your credentials\n401 status code (no body)", "credential_invalid", "",
    ),
    "an API that is off, its status before its name": (
        "Failed to connect to Vertex AI: 403 Vertex AI API has not been used in project p-1 before or it is disabled.",
        "api_not_enabled", "vertex",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_a_line_as_tools_print_it_is_enough(name: str):
    text, cause, provider = SHORT[name]
    told = find_errors(text)[0].explanation
    assert (told.cause, told.provider) == (cause, provider)


def test_the_headline_names_what_stood_in_the_answer():
    """Not the first of several words, and no status that stands before a name."""
    assert find_errors(SHORT["a project's display name"][0])[0].explanation.headline.startswith("My First Project is")
    off = find_errors(SHORT["an API that is off, its status before its name"][0])[0].explanation
    assert off.headline.startswith("Vertex AI API is not enabled")
    assert off.status == 403


def test_a_general_row_speaks_for_a_vendor_in_its_own_words():
    told = find_errors(SHORT["a client library without a key"][0])[0].explanation
    assert told.headline == "The client library found no key in its settings and sent nothing"
