"""Mesh API: its own refusals, and what it says of a provider's.

Codes and provider codes are those of its "Errors" reference; `upstream_auth_error`, `insufficient_credits` and
`upstream_rate_limit_error` speak of your provider key, so the key at fault is not the `rsk_` key that was sent. Where
the envelope carries the provider's own error, that is explained by the provider's table and not by this one. The other
refusals are about Mesh's own account, keys, limits, the balance, the request, the framework, the edge and the SDKs.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from meshtui.explain.ended_models import SOURCES, describe_end, find_end, has_ended
from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.mesh import fixes as steps

_ACCOUNT_PAGE = "https://developers.meshapi.ai/docs/reference/errors"
_AUTH = "https://developers.meshapi.ai/docs/getting-started/authentication"
_LIMITS = "https://developers.meshapi.ai/docs/getting-started/rate-limits"
_CODES_401 = ("unauthorized", "invalid_api_key", "authentication_error")
_NAMED_MODEL = r"\bmodel[ `'\"]+(?P<model>[\w.:/@-]{1,120})[`'\"]"


def _find_ended(error: ParsedError) -> Mapping[str, str] | None:
    """`ended` and `replacement` of the model that the sentence names, where its maker's day is past: on the day of the
    answer, or, of a pasted text, on the day on which the table was read."""
    named = re.search(_NAMED_MODEL, error.message, re.IGNORECASE)
    end = find_end("mesh", named["model"]) if named else None
    now = error.context.now
    if named is None or end is None:
        return None
    today = SOURCES[end.provider].read if now is None else time.strftime("%Y-%m-%d", time.gmtime(now))
    return {**describe_end(end), "model": named["model"]} if has_ended(end, today) else None


_NOT_PROVIDER = "This is about the Mesh key (rsk_…); no provider key was used."

KEY = (
    Rule(
        "mesh.key-realm", "credential_wrong_kind", code=_CODES_401,
        says=("token decode failed", "not enough segments", "session token", "jwt"),
        headline="This endpoint takes the dashboard's session token, not an rsk_ key",
        not_this="{status}, but the rsk_ key may be perfectly good: it opens other endpoints.",
        steps=steps.DASHBOARD, reference=_AUTH,
    ),
    Rule(
        "mesh.key-expired", "credential_expired", code=_CODES_401, says=("expired",),
        headline="The Mesh credential has expired", not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
    Rule(
        "mesh.key-revoked", "credential_disabled", code=_CODES_401, who="key owner",
        pattern=r"^(?!.*\b(?:invalid|missing|unknown|malformed),? or\b)(?!.*\bor (?:invalid|missing|unknown)\b).*"
                r"\b(?:has been|is|was) (?:revoked|suspended|deactivated|disabled|deleted)",
        says=("revoked", "suspended", "deactivated", "disabled", "deleted"), also=("credential_invalid",),
        headline="The Mesh key was disabled: Mesh knows it and says so",
        not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
    Rule(
        "mesh.key-missing", "credential_missing", code=_CODES_401,
        says=("missing", "no api key", "not authenticated", "authorization header"),
        pattern=r"^(?!.*invalid or missing)",
        headline="Mesh saw no key", not_this=_NOT_PROVIDER, reference=_AUTH,
    ),
    Rule(
        "mesh.key-unknown", "credential_invalid", named=_CODES_401, also=("credential_missing", "credential_malformed"),
        headline="Mesh does not know this Mesh key (rsk_…): missing, mistyped, unknown or revoked",
        not_this=_NOT_PROVIDER, steps=steps.MESH_KEY_UNKNOWN, reference=_AUTH,
    ),
)  # fmt: skip

_FORBIDDEN = ("forbidden", "permission_error", "permission_denied")

FORBIDDEN = (
    Rule(
        "mesh.key-suspended", "credential_disabled", code=_FORBIDDEN,
        says=("suspended", "deactivated", "disabled", "inactive", "revoked", "not active"),
        headline="The Mesh key is suspended: deleting a key in the dashboard does just that",
        not_this="{status}, but this is not about permissions: the Mesh key itself is disabled.",
        reference=_AUTH,
    ),
    Rule(
        "mesh.billing-hold", "billing_inactive", code=_FORBIDDEN, says=("billing", "payment", "on hold"),
        headline="The Mesh account is on billing hold",
        not_this="{status}, but this is not about permissions: Mesh wants to be paid first.",
        steps=steps.BALANCE, reference=_ACCOUNT_PAGE,
    ),
    Rule(
        "mesh.key-model", "model_access_not_granted", code=_FORBIDDEN, says=("model",),
        reads=r"\bmodel[ `'\"]+(?P<model>[\w.:@-]{1,60}/[\w.:@-]{1,60})", also=("permission_missing",),
        headline="The Mesh key may not use this model",
        not_this="{status}, but the provider was not asked: the list of allowed models of the Mesh key is what "
                 "refuses.",
        steps=steps.ALLOWED_MODELS, reference=_ACCOUNT_PAGE,
    ),
    Rule(
        "mesh.key-scope", "permission_missing", code=_FORBIDDEN,
        says=("permission", "scope", "role", "lacks", "not allowed", "not permitted", "not authorized", "access"),
        headline="The Mesh key, or the role of its owner, lacks a permission",
        not_this=_NOT_PROVIDER, reference=_AUTH,
    ),
    Rule(
        "mesh.forbidden", "permission_missing", named=_FORBIDDEN, certainty="likely",
        also=("credential_disabled", "model_access_not_granted", "billing_inactive"),
        headline="Mesh refuses: the key is suspended, lacks a right, or may not use this model",
        not_this=_NOT_PROVIDER, reference=_ACCOUNT_PAGE,
    ),
    Rule(
        "mesh.feature", "model_access_not_granted", code=("feature_not_enabled",), certainty="likely",
        also=("permission_missing", "permission_denied_explicitly"),
        headline="The feature is not enabled for this Mesh account",
        steps=steps.REALTIME_FEATURE, reference=_ACCOUNT_PAGE,
    ),
)  # fmt: skip

_RATE = ("rate_limit_exceeded", "rate_limit_error")

LIMITS = (
    Rule(
        "mesh.spend-cap", "quota_exhausted",
        code=("spend_limit_exceeded", "insufficient_quota", "insufficient_balance"),
        headline="A spend cap in Mesh is reached, or the Mesh balance is empty",
        not_this="{status}, but no provider asked for money: this is Mesh's own account.",
        reference=_LIMITS,
    ),
    Rule(
        "mesh.session-tokens", "rate_limited_tokens", code=("session_token_cap_exceeded",), certainty="likely",
        also=("quota_exhausted", "rate_limited"),
        headline="A realtime session has used as many tokens as Mesh lets one use",
        steps=steps.SESSION, reference=_LIMITS,
    ),
    Rule(
        "mesh.tokens", "rate_limited_tokens", code=_RATE, pattern=r"\btpm\b|\btokens?\b",
        headline="The token limit set on the Mesh key is reached",
        not_this="{status}, but the provider did not say so: Mesh counts here.",
        steps=steps.MESH_RATE, reference=_LIMITS,
    ),
    Rule(
        "mesh.requests", "rate_limited_requests", code=_RATE, pattern=r"\brp[md]\b|\brequests?\b",
        headline="The request limit set on the Mesh key is reached",
        not_this="{status}, but the provider did not say so: Mesh counts here.",
        steps=steps.MESH_RATE, reference=_LIMITS,
    ),
    Rule(
        "mesh.rate", "rate_limited", named=_RATE,
        also=("rate_limited_requests", "rate_limited_tokens"),
        headline="A limit set on the Mesh key is reached; the answer does not tell which",
        not_this="{status}, but the provider did not say so: Mesh counts here.",
        reference=_LIMITS,
    ),
    Rule(
        "mesh.batches", "rate_limited", code=("batch_limit_exceeded", "concurrent_sessions_exceeded"),
        also=("quota_exhausted", "rate_limited_requests"),
        headline="Mesh allows no more of these at the same time",
        not_this="{status}, but the pace is not the point: too many are open at once.",
        steps=steps.OPEN_AT_ONCE, reference=_LIMITS,
    ),
)  # fmt: skip

ACCOUNT_RULES = (*KEY, *FORBIDDEN, *LIMITS)


def _leave_provider_unnamed(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where the envelope repeats no code of a provider's."""
    return None if error.provider_code else {}


_UPSTREAM_PAGE = "https://developers.meshapi.ai/docs/reference/errors"
_BYOK = "https://developers.meshapi.ai/docs/capabilities/byok"
_NOT_RSK = "but this is not about your Mesh key: the provider key stored in Mesh is what the provider refused."

BYOK = (
    Rule(
        "mesh.provider-key-refused", "credential_invalid", code=("upstream_auth_error",),
        provider_code=("invalid_auth", "invalid_api_key", "authentication_error"), credential="provider",
        also=("credential_expired", "credential_disabled"),
        headline="The provider does not accept the provider key stored in Mesh",
        not_this=f"{{status}}, {_NOT_RSK}", steps=steps.PROVIDER_KEY, reference=_BYOK,
    ),
    Rule(
        "mesh.provider-key-lacks", "permission_missing", code=("upstream_auth_error",),
        provider_code=("permission_denied", "permission_error", "access_denied"), credential="provider",
        who="key owner", also=("model_access_not_granted", "region_unsupported"),
        headline="The provider knows the provider key stored in Mesh, and does not allow it this model or action",
        not_this=f"{{status}}, {_NOT_RSK}", steps=steps.PROVIDER_RIGHTS, reference=_BYOK,
    ),
    Rule(
        "mesh.provider-key-403", "permission_missing", code=("upstream_auth_error",), status=(403,),
        credential="provider", who="key owner", certainty="likely",
        also=("model_access_not_granted", "credential_invalid"),
        headline="The provider does not allow this to the provider key stored in Mesh",
        not_this=f"{{status}}, {_NOT_RSK}", steps=steps.PROVIDER_RIGHTS, reference=_BYOK,
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
        not_this="{status}, but waiting does not help: a quota is spent, and not Mesh's.",
        steps=steps.PROVIDER_CREDIT, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-rate", "rate_limited", code=("upstream_rate_limit_error",),
        provider_code=("rate_limit_exceeded", "rate_limited", "too_many_requests", "throttled"),
        credential="provider", who="key owner", also=("capacity_exhausted", "quota_exhausted"),
        headline="The provider throttles the key stored in Mesh",
        not_this="{status}, but this is not the limit of your Mesh key: the provider counts its own.",
        steps=steps.PROVIDER_RATE, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-rate-untold", "rate_limited", code=("upstream_rate_limit_error",), credential="provider",
        who="key owner", certainty="likely", also=("quota_exhausted", "capacity_exhausted"),
        headline="The provider throttles, most likely the key stored in Mesh",
        not_this="{status}, but this is not the limit of your Mesh key: the provider counts its own.",
        steps=steps.PROVIDER_RATE, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.credit-of-whom", "quota_exhausted", code=("insufficient_credits",), test=_leave_provider_unnamed,
        says=("mesh balance", "your balance", "top up"), certainty="likely",
        also=("billing_inactive",),
        headline="The Mesh balance is empty by the answer's words; its code speaks of the provider account's credit",
        not_this="{status}, but its words and its code name two accounts: look at the Mesh balance first.",
        reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-credit", "quota_exhausted", code=("insufficient_credits",), credential="provider",
        also=("billing_inactive",),
        headline="The provider account behind the key stored in Mesh has no credit left",
        not_this="{status}, but this is not about your Mesh balance: the provider wants money.",
        steps=steps.PROVIDER_CREDIT, reference=_UPSTREAM_PAGE,
    ),
)  # fmt: skip

SERVICE = (
    Rule(
        "mesh.provider-overloaded", "capacity_exhausted",
        code=("upstream_error", "upstream_overload", "provider_error"),
        provider_code=("provider_overloaded", "overloaded", "capacity_exhausted"),
        headline="The provider has no room for the request now", steps=steps.BUSY, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.overload", "capacity_exhausted", code=("upstream_overload",),
        headline="The provider has no room for the request now", steps=steps.BUSY, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-unreachable", "provider_error", code=("upstream_error",), provider_code=("connection_error",),
        also=("connection_failed",),
        headline="Mesh could not reach the provider", reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-timeout", "timeout", code=("gateway_timeout",),
        also=("provider_error",),
        headline="The provider did not answer Mesh in time", reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.realtime-idle", "timeout", code=("idle_timeout", "connection_timeout"), who="caller",
        also=("connection_failed", "provider_error"),
        headline="Mesh closed the realtime connection: it was idle, or its heartbeats stopped",
        not_this="No provider is at fault.", steps=steps.RECONNECT, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.realtime-drained", "provider_error", code=("service_draining",),
        headline="Mesh is replacing the instance that held the realtime connection",
        not_this="No provider is at fault.", steps=steps.RECONNECT_AT_ONCE, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-timeout-code", "timeout", provider_code=("provider_timeout", "asset_registration_timeout"),
        headline="The provider did not answer Mesh in time", reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-failed", "provider_error", code=("upstream_error",),
        provider_code=("internal_provider_error", "bad_response", "server_error"),
        headline="The provider failed behind Mesh", reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-refused", "request_invalid", code=("upstream_error",), status=(400, 413, 422),
        certainty="likely", also=("provider_error",),
        headline="The provider behind Mesh finds the request itself wrong",
        reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-refused-request", "request_invalid", code=("upstream_error",), status=(200,),
        says=("validation", "invalid", "unsupported", "must be", "not supported", "required", "too long",
              "context length", "exceed"),
        certainty="likely", also=("provider_error",),
        headline="The provider behind Mesh finds the request itself wrong",
        reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.upstream", "provider_error", code=("upstream_error", "provider_error"), certainty="likely",
        also=("capacity_exhausted", "credential_invalid", "request_invalid"),
        headline="Something failed at the provider behind Mesh; which key was used is not told",
        steps=steps.UPSTREAM, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.provider-absent", "provider_error", code=("provider_not_available",),
        certainty="likely", also=("capacity_exhausted",),
        headline="Mesh has no way to this provider at the moment", reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.redaction-down", "provider_error", code=("pii_redaction_unavailable",), retryable=False,
        certainty="likely", also=("request_invalid",),
        headline="Mesh could not take personal data out of the request, so it did not send it on",
        steps=steps.REDACTION, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.secret-not-stored", "provider_error", code=("secret_provision_failed",), certainty="likely",
        headline="Mesh could not store the provider key; nothing was changed",
        not_this="The provider key itself has not been tested.", reference=_BYOK,
    ),
    Rule(
        "mesh.failed", "provider_error", code=("internal_error", "api_version_migration_failed"),
        headline="Mesh itself failed",
        not_this="Neither your Mesh key nor a provider key is at fault.", reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.all-failed", "provider_error", code=("all_models_failed",), status=tuple(range(500, 600)),
        certainty="likely", also=("unknown",),
        headline="Every model that was asked failed; each one's own error tells why",
        steps=steps.COMPARE, reference=_UPSTREAM_PAGE,
    ),
    Rule(
        "mesh.all-failed-untold", "unknown", code=("all_models_failed",), also=("provider_error",),
        headline="Every model that was asked failed; each one's own error tells why",
        steps=steps.COMPARE, reference=_UPSTREAM_PAGE,
    ),
)  # fmt: skip

UPSTREAM_RULES = (*BYOK, *SERVICE)


_REQUEST_PAGE = "https://developers.meshapi.ai/docs/reference/errors"
_VERSIONS = "https://developers.meshapi.ai/docs/reference/api-versioning"
_MODELS = "https://developers.meshapi.ai/docs/reference/models"


def _find_field(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where `error.details` names the field; field and problem are in the metadata."""
    return {} if "field" in error.metadata else None


REQUEST = (
    Rule(
        "mesh.content", "content_blocked", code=("content_policy_violation", "content_filter", "content_blocked"),
        headline="The provider's safety filter refused the content", steps=steps.CONTENT, reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.version", "request_invalid", code=("invalid_api_version",),
        headline="The header X-Mesh-Version names no version that Mesh has",
        not_this="Mesh checks this before it looks at any key.", steps=steps.VERSION, reference=_VERSIONS,
    ),
    Rule(
        "mesh.model-ended", "model_not_found", code=("model_not_found",), test=_find_ended,
        certainty="likely", also=("model_access_not_granted",),
        headline="The maker of {model} ended it on {ended}",
        not_this="{status}, but neither key nor region is wrong: Mesh cannot serve what its maker has ended.",
        steps=steps.SUCCESSOR, reference=_MODELS,
    ),
    Rule(
        "mesh.model-unknown", "model_not_found", code=("model_not_found",),
        reads=_NAMED_MODEL, also=("model_access_not_granted",),
        headline="Mesh does not know {model}, or not for this key",
        reference=_MODELS,
    ),
    Rule(
        "mesh.too-long", "request_invalid", code=("context_window_exceeded", "context_length_exceeded"),
        headline="The prompt is longer than the model takes", steps=steps.SHORTER, reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.validation-field", "request_invalid", code=("validation_error",), test=_find_field,
        headline="Mesh finds {field} in the request wrong: {field_problem}",
        reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.capability", "request_invalid",
        code=("unsupported_operation", "model_capability_not_supported", "not_implemented"),
        headline="The model, or its provider, cannot do what the request asks for",
        not_this="The keys are in order: another model is what this takes.",
        steps=steps.CAPABILITY, reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.model-absent", "model_not_found", code=("not_found", "resource_not_found"), says=("model",),
        certainty="likely", also=("request_invalid", "model_access_not_granted"),
        headline="Mesh has no model of this name", reference=_MODELS,
    ),
    Rule(
        "mesh.absent", "request_invalid", code=("not_found", "resource_not_found"),
        headline="Mesh does not find what the request refers to", reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.request", "request_invalid",
        code=("validation_error", "bad_request", "invalid_request", "invalid_input", "unprocessable_entity", "conflict",
              "invalid_request_error", "structured_output_parse_error"),
        headline="Mesh finds the request itself wrong", reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.request-type", "request_invalid", type=("invalid_request_error", "validation"), status=(0, 400, 404, 422),
        headline="Mesh finds the request itself wrong", reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.refused-by-provider", "request_invalid", provider_code=("invalid_request", "invalid_input"),
        headline="The provider behind Mesh finds the request itself wrong",
        reference=_REQUEST_PAGE,
    ),
)  # fmt: skip

FRAMEWORK = (
    Rule(
        "mesh.not-authenticated", "credential_missing", says=("not authenticated",), status=(401, 403),
        headline="Mesh saw no key", not_this="This is about the Mesh key (rsk_…); no provider key was used.",
        reference="https://developers.meshapi.ai/docs/getting-started/authentication",
    ),
    Rule(
        "mesh.model-detail", "model_not_found", status=(404,), call=("models", "model", "chat"), says=("model",),
        certainty="likely", also=("request_invalid",),
        headline="Mesh has no model of this name", reference=_MODELS,
    ),
    Rule(
        "mesh.edge-size", "request_invalid", status=(413,),
        headline="The request is larger than the 32 MiB that Mesh's edge lets through",
        not_this="Mesh itself has not seen it: no request id, nothing logged, nothing billed.",
        steps=steps.SMALLER_BODY, reference="https://developers.meshapi.ai/docs/getting-started/rate-limits",
    ),
    Rule(
        "mesh.session-over", "timeout", code=("session_duration_exceeded",), certainty="likely",
        also=("request_invalid", "rate_limited"),
        headline="A realtime session lasted as long as Mesh lets one last",
        steps=steps.SESSION, reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.stream-broke", "connection_failed", code=("stream_interrupted",), also=("provider_error", "timeout"),
        retryable=True,
        headline="The stream ended before the answer was complete",
        not_this="This is the client library's own word; no server said it.",
        steps=steps.STREAM, reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.unauthorized", "credential_invalid", status=(401,), certainty="likely",
        also=("credential_missing", "credential_malformed"),
        headline="Mesh, or the provider behind it, refused a key; without a code it cannot be told whose",
        steps=steps.WHOSE_KEY, reference=_REQUEST_PAGE,
    ),
    Rule(
        "mesh.throttled", "rate_limited", status=(429,), certainty="likely", also=("quota_exhausted",),
        headline="Mesh, or the provider behind it, throttles; without a code it cannot be told which",
        steps=steps.WHOSE_KEY, reference=_REQUEST_PAGE,
    ),
)  # fmt: skip

REQUEST_RULES = (*REQUEST, *FRAMEWORK)


RULES: tuple[Rule, ...] = (*UPSTREAM_RULES, *ACCOUNT_RULES, *REQUEST_RULES)
