"""How fast the sandbox is, and how its Mesh behaves where Mesh's documentation is silent or says two things.

`Behaviour` has a switch for each such question, `SWITCHES` the plausible values and why the default is the default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One field a switch. What each decides, its plausible values and why the default is the default stand in
    `meshtui.sandbox.settings`."""

    fall_back_on_provider_failure: bool = False
    fall_back_on_missing_permission: bool = True
    fall_back_on_quota: bool = True
    byok_retries: int = 0
    both_failed: str = "platform"

    fallback_header: str = "true"
    fallback_header_on_streams: bool = True
    fallback_header_on_errors: bool = True
    fallback_header_says_false: bool = False
    usage_names_byok: bool = False
    rows_name_byok: bool = False
    served_provider_header: bool = False
    routing_headers: bool = False
    cost_in_last_chunk: bool = False
    cost_places: int = 10
    row_at_once: bool = True

    byok_status: str = "provider"
    byok_reason: str = "both"
    out_of_credit: str = "quota"
    pass_retry_after: bool = True
    retry_after_in_body: bool = True
    request_id_at: str = "top"
    stream_error_names_request: bool = True
    early_stream_errors: str = "status"
    timeout_status: int = 504
    broken_stream: str = "error"

    rate_limit_headers: str = "plain"
    byok_counts: bool = True
    byok_needs_balance: bool = True
    fee_free_tokens: int = 0
    cache: bool = True
    provider_keys_realm: str = "either"
    key_test: str = "list"


AS_DOCUMENTED = Behaviour()


@dataclass(frozen=True, slots=True)
class Switch:
    values: tuple[object, ...]
    """Plausible ones, the default first."""
    question: str
    because: str
    """Why the default is the default."""


_NO_YES, _YES_NO = (False, True), (True, False)

SWITCHES = {
    "fall_back_on_provider_failure": Switch(
        _NO_YES,
        "Do 5xx answers, timeouts and dropped connections of your key lead to fallback?",
        'the BYOK page names "auth errors and rate limits" only',
    ),
    "fall_back_on_missing_permission": Switch(
        _YES_NO,
        "Does a right that your key lacks (403) count among the auth errors that lead to fallback?",
        "the error reference files it under upstream_auth_error",
    ),
    "fall_back_on_quota": Switch(
        _YES_NO,
        "Does a quota that is used up lead to fallback, as a rate limit does?",
        'the account checklist says "auth or quota errors"',
    ),
    "byok_retries": Switch(
        (0, 1, 2),
        "How often is your key tried again before the platform's credentials are?",
        "nothing mentions it",
    ),
    "both_failed": Switch(
        ("platform", "own"),
        "Whose error is returned where your key and the platform's both fail?",
        "the platform's failed last; it is masked",
    ),
    "fallback_header": Switch(
        ("true", "1", "upstream_auth_error", ""),
        "What is the value of X-BYOK-Fallback-Triggered? (Empty: the header is not sent at all.)",
        "only the name is documented; `true` is what X-Mesh-Routing-Fallback has",
    ),
    "fallback_header_on_streams": Switch(
        _YES_NO,
        "Is that header sent on streams?",
        "routing headers are documented as absent on streams, this one is not mentioned there",
    ),
    "fallback_header_on_errors": Switch(
        _YES_NO,
        "Is it sent where the platform's credentials were tried and failed too?",
        "fallback was triggered, which is what it says",
    ),
    "fallback_header_says_false": Switch(
        _NO_YES,
        "Is it sent as `false` where your key served?",
        "its description speaks of it as of a thing that appears",
    ),
    "usage_names_byok": Switch(
        _NO_YES,
        "Does chat usage carry byok_used and fallback_triggered, as the usage of embeddings does?",
        "the SDKs declare them for embeddings only",
    ),
    "rows_name_byok": Switch(
        _NO_YES,
        "Do rows of the usage events carry the two?",
        "no description of a row names them; the summary's totals do tell BYOK from platform",
    ),
    "served_provider_header": Switch(
        _NO_YES,
        "Is X-Mesh-Served-Provider sent?",
        "early SDK code read it; the documentation says that the provider is not disclosed",
    ),
    "routing_headers": Switch(
        _NO_YES,
        "Are X-Mesh-Routing-Attempts and -Fallback sent on every whole answer?",
        "recorded answers without a routing policy have none",
    ),
    "cost_in_last_chunk": Switch(
        _NO_YES,
        "Does the last chunk of a stream carry `cost`?",
        "the SDK's types have it; the CLI's authors looked for it on 2026-08-19 and found none",
    ),
    "cost_places": Switch(
        (10, 7, 5),
        "How many places has the cost of a request?",
        "that it is a decimal text is all that is known; many places let small fees be seen",
    ),
    "row_at_once": Switch(
        _YES_NO,
        "Is the usage row there as soon as the answer has been read?",
        "the CLI's authors measured no lag",
    ),
    "byok_status": Switch(
        ("provider", "documented"),
        "Which HTTP status has a failure of your key: the provider's, or the error reference's for its code?",
        "the BYOK page says the provider's",
    ),
    "byok_reason": Switch(
        ("both", "message", "provider_error"),
        "Where do the provider's own words stand?",
        "the SDKs have provider_error, the documentation says that the real reason is forwarded",
    ),
    "out_of_credit": Switch(
        ("quota", "credit"),
        "Is OpenAI's insufficient_quota reported as monthly_quota_exceeded or as insufficient_credits?",
        "the word is quota",
    ),
    "pass_retry_after": Switch(
        _YES_NO,
        "Is a provider's waiting time passed on?",
        "the provider's real reason is forwarded, and this is part of it",
    ),
    "retry_after_in_body": Switch(
        _YES_NO,
        "Does the body of a 429 hold retry_after_seconds?",
        "the SDKs' fixtures have it",
    ),
    "request_id_at": Switch(
        ("top", "error", "both"),
        "Does request_id stand beside `error`, or in it?",
        "beside it in fixtures, in the error reference and in recorded answers; in it in one older example",
    ),
    "stream_error_names_request": Switch(
        _YES_NO,
        "Does an error inside a stream carry request_id?",
        "older gateways leave it out",
    ),
    "early_stream_errors": Switch(
        ("status", "in_band"),
        "A streamed request that the provider finds wrong: an HTTP status, or 200 and an error among the events?",
        "errors before the first byte are documented with a status; the second was seen",
    ),
    "timeout_status": Switch(
        (504, 500),
        "Which status has gateway_timeout?",
        "504 in the error reference; 500 in the SDK page, for older releases",
    ),
    "broken_stream": Switch(
        ("error", "end", "drop"),
        "What ends a stream that the provider broke off: an error among the events, nothing, or a lost connection?",
        "the first is documented; the SDKs know all three",
    ),
    "rate_limit_headers": Switch(
        ("plain", "openai", "none"),
        "How are the X-RateLimit headers spelt? (plain: -Limit, -Remaining, -Reset; openai: -Limit-Requests and so on)",
        "only the beginning of the names is known",
    ),
    "byok_counts": Switch(
        _YES_NO,
        "Do requests that your key will serve count against RPM, RPD and the spend cap?",
        "the limits are described as the Mesh key's, without an exception",
    ),
    "byok_needs_balance": Switch(
        _YES_NO,
        "Do they need a balance above zero?",
        "in the list of failure stages the balance comes before the credentials",
    ),
    "fee_free_tokens": Switch(
        (0, 1_000_000),
        "After how many tokens of your own keys is the fee charged?",
        "Mesh's pages say a million; zero lets a fee be seen",
    ),
    "cache": Switch(_YES_NO, "Is the gateway's response cache on?", "documented: on, for 24 hours"),
    "provider_keys_realm": Switch(
        ("either", "dashboard"),
        "Who may use /provider-keys: a Mesh key as well, or a dashboard token only?",
        "not documented; `either` lets it be used without a dashboard",
    ),
    "key_test": Switch(
        ("list", "run"),
        "Does testing a provider key list models, or run one?",
        "bedrock:ListFoundationModels is among the rights that Mesh asks for",
    ),
}
"""Switch → what it decides. `meshtui.sandbox.server.Sandbox(behaviour=Behaviour(…))` sets them."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults are for people who watch; tests take smaller ones."""

    word: float = 0.02
    """Between two words of a stream."""
    slow: float = 3.0
    """Before the first byte under the fault `slow`."""
    refill: float = 20.0
    """Until a rate-limited credential may send one more request."""


DEFAULT_PACE = Pace()
