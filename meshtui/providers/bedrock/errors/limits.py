"""Bedrock: too much, too busy, too slow, broken. Nothing here is about the key.

Quotas are per account, Region and model; which one was reached only the sentence says (Bedrock User Guide, "Quotas
for Amazon Bedrock"; statuses from the service model of bedrock-runtime).
"""

from __future__ import annotations

from meshtui.explain.model import DAY_S, Rule
from meshtui.providers.bedrock import fixes as aws_models

_QUOTAS = "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html"
_TOKENS = "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html"
_ERRORS = "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"
_THROTTLED = ("ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded",
              "rate_limit_error")  # fmt: skip
_NOT_YOURS = "This is AWS's shared capacity, not the account's quota."

# Which limit: the sentence says it.
LIMITS = (
    Rule(
        "bedrock.tokens-per-day", "rate_limited_tokens",
        says=("tokens per day", "daily token"), who="account admin", retryable=False, again=DAY_S,
        also=("quota_exhausted",),
        headline="The account's tokens for today are used up for this model",
        not_this="{status}, but waiting a minute does not help: the daily quota is empty, on new accounts it may be "
                 "near 0.",
        steps=aws_models.DAILY_QUOTA, reference=_QUOTAS,
    ),
    Rule(
        "bedrock.requests-per-day", "rate_limited_requests",
        says=("requests per day", "daily request"), who="account admin", retryable=False, again=DAY_S,
        also=("quota_exhausted",),
        headline="The account's requests for today are used up for this model",
        not_this="{status}, but waiting a minute does not help: the daily quota is empty.",
        steps=aws_models.DAILY_QUOTA, reference=_QUOTAS,
    ),
    Rule(
        "bedrock.tokens", "rate_limited_tokens",
        says=("too many tokens", "tokens per minute", "token rate"),
        headline="The account's tokens per minute for this model are used up",
        reference=_TOKENS,
    ),
    Rule(
        "bedrock.requests", "rate_limited_requests",
        says=("too many requests", "request rate is too high", "requests per minute", "frequency of requests"),
        also=("rate_limited",),
        headline="The account's requests per minute for this model are used up",
        reference=_QUOTAS,
    ),
    Rule(
        "bedrock.connections", "capacity_exhausted",
        says=("too many connections",), also=("rate_limited_requests", "rate_limited"), certainty="likely",
        headline="Bedrock holds too many connections open",
        not_this=_NOT_YOURS, reference=_ERRORS,
    ),
)  # fmt: skip

# Shared capacity, before the general throttling rows: its sentences also come with 429.
CAPACITY = (
    Rule(
        "bedrock.model-not-ready", "capacity_exhausted",
        or_says=("not ready for inference",),
        type=("ModelNotReadyException",), who="caller",
        headline="The model is still being loaded",
        not_this="{status}, but no limit was reached: an imported model sleeps when it is not used, and wakes now.",
        steps=aws_models.NOT_READY,
        reference="https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html",
    ),
    Rule(
        "bedrock.busy", "capacity_exhausted",
        says=("bedrock is unable to process your request", "overloaded", "temporarily unavailable", "out of capacity",
              "insufficient capacity", "high demand", "capacity constraints", "slow down"),
        also=("provider_error", "rate_limited"),
        headline="Bedrock is too busy to take the request now",
        not_this=_NOT_YOURS, reference=_ERRORS,
    ),
    Rule(
        "bedrock.unavailable", "capacity_exhausted",
        type=("ServiceUnavailableException", "ServiceUnavailable", "ServiceNotAvailable", "overloaded_error"),
        also=("provider_error",),
        headline="Bedrock is too busy to take the request now",
        not_this=_NOT_YOURS, reference=_ERRORS,
    ),
)  # fmt: skip

# Throttled, and which limit is not told.
THROTTLED = (
    Rule(
        "bedrock.quota", "quota_exhausted",
        type=("ServiceQuotaExceededException", "LimitExceededException"),
        or_says=("exceeds the service quota", "exceeded the service quota", "service quota exceeded"),
        also=("rate_limited",),
        headline="A service quota of this account is used up",
        not_this="Waiting helps only where the quota counts what is running now; AWS does not say which it is.",
        reference=_QUOTAS,
    ),
    Rule(
        "bedrock.throttled-said", "rate_limited",
        says=("rate exceeded", "rate limit exceeded", "throttled", "exceeding the account quotas"),
        also=("rate_limited_requests", "rate_limited_tokens"),
        headline="AWS throttles this account and does not say by which limit",
        reference=_QUOTAS,
    ),
    Rule(
        "bedrock.throttled", "rate_limited", certainty="likely",
        type=_THROTTLED, also=("rate_limited_requests", "rate_limited_tokens"),
        headline="AWS throttles this account and does not say by which limit",
        reference=_QUOTAS,
    ),
)  # fmt: skip

# Time and failure.
FAILED = (
    Rule(
        "bedrock.model-timeout", "timeout",
        type=("ModelTimeoutException",),
        or_says=("model has timed out", "timed out in processing", "model timed out"), also=("provider_error",),
        headline="The model did not finish in the time AWS gives it",
        reference=_ERRORS,
    ),
    Rule(
        "bedrock.model-error", "provider_error", certainty="likely",
        type=("ModelErrorException", "ModelStreamErrorException"), also=("request_invalid", "timeout"),
        headline="The model broke while it worked on the request",
        not_this="{status}, but the key and the account are fine: the model itself failed.",
        reference=_ERRORS,
    ),
    Rule(
        "bedrock.internal", "provider_error",
        type=("InternalServerException", "InternalFailure", "InternalServerError", "InternalError", "api_error",
              "DependencyFailedException"),
        or_says=("internal server error", "internal failure", "unexpected error during processing",
                 "encountered an unexpected error", "encountered an internal error", "internal error occurred"),
        headline="AWS failed inside",
        not_this="Whatever the status, nothing was found wrong with the request: the same one may pass.",
        reference=_ERRORS,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*LIMITS, *CAPACITY, *THROTTLED, *FAILED)
