"""Fault → Google's answer: at the token endpoint, or later at Vertex. One row a fault; the sentences are pasted ones.

`{…}` in a sentence: project, number (of the project), location, model, path (of the model).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from meshtui.sandbox.google.authentication import BAD_SIGNATURE, OAuthProblem
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

VERTEX = "aiplatform.googleapis.com"

TOKEN_FAULTS = {
    "revoked": BAD_SIGNATURE,
    "disabled": OAuthProblem("invalid_grant", "Robot is disabled."),
}
"""Faults of the token endpoint, where only the key can be refused; clock_skew fails here too, by the skewed clock."""


@dataclass(frozen=True, slots=True)
class GoogleError:
    status: int
    word: str
    """Google's `error.status`."""
    message: str
    meaning: str
    reason: str = ""
    """Of the ErrorInfo in `details`; none where empty."""
    domain: str = "googleapis.com"
    metadata: Mapping[str, str] = field(default_factory=dict)
    every_call: bool = False
    """Whether counting tokens and asking for permissions fail too, not only what runs a model."""
    everywhere: bool = True
    """Whether it is so in every location, not only in the credential's own."""
    generates_only: bool = False
    """Whether counting tokens still works."""


_METHOD = {"service": VERTEX, "method": "google.cloud.aiplatform.v1.PredictionService.GenerateContent"}

_NOT_ACCEPTED = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)

NO_TOKEN = GoogleError(
    401, "UNAUTHENTICATED",
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    INVALID_AUTH, "CREDENTIALS_MISSING", metadata=_METHOD, every_call=True,
)  # fmt: skip

NOT_A_TOKEN = GoogleError(
    401, "UNAUTHENTICATED", _NOT_ACCEPTED, INVALID_AUTH, "ACCESS_TOKEN_TYPE_UNSUPPORTED", metadata=_METHOD,
    every_call=True,
)  # fmt: skip

UNKNOWN_API_KEY = GoogleError(
    400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", INVALID_AUTH, "API_KEY_INVALID",
    metadata={"service": VERTEX}, every_call=True,
)  # fmt: skip

NO_API_KEYS = GoogleError(
    401, "UNAUTHENTICATED",
    "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that "
    "assert a principal. See https://cloud.google.com/docs/authentication",
    INVALID_AUTH, "CREDENTIALS_MISSING", metadata=_METHOD, every_call=True,
)  # fmt: skip

TOKEN_EXPIRED = GoogleError(
    401, "UNAUTHENTICATED", _NOT_ACCEPTED, INVALID_AUTH, "ACCESS_TOKEN_EXPIRED", metadata=_METHOD, every_call=True
)

NARROW_TOKEN = GoogleError(
    403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", PERMISSION_DENIED,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT", metadata=_METHOD, every_call=True,
)  # fmt: skip

FOREIGN_PROJECT = GoogleError(
    403, "PERMISSION_DENIED", "Permission denied on resource project {project}.", PERMISSION_DENIED,
    "CONSUMER_INVALID", metadata={"service": VERTEX, "consumer": "projects/{project}", "containerInfo": "{project}"},
)  # fmt: skip

NO_MODEL = GoogleError(
    404, "NOT_FOUND",
    "Publisher model `{path}` was not found or your project does not have access to it. Please ensure you are using a "
    "valid model version. For more information, see: "
    "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions",
    PERMISSION_DENIED,
)  # fmt: skip

VERTEX_FAULTS = {
    # Tokens given out before go on working until they end: so it is at Google. A disabled account's do not.
    "disabled": GoogleError(
        401, "UNAUTHENTICATED", _NOT_ACCEPTED, INVALID_AUTH, "ACCOUNT_STATE_INVALID", metadata=_METHOD, every_call=True
    ),
    # The token endpoint gives tokens that have expired.
    "expired": TOKEN_EXPIRED,
    "no_permission": GoogleError(
        403, "PERMISSION_DENIED",
        "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/{path}' "
        "(or it may not exist).",
        PERMISSION_DENIED, "IAM_PERMISSION_DENIED", VERTEX,
        {"resource": "{path}", "permission": "aiplatform.endpoints.predict"},
    ),
    "explicit_deny": GoogleError(
        400, "FAILED_PRECONDITION",
        "Organization Policy constraint constraints/vertexai.allowedModels violated for `projects/{number}` attempting "
        "to use a disallowed Gen AI model {model}. Please contact your organization administrator to fix this "
        "violation. For more info, see "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/control-model-access.",
        PERMISSION_DENIED,
    ),
    "model_not_granted": GoogleError(
        400, "FAILED_PRECONDITION", "Project `{number}` is not allowed to use Publisher Model `{path}`",
        PERMISSION_DENIED,
    ),
    "quota_empty": GoogleError(
        429, "RESOURCE_EXHAUSTED",
        "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your "
        "project and billing.",
        QUOTA_EXCEEDED, generates_only=True,
    ),
    "rate_limited": GoogleError(
        429, "RESOURCE_EXHAUSTED",
        "Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model "
        "with base model: {model}. Please submit a quota increase request. "
        "https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.",
        RATE_LIMITED, generates_only=True,
    ),
    "tokens_limited": GoogleError(
        429, "RESOURCE_EXHAUSTED",
        "Quota exceeded for aiplatform.googleapis.com/generate_content_input_tokens_per_minute_per_base_model with "
        "base model: {model}. Please submit a quota increase request. "
        "https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.",
        RATE_LIMITED, generates_only=True,
    ),
    "server_error": GoogleError(500, "INTERNAL", "Internal error encountered.", INTERNAL, generates_only=True),
    "upstream_timeout": GoogleError(
        504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", TIMEOUT, generates_only=True
    ),
    "suspended": GoogleError(
        403, "PERMISSION_DENIED", "Permission denied: Consumer 'project:{project}' has been suspended.",
        PERMISSION_DENIED, "CONSUMER_SUSPENDED",
        metadata={"service": VERTEX, "consumer": "projects/{number}", "containerInfo": "{project}"}, every_call=True,
    ),
    # Google's page on model versions says no more than "typically returns a 404".
    "model_ended": GoogleError(NO_MODEL.status, NO_MODEL.word, NO_MODEL.message, MODEL_NOT_FOUND),
    "shared_capacity": GoogleError(
        429, "RESOURCE_EXHAUSTED",
        "Resource exhausted. Please try again later. Please refer to "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
        OVERLOADED, generates_only=True,
    ),
    "wrong_region": GoogleError(NO_MODEL.status, NO_MODEL.word, NO_MODEL.message, PERMISSION_DENIED, everywhere=False),
}  # fmt: skip
"""Not here: revoked (see TOKEN_FAULTS), clock_skew, slow, down, html_from_edge (see `fault_injection`), streams."""

STREAM_ERRORS = {
    "stream_error": {"code": 503, "message": "The service is currently unavailable.", "status": "UNAVAILABLE"},
    "stream_throttled": {
        "code": 429,
        "message": "Resource exhausted. Please try again later. Please refer to "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
        "status": "RESOURCE_EXHAUSTED",
    },
}
"""Fault → what comes in a stream that has begun."""
