"""What must be said of Mesh's answers, and whose key is at fault: Mesh's own or the provider's stored in it."""

from __future__ import annotations

import json
from typing import Any

from tests.explain.table import Case, mesh

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"


def told(status: int, code: str, message: str = "", **more: Any) -> dict[str, Any]:
    return {"body": mesh(code, message, **more), "status": status}


def messages(status: int, kind: str) -> dict[str, Any]:
    """The Anthropic form, which `/v1/messages` answers with."""
    return {"body": json.dumps({"type": "error", "error": {"type": kind, "message": "No."}}), "status": status}


UPSTREAM = (
    Case("mesh.provider-key-refused", told(401, "upstream_auth_error", provider_code="invalid_auth"),
         "credential_invalid", OWNER, False, ("stored in mesh", "not about your Mesh key")),
    Case("mesh.provider-key-lacks", told(403, "upstream_auth_error", provider_code="permission_denied"),
         "permission_missing", OWNER, False, ("bedrock:InvokeModel",)),
    Case("mesh.provider-key-403", told(403, "upstream_auth_error"), "permission_missing", OWNER, False),
    Case("mesh.provider-key", told(401, "upstream_auth_error"), "credential_invalid", OWNER, False),
    Case("mesh.provider-quota", told(429, "upstream_rate_limit_error", provider_code="monthly_quota_exceeded"),
         "quota_exhausted", ADMIN, False, ("waiting does not help",)),
    Case("mesh.provider-rate", told(429, "upstream_rate_limit_error", provider_code="rate_limit_exceeded",
                                    retry_after_seconds=7),
         "rate_limited", OWNER, True, ("free in 7 s", "not the limit of your Mesh key")),
    Case("mesh.provider-rate-untold", told(429, "upstream_rate_limit_error"), "rate_limited", OWNER, True),
    Case("mesh.credit-of-whom", told(402, "insufficient_credits", "Your Mesh balance is empty. Top up to continue."),
         "quota_exhausted", ADMIN, False, ("look at the Mesh balance first",)),
    Case("mesh.provider-credit", told(402, "insufficient_credits"), "quota_exhausted", ADMIN, False),
    Case("mesh.provider-credit", told(402, "insufficient_credits", "Top up", provider_code="insufficient_credits"),
         "quota_exhausted", ADMIN, False, ("not about your Mesh balance",)),
    Case("mesh.provider-credit", told(402, "insufficient_credits", provider_code="insufficient_credits"),
         "quota_exhausted", ADMIN, False, ("not about your Mesh balance",)),
    Case("mesh.provider-overloaded", told(503, "upstream_error", provider_code="provider_overloaded"),
         "capacity_exhausted", PROVIDER, True),
    Case("mesh.overload", told(503, "upstream_overload"), "capacity_exhausted", PROVIDER, True),
    Case("mesh.provider-unreachable", told(502, "upstream_error", provider_code="connection_error"), "provider_error",
         PROVIDER, True),
    Case("mesh.provider-timeout", told(504, "gateway_timeout"), "timeout", PROVIDER, True),
    Case("mesh.provider-timeout-code", told(500, "upstream_error", provider_code="provider_timeout"), "timeout",
         PROVIDER,
         True),
    Case("mesh.provider-failed", told(500, "upstream_error", provider_code="internal_provider_error"), "provider_error",
         PROVIDER, True),
    Case("mesh.provider-refused", told(400, "upstream_error"), "request_invalid", CALLER, False),
    Case("mesh.provider-refused-request", told(200, "upstream_error", "Unsupported value for reasoning_effort"),
         "request_invalid", CALLER, False),
    Case("mesh.upstream", told(502, "upstream_error"), "provider_error", PROVIDER, True, ("which key was used",)),
    Case("mesh.realtime-idle", told(408, "idle_timeout"), "timeout", CALLER, True, ("idle", "No provider is at fault")),
    Case("mesh.realtime-idle", told(408, "connection_timeout"), "timeout", CALLER, True, ("heartbeats",)),
    Case("mesh.realtime-drained", told(503, "service_draining"), "provider_error", PROVIDER, True,
         ("Connect again at once",)),
    Case("mesh.provider-absent", told(503, "provider_not_available"), "provider_error", PROVIDER, True),
    Case("mesh.redaction-down", told(503, "pii_redaction_unavailable"), "provider_error", PROVIDER, False),
    Case("mesh.secret-not-stored", told(500, "secret_provision_failed"), "provider_error", PROVIDER, True,
         ("nothing was changed",)),
    Case("mesh.failed", told(500, "internal_error"), "provider_error", PROVIDER, True),
    Case("mesh.all-failed", told(502, "all_models_failed"), "provider_error", PROVIDER, True),
    Case("mesh.provider-overloaded", told(502, "all_models_failed", details=[
             {"model": model, "error": {"code": "upstream_error", "provider_code": "provider_overloaded"}}
             for model in ("openai/a", "google/b")]), "capacity_exhausted", PROVIDER, True),
    Case("mesh.all-failed", told(502, "all_models_failed", details=[
             {"model": "openai/a", "error": {"code": "upstream_error", "provider_code": "provider_overloaded"}},
             {"model": "google/b", "error": {"code": "upstream_auth_error"}}]), "provider_error", PROVIDER, True),
    Case("mesh.all-failed-untold", told(400, "all_models_failed"), "unknown", CALLER, False),
)  # fmt: skip

ACCOUNT = (
    Case("mesh.key-realm", told(401, "unauthorized", "Token decode failed: Not enough segments"),
         "credential_wrong_kind", OWNER, False, ("session token",)),
    Case("mesh.key-expired", told(401, "unauthorized", "The admin key has expired."), "credential_expired", OWNER,
         False),
    Case("mesh.key-revoked", told(401, "unauthorized", "API key has been revoked."), "credential_disabled", OWNER,
         False, ("knows it",)),
    Case("mesh.key-unknown", told(401, "unauthorized", "This key is invalid or has been revoked."),
         "credential_invalid", OWNER, False),
    Case("mesh.key-missing", told(401, "unauthorized", "Missing Authorization header."), "credential_missing", OWNER,
         False),
    Case("mesh.key-unknown", told(401, "unauthorized", "Invalid or missing API key."), "credential_invalid", OWNER,
         False,
         ("rsk_", "no provider key was used")),
    Case("mesh.key-unknown", messages(401, "authentication_error"),
         "credential_invalid", OWNER, False),
    Case("mesh.key-suspended", told(403, "forbidden", "This key has been suspended."), "credential_disabled", ADMIN,
         False, ("not about permissions",)),
    Case("mesh.billing-hold", told(403, "forbidden", "The account is on billing hold."), "billing_inactive", ADMIN,
         False),
    Case("mesh.key-model", told(403, "forbidden", "Model 'openai/gpt-9' is not on the key's list."),
         "model_access_not_granted", ADMIN, False, ("allowed models",)),
    Case("mesh.key-scope", told(403, "forbidden", "Requires the permission limits:write."), "permission_missing", ADMIN,
         False),
    Case("mesh.forbidden", told(403, "forbidden", "Forbidden."), "permission_missing", ADMIN, False),
    Case("mesh.forbidden", messages(403, "permission_error"), "permission_missing", ADMIN, False),
    Case("mesh.feature", told(403, "feature_not_enabled"), "model_access_not_granted", ADMIN, False),
    Case("mesh.spend-cap", told(402, "spend_limit_exceeded", "Spend cap reached."), "quota_exhausted", ADMIN, False,
         ("balance",)),
    Case("mesh.session-tokens", told(0, "session_token_cap_exceeded"), "rate_limited_tokens", CALLER, True),
    Case("mesh.tokens", told(429, "rate_limit_exceeded", "TPM limit exceeded."), "rate_limited_tokens", CALLER, True),
    Case("mesh.requests", told(429, "rate_limit_exceeded", "RPM limit of 100 reached.", retry_after_seconds=12),
         "rate_limited_requests", CALLER, True, ("wait 12 s",)),
    Case("mesh.rate", told(429, "rate_limit_exceeded", "Rate limit exceeded.", retry_after_seconds=5), "rate_limited",
         CALLER, True, ("free in 5 s", "set on the Mesh key")),
    Case("mesh.rate", messages(429, "rate_limit_error"), "rate_limited", CALLER, True),
    Case("mesh.batches", told(429, "batch_limit_exceeded"), "rate_limited", CALLER, True),
)  # fmt: skip

REQUEST = (
    Case("mesh.content", told(400, "content_policy_violation"), "content_blocked", CALLER, False),
    Case("mesh.version", told(400, "invalid_api_version", supported_versions=["2026-08"]), "request_invalid", CALLER,
         False, ("X-Mesh-Version",)),
    Case("mesh.model-ended", told(404, "model_not_found", "Model 'openai/gpt-4' is not supported or is invalid."),
         "model_not_found", CALLER, False, ("2026-10-23", "gpt-5.6-sol", "nor region")),
    Case("mesh.model-unknown", told(404, "model_not_found", "Model 'openai/gtp-9' is not supported or is invalid."),
         "model_not_found", CALLER, False, ("openai/gtp-9",)),
    Case("mesh.too-long", told(400, "context_window_exceeded"), "request_invalid", CALLER, False),
    Case("mesh.validation-field", told(422, "validation_error", "No.", details=[{"type": "missing", "msg": "Needed",
                                                                                 "loc": ["body", "messages"]}]),
         "request_invalid", CALLER, False, ("body.messages", "Needed")),
    Case("mesh.request", told(422, "validation_error"), "request_invalid", CALLER, False),
    Case("mesh.capability", told(501, "not_implemented"), "request_invalid", CALLER, False, ("another model",)),
    Case("mesh.model-absent", told(404, "not_found", "Model not found."), "model_not_found", CALLER, False),
    Case("mesh.absent", told(404, "not_found"), "request_invalid", CALLER, False),
    Case("mesh.request", told(409, "conflict"), "request_invalid", CALLER, False),
    Case("mesh.request-type", {"body": json.dumps({"detail": [{"loc": ["body", "x"], "msg": "Field required"}]}),
         "status": 422}, "request_invalid", CALLER, False),
    Case("mesh.refused-by-provider", told(400, "provider_failure", provider_code="invalid_input"), "request_invalid",
         CALLER, False),
    Case("mesh.model-detail", {"body": '{"detail": "Model not found"}', "status": 404, "call": "models"},
         "model_not_found", CALLER, False),
    Case("mesh.edge-size", {"body": "<html><title>413 Request Entity Too Large</title></html>", "status": 413},
         "request_invalid", CALLER, False, ("32 MiB", "nothing billed")),
    Case("mesh.session-over", told(0, "session_duration_exceeded"), "timeout", PROVIDER, True),
    Case("mesh.stream-broke", told(0, "stream_interrupted"), "connection_failed", CALLER, True),
    Case("mesh.not-authenticated", {"body": '{"detail": "Not authenticated"}', "status": 401}, "credential_missing",
         OWNER, False, ("no provider key was used",)),
    Case("mesh.unauthorized", {"body": "", "status": 401}, "credential_invalid", OWNER, False,
         ("cannot be told whose",)),
    Case("mesh.throttled", {"body": "", "status": 429}, "rate_limited", CALLER, True),
)  # fmt: skip

CASES: tuple[Case, ...] = (*UPSTREAM, *ACCOUNT, *REQUEST)
