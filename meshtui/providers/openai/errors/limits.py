"""Rules of OpenAI about money, rates and capacity.

A 429 may be any of them; only code and type distinguish them.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.openai import fixes as steps

_RATES = "https://developers.openai.com/api/docs/guides/rate-limits"
_BILLING = "https://platform.openai.com/settings/organization/billing/overview"
_LIMITS = "https://platform.openai.com/settings/organization/limits"
_STATUS = "https://status.openai.com"
_NO_RATE = "{status}, but this is no rate limit: waiting does not help."
_TOO_LARGE = ("request too large for",)
_ORG = r"\bfor (?P<model>[\w.:/-]{1,80}) (?:\(for limit [\w.:/-]{1,80}\) )?in organization (?P<org>org-\w{1,60})"

MONEY = (
    Rule(
        "openai.billing-inactive", "billing_inactive", named=("billing_not_active",),
        or_says=("your account is not active", "billing_not_active"),
        headline="The OpenAI account is not active: look at its payment method and invoices",
        not_this=_NO_RATE, reference=_BILLING,
    ),
    Rule(
        "openai.plan-without", "model_access_not_granted", type=("usage_not_included",),
        or_says=("usage not included in your plan", "usage_not_included",
                 "to use codex with your chatgpt plan, upgrade"),
        certainty="likely", also=("quota_exhausted", "billing_inactive", "permission_denied_explicitly"),
        headline="The ChatGPT plan that is signed in does not include this use",
        not_this="{status}, but no key is wrong: another plan, or a platform key, is what it takes.",
        steps=steps.PLAN_WITHOUT, reference="https://chatgpt.com/pricing",
    ),
    Rule(
        "openai.explore-plan", "billing_inactive", certainty="likely",
        pattern=r"^(?!.*\brate limit).*\bexplore plan\b", says=("explore plan",),
        also=("quota_exhausted", "model_access_not_granted", "rate_limited", "rate_limited_requests"),
        headline="The OpenAI account is on the plan without payment, which does not cover this",
        reference=_BILLING,
    ),
    Rule(
        "openai.credit", "quota_exhausted", code=("credit_balance_exhausted",),
        headline="The OpenAI account has no credit left",
        not_this=_NO_RATE, reference=_BILLING,
    ),
    Rule(
        "openai.spend-limit", "quota_exhausted",
        code=("organization_spend_limit_exceeded", "project_spend_limit_exceeded", "organization_usage_limit_exceeded",
              "project_usage_limit_exceeded"),
        headline="A monthly limit of the organization or project is used up",
        not_this=_NO_RATE, steps=steps.SPEND_LIMIT, reference=_LIMITS,
    ),
    Rule(
        "openai.hard-limit", "quota_exhausted", code=("billing_hard_limit_reached",),
        or_says=("billing hard limit",),
        headline="The account's hard spending limit is reached",
        not_this="{status}, but the request is fine: the money is used up.",
        steps=steps.SPEND_LIMIT, reference=_LIMITS,
    ),
    Rule(
        "openai.quota", "quota_exhausted", named=("insufficient_quota",),
        or_says=("exceeded your current quota", "you have no credits remaining", "insufficient_quota"),
        headline="The account's credit or monthly limit is used up",
        not_this=_NO_RATE, reference=_BILLING,
    ),
    Rule(
        "openai.plan-limit", "quota_exhausted", type=("usage_limit_reached", "usage_limit_exceeded"),
        headline="The ChatGPT plan's own limit is used up",
        not_this="{status}, but this is no rate limit of the API: a plan's allowance is spent until it is renewed.",
        steps=steps.PLAN, reference="https://developers.openai.com/api/docs/guides/rate-limits",
    ),
)  # fmt: skip

RATES = (
    Rule(
        "openai.too-large", "rate_limited_tokens", says=_TOO_LARGE, reads=_ORG,
        retryable=False, also=("request_invalid",),
        headline="One request asks for more tokens than a whole minute allows",
        not_this="{status}, but waiting does not help: this request alone is over the limit.",
        steps=steps.SMALLER, reference=_RATES,
    ),
    Rule(
        "openai.enqueued", "rate_limited_tokens", says=("enqueued token limit",), retryable=False,
        code=("token_limit_exceeded",), also=("quota_exhausted",),
        headline="The batches in the queue hold as many tokens as the account may queue",
        steps=steps.QUEUE, reference=_RATES,
    ),
    Rule(
        "openai.tokens", "rate_limited_tokens", type=("tokens", "tokens_usage_based", "input_tokens"),
        reads=_ORG,
        headline="The limit on tokens per minute or day is reached",
        not_this="The key is good and the account can pay: only the pace is too high.",
        steps=steps.SLOWER_TOKENS, reference=_RATES,
    ),
    Rule(
        "openai.requests", "rate_limited_requests", type=("requests", "images"), reads=_ORG,
        headline="The limit on requests per minute or day is reached",
        not_this="The key is good and the account can pay: only the pace is too high.",
        steps=steps.SLOWER_REQUESTS, reference=_RATES,
    ),
    Rule(
        "openai.tokens-said", "rate_limited_tokens", says=("rate limit", "rate_limit_exceeded"),
        pattern=r"\btokens per (?:min|day)|\btokens?/min|\bTP[MD]\b",
        headline="The limit on tokens per minute or day is reached",
        not_this="The key is good and the account can pay: only the pace is too high.",
        steps=steps.SLOWER_TOKENS, reference=_RATES,
    ),
    Rule(
        "openai.requests-said", "rate_limited_requests", says=("rate limit", "rate_limit_exceeded"),
        pattern=r"\b(?:requests|images|input-images) per (?:min|day|sec)|\b(?:requests|images)/min|\b[RI]P[MD]\b",
        headline="The limit on requests per minute or day is reached",
        not_this="The key is good and the account can pay: only the pace is too high.",
        steps=steps.SLOWER_REQUESTS, reference=_RATES,
    ),
    Rule(
        "openai.slow-down", "rate_limited", code=("slow_down",), also=("rate_limited_requests",),
        headline="The pace of requests rose too quickly",
        not_this="The limits themselves are not reached: the increase is what OpenAI objects to.",
        steps=steps.RAMP, reference=_RATES,
    ),
)  # fmt: skip

CAPACITY = (
    Rule(
        "openai.flex", "capacity_exhausted", code=("resource_unavailable",),
        headline="The flex tier has no room at the moment",
        not_this="{status}, but this is not your limit: flex requests run only where capacity is idle.",
        steps=steps.FLEX, reference="https://developers.openai.com/api/docs/guides/flex-processing",
    ),
    Rule(
        "openai.overloaded", "capacity_exhausted",
        named=("server_is_overloaded", "engine_overloaded", "engine_overloaded_error", "service_unavailable_error",
               "overloaded_error"),
        headline="OpenAI's servers are overloaded", reference=_STATUS,
    ),
    Rule(
        "openai.overloaded-said", "capacity_exhausted", certainty="likely", also=("provider_error", "rate_limited"),
        says=("overloaded", "servers are busy", "at capacity", "too many requests at this time"),
        headline="OpenAI's servers are overloaded", reference=_STATUS,
    ),
)  # fmt: skip

UNTOLD = (
    Rule(
        "openai.rate", "rate_limited", code=("rate_limit_exceeded",),
        also=("rate_limited_requests", "rate_limited_tokens"),
        headline="OpenAI throttles, and does not say by which limit",
        steps=steps.SLOWER_REQUESTS, reference=_RATES,
    ),
    Rule(
        "openai.rate-said", "rate_limited", certainty="likely",
        says=("rate limit", "too many requests", "slow down"),
        also=("rate_limited_requests", "rate_limited_tokens", "quota_exhausted"),
        headline="OpenAI throttles, and does not say by which limit",
        steps=steps.SLOWER_REQUESTS, reference=_RATES,
    ),
)  # fmt: skip

RULES = (*MONEY, *RATES, *CAPACITY, *UNTOLD)
