"""AWS Bedrock and STS: the whole table, in the order in which AWS itself decides.

First who calls, then what the account may use, then what the identity may do, then the model, then limits, then the
request; last what only the exception's type or the status tells. The sentence goes before the type because AWS uses
one type for many causes: an AccessDeniedException may mean a bad key, a missing form or an unpaid bill.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.bedrock import fixes
from meshtui.providers.bedrock.errors import access, client, limits, request, signing

_ERRORS = "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"

# The type alone: the sentence was new or absent.
BY_TYPE = (
    Rule(
        "bedrock.validation", "request_invalid",
        named=("ValidationException", "ValidationError", "validation_error", "invalid_request_error",
               "invalid_request", "SerializationException", "ConflictException", "InvalidParameterValue",
               "MalformedPolicyDocument"),
        certainty="likely", also=("model_not_found", "model_access_not_granted"),
        headline="AWS refuses the request as it is",
        reference=_ERRORS,
    ),
    Rule(
        "bedrock.path-unknown", "request_invalid", status=(404,),
        type=("not_found_error", ""), certainty="likely", also=("model_not_found",),
        says=("path", "route", "url", "endpoint", "not found", "no handler"),
        headline="Bedrock serves nothing at this path",
        not_this="No model was looked for: the address itself is not one of this host's.",
        steps=fixes.PATH, reference=_ERRORS,
    ),
    Rule(
        "bedrock.not-found", "model_not_found",
        type=("ResourceNotFoundException", "not_found_error"), certainty="likely",
        also=("region_unsupported", "model_access_not_granted", "request_invalid"),
        headline="AWS finds nothing by the name in the request",
        reference=_ERRORS,
    ),
    Rule(
        "bedrock.denied-silently", "unknown",
        type=("AccessDeniedException", "AccessDenied", "permission_denied_error", "permission_error"),
        certainty="likely",
        also=("permission_missing", "model_access_not_granted", "permission_denied_explicitly", "network_blocked"),
        headline="AWS denied this and does not say what is missing",
        reference=_ERRORS,
    ),
    Rule(
        "bedrock.authentication-failed", "credential_invalid",
        type=("authentication_error", "UnauthorizedException"), certainty="likely",
        also=("credential_malformed", "credential_expired", "credential_wrong_kind"),
        headline="The endpoint does not accept this key",
        steps=fixes.BEDROCK_KEY, reference=_ERRORS,
    ),
)  # fmt: skip

# A page where JSON belongs: not Bedrock answered, but a gateway before it.
PAGES = (
    Rule(
        "bedrock.page", "provider_error", status=(500, 502, 503), shape=("html",), also=("capacity_exhausted",),
        headline="A gateway in front of Bedrock failed",
        not_this="A page instead of JSON: the request did not reach Bedrock.", reference=_ERRORS,
    ),
)  # fmt: skip

# The status alone: nothing else was there.
BY_STATUS = (
    Rule(
        "bedrock.bare-failure", "provider_error", status=(500, 502), certainty="likely", also=("capacity_exhausted",),
        headline="Bedrock, or a gateway in front of it, failed", reference=_ERRORS,
    ),
    Rule(
        "bedrock.bare-unavailable", "capacity_exhausted", status=(503, 529), also=("provider_error",),
        headline="Bedrock is too busy to take the request now",
        not_this="This is AWS's shared capacity, not the account's quota.", reference=_ERRORS,
    ),
    Rule(
        "bedrock.bare-timeout", "timeout", status=(408, 504), also=("provider_error",),
        headline="No answer from the model in time", reference=_ERRORS,
    ),
    Rule(
        "bedrock.bare-throttled", "rate_limited", status=(429,), certainty="likely",
        also=("rate_limited_requests", "rate_limited_tokens", "capacity_exhausted"),
        headline="AWS throttles and does not say by which limit", reference=_ERRORS,
    ),
    Rule(
        "bedrock.bare-model-error", "provider_error", status=(424,), certainty="likely", also=("request_invalid",),
        headline="The model broke while it worked on the request", reference=_ERRORS,
    ),
    Rule(
        "bedrock.bare-too-large", "request_invalid", status=(413,),
        headline="The request is larger than AWS takes", steps=fixes.TOO_LONG, reference=_ERRORS,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *PAGES,
    *signing.RULES,
    *access.ACCOUNT_RULES,
    *access.IAM_RULES,
    *request.MODEL_RULES,
    *limits.RULES,
    *request.REQUEST_RULES,
    *client.RULES,
    *BY_TYPE,
    *BY_STATUS,
)
