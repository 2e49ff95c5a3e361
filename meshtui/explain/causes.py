"""The catalogue: every cause there is, in plain words. `meshtui explain --list` prints it.

Whether Mesh falls back follows its BYOK and retry pages: on authentication errors and rate limits of your
credential, never on a wrong request; nothing is said about outages and timeouts.

The sentences that follow from the cause alone: headline, what it is not, when to retry, what Mesh does.

What to do about a cause that was found without an answer to explain: by comparing, or by asking somebody else.
"""

from __future__ import annotations

from typing import NamedTuple

from meshtui.base.names import PROVIDER_NAMES
from meshtui.base.text import words
from meshtui.explain.model import Cause, Context, Signal, Step
from meshtui.explain.rule_tables import find_steps
from meshtui.explain.texts import Values, fill_step
from meshtui.explain.vendors import NAMES

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


_HEADLINES = {
    "credential_missing": "{who} saw no key at all",
    "credential_malformed": "What was sent to {who} cannot be one of its keys",
    "credential_wrong_kind": "{who} was given a key of another kind",
    "credential_invalid": "{who} does not know this key",
    "credential_disabled": "{who} has shut this key or its account",
    "credential_expired": "This credential for {who} has run out",
    "clock_skew": "{who} finds the request's time wrong: look at the sending machine's clock",
    "account_mismatch": "{who} finds that key, project and organization do not belong together",
    "network_blocked": "A network rule stopped the request to {who}",
    "country_unsupported": "{who} does not serve the country this came from",
    "permission_missing": "{who} knows the key, but nothing allows it to do this",
    "permission_denied_explicitly": "A policy at {who} forbids this",
    "model_access_not_granted": "{who} has not opened this model to the account",
    "model_not_found": "{who} has no model of this name here",
    "region_unsupported": "{who} does not offer this in this region",
    "inference_profile_required": "{who} serves this model only through an inference profile",
    "api_not_enabled": "The API is switched off in the Google Cloud project",
    "billing_inactive": "{who} cannot bill this account",
    "quota_exhausted": "The credit or spending limit at {who} is used up",
    "rate_limited_requests": "{who} counts too many requests",
    "rate_limited_tokens": "{who} counts too many tokens",
    "rate_limited": "{who} throttles this key",
    "capacity_exhausted": "{who} has no capacity left at the moment",
    "request_invalid": "{who} finds the request itself wrong",
    "content_blocked": "A safety filter at {who} refused the content",
    "provider_error": "{who} failed",
    "timeout": "{who} did not answer in time",
    "connection_failed": "No answer came from {who}",
    "unknown": "This answer from {who} does not tell what is wrong",
}

# What a status makes one think of, and which causes are that.
_SUGGESTS = {
    401: ("the key itself", "credential_"),
    403: ("permissions", "permission_"),
    404: ("a wrong address or name", "model_not_found request_invalid"),
    429: ("a rate limit", "rate_limited"),
    400: ("a wrong request", "request_invalid model_not_found content_blocked inference_profile_required"),
    500: ("a failure of the server", "provider_error capacity_exhausted timeout"),
    503: ("a failure of the server", "provider_error capacity_exhausted timeout"),
}
_IS = {
    "credential_missing": "no key arrived", "credential_malformed": "what was sent is no key of this kind",
    "credential_wrong_kind": "it is a key of another kind", "credential_invalid": "the key itself is not accepted",
    "credential_disabled": "the key or its account is shut", "credential_expired": "the credential has run out",
    "clock_skew": "the clock is wrong", "account_mismatch": "key and account do not belong together",
    "network_blocked": "a rule stops this network", "country_unsupported": "the country is not served",
    "permission_missing": "the key is good and lacks a permission",
    "permission_denied_explicitly": "the key is good and a policy forbids this",
    "model_access_not_granted": "the key is good and the model is not open to its account",
    "model_not_found": "the model does not exist here", "region_unsupported": "it is the wrong region",
    "inference_profile_required": "the model wants an inference profile", "api_not_enabled": "the API is switched off",
    "billing_inactive": "the account cannot pay", "quota_exhausted": "the money is used up, and waiting does not help",
    "rate_limited_requests": "there were too many requests", "rate_limited_tokens": "there were too many tokens",
    "rate_limited": "the key is throttled", "capacity_exhausted": "the provider has no room",
    "request_invalid": "the request is wrong, the key is not", "content_blocked": "a filter refused the content",
    "provider_error": "the provider failed", "timeout": "the answer took too long",
    "connection_failed": "no answer came", "unknown": "",
}  # fmt: skip


class Advice(NamedTuple):
    """What follows from cause, provider, status and whose key it is, and from nothing else in the answer."""

    headline: str
    not_this: str
    falls_back: str
    mesh_does: str


def advice(label: str, provider: str, status: int, credential: str | None) -> Advice:
    """The sentences for this cause."""
    cause = CAUSES[label]
    if provider in NAMES:
        return Advice(headline(cause, provider), not_this(cause, status), "not documented", NOT_OURS)
    falls = falls_back(cause, status, credential)
    return Advice(headline(cause, provider), not_this(cause, status), falls, mesh_does(falls, credential, provider))


def name(provider: str) -> str:
    """`OpenAI`, `AWS Bedrock`, …; "The server" where it is not known."""
    return PROVIDER_NAMES.get(provider) or NAMES.get(provider, "The server")


def headline(cause: Cause, provider: str) -> str:
    """The cause in one sentence about this provider."""
    text = _HEADLINES[cause.label].replace("{who}", name(provider))
    return text if provider else text.replace(" The server", " the server")


def not_this(cause: Cause, status: int) -> str:
    """`403, but this is not about permissions: …`; empty where the status does not mislead."""
    suggestion = _SUGGESTS.get(status)
    if suggestion is None or not _IS[cause.label]:
        return ""
    topic, labels = suggestion
    if any(cause.label.startswith(label) for label in labels.split()):
        return ""
    return f"{status}, but this is not about {topic}: {_IS[cause.label]}."


def retry(cause: Cause, retryable: bool, wait: float | None) -> str:
    """When the very same request is worth sending again."""
    if retryable and wait is not None:
        return f"Again in {words(wait)}, unchanged."
    if retryable:
        return "Again after a pause: one second, then doubling, a handful of times."
    if cause.label in ("connection_failed", "timeout"):
        return "Once, to rule out a passing fault; then do what the steps say."
    if cause.label == "unknown":
        return "Not before the cause is known."
    if cause.label.startswith("rate_limited") and wait is not None:
        return f"Not for {words(wait)}; the same request would be refused until then."
    return "Never unchanged: the same request gets the same answer until this is repaired."


def falls_back(cause: Cause, status: int, credential: str | None) -> str:
    """Whether Mesh would try its own credentials on this failure of a provider credential: yes, no, not documented.

    Mesh documents credential fallback for authentication errors and rate limits, so for 401, 403 and 429. What Mesh
    itself refuses is not a failure of a provider credential.
    """
    if credential == "mesh":
        return "no"
    if cause.falls_back == "not documented" and status in (401, 403, 429):
        return "yes"
    return cause.falls_back


def mesh_does(falls_back: str, credential: str | None, provider: str) -> str:
    """What Mesh does with such a failure of a provider credential, in a sentence."""
    if credential == "mesh":
        return "Mesh itself refused this; no provider key was used, and there is nothing to fall back from."
    if provider == "mesh" and credential == "provider":
        return PASSED_ON
    return {
        "yes": "With fallback on, Mesh serves the request with its own credentials and bills your Mesh balance, so the "
        "failure stays unseen; under Exclusive Use you get this failure.",
        "no": "Passed on as it is: Mesh does not fall back on a wrong request.",
        "not documented": "Its documentation does not say whether Mesh falls back on this.",
    }[falls_back]


NOT_OURS = "This answer is of a vendor whose keys meshtui does not check; Mesh's fallback is not about it."
PASSED_ON = (
    "Mesh passed on what the provider said to your own key: the key is under Exclusive Use, or the fallback failed too."
)


def find_first_fix(provider: str, cause: str, context: Context) -> Step | None:
    """The provider's first step, its holes filled from the context; None for a label that is not in the catalogue."""
    if cause not in CAUSES:
        return None
    values = Values(Signal(provider=provider, context=context), {}, None, "")
    return fill_step(find_steps(provider, cause)[0], values)
