"""The catalogue: every cause there is, in plain words. `meshtui explain --list` prints it.

Whether Mesh falls back follows its BYOK and retry pages: on authentication errors and rate limits of your
credential, never on a wrong request; nothing is said about outages and timeouts.
"""

from __future__ import annotations

from meshtui.explain.model import Cause

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"

# label, title, meaning, who, retryable, falls back, is a credential at fault
_ROWS: tuple[tuple[str, str, str, str, bool, str, bool], ...] = (
    ("credential_missing", "No key arrived",
     "The server saw no credential: the header is absent or the key in it is empty.", OWNER, False, "yes", True),
    ("credential_malformed", "What was sent cannot be a key of this kind",
     "The credential is cut off, quoted, padded, a placeholder, or no valid JSON or PEM.", OWNER, False, "yes", True),
    ("credential_wrong_kind", "A key of another kind or for another service",
     "The credential may be real, but this service takes another kind.", OWNER, False, "yes", True),
    ("credential_invalid", "The key is unknown",
     "The credential has the right form and the server does not accept it: mistyped, deleted, revoked, or the secret "
     "is not its secret. The server does not tell which.", OWNER, False, "yes", True),
    ("credential_disabled", "The key or its account is shut",
     "The server says that the credential, its account or its project was deactivated, suspended or deleted.",
     ADMIN, False, "yes", True),
    ("credential_expired", "The credential has run out",
     "A token or session was valid once and its time is over.", OWNER, False, "yes", True),
    ("clock_skew", "The clock of the sending machine is wrong",
     "The signature or the JWT carries a time that the server's clock does not allow. The key itself is untested.",
     CALLER, False, "yes", False),
    ("account_mismatch", "Key, project and organization do not belong together",
     "An organization, project or account that the request names is not the one this credential belongs to.",
     OWNER, False, "yes", True),
    ("network_blocked", "A rule stops this network",
     "An address list, a service perimeter, an endpoint policy, a company proxy or a CDN refuses where the request "
     "comes from.", ADMIN, False, "not documented", False),
    ("country_unsupported", "This country is not served",
     "The provider does not serve the country, region or territory the request comes from.",
     CALLER, False, "not documented", False),
    ("permission_missing", "The key is known and lacks a permission",
     "The identity is accepted; nothing allows it to do this.", ADMIN, False, "yes", True),
    ("permission_denied_explicitly", "A policy forbids it",
     "The identity is accepted; a policy, boundary or setting denies this in so many words. Granting more changes "
     "nothing until the denial goes.", ADMIN, False, "yes", True),
    ("model_access_not_granted", "The account has no access to this model",
     "The account has not been given, has not enabled or has not been verified for this model or feature.",
     ADMIN, False, "yes", True),
    ("model_not_found", "There is no such model here",
     "The model's name is misspelt, retired, or not one this endpoint knows.", CALLER, False, "no", False),
    ("region_unsupported", "Wrong region",
     "The model or endpoint does not exist in this region, or the key belongs to another one.",
     CALLER, False, "not documented", False),
    ("inference_profile_required", "This model is called through an inference profile",
     "AWS Bedrock serves this model on demand only by the id of an inference profile.", CALLER, False, "no", False),
    ("api_not_enabled", "The API is off in this project",
     "The Google Cloud project has never used this API, or has switched it off.", ADMIN, False, "yes", True),
    ("billing_inactive", "The account cannot pay",
     "Billing is disabled, the account is not active, or a payment failed.", ADMIN, False, "not documented", True),
    ("quota_exhausted", "The credit or the spending limit is used up",
     "Money or a hard usage quota is gone. Waiting a minute does not help.", ADMIN, False, "yes", True),
    ("rate_limited_requests", "Too many requests in a span of time",
     "The limit on requests per second, minute or day is reached.", CALLER, True, "yes", True),
    ("rate_limited_tokens", "Too many tokens in a span of time",
     "The limit on tokens per minute or day is reached.", CALLER, True, "yes", True),
    ("rate_limited", "Throttled",
     "The server throttles, and the answer does not tell which limit was reached.", CALLER, True, "yes", True),
    ("capacity_exhausted", "The provider's shared capacity is used up",
     "Not your quota: the provider has no room for the request now.", PROVIDER, True, "not documented", False),
    ("request_invalid", "The request itself is wrong",
     "A parameter, the schema, the address or the length is wrong. The credential is not at fault.",
     CALLER, False, "no", False),
    ("content_blocked", "A safety filter refused the content",
     "The prompt or the answer was refused by a safety or policy filter.", CALLER, False, "no", False),
    ("provider_error", "The provider failed",
     "Something broke on the provider's side or in front of it.", PROVIDER, True, "not documented", False),
    ("timeout", "No answer in time",
     "The provider, a gateway or the connection took too long.", PROVIDER, True, "not documented", False),
    ("connection_failed", "No answer came",
     "The name did not resolve, nobody listened, the connection broke or could not be secured. The key is untested.",
     CALLER, False, "not documented", False),
    ("unknown", "This answer does not tell",
     "None of the known causes can be told from it.", CALLER, False, "not documented", False),
)  # fmt: skip

CAUSES: dict[str, Cause] = {row[0]: Cause(*row) for row in _ROWS}
