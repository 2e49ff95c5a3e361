"""Whose answer is this? Told by headers and form where nobody says, and never guessed from the status."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.explain.model import Signal

_HEADERS = (
    ("mesh", ("x-mesh-version", "mesh-version", "x-byok-fallback-triggered", "x-mesh-routing-attempts")),
    ("bedrock", ("x-amzn-errortype", ":exception-type", "x-amzn-requestid", "x-amz-request-id")),
    ("openai", ("openai-organization", "openai-version", "openai-processing-ms", "x-openai-authorization-error",
                "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens", "x-error-json")),
    ("vertex", ("x-goog-request-id", "x-vertex-ai-llm-request-type", "x-goog-ext-353267353-bin")),
)  # fmt: skip
_MESH_CODES = frozenset({
    "upstream_auth_error", "upstream_rate_limit_error", "upstream_error", "insufficient_credits",
    "spend_limit_exceeded", "invalid_api_version", "provider_not_available", "gateway_timeout", "all_models_failed",
    "context_window_exceeded", "model_capability_not_supported", "batch_limit_exceeded", "unprocessable_entity",
})  # fmt: skip
_OPENAI = frozenset({
    "insufficient_quota", "requests", "tokens", "tokens_usage_based", "billing_not_active", "access_terminated",
    "image_generation_user_error", "billing_limit_user_error", "usage_limit_reached", "request_forbidden",
    "cf_bad_gateway", "cf_service_unavailable", "cf_gateway_timeout", "service_unavailable_error",
})  # fmt: skip
"""Types that nobody else uses."""
_SAYS = (
    ("vertex", ("googleapis.com", "vertex", "aiplatform", "cloud.google.com", "service account", "publisher model",
                "google cloud", "oauth 2 access token", "invalid_grant", "gcloud", "google.auth",
                "console.developers")),
    ("bedrock", ("bedrock", "amazonaws", "arn:aws", "aws secret access key", "security token included",
                 "aws-marketplace", "request signature we calculated", "inference profile", "on-demand throughput",
                 "botocore", "signature expired", "missing authentication token", "awserror", "aws_")),
    ("openai", ("openai", "chatgpt", "incorrect api key provided", "exceeded your current quota", "missing scopes",
                "must be verified to", "or you do not have access to it", "billing hard limit",
                "no credits remaining")),
    ("mesh", ("meshapi", "mesh api", "invalid or missing api key.", "token decode failed")),
)  # fmt: skip


def whose(signal: Signal) -> str:
    """The provider whose answer this is: `openai`, `bedrock`, `vertex`, `mesh`, or empty where it cannot be told."""
    return _by_headers(signal.headers) or _by_form(signal) or _by_words(signal)


def _by_headers(headers: Mapping[str, str]) -> str:
    if not headers:
        return ""
    for provider, names in _HEADERS:
        if any(name in headers for name in names):
            return provider
    if "accounts.google.com" in headers.get("www-authenticate", "") or headers.get("server") in ("ESF", "scaffolding"):
        return "vertex"
    return ""


def _by_form(signal: Signal) -> str:
    if signal.word or signal.origin in ("token", "feedback") or signal.domain.endswith("googleapis.com"):
        return "vertex"
    if signal.request_id.startswith("req_vrtx_"):
        return "vertex"
    if signal.provider_code or signal.code in _MESH_CODES:
        return "mesh"
    if signal.request_id.startswith("req_01") and signal.code and not signal.type:
        return "mesh"
    if signal.type in _OPENAI:
        return "openai"
    if signal.origin in ("aws", "aws-body", "frame") or (signal.origin == "xml" and signal.type):
        return "bedrock"
    if signal.type.endswith("Exception"):
        return "bedrock"
    return ""


def _by_words(signal: Signal) -> str:
    said = signal.said
    for provider, words in _SAYS:
        if any(word in said for word in words):
            return provider
    # What is left with OpenAI's four fields is OpenAI's, or somebody's who copies it.
    return "openai" if signal.origin in ("error", "event", "detail") and signal.type and signal.code else ""
