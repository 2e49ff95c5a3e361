"""Every error code of Mesh's with its usual status and a sentence, and models that answer with one of them."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "sandbox/"
"""`sandbox/CODE` or `sandbox/CODE/PROVIDER_CODE` is a model that always answers with this error: how an application
in any language meets each of them."""


@dataclass(frozen=True, slots=True)
class Code:
    status: int
    message: str
    reasons: tuple[str, ...] = ()
    """Its provider codes; the first is the usual one."""


CODES = {
    "unauthorized": Code(401, "Invalid or missing API key."),
    "forbidden": Code(403, "This API key may not do that."),
    "spend_limit_exceeded": Code(402, "The spend cap of this API key has been reached."),
    "rate_limit_exceeded": Code(429, "Rate limit exceeded: requests per minute (RPM)."),
    "upstream_auth_error": Code(401, "The provider rejected the credential.", ("invalid_auth", "permission_denied")),
    "upstream_rate_limit_error": Code(
        429, "The provider throttled the credential.", ("rate_limit_exceeded", "monthly_quota_exceeded")
    ),
    "insufficient_credits": Code(402, "The provider account is out of credit.", ("insufficient_credits",)),
    "validation_error": Code(422, "Request validation failed."),
    "unprocessable_entity": Code(422, "The request cannot be processed."),
    "bad_request": Code(400, "Bad request."),
    "invalid_request": Code(400, "The provider found the request invalid.", ("invalid_request",)),
    "invalid_input": Code(400, "The provider found the input invalid.", ("invalid_input",)),
    "context_window_exceeded": Code(
        400, "The input is longer than the model's context window.", ("context_window_exceeded",)
    ),
    "content_policy_violation": Code(
        400, "The request was refused by the provider's content policy.", ("content_policy_violation",)
    ),
    "model_not_found": Code(404, "The model is not supported or is invalid."),
    "not_found": Code(404, "Not found."),
    "resource_not_found": Code(404, "The referenced resource was not found."),
    "conflict": Code(409, "The resource's state does not allow that."),
    "model_capability_not_supported": Code(400, "The model does not offer this endpoint."),
    "unsupported_operation": Code(400, "The model does not support this operation."),
    "invalid_api_version": Code(400, "Unknown API version."),
    "upstream_error": Code(
        502,
        "Upstream provider returned an error.",
        ("internal_provider_error", "provider_overloaded", "connection_error", "bad_response", "unknown"),
    ),
    "gateway_timeout": Code(
        504, "The upstream provider did not answer in time.", ("provider_timeout", "asset_registration_timeout")
    ),
    "provider_not_available": Code(503, "No provider for this model is available."),
    "internal_error": Code(500, "Internal server error."),
    "api_version_migration_failed": Code(500, "The request could not be migrated to the current API version."),
    "secret_provision_failed": Code(503, "The secret could not be stored; nothing was changed."),
    "pii_redaction_unavailable": Code(503, "PII redaction is unavailable; nothing was sent to a provider."),
    "all_models_failed": Code(502, "All models failed."),
    "batch_limit_exceeded": Code(429, "Too many open batches."),
    "not_implemented": Code(501, "The provider does not offer this."),
}
"""Code → Mesh documentation, "errors". Where a status is not stated there, it is the usual one of the code's class."""

BY_REASON = {"permission_denied": 403, "provider_overloaded": 503, "unknown": 500}
"""Provider code → status, where it is not its code's usual one."""


def status_of(code: str, reason: str = "") -> int:
    return BY_REASON.get(reason, CODES[code].status)


def named_by(model: str) -> tuple[str, str] | None:
    """The code and the provider code that a model of this name answers with; None for any other model."""
    code, _, reason = model.removeprefix(PREFIX).partition("/")
    if not model.startswith(PREFIX) or code not in CODES:
        return None
    reasons = CODES[code].reasons
    return (code, reason or (reasons[0] if reasons else "")) if reason in ("", *reasons) else None
