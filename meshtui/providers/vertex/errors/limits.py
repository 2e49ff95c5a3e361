"""Rules of Vertex AI: too much, too busy, too slow, broken; and which quota it was, by metric, sentence and metadata.

Two things come as 429 RESOURCE_EXHAUSTED: a quota of the project's own, which names its metric, and Google's shared
capacity, which names none (Vertex AI documentation, "Error code 429"; "Rate limits").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from meshtui.explain.model import DAY_S, ParsedError, Rule
from meshtui.providers.vertex import fixes as google_project

_METRIC = re.compile(
    r"quota (?:exceeded|limit exceeded) for (?:quota )?(?:metric:? )?[`'\"]?(?P<metric>[\w./ -]{3,120}?)"
    r"(?= with base model| and limit|, |[`'\"]|\. |$)",
    re.IGNORECASE,
)
_BASE_MODEL = re.compile(r"base model: ?(?P<model>[\w.@:-]{2,80}\w)", re.IGNORECASE)
_LIMIT = re.compile(r"limit: ?(?P<limit>\d{1,12})\b", re.IGNORECASE)


def match_own_quota(error: ParsedError) -> Mapping[str, str] | None:
    """Of a quota of the project's own the `metric`, and where named `model`, `limit` and `quota` (the limit's id); None
    where the answer names no metric."""
    data = error.metadata
    metric = data.get("quota_metric") or data.get("quotaMetric") or _find_metric(error.message)
    if not metric:
        return None
    values = {"metric": metric.rpartition("/")[2], "quota": data.get("quota_limit") or data.get("quotaId") or ""}
    base = _BASE_MODEL.search(error.message)
    if base:
        values["model"] = base["model"]
    limit = data.get("quota_limit_value") or data.get("quotaValue")
    lower_message = _LIMIT.search(error.message)
    if limit or lower_message:
        values["limit"] = limit or (lower_message["limit"] if lower_message else "")
    return values


@lru_cache(maxsize=1)
def _find_metric(message: str) -> str:
    """Remembered for the one sentence that several rows ask about in turn."""
    found = _METRIC.search(message)
    return found["metric"] if found else ""


def match_zero_limit(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where the limit itself is 0: nothing can be spent, now or later."""
    values = match_own_quota(error)
    return values if values and values.get("limit") == "0" else None


def match_token_quota(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where tokens are counted."""
    values = match_own_quota(error)
    return values if values and "token" in _list_names(values) else None


def match_daily_quota(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where the span is a day: waiting minutes does not help."""
    values = match_own_quota(error)
    if values is None:
        return None
    names = _list_names(values)
    return values if "perday" in names or "per_day" in names or "per day" in error.lower_message else None


def match_daily_token_quota(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where tokens of a day are counted."""
    return match_daily_quota(error) if match_token_quota(error) is not None else None


def _list_names(values: Mapping[str, str]) -> str:
    return f"{values['metric']} {values['quota']}".lower()


_429 = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/error-code-429"
_QUOTAS = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/quotas"
_ERRORS = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/troubleshooting"

# Money.
SPENT = (
    Rule(
        "vertex.credits", "quota_exhausted",
        says=("credits are depleted", "credits have been depleted", "out of credits", "spending cap", "spend cap",
              "monthly spending", "budget has been exceeded", "prepayment credits"),
        headline="The credit or the spending cap is used up",
        not_this="{status}, but waiting does not help, whatever retryDelay says: no money is left.",
        steps=google_project.CREDITS, reference="https://ai.google.dev/gemini-api/docs/billing",
    ),
    Rule(
        "vertex.quota-zero", "quota_exhausted", test=match_zero_limit,
        also=("rate_limited_requests", "model_access_not_granted"),
        headline="The limit on {metric} is 0: this project may not use it at all",
        not_this="{status}, but waiting does not help, whatever retryDelay says: the limit itself is 0.",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.resource-quota", "quota_exhausted",
        reason=("RESOURCE_QUOTA_EXCEEDED", "EMULATOR_QUOTA_EXCEEDED", "dailyLimitExceeded"), certainty="likely",
        also=("rate_limited", "rate_limited_requests"),
        headline="A hard quota of the project is used up",
        not_this="Waiting helps only where something that counts against it ends.",
        reference=_QUOTAS,
    ),
)  # fmt: skip

# A quota of the project's own.
OWN = (
    Rule(
        "vertex.tokens-per-day", "rate_limited_tokens", test=match_daily_token_quota, status=(429, 403, 200, 0),
        retryable=False, again=DAY_S, also=("quota_exhausted",),
        headline="The project's tokens for today ({metric}) are used up",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.tokens", "rate_limited_tokens", test=match_token_quota,
        word=("RESOURCE_EXHAUSTED", ""), status=(429, 200, 0), also=("rate_limited_requests",),
        headline="The project's own quota of tokens is used up: {metric}",
        not_this="This is the project's quota, not Google's shared capacity.",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.requests-per-day", "rate_limited_requests", test=match_daily_quota,
        retryable=False, again=DAY_S, also=("quota_exhausted",), status=(429, 403, 200, 0),
        headline="The project's requests for today ({metric}) are used up",
        not_this="{status}, but waiting minutes does not help: the quota is per day.",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.requests", "rate_limited_requests", test=match_own_quota,
        word=("RESOURCE_EXHAUSTED", ""), status=(429, 403, 200, 0), also=("rate_limited_tokens",),
        headline="The project's own quota is used up: {metric}",
        not_this="This is the project's quota, not Google's shared capacity. On new projects and for Claude it may "
                 "be 0.",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.token-rate", "rate_limited_tokens",
        says=("tokens per minute", "token quota exceeded", "tokens per day"), status=(429, 200, 0),
        also=("rate_limited", "rate_limited_requests"), certainty="likely",
        headline="Too many tokens for the project's quota",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.request-rate", "rate_limited_requests",
        says=("request quota exceeded", "requests per minute", "requests per day", "too many requests. exceeded"),
        also=("rate_limited", "rate_limited_tokens"), certainty="likely",
        headline="Too many requests for the project's quota",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.quota-unnamed", "rate_limited", says=("quota exceeded", "exceeded quota"), status=(429, 403, 200, 0),
        word=("RESOURCE_EXHAUSTED",), also=("rate_limited_requests", "rate_limited_tokens", "quota_exhausted"),
        certainty="likely",
        headline="A quota of the project is used up; the answer does not say which",
        reference=_QUOTAS,
    ),
    Rule(
        "vertex.plan-quota", "quota_exhausted", says=("exceeded your current quota",), certainty="likely",
        also=("rate_limited_requests", "rate_limited"),
        headline="The plan's quota is used up",
        steps=google_project.CREDITS, reference="https://ai.google.dev/gemini-api/docs/rate-limits",
    ),
    Rule(
        "vertex.rate-reason", "rate_limited_requests",
        reason=("RATE_LIMIT_EXCEEDED", "userRateLimitExceeded"), certainty="likely",
        also=("rate_limited", "rate_limited_tokens"),
        headline="The project's own quota is used up for the moment",
        reference=_QUOTAS,
    ),
)  # fmt: skip

# Google's shared capacity.
SHARED = (
    Rule(
        "vertex.shared", "capacity_exhausted",
        pattern=r"^resource exhausted\b|error-code-429|out of capacity|no (?:more )?capacity"
                r"|capacity (?:is )?(?:exceeded"
                r"|unavailable|constraint)|overloaded|high demand|temporarily unavailable|currently unavailable",
        says=("resource exhausted", "error-code-429", "capacity", "overloaded", "high demand", "unavailable"),
        also=("rate_limited", "provider_error"),
        headline="Google's shared capacity for this model is used up at the moment",
        not_this="No quota of the project was reached: many tenants share this pool.",
        reference=_429,
    ),
    Rule(
        "vertex.overloaded", "capacity_exhausted", type=("overloaded_error",), also=("rate_limited",),
        headline="The model is overloaded at the moment",
        not_this="No quota of the project was reached.",
        reference=_429,
    ),
    Rule(
        "vertex.exhausted", "rate_limited",
        says=("resource has been exhausted", "check quota", "provisioned throughput"),
        also=("capacity_exhausted", "quota_exhausted", "rate_limited_requests"),
        headline="Google throttles and does not say whether by your quota or its capacity",
        reference=_429,
    ),
    Rule(
        "vertex.exhausted-word", "rate_limited", word=("RESOURCE_EXHAUSTED",), certainty="likely",
        also=("capacity_exhausted", "quota_exhausted", "rate_limited_requests"),
        headline="Google throttles and does not say whether by your quota or its capacity",
        reference=_429,
    ),
    Rule(
        "vertex.tokens-claude", "rate_limited_tokens", type=("rate_limit_error",), says=("tokens",), certainty="likely",
        also=("rate_limited",),
        headline="The project's limit on tokens per minute for this partner model is reached",
        reference=_429,
    ),
    Rule(
        "vertex.exhausted-type", "rate_limited", type=("rate_limit_error", "RESOURCE_EXHAUSTED"), certainty="likely",
        also=("capacity_exhausted", "rate_limited_requests", "rate_limited_tokens"),
        headline="Google throttles and does not say whether by your quota or its capacity",
        reference=_429,
    ),
)  # fmt: skip

# Time and failure.
FAILED = (
    Rule(
        "vertex.deadline", "timeout", word=("DEADLINE_EXCEEDED",),
        or_says=("deadline expired", "deadline exceeded", "deadline_exceeded"),
        also=("capacity_exhausted", "provider_error"),
        headline="Google did not finish in the time allowed",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.cancelled", "timeout", word=("CANCELLED",), certainty="likely", also=("unknown", "request_invalid"),
        who="caller",
        headline="The request was cancelled, most often by the client's own time limit",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.unavailable", "capacity_exhausted", word=("UNAVAILABLE",), certainty="likely",
        also=("provider_error", "timeout"),
        headline="Vertex AI cannot take the request at the moment",
        not_this="No quota of the project was reached.",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.internal", "provider_error", word=("INTERNAL", "UNKNOWN", "DATA_LOSS", "ABORTED"),
        also=("capacity_exhausted",),
        headline="Google failed inside",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.internal-said", "provider_error", type=("api_error",), also=("capacity_exhausted",),
        headline="The model's own API failed behind Vertex AI",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.server-page", "provider_error", shape=("html",), status=(500, 502, 503),
        also=("capacity_exhausted",),
        headline="Google's front end failed",
        not_this="A page instead of JSON: the request did not reach Vertex AI.", reference=_ERRORS,
    ),
)  # fmt: skip
