"""What Google's answers let a person read off: which model, which quota, which project, and what they leave open."""

from __future__ import annotations

import pytest

from meshtui.explain.engine import explain
from meshtui.explain.model import Context, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.explain.rule_tables import load_rules
from meshtui.providers.vertex.errors import limits as quota
from meshtui.providers.vertex.errors import request as publisher
from tests.explain.answers_google import SHORT_LIVED, denied, google, local, missing, token

# google/api/error_reason.proto, without the unspecified one
REASONS = (
    "SERVICE_DISABLED", "BILLING_DISABLED", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED",
    "API_KEY_HTTP_REFERRER_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_ANDROID_APP_BLOCKED",
    "API_KEY_IOS_APP_BLOCKED", "RATE_LIMIT_EXCEEDED", "RESOURCE_QUOTA_EXCEEDED", "LOCATION_TAX_POLICY_VIOLATED",
    "USER_PROJECT_DENIED", "CONSUMER_SUSPENDED", "CONSUMER_INVALID", "SECURITY_POLICY_VIOLATED",
    "ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "ACCOUNT_STATE_INVALID",
    "ACCESS_TOKEN_TYPE_UNSUPPORTED", "CREDENTIALS_MISSING", "RESOURCE_PROJECT_INVALID", "SESSION_COOKIE_INVALID",
    "USER_BLOCKED_BY_ADMIN", "RESOURCE_USAGE_RESTRICTION_VIOLATED", "SYSTEM_PARAMETER_UNSUPPORTED",
    "ORG_RESTRICTION_VIOLATION", "ORG_RESTRICTION_HEADER_INVALID", "SERVICE_NOT_VISIBLE", "GCP_SUSPENDED",
    "LOCATION_POLICY_VIOLATED", "MISSING_ORIGIN", "OVERLOADED_CREDENTIALS", "LOCATION_ORG_POLICY_VIOLATED",
    "TLS_ORG_POLICY_VIOLATED", "EMULATOR_QUOTA_EXCEEDED", "CREDENTIAL_ANDROID_APP_INVALID", "IAM_PERMISSION_DENIED",
    "JWT_TOKEN_INVALID", "CREDENTIAL_TYPE_UNSUPPORTED", "ACCOUNT_TYPE_UNSUPPORTED",
    "ENDPOINT_USAGE_RESTRICTION_VIOLATED", "TLS_CIPHER_RESTRICTION_VIOLATED", "MCP_SERVER_DISABLED",
)  # fmt: skip


def told(given):
    return explain(parse_response(**{"provider": "vertex", **given}))


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_google_documents_has_a_row(reason):
    rule = told(google(403, "PERMISSION_DENIED", "Words never seen before.", reason)).rule
    assert any(row.id == rule and reason in row.reason for row in load_rules("vertex"))


def test_a_reason_is_read_without_its_type_name():
    body = (
        '{"error":{"code":401,"message":"x","details":[{"reason":"ACCESS_TOKEN_EXPIRED","domain":"googleapis.com"}]}}'
    )
    assert told({"status": 401, "body": body}).cause == "credential_expired"


@pytest.mark.parametrize(
    ("region", "name", "cause"),
    [
        ("us-central1", "google/gemini-3-pro-preview", "region_unsupported"),
        ("us-central1", "google/gemini-3.5-flash", "region_unsupported"),
        ("us-central1", "google/gemini-2.5-flash", "model_not_found"),
        ("global", "google/gemini-3-pro-preview", "model_not_found"),
        ("us-central1", "google/gemini-1.5-flash", "model_not_found"),
        ("us-central1", "google/gemini-2.5-pro-exp-03-25", "model_not_found"),
        ("us-central1", "google/claude-sonnet-4@20250514", "model_not_found"),
        ("us-east5", "anthropic/claude-sonnet-4-20250514", "model_not_found"),
        ("us-east5", "anthropic/claude-sonnet-4@20250514", "model_access_not_granted"),
        ("europe-west4", "anthropic/claude-opus-4-6", "region_unsupported"),
        ("us-east5", "anthropic/claude", "model_not_found"),
        ("us-central1", "meta/llama-4-maverick-17b-128e-instruct-maas", "model_access_not_granted"),
    ],
)
def test_the_form_of_a_models_name_decides_between_three_causes(region, name, cause):
    maker, _, model = name.partition("/")
    assert told(google(404, "NOT_FOUND", missing(region, maker, model))).cause == cause


def test_what_the_name_cannot_decide_is_not_called_certain():
    answer = told(google(404, "NOT_FOUND", missing("us-central1", "google", "gemini-3-pro-preview")))
    assert answer.certainty == "likely"
    assert set(answer.also) == {"model_not_found", "model_access_not_granted"}


def test_a_publisher_model_is_taken_apart():
    values = publisher.match_parts(ParsedError(message=missing("us-east5", "anthropic", "claude-x@20250514")))
    assert values == {
        "project": "demo-1", "region": "us-east5", "publisher": "anthropic", "model": "claude-x@20250514"
    }  # fmt: skip
    assert publisher.match_parts(ParsedError(message="Requested entity was not found.")) is None


@pytest.mark.parametrize(
    ("said", "metadata", "wanted"),
    [
        (
            "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: "
            "anthropic-claude-x. Please submit a quota increase request.",
            {},
            {"metric": "online_prediction_requests_per_base_model", "model": "anthropic-claude-x", "quota": ""},
        ),
        (
            "You exceeded your current quota. * Quota exceeded for metric: x.googleapis.com/free_requests, limit: 20, "
            "model: gemini-x",
            {"quotaId": "RequestsPerDay"},
            {"metric": "free_requests", "quota": "RequestsPerDay", "limit": "20"},
        ),
        ("Slowly.", {"quota_metric": "a.b/c", "quota_limit_value": "0"}, {"metric": "c", "quota": "", "limit": "0"}),
        ("Resource exhausted. Please try again later.", {}, None),
    ],
)
def test_a_quota_of_the_projects_own_names_its_metric(said, metadata, wanted):
    assert quota.match_own_quota(ParsedError(message=said, metadata=metadata)) == wanted


def test_two_kinds_of_429_are_told_apart():
    own = told(google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for a.googleapis.com/requests with base model: m."))
    shared = told(google(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."))
    assert (own.cause, own.who) == ("rate_limited_requests", "caller")
    assert (shared.cause, shared.who, shared.credential) == ("capacity_exhausted", "provider", None)


def test_waiting_is_not_advised_where_the_limit_is_zero():
    said = "Quota exceeded for metric: a.googleapis.com/free_requests, limit: 0, model: m Please retry in 20.04s."
    answer = told(google(429, "RESOURCE_EXHAUSTED", said))
    assert (answer.cause, answer.retryable) == ("quota_exhausted", False)


def test_the_clock_is_measured_by_the_answers_date():
    now = Context(now=1795417200.0)  # 23 Nov 2026, 07:00 UTC
    behind = token("invalid_grant", SHORT_LIVED, headers={"date": "Mon, 23 Nov 2026 09:00:00 GMT"}, context=now)
    right = token("invalid_grant", SHORT_LIVED, headers={"date": "Mon, 23 Nov 2026 07:00:01 GMT"}, context=now)
    assert "2 h behind" in told(behind).headline
    assert told(right).rule == "vertex.jwt-times"
    assert told(right).credential is None


def test_400_of_google_means_many_things():
    said = {
        ("API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"): "credential_invalid",
        ("Invalid hostname: eu-aiplatform.googleapis.com", "INVALID_ARGUMENT"): "region_unsupported",
        ("Constraint constraints/x.allowedModels violated", "FAILED_PRECONDITION"): "permission_denied_explicitly",
        (
            "Project `1` is not allowed to use Publisher Model `projects/p/locations/us-east5/publishers/anthropic/"
            "models/claude-x`", "FAILED_PRECONDITION",
        ): "model_access_not_granted",
        ("User location is not supported for the API use.", "FAILED_PRECONDITION"): "country_unsupported",
        ("Invalid value at 'contents'", "INVALID_ARGUMENT"): "request_invalid",
        ("Precondition check failed.", "FAILED_PRECONDITION"): "unknown",
    }  # fmt: skip
    assert {key: told(google(400, key[1], key[0])).cause for key in said} == said


def test_a_key_pasted_in_place_of_its_path_is_not_shown():
    pem = "-----BEGIN " + "PRIVATE KEY-----\\nMIIEvAIBADAN" + "Q" * 64
    answer = told(local('File {"type": "service_account", "private_key": "' + pem + '"} was not found.'))
    assert answer.rule == "vertex.file-is-text"
    assert "Q" * 20 not in repr(answer)


def test_the_command_names_the_project_of_the_answer():
    answer = told(google(403, "PERMISSION_DENIED", denied("publishers/google/models/gemini-2.5-pro")))
    assert any("add-iam-policy-binding demo-1 " in step.command for step in answer.steps)


@pytest.mark.parametrize("evil", ["$(reboot)", "`reboot`", "a'; reboot; '", "a|b"])
def test_nothing_a_shell_would_read_gets_from_an_answer_into_a_command(evil):
    said = f"Vertex AI API has not been used in project {evil} before or it is disabled."
    answer = told(google(403, "PERMISSION_DENIED", said, "SERVICE_DISABLED", {"consumer": f"projects/{evil}"}))
    assert answer.cause == "api_not_enabled"
    assert not [step for step in answer.steps if "reboot" in step.command or evil in step.command]


def test_an_answer_never_seen_before_is_not_called_certain():
    for status, word in (
        (400, "INVALID_ARGUMENT"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
    ):
        assert told(google(status, word, "Entirely new.")).certainty != "certain"


METRIC = "aiplatform.googleapis.com/generate_requests"
# What names a quota → the metric, the limit's id, the limit and the model that are read of it.
QUOTAS = {
    "its error info": (
        {"quota_metric": METRIC, "quota_limit": "PerMinute", "quota_limit_value": "60"}, "",
        {"metric": "generate_requests", "quota": "PerMinute", "limit": "60"}),
    "its violation": (
        {"quotaMetric": METRIC, "quotaId": "PerMinute", "quotaValue": "60"}, "",
        {"metric": "generate_requests", "quota": "PerMinute", "limit": "60"}),
    "its sentence": (
        {}, f"Quota exceeded for metric: {METRIC}, limit: 60, base model: gemini-9-pro",
        {"metric": "generate_requests", "quota": "", "limit": "60", "model": "gemini-9-pro"}),
    "a value that both name": (
        {"quota_metric": METRIC, "quota_limit_value": "60"}, "limit: 50",
        {"metric": "generate_requests", "quota": "", "limit": "60"}),
    "no limit": ({"quotaMetric": "tokens"}, "", {"metric": "tokens", "quota": ""}),
    "a short name": ({}, "Quota exceeded for abc.", {"metric": "abc.", "quota": ""}),
    "a name in quotes": ({}, "Quota exceeded for quota metric 'x/abc' and limit 'y'", {"metric": "abc", "quota": ""}),
    "a name with a model behind it": (
        {}, "Quota exceeded for abc with base model: gemini-9. Ask for more", {"metric": "abc", "quota": "",
                                                                               "model": "gemini-9"}),
    "a name before a sentence": ({}, "Quota limit exceeded for x/abc. Ask for more", {"metric": "abc", "quota": ""}),
    "none": ({"quotaValue": "60"}, "Quota exceeded.", None),
}  # fmt: skip


@pytest.mark.parametrize("name", QUOTAS)
def test_a_quota_is_named_by_whatever_names_it(name: str):
    metadata, message, values = QUOTAS[name]
    assert quota.match_own_quota(ParsedError(metadata=metadata, message=message)) == values


@pytest.mark.parametrize(("metric", "limit_id", "rule"), [
    ("requests", "RequestsPerMinute", "vertex.requests"), ("requests", "RequestsPerDay", "vertex.requests-per-day"),
    ("requests_per_day", "", "vertex.requests-per-day"), ("input_tokens", "", "vertex.tokens"),
    ("requests", "TokensPerMinute", "vertex.tokens"), ("input_tokens", "PerDay", "vertex.tokens-per-day"),
])  # fmt: skip
def test_what_a_quota_counts_and_for_how_long_is_read_of_its_names(metric: str, limit_id: str, rule: str):
    metadata = {"quotaMetric": metric, "quotaId": limit_id}
    assert explain(ParsedError(provider="vertex", status=429, metadata=metadata)).rule == rule
    nothing = {**metadata, "quotaValue": "0"}
    assert explain(ParsedError(provider="vertex", status=429, metadata=nothing)).rule == "vertex.quota-zero"
