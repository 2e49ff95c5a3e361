"""Rules of OpenAI about the request itself, its content and its address, and about failures on OpenAI's own side."""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.openai import fixes as steps

_API = "https://developers.openai.com/api/reference"
_CODES = "https://developers.openai.com/api/docs/guides/error-codes"
_STATUS_PAGE = "https://status.openai.com"

# Codes of the API reference that name what is wrong with the request.
_WRONG = (
    "unsupported_parameter", "unsupported_value", "invalid_value", "invalid_type", "missing_required_parameter",
    "unknown_parameter", "invalid_request", "string_above_max_length",
    "string_below_min_length", "array_above_max_length", "array_below_min_length", "integer_above_max_value",
    "integer_below_min_value", "decimal_above_max_value", "decimal_below_min_value", "unsupported_content_type",
    "invalid_json", "invalid_json_schema", "invalid_function_parameters", "invalid_image", "invalid_image_url",
    "invalid_image_format", "invalid_base64", "image_parse_error", "invalid_file", "unsupported_file", "empty_array",
    "previous_response_not_found", "invalid_encrypted_content", "unsupported_model", "invalid_schema", "bad_request",
    "duplicate_item", "invalid_language_format", "response_not_found", "unsupported_country_language",
)  # fmt: skip

CONTENT = (
    Rule(
        "openai.cyber", "content_blocked", code=("cyber_policy", "cyber_policy_violation"),
        or_says=("flagged for possible cybersecurity risk", "multiple flags for possible cybersecurity",
                 "rejected due to cyber policy"),
        also=("model_access_not_granted",),
        headline="OpenAI's filter for cybersecurity stopped this content",
        not_this="The key is good; another key of the same account gets the same refusal.",
        steps=steps.CYBER, reference="https://chatgpt.com/cyber",
    ),
    Rule(
        "openai.stopped", "content_blocked", reason=("content_filter",),
        headline="A content filter stopped the answer",
        not_this="{status}, but there is no whole answer: it was stopped while it was written. The key is fine.",
        steps=steps.CONTENT, reference="https://openai.com/policies/usage-policies",
    ),
    Rule(
        "openai.content", "content_blocked",
        or_says=("rejected as a result of our safety system", "violating our usage polic",
                 "content management policy", "rejected by the safety system", "content policy"),
        code=("content_policy_violation", "moderation_blocked", "invalid_prompt", "content_filter",
              "responsible_ai_policy_violation", "sexual_content"),
        headline="OpenAI's safety filter refused the content", steps=steps.CONTENT,
        reference="https://openai.com/policies/usage-policies",
    ),
)  # fmt: skip

ADDRESS = (
    Rule(
        "openai.url", "request_invalid", code=("unknown_url",),
        or_says=("invalid url (", "unknown request url"),
        headline="OpenAI has nothing at this address",
        not_this="{status}, but this is not about the model: the path of the request is wrong.",
        steps=steps.BASE_URL, reference=_API,
    ),
    Rule(
        "openai.url-page", "request_invalid", status=(404, 405), shape=("html",), also=("model_not_found",),
        certainty="likely",
        headline="A web server answered instead of the API: the address is wrong",
        steps=steps.BASE_URL, reference=_API,
    ),
    Rule(
        "openai.https", "request_invalid", says=("can only be accessed over https",),
        headline="The request was sent over plain http",
        not_this="{status}, but this is not about permissions: the address must begin with https.",
        steps=steps.HTTPS, reference=_API,
    ),
    Rule(
        "openai.endpoint", "request_invalid",
        says=("not a chat model", "not supported in the v1/", "not allowed to generate embeddings",
              "only supported in v1/", "is not supported with this endpoint", "in the v1/completions endpoint"),
        headline="This model does not answer at this endpoint",
        not_this="The key may use the model: only the endpoint does not fit it.",
        steps=steps.ENDPOINT, reference="https://developers.openai.com/api/docs/models",
    ),
)  # fmt: skip

REQUEST = (
    Rule(
        "openai.too-long", "request_invalid",
        code=("context_length_exceeded", "request_too_large", "max_tokens_exceeded"),
        headline="The prompt is longer than the model takes", steps=steps.SHORTER, reference=_API,
    ),
    Rule(
        "openai.too-long-said", "request_invalid",
        says=("maximum context length", "maximum content size limit", "reduce the length of the messages"),
        headline="The request is larger than OpenAI takes", steps=(*steps.SHORTER, *steps.SMALLER_BODY), reference=_API,
    ),
    Rule(
        "openai.retention", "request_invalid", says=("zero data retention",), code=("unsupported_parameter",),
        also=("permission_denied_explicitly",),
        headline="The organization keeps no data, so nothing earlier can be referred to",
        steps=steps.PARAMETER, reference="https://developers.openai.com/api/docs/guides/your-data",
    ),
    Rule(
        "openai.parameter", "request_invalid", code=_WRONG,
        or_says=("unsupported parameter: '", "unknown parameter: '", "unsupported value: '", "invalid value: '",
                 "missing required parameter: '", "unrecognized request argument supplied",
                 "invalid type for '"),
        headline="OpenAI refuses a part of the request", steps=steps.PARAMETER, reference=_API,
    ),
    Rule(
        "openai.body", "request_invalid", says=("could not parse the json body", "unsupported content type"),
        headline="The body of the request is not what the API reads", steps=steps.BODY, reference=_API,
    ),
    Rule(
        "openai.size", "request_invalid", status=(413,),
        headline="The request is larger than OpenAI takes",
        not_this="The type may say server_error; the size of the request is what is wrong.",
        steps=steps.SMALLER_BODY, reference=_API,
    ),
    Rule(
        "openai.request", "request_invalid",
        type=("invalid_request_error", "invalid_request", "image_generation_user_error"),
        status=(0, 400, 405, 409, 415, 422), certainty="likely",
        also=("model_not_found", "content_blocked", "quota_exhausted", "credential_disabled",
        "model_access_not_granted"),
        headline="OpenAI finds the request itself wrong", steps=steps.PARAMETER, reference=_API,
    ),
    Rule(
        "openai.absent", "request_invalid", type=("invalid_request_error", "not_found_error"), status=(404,),
        certainty="likely", also=("model_not_found",),
        headline="OpenAI does not find what the request refers to", steps=steps.PARAMETER, reference=_API,
    ),
)  # fmt: skip

SERVER = (
    Rule(
        "openai.gateway-timeout", "timeout", type=("cf_gateway_timeout", "cf_timeout", "timeout"),
        headline="Cloudflare waited for OpenAI in vain", reference=_STATUS_PAGE,
    ),
    Rule(
        "openai.gateway", "provider_error",
        type=("cf_bad_gateway", "cf_service_unavailable", "cf_origin_error", "cf_origin_unreachable"),
        headline="Cloudflare could not reach OpenAI behind it", reference=_STATUS_PAGE,
    ),
    Rule(
        "openai.request-timeout", "timeout", says=("request timed out", "timed out while processing"),
        also=("provider_error",), headline="OpenAI took too long", reference=_STATUS_PAGE,
    ),
    Rule(
        "openai.server-said", "provider_error",
        says=("the server had an error", "error while processing your request",
              "error occurred while processing your request"),
        also=("capacity_exhausted",),
        headline="OpenAI failed while it worked on the request", reference=_STATUS_PAGE,
    ),
    Rule(
        "openai.server", "provider_error", type=("server_error", "api_error", "internal_error"),
        status=(0, 200, 500, 501, 502, 503, 504, 520, 521, 522, 523, 524), also=("capacity_exhausted",),
        certainty="likely",  # relays call their own failures so, whatever the provider said
        headline="OpenAI failed while it worked on the request", reference=_STATUS_PAGE,
    ),
    Rule(
        "openai.server-code", "provider_error", code=("server_error", "internal_error", "internal_server_error"),
        certainty="likely", also=("capacity_exhausted",),
        headline="OpenAI failed while it worked on the request", reference=_STATUS_PAGE,
    ),
)  # fmt: skip

LEAST = (
    Rule(
        "openai.unauthorized", "credential_invalid", status=(401,), certainty="likely",
        also=("credential_missing", "credential_expired", "credential_malformed", "unknown"),
        headline="OpenAI does not accept the credential, and says no more",
        reference=_CODES,
    ),
    Rule(
        "openai.silent-403", "unknown", status=(403,), shape=("empty",), who="provider", retryable=True, again=60.0,
        also=("network_blocked", "permission_missing"),
        headline="OpenAI, or the edge before it, refused without a word",
        not_this="Such refusals have been seen to pass by themselves: try again before you change anything.",
        steps=steps.EDGE, reference=_STATUS_PAGE,
    ),
    Rule(
        "openai.permission", "permission_missing", status=(403,), type=("permission_error", "permission_denied"),
        certainty="likely", who="key owner", also=("permission_denied_explicitly", "model_access_not_granted"),
        headline="OpenAI knows the key and does not allow this", reference=_CODES,
    ),
)  # fmt: skip

RULES_BEFORE = (*CONTENT, *ADDRESS)
REQUEST_RULES = (*REQUEST, *SERVER, *LEAST)
