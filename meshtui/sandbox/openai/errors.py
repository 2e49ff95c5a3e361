"""Fault → OpenAI's answer. One row a fault; the sentences are those that people have pasted.

`{…}` in a sentence: mask (the key as OpenAI masks it), model, project, organization, limit, wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.sandbox.http_messages import (
    INTERNAL,
    INVALID_AUTH,
    MODEL_NOT_FOUND,
    OVERLOADED,
    PERMISSION_DENIED,
    QUOTA_EXCEEDED,
    RATE_LIMITED,
    TIMEOUT,
)

REQUEST_ERROR = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class OpenaiError:
    status: int
    type: str
    code: str | int | None
    message: str
    meaning: str
    every_call: bool = False
    """Whether listing models fails too; else only what runs a model does."""
    names_status: bool = False
    """The newer form of body, with `"status": 401` beside the error."""
    param: str | None = None
    streams_only: bool = False
    """Whether an answer that does not stream is given."""


UNKNOWN_KEY = OpenaiError(
    401, REQUEST_ERROR, "invalid_api_key",
    "Incorrect API key provided: {mask}. You can find your API key at https://platform.openai.com/account/api-keys.",
    INVALID_AUTH, every_call=True,
)  # fmt: skip

NO_KEY = OpenaiError(
    401, REQUEST_ERROR, None,
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
    "(i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from "
    "https://platform.openai.com/account/api-keys.",
    INVALID_AUTH, every_call=True,
)  # fmt: skip

WRONG_ORGANIZATION = OpenaiError(
    401, REQUEST_ERROR, "mismatched_organization", "OpenAI-Organization header should match organization for API key",
    INVALID_AUTH,
)  # fmt: skip

WRONG_PROJECT = OpenaiError(
    401, REQUEST_ERROR, "mismatched_project", "OpenAI-Project header should match project for API key", INVALID_AUTH,
)  # fmt: skip

MODEL_ENDED = OpenaiError(
    404, REQUEST_ERROR, "model_not_found",
    "The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
    MODEL_NOT_FOUND,
)  # fmt: skip

FAULTS_AT_OPENAI = {
    "revoked": UNKNOWN_KEY,
    "disabled": OpenaiError(
        401, REQUEST_ERROR, "account_deactivated",
        "The OpenAI account associated with this API key has been deactivated. If you are the developer for this "
        "OpenAI app, please check your email for more information. If you are seeing this error while using another "
        "app or site, please reach out to them for more help.",
        INVALID_AUTH, every_call=True, names_status=True,
    ),
    # Keys may carry an end date since September 2026; no answer to an expired one has been published, and a key that
    # is no longer there reads as unknown.
    "expired": UNKNOWN_KEY,
    "no_permission": OpenaiError(
        401, REQUEST_ERROR, "missing_scope",
        "You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the "
        "correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a "
        "restricted API key, that it has the necessary scopes.",
        PERMISSION_DENIED,
    ),
    "no_streaming": OpenaiError(
        400, REQUEST_ERROR, "unsupported_value",
        "Your organization must be verified to stream this model. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just "
        "verified, it can take up to 15 minutes for access to propagate.",
        PERMISSION_DENIED, param="stream", streams_only=True,
    ),
    # OpenAI has no policy language; an organization's list of allowed addresses is its one explicit refusal.
    "explicit_deny": OpenaiError(
        401, REQUEST_ERROR, "ip_not_authorized", "Your IP is not authorized to make this request.",
        PERMISSION_DENIED, every_call=True,
    ),
    "model_not_granted": OpenaiError(
        403, REQUEST_ERROR, "model_not_found", "Project `{project}` does not have access to model `{model}`",
        PERMISSION_DENIED,
    ),
    "quota_empty": OpenaiError(
        429, "insufficient_quota", "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        QUOTA_EXCEEDED,
    ),
    "rate_limited": OpenaiError(
        429, "requests", "rate_limit_exceeded",
        "Rate limit reached for {model} in organization {organization} on requests per min (RPM): Limit {limit}, "
        "Used {limit}, Requested 1. Please try again in {wait}. Visit "
        "https://platform.openai.com/account/rate-limits to learn more.",
        RATE_LIMITED,
    ),
    "shared_capacity": OpenaiError(
        503, "service_unavailable_error", "server_is_overloaded",
        "Our servers are currently overloaded. Please try again later.",
        OVERLOADED,
    ),
    "tokens_limited": OpenaiError(
        429, "tokens", "rate_limit_exceeded",
        "Rate limit reached for {model} in organization {organization} on tokens per min (TPM): Limit {limit}, "
        "Used {limit}, Requested 1200. Please try again in {wait}. Visit "
        "https://platform.openai.com/account/rate-limits to learn more.",
        RATE_LIMITED,
    ),
    "server_error": OpenaiError(
        500, "server_error", None, "The server had an error while processing your request. Sorry about that!", INTERNAL,
    ),
    # The edge before the model server answers, with a number for a code.
    "upstream_timeout": OpenaiError(504, "cf_gateway_timeout", 504, "Gateway Timeout.", TIMEOUT),
    "suspended": OpenaiError(
        429, "access_terminated", None,
        "Your access was terminated due to violation of our policies, please check your email for more information. If "
        "you believe this is in error and would like to appeal, please contact us through our help center at "
        "help.openai.com.",
        INVALID_AUTH, every_call=True,
    ),
    "model_ended": MODEL_ENDED,
    # A project with data residency answers at its region's host only.
    "wrong_region": OpenaiError(
        401, REQUEST_ERROR, "incorrect_hostname",
        "Attempted to access resource with incorrect regional hostname. Please make your request to us.api.openai.com",
        PERMISSION_DENIED, every_call=True, names_status=True,
    ),
}  # fmt: skip
"""Not here: clock_skew (a key has no clock; only the Date header shows it), slow, down,
html_from_edge (see `fault_injection`), what happens to streams (see STREAM_ERRORS)."""

STREAM_ERRORS = {
    "stream_error": {
        "message": "The server had an error while processing your request. Sorry about that!",
        "type": "server_error",
        "param": None,
        "code": None,
    },
    "stream_throttled": {
        "message": "Rate limit reached on tokens per min (TPM): Limit 200000, Used 200000, Requested 1200. Please try "
        "again in 360ms. Visit https://platform.openai.com/account/rate-limits to learn more.",
        "type": "tokens",
        "param": None,
        "code": "rate_limit_exceeded",
    },
}
"""Fault → what comes in a stream that has begun."""
