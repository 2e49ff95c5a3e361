"""Mesh: the request itself, the forms of its framework and its edge, and what only its SDKs say."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.explain.model import Rule, Signal
from meshtui.explain.steps import mesh as steps

_ERRORS = "https://developers.meshapi.ai/docs/reference/errors"
_VERSIONS = "https://developers.meshapi.ai/docs/reference/api-versioning"
_MODELS = "https://developers.meshapi.ai/docs/reference/models"


def _field(signal: Signal) -> Mapping[str, str] | None:
    """Holds where `error.details` names the field; field and problem are in the metadata."""
    return {} if "field" in signal.metadata else None


REQUEST = (
    Rule(
        "mesh.content", "content_blocked", code=("content_policy_violation", "content_filter", "content_blocked"),
        headline="The provider's safety filter refused the content", steps=steps.CONTENT, reference=_ERRORS,
    ),
    Rule(
        "mesh.version", "request_invalid", code=("invalid_api_version",),
        headline="The header X-Mesh-Version names no version that Mesh has",
        not_this="Mesh checks this before it looks at any key.", steps=steps.VERSION, reference=_VERSIONS,
    ),
    Rule(
        "mesh.model-unknown", "model_not_found", code=("model_not_found",),
        reads=r"\bmodel[ `'\"]+(?P<model>[\w.:/@-]{1,120})[`'\"]", also=("model_access_not_granted",),
        headline="Mesh does not know {model}, or not for this key",
        steps=steps.MODEL_ID, reference=_MODELS,
    ),
    Rule(
        "mesh.too-long", "request_invalid", code=("context_window_exceeded", "context_length_exceeded"),
        headline="The prompt is longer than the model takes", steps=steps.SHORTER, reference=_ERRORS,
    ),
    Rule(
        "mesh.validation-field", "request_invalid", code=("validation_error",), test=_field,
        headline="Mesh finds {field} in the request wrong: {field_problem}",
        steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.validation", "request_invalid", code=("validation_error",),
        headline="Mesh finds the request itself wrong",
        steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.capability", "request_invalid",
        code=("unsupported_operation", "model_capability_not_supported", "not_implemented"),
        headline="The model, or its provider, cannot do what the request asks for",
        not_this="The keys are in order: another model is what this takes.", steps=steps.CAPABILITY, reference=_ERRORS,
    ),
    Rule(
        "mesh.model-absent", "model_not_found", code=("not_found", "resource_not_found"), says=("model",),
        certainty="likely", also=("request_invalid", "model_access_not_granted"),
        headline="Mesh has no model of this name", steps=steps.MODEL_ID, reference=_MODELS,
    ),
    Rule(
        "mesh.absent", "request_invalid", code=("not_found", "resource_not_found"),
        headline="Mesh does not find what the request refers to", steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.request", "request_invalid",
        code=("bad_request", "invalid_request", "invalid_input", "unprocessable_entity", "conflict",
              "invalid_request_error", "structured_output_parse_error"),
        headline="Mesh finds the request itself wrong", steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.request-type", "request_invalid", type=("invalid_request_error", "validation"), status=(0, 400, 404, 422),
        headline="Mesh finds the request itself wrong", steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.refused-by-provider", "request_invalid", provider_code=("invalid_request", "invalid_input"),
        headline="The provider behind Mesh finds the request itself wrong", steps=steps.REQUEST, reference=_ERRORS,
    ),
)  # fmt: skip

FRAMEWORK = (
    Rule(
        "mesh.not-authenticated", "credential_missing", says=("not authenticated",), status=(401, 403),
        headline="Mesh saw no key", not_this="This is about the Mesh key (rsk_…); no provider key was used.",
        steps=steps.MESH_KEY, reference="https://developers.meshapi.ai/docs/getting-started/authentication",
    ),
    Rule(
        "mesh.model-detail", "model_not_found", status=(404,), call=("models", "model", "chat"), says=("model",),
        certainty="likely", also=("request_invalid",),
        headline="Mesh has no model of this name", steps=steps.MODEL_ID, reference=_MODELS,
    ),
    Rule(
        "mesh.edge-size", "request_invalid", status=(413,),
        headline="The request is larger than the 32 MiB that Mesh's edge lets through",
        not_this="Mesh itself has not seen it: no request id, nothing logged, nothing billed.",
        steps=steps.SHORTER, reference="https://developers.meshapi.ai/docs/getting-started/rate-limits",
    ),
    Rule(
        "mesh.session-over", "timeout", code=("session_duration_exceeded",), certainty="likely",
        also=("request_invalid", "rate_limited"),
        headline="A realtime session lasted as long as Mesh lets one last", steps=steps.SESSION, reference=_ERRORS,
    ),
    Rule(
        "mesh.stream-broke", "connection_failed", code=("stream_interrupted",), also=("provider_error", "timeout"),
        retryable=True,
        headline="The stream ended before the answer was whole",
        not_this="This is the client library's own word; no server said it.", steps=steps.STREAM, reference=_ERRORS,
    ),
    Rule(
        "mesh.unauthorized", "credential_invalid", status=(401,), certainty="likely",
        also=("credential_missing", "credential_malformed"),
        headline="Mesh, or the provider behind it, refused a key; without a code it cannot be told whose",
        steps=steps.WHOSE_KEY, reference=_ERRORS,
    ),
    Rule(
        "mesh.throttled", "rate_limited", status=(429,), certainty="likely", also=("quota_exhausted",),
        headline="Mesh, or the provider behind it, throttles; without a code it cannot be told which",
        steps=steps.WHOSE_KEY, reference=_ERRORS,
    ),
)  # fmt: skip

RULES = (*REQUEST, *FRAMEWORK)
