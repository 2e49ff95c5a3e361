"""Mesh: what it says of the provider behind it, by code and provider code."""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.steps import mesh as steps

_ERRORS = "https://developers.meshapi.ai/docs/reference/errors"
_BYOK = "https://developers.meshapi.ai/docs/capabilities/byok"
_NOT_RSK = "but this is not about your Mesh key: the provider key stored in Mesh is what the provider refused."

BYOK = (
    Rule(
        "mesh.provider-key-refused", "credential_invalid", code=("upstream_auth_error",),
        provider_code=("invalid_auth", "invalid_api_key", "authentication_error"), credential="provider",
        also=("credential_expired", "credential_disabled"),
        headline="The provider does not accept the provider key stored in Mesh",
        not_this=f"401, {_NOT_RSK}", steps=steps.PROVIDER_KEY, reference=_BYOK,
    ),
    Rule(
        "mesh.provider-key-lacks", "permission_missing", code=("upstream_auth_error",),
        provider_code=("permission_denied", "permission_error", "access_denied"), credential="provider",
        who="key owner", also=("model_access_not_granted", "region_unsupported"),
        headline="The provider knows the provider key stored in Mesh, and does not allow it this model or action",
        not_this=f"403, {_NOT_RSK}", steps=steps.PROVIDER_RIGHTS, reference=_BYOK,
    ),
    Rule(
        "mesh.provider-key-403", "permission_missing", code=("upstream_auth_error",), status=(403,),
        credential="provider", who="key owner", certainty="likely",
        also=("model_access_not_granted", "credential_invalid"),
        headline="The provider does not allow this to the provider key stored in Mesh",
        not_this=f"403, {_NOT_RSK}", steps=steps.PROVIDER_RIGHTS, reference=_BYOK,
    ),
    Rule(
        "mesh.provider-key", "credential_invalid", code=("upstream_auth_error",), credential="provider",
        certainty="likely", also=("permission_missing", "credential_expired"),
        headline="The provider does not accept the provider key stored in Mesh",
        not_this=f"This is an authentication error, {_NOT_RSK}", steps=steps.PROVIDER_KEY, reference=_BYOK,
    ),
    Rule(
        "mesh.provider-quota", "quota_exhausted", code=("upstream_rate_limit_error",), credential="provider",
        provider_code=("monthly_quota_exceeded", "insufficient_quota", "quota_exceeded", "insufficient_credits"),
        headline="The provider account behind the key stored in Mesh has used up its quota",
        not_this="429, but waiting does not help: a quota is spent, and not Mesh's.",
        steps=steps.PROVIDER_CREDIT, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-rate", "rate_limited", code=("upstream_rate_limit_error",),
        provider_code=("rate_limit_exceeded", "rate_limited", "too_many_requests", "throttled"),
        credential="provider", who="key owner", also=("capacity_exhausted", "quota_exhausted"),
        headline="The provider throttles the key stored in Mesh",
        not_this="429, but this is not the limit of your Mesh key: the provider counts its own.",
        steps=steps.PROVIDER_RATE, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-rate-untold", "rate_limited", code=("upstream_rate_limit_error",), credential="provider",
        who="key owner", certainty="likely", also=("quota_exhausted", "capacity_exhausted"),
        headline="The provider throttles, most likely the key stored in Mesh",
        not_this="429, but this is not the limit of your Mesh key: the provider counts its own.",
        steps=steps.PROVIDER_RATE, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-credit", "quota_exhausted", code=("insufficient_credits",), credential="provider",
        also=("billing_inactive",),
        headline="The provider account behind the key stored in Mesh has no credit left",
        not_this="402, but this is not about your Mesh balance: the provider wants money.",
        steps=steps.PROVIDER_CREDIT, reference=_ERRORS,
    ),
)  # fmt: skip

SERVICE = (
    Rule(
        "mesh.provider-overloaded", "capacity_exhausted",
        code=("upstream_error", "upstream_overload", "provider_error"),
        provider_code=("provider_overloaded", "overloaded", "capacity_exhausted"),
        headline="The provider has no room for the request now", steps=steps.BUSY, reference=_ERRORS,
    ),
    Rule(
        "mesh.overload", "capacity_exhausted", code=("upstream_overload",),
        headline="The provider has no room for the request now", steps=steps.BUSY, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-unreachable", "provider_error", code=("upstream_error",), provider_code=("connection_error",),
        also=("connection_failed",),
        headline="Mesh could not reach the provider", steps=steps.OUTAGE, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-timeout", "timeout", code=("gateway_timeout", "idle_timeout", "connection_timeout"),
        also=("provider_error",),
        headline="The provider did not answer Mesh in time", steps=steps.TIMEOUT, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-timeout-code", "timeout", provider_code=("provider_timeout", "asset_registration_timeout"),
        headline="The provider did not answer Mesh in time", steps=steps.TIMEOUT, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-failed", "provider_error", code=("upstream_error",),
        provider_code=("internal_provider_error", "bad_response", "server_error"),
        headline="The provider failed behind Mesh", steps=steps.OUTAGE, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-refused", "request_invalid", code=("upstream_error",), status=(400, 413, 422),
        certainty="likely", also=("provider_error",),
        headline="The provider behind Mesh finds the request itself wrong", steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-refused-request", "request_invalid", code=("upstream_error",), status=(200,),
        says=("validation", "invalid", "unsupported", "must be", "not supported", "required", "too long",
              "context length", "exceed"),
        certainty="likely", also=("provider_error",),
        headline="The provider behind Mesh finds the request itself wrong", steps=steps.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "mesh.upstream", "provider_error", code=("upstream_error", "provider_error"), certainty="likely",
        also=("capacity_exhausted", "credential_invalid", "request_invalid"),
        headline="Something failed at the provider behind Mesh; which key was used is not told",
        steps=steps.UPSTREAM, reference=_ERRORS,
    ),
    Rule(
        "mesh.provider-absent", "provider_error", code=("provider_not_available", "service_draining"),
        certainty="likely", also=("capacity_exhausted",),
        headline="Mesh has no way to this provider at the moment", steps=steps.OUTAGE, reference=_ERRORS,
    ),
    Rule(
        "mesh.redaction-down", "provider_error", code=("pii_redaction_unavailable",), retryable=False,
        certainty="likely", also=("request_invalid",),
        headline="Mesh could not take personal data out of the request, so it did not send it on",
        steps=steps.REDACTION, reference=_ERRORS,
    ),
    Rule(
        "mesh.secret-not-stored", "provider_error", code=("secret_provision_failed",), certainty="likely",
        headline="Mesh could not store the provider key; nothing was changed",
        not_this="The provider key itself has not been tested.", steps=steps.OUTAGE, reference=_BYOK,
    ),
    Rule(
        "mesh.failed", "provider_error", code=("internal_error", "api_version_migration_failed"),
        headline="Mesh itself failed",
        not_this="Neither your Mesh key nor a provider key is at fault.", steps=steps.OUTAGE, reference=_ERRORS,
    ),
    Rule(
        "mesh.all-failed", "provider_error", code=("all_models_failed",), status=tuple(range(500, 600)),
        certainty="likely", also=("unknown",),
        headline="Every model that was asked failed; each one's own error tells why",
        steps=steps.COMPARE, reference=_ERRORS,
    ),
    Rule(
        "mesh.all-failed-untold", "unknown", code=("all_models_failed",), also=("provider_error",),
        headline="Every model that was asked failed; each one's own error tells why",
        steps=steps.COMPARE, reference=_ERRORS,
    ),
)  # fmt: skip

RULES = (*BYOK, *SERVICE)
