"""Google: API keys and their restrictions. Vertex AI behind Mesh takes none; people paste them all the same."""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.steps import google_key

_API_KEYS = "https://cloud.google.com/docs/authentication/api-keys"
_NO_GRANT = "403, but no permission is missing: granting roles changes nothing."

RULES: tuple[Rule, ...] = (
    Rule(
        "vertex.api-key-expired", "credential_expired", says=("api key expired", "api key has expired"),
        headline="The API key has run out", steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-leaked", "credential_disabled", says=("reported as leaked", "key was leaked"),
        who="key owner",
        headline="Google found this API key in public and shut it",
        steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-invalid", "credential_invalid", reason=("API_KEY_INVALID", "keyInvalid"),
        also=("credential_malformed",),
        headline="Google does not know this API key",
        not_this="400, but the request is not wrong: the key is.",
        steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-said", "credential_invalid", says=("api key not valid", "api key not found", "invalid api key"),
        also=("credential_malformed",),
        headline="Google does not know this API key",
        not_this="400, but the request is not wrong: the key is.",
        steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-service", "permission_missing", reason=("API_KEY_SERVICE_BLOCKED",),
        also=("permission_denied_explicitly",),
        headline="The API key is restricted to other APIs",
        not_this="403, but no role is missing: the key's own restrictions leave this API out.",
        steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-network", "network_blocked",
        reason=("API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED", "ipRefererBlocked"),
        also=("permission_denied_explicitly", "permission_missing"),
        headline="The API key may not be used from this address or site",
        not_this=_NO_GRANT, steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-network-said", "network_blocked",
        says=("requests from referer", "requests from this referer", "ip address restriction"),
        also=("permission_denied_explicitly", "permission_missing"),
        headline="The API key may not be used from this address or site",
        not_this=_NO_GRANT, steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-service-said", "permission_missing",
        pattern=r"requests to this api .{1,300} are blocked", says=("requests to this api",),
        also=("permission_denied_explicitly",),
        headline="The API key is restricted to other APIs",
        not_this="403, but no role is missing: the key's own restrictions leave this API out.",
        steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-app", "permission_denied_explicitly",
        reason=("API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED"), certainty="likely",
        also=("network_blocked", "permission_missing"),
        headline="The API key is restricted to certain mobile apps",
        not_this=_NO_GRANT, steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
)  # fmt: skip
