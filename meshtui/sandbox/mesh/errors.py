"""Mesh's errors: codes and their statuses, the envelope, and what each fault makes Mesh answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages
from meshtui.sandbox.settings import AS_DOCUMENTED, Behaviour

ERROR_MODEL_PREFIX = "sandbox/"
"""`sandbox/CODE` or `sandbox/CODE/PROVIDER_CODE` is a model that always answers with this error: how an application
in any language meets each of them."""


@dataclass(frozen=True, slots=True)
class ErrorCode:
    status: int
    message: str
    reasons: tuple[str, ...] = ()
    """Its provider codes; the first is the usual one."""


ERROR_CODES = {
    "unauthorized": ErrorCode(401, "Invalid or missing API key."),
    "forbidden": ErrorCode(403, "This API key may not do that."),
    "spend_limit_exceeded": ErrorCode(402, "The spend cap of this API key has been reached."),
    "rate_limit_exceeded": ErrorCode(429, "Rate limit exceeded: requests per minute (RPM)."),
    "upstream_auth_error": ErrorCode(
        401, "The provider rejected the credential.", ("invalid_auth", "permission_denied")
    ),
    "upstream_rate_limit_error": ErrorCode(
        429, "The provider throttled the credential.", ("rate_limit_exceeded", "monthly_quota_exceeded")
    ),
    "insufficient_credits": ErrorCode(402, "The provider account is out of credit.", ("insufficient_credits",)),
    "validation_error": ErrorCode(422, "Request validation failed."),
    "unprocessable_entity": ErrorCode(422, "The request cannot be processed."),
    "bad_request": ErrorCode(400, "Bad request."),
    "invalid_request": ErrorCode(400, "The provider found the request invalid.", ("invalid_request",)),
    "invalid_input": ErrorCode(400, "The provider found the input invalid.", ("invalid_input",)),
    "context_window_exceeded": ErrorCode(
        400, "The input is longer than the model's context window.", ("context_window_exceeded",)
    ),
    "content_policy_violation": ErrorCode(
        400, "The request was refused by the provider's content policy.", ("content_policy_violation",)
    ),
    "model_not_found": ErrorCode(404, "The model is not supported or is invalid."),
    "not_found": ErrorCode(404, "Not found."),
    "resource_not_found": ErrorCode(404, "The referenced resource was not found."),
    "conflict": ErrorCode(409, "The resource's state does not allow that."),
    "model_capability_not_supported": ErrorCode(400, "The model does not offer this endpoint."),
    "unsupported_operation": ErrorCode(400, "The model does not support this operation."),
    "invalid_api_version": ErrorCode(400, "Unknown API version."),
    "upstream_error": ErrorCode(
        502,
        "Upstream provider returned an error.",
        ("internal_provider_error", "provider_overloaded", "connection_error", "bad_response", "unknown"),
    ),
    "gateway_timeout": ErrorCode(
        504, "The upstream provider did not answer in time.", ("provider_timeout", "asset_registration_timeout")
    ),
    "provider_not_available": ErrorCode(503, "No provider for this model is available."),
    "internal_error": ErrorCode(500, "Internal server error."),
    "api_version_migration_failed": ErrorCode(500, "The request could not be migrated to the current API version."),
    "secret_provision_failed": ErrorCode(503, "The secret could not be stored; nothing was changed."),
    "pii_redaction_unavailable": ErrorCode(503, "PII redaction is unavailable; nothing was sent to a provider."),
    "all_models_failed": ErrorCode(502, "All models failed."),
    "batch_limit_exceeded": ErrorCode(429, "Too many open batches."),
    "not_implemented": ErrorCode(501, "The provider does not offer this."),
}
"""Code → Mesh documentation, "errors". Where a status is not stated there, it is the usual one of the code's class."""

STATUS_BY_PROVIDER_CODE = {"permission_denied": 403, "provider_overloaded": 503, "unknown": 500}
"""Provider code → status, where it is not its code's usual one."""


def get_status(code: str, reason: str = "") -> int:
    return STATUS_BY_PROVIDER_CODE.get(reason, ERROR_CODES[code].status)


def read_error_model(model: str) -> tuple[str, str] | None:
    """The code and the provider code that a model of this name answers with; None for any other model."""
    code, _, reason = model.removeprefix(ERROR_MODEL_PREFIX).partition("/")
    if not model.startswith(ERROR_MODEL_PREFIX) or code not in ERROR_CODES:
        return None
    reasons = ERROR_CODES[code].reasons
    return (code, reason or (reasons[0] if reasons else "")) if reason in ("", *reasons) else None


@dataclass(frozen=True, slots=True)
class MeshError:
    """One error of Mesh's. `status` 0: the code's usual one."""

    code: str
    message: str
    status: int = 0
    provider_code: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    """Further fields of `error`: details, provider_error, supported_versions."""
    retry_after: float | None = None

    @property
    def http_status(self) -> int:
        return self.status or get_status(self.code, self.provider_code)

    def body(self, request_id: str, behaviour: Behaviour = AS_DOCUMENTED) -> dict[str, object]:
        """The envelope."""
        error: dict[str, object] = {"code": self.code, "message": self.message, **self.more}
        if self.provider_code:
            error["provider_code"] = self.provider_code
        if self.retry_after is not None and behaviour.retry_after_in_body:
            error["retry_after_seconds"] = math.ceil(self.retry_after)
        if behaviour.request_id_at != "top":
            error["request_id"] = request_id
        return {"error": error} if behaviour.request_id_at == "error" else {"error": error, "request_id": request_id}

    def frame(self, request_id: str, behaviour: Behaviour) -> dict[str, object]:
        """The same among the events of a stream, where older gateways leave the id out."""
        body = self.body(request_id, behaviour)
        return body if behaviour.stream_error_names_request else {"error": body["error"]}

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"retry-after": str(math.ceil(self.retry_after))}

    def to_response(self, request_id: str, headers: Mapping[str, str], behaviour: Behaviour) -> Response:
        return JSONResponse(self.body(request_id, behaviour), self.http_status, {**headers, **self.headers})


def make_field_error(field_name: str, message: str, kind: str = "missing") -> MeshError:
    """A body that does not fit the schema: FastAPI's way of naming the place."""
    return make_validation_error([{"type": kind, "loc": ["body", field_name], "msg": message}])


def make_validation_error(details: Sequence[Mapping[str, object]]) -> MeshError:
    return MeshError("validation_error", "Request validation failed.", more={"details": list(details)})


def make_usual_error(code: str, reason: str = "", more: Mapping[str, object] | None = None) -> MeshError:
    """An error of this code, in its usual words."""
    return MeshError(code, ERROR_CODES[code].message, provider_code=reason, more=more or {})


UNKNOWN_KEY_MESSAGE = "Invalid or missing API key."


@dataclass(frozen=True, slots=True)
class KeyFault:
    code: str
    message: str
    status: int = 0
    """0: the code's usual one."""
    every_call: bool = False
    """Whether listing models and reading the balance fail too, not only what runs a model."""
    provider_code: str = ""


KEY_FAULTS = {
    "revoked": KeyFault("unauthorized", UNKNOWN_KEY_MESSAGE, every_call=True),
    "disabled": KeyFault("forbidden", "This API key is suspended.", every_call=True),
    "expired": KeyFault("unauthorized", UNKNOWN_KEY_MESSAGE, every_call=True),
    "no_permission": KeyFault("forbidden", "This API key does not have the scope that inference requires."),
    "explicit_deny": KeyFault("forbidden", "Model '{model}' is not among the allowed models of this API key."),
    "model_not_granted": KeyFault("model_not_found", "Model '{model}' is not supported or is invalid."),
    "quota_empty": KeyFault("spend_limit_exceeded", "The spend cap of this API key has been reached."),
    "rate_limited": KeyFault(
        "rate_limit_exceeded", "Rate limit exceeded: this API key allows {limit} requests per minute (RPM)."
    ),
    "shared_capacity": KeyFault(
        "upstream_error", "The upstream provider is overloaded.", 503, provider_code=http_messages.OVERLOADED
    ),
    "tokens_limited": KeyFault(
        "rate_limit_exceeded", "Rate limit exceeded: this API key allows {limit} tokens per minute (TPM)."
    ),
    "server_error": KeyFault("internal_error", "Internal server error."),
    "upstream_timeout": KeyFault(
        "gateway_timeout", "The upstream provider did not answer in time.", provider_code=http_messages.TIMEOUT
    ),
    "suspended": KeyFault("forbidden", "This account is on billing hold.", every_call=True),
    "model_ended": KeyFault("model_not_found", "Model '{model}' is not supported or is invalid."),
    # A Mesh key has no region; what comes nearest is a model that no route here serves.
    "wrong_region": KeyFault("provider_not_available", "No provider for this model is available in this region."),
}
"""Not here: clock_skew (a key has no clock; only the Date header shows it), slow, down,
html_from_edge (see `fault_injection`), what happens to streams (see STREAM_FAILURES)."""


@dataclass(frozen=True, slots=True)
class FailureRule:
    """What Mesh makes of a refusal of your own key."""

    code: str
    falls_back: bool
    """Whether Mesh then tries its own credentials: "auth errors and rate limits" (BYOK page), quota among them
    (account checklist)."""
    status: int = 0
    """The documented status; 0: whatever the provider answered."""
    message: str = ""
    """Where the provider said nothing that could be passed on."""


FAILURE_RULES = {
    http_messages.INVALID_AUTH: FailureRule("upstream_auth_error", True, 401),
    http_messages.PERMISSION_DENIED: FailureRule("upstream_auth_error", True, 403),
    http_messages.RATE_LIMITED: FailureRule("upstream_rate_limit_error", True, 429),
    http_messages.QUOTA_EXCEEDED: FailureRule("upstream_rate_limit_error", True, 429),
    http_messages.OVERLOADED: FailureRule("upstream_error", False),
    http_messages.CONNECTION_ERROR: FailureRule(
        "upstream_error", False, 502, "Could not connect to the upstream provider."
    ),
    http_messages.BAD_RESPONSE: FailureRule(
        "upstream_error", False, 502, "The upstream provider sent an unreadable response."
    ),
    http_messages.INTERNAL: FailureRule("upstream_error", False),
    http_messages.MODEL_NOT_FOUND: FailureRule("model_not_found", False, 404),
    http_messages.TIMEOUT: FailureRule("gateway_timeout", False, 504, "The upstream provider did not answer in time."),
}
"""Every meaning that a refusal of a stored credential can have."""

OUT_OF_CREDIT = FailureRule("insufficient_credits", True, 402)
"""How a quota that is money is reported under the switch `out_of_credit`."""

MASKED_FAILURE = KeyFault(
    "upstream_error", "Upstream provider returned an error.", 502, provider_code=http_messages.INTERNAL
)
"""What is reported of a failure of Mesh's own credentials, whatever it was."""

_STREAM_ENDED = KeyFault(
    "upstream_error", "The upstream provider ended the stream with an error.", provider_code=http_messages.INTERNAL
)
STREAM_FAILURES = {
    "stream_error": _STREAM_ENDED,
    "stream_throttled": KeyFault(
        "upstream_rate_limit_error", "The provider throttled the credential.", provider_code=http_messages.RATE_LIMITED
    ),
    "stream_cut": _STREAM_ENDED,
}
"""Fault of the credential that serves → what comes in a stream that has begun."""
