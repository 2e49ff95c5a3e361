"""Mesh: its own account, keys and limits. The key at fault is the `rsk_` key that was sent, or its team's balance."""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.steps import mesh as steps

_ERRORS = "https://developers.meshapi.ai/docs/reference/errors"
_AUTH = "https://developers.meshapi.ai/docs/getting-started/authentication"
_LIMITS = "https://developers.meshapi.ai/docs/getting-started/rate-limits"
_CODES_401 = ("unauthorized", "invalid_api_key", "authentication_error")
_NOT_PROVIDER = "This is about the Mesh key (rsk_…); no provider key was used."

KEY = (
    Rule(
        "mesh.key-realm", "credential_wrong_kind", code=_CODES_401,
        says=("token decode failed", "not enough segments", "session token", "jwt"),
        headline="This endpoint takes the dashboard's session token, not an rsk_ key",
        not_this="401, but the rsk_ key may be perfectly good: it opens other endpoints.",
        steps=steps.DASHBOARD, reference=_AUTH,
    ),
    Rule(
        "mesh.key-expired", "credential_expired", code=_CODES_401, says=("expired",),
        headline="The Mesh credential has run out", not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
    Rule(
        "mesh.key-revoked", "credential_disabled", code=_CODES_401, who="key owner",
        pattern=r"^(?!.*\b(?:invalid|missing|unknown|malformed),? or\b)(?!.*\bor (?:invalid|missing|unknown)\b).*"
                r"\b(?:has been|is|was) (?:revoked|suspended|deactivated|disabled|deleted)",
        says=("revoked", "suspended", "deactivated", "disabled", "deleted"), also=("credential_invalid",),
        headline="The Mesh key was shut: Mesh knows it and says so",
        not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
    Rule(
        "mesh.key-missing", "credential_missing", code=_CODES_401,
        says=("missing", "no api key", "not authenticated", "authorization header"),
        pattern=r"^(?!.*invalid or missing)",
        headline="Mesh saw no key", not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
    Rule(
        "mesh.key-unknown", "credential_invalid", code=_CODES_401, also=("credential_missing", "credential_malformed"),
        headline="Mesh does not know this Mesh key (rsk_…): missing, mistyped, unknown or revoked",
        not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
    Rule(
        "mesh.key-unknown-type", "credential_invalid", type=("authentication_error",), also=("credential_missing",),
        headline="Mesh does not know this Mesh key (rsk_…)",
        not_this=_NOT_PROVIDER, steps=steps.MESH_KEY, reference=_AUTH,
    ),
)  # fmt: skip

_FORBIDDEN = ("forbidden", "permission_error", "permission_denied")

FORBIDDEN = (
    Rule(
        "mesh.key-suspended", "credential_disabled", code=_FORBIDDEN,
        says=("suspended", "deactivated", "disabled", "inactive", "revoked", "not active"),
        headline="The Mesh key is suspended: deleting a key in the dashboard does just that",
        not_this="403, but this is not about permissions: the Mesh key itself is shut.",
        steps=steps.SUSPENDED, reference=_AUTH,
    ),
    Rule(
        "mesh.billing-hold", "billing_inactive", code=_FORBIDDEN, says=("billing", "payment", "on hold"),
        headline="The Mesh account is on billing hold",
        not_this="403, but this is not about permissions: Mesh wants to be paid first.",
        steps=steps.BALANCE, reference=_ERRORS,
    ),
    Rule(
        "mesh.key-model", "model_access_not_granted", code=_FORBIDDEN, says=("model",),
        reads=r"\bmodel[ `'\"]+(?P<model>[\w.:@-]{1,60}/[\w.:@-]{1,60})", also=("permission_missing",),
        headline="The Mesh key may not use this model",
        not_this="403, but the provider was not asked: the list of allowed models of the Mesh key is what refuses.",
        steps=steps.ALLOWED_MODELS, reference=_ERRORS,
    ),
    Rule(
        "mesh.key-scope", "permission_missing", code=_FORBIDDEN,
        says=("permission", "scope", "role", "lacks", "not allowed", "not permitted", "not authorized", "access"),
        headline="The Mesh key, or the role of its owner, lacks a permission",
        not_this=_NOT_PROVIDER, steps=steps.MESH_RIGHTS, reference=_AUTH,
    ),
    Rule(
        "mesh.forbidden", "permission_missing", code=_FORBIDDEN, certainty="likely",
        also=("credential_disabled", "model_access_not_granted", "billing_inactive"),
        headline="Mesh refuses: the key is suspended, lacks a right, or may not use this model",
        not_this=_NOT_PROVIDER, steps=steps.MESH_RIGHTS, reference=_ERRORS,
    ),
    Rule(
        "mesh.forbidden-type", "permission_missing", type=("permission_error",), certainty="likely",
        also=("credential_disabled", "model_access_not_granted"),
        headline="Mesh refuses: the key is suspended, lacks a right, or may not use this model",
        not_this=_NOT_PROVIDER, steps=steps.MESH_RIGHTS, reference=_ERRORS,
    ),
    Rule(
        "mesh.feature", "model_access_not_granted", code=("feature_not_enabled",), certainty="likely",
        also=("permission_missing", "permission_denied_explicitly"),
        headline="The feature is not enabled for this Mesh account",
        steps=steps.ALLOWED_MODELS, reference=_ERRORS,
    ),
)  # fmt: skip

_RATE = ("rate_limit_exceeded", "rate_limit_error")

LIMITS = (
    Rule(
        "mesh.spend-cap", "quota_exhausted",
        code=("spend_limit_exceeded", "insufficient_quota", "insufficient_balance"),
        headline="A spend cap in Mesh is reached, or the Mesh balance is empty",
        not_this="402, but no provider asked for money: this is Mesh's own account.",
        steps=steps.BALANCE, reference=_LIMITS,
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
        not_this="429, but the provider did not say so: Mesh counts here.", steps=steps.MESH_RATE, reference=_LIMITS,
    ),
    Rule(
        "mesh.requests", "rate_limited_requests", code=_RATE, pattern=r"\brp[md]\b|\brequests?\b",
        headline="The request limit set on the Mesh key is reached",
        not_this="429, but the provider did not say so: Mesh counts here.", steps=steps.MESH_RATE, reference=_LIMITS,
    ),
    Rule(
        "mesh.rate", "rate_limited", code=_RATE,
        also=("rate_limited_requests", "rate_limited_tokens"),
        headline="A limit set on the Mesh key is reached; the answer does not tell which",
        not_this="429, but the provider did not say so: Mesh counts here.", steps=steps.MESH_RATE, reference=_LIMITS,
    ),
    Rule(
        "mesh.rate-type", "rate_limited", type=("rate_limit_error",),
        also=("rate_limited_requests", "rate_limited_tokens"),
        headline="A limit set on the Mesh key is reached; the answer does not tell which",
        not_this="429, but the provider did not say so: Mesh counts here.", steps=steps.MESH_RATE, reference=_LIMITS,
    ),
    Rule(
        "mesh.batches", "rate_limited", code=("batch_limit_exceeded", "concurrent_sessions_exceeded"),
        also=("quota_exhausted", "rate_limited_requests"),
        headline="Mesh allows no more of these at the same time",
        not_this="429, but the pace is not the point: too many are open at once.",
        steps=steps.OPEN_AT_ONCE, reference=_LIMITS,
    ),
)  # fmt: skip

RULES = (*KEY, *FORBIDDEN, *LIMITS)
