"""What must be said of OpenAI's answers: one case a rule, and the neighbours that are easily confused."""

from __future__ import annotations

import json
from typing import Any

from meshtui.explain.model import Context
from tests.explain.table import Case, openai

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"
KEYS_PAGE = ". You can find your API key at https://platform.openai.com/account/api-keys."


def bad(sent: str) -> dict[str, Any]:
    return {"body": openai(f"Incorrect API key provided: {sent}{KEYS_PAGE}", code="invalid_api_key"), "status": 401}


def said(message: str, status: int = 400, **more: Any) -> dict[str, Any]:
    """An answer whose code was lost on the way: only its sentence is left."""
    return {"body": openai(message, kind=more.pop("kind", None), **more), "status": status}


def told(
    status: int, code: str | None, kind: str | None = "invalid_request_error", message: str = "Refused."
) -> dict[str, Any]:
    return {"body": openai(message, kind, code), "status": status}


def stars(first: str, last: str, length: int) -> str:
    return first + "*" * (length - len(first) - len(last)) + last


KEY = (
    Case("openai.key-missing", said("You didn't provide an API key. Use the Authorization header.", 401),
         "credential_missing", OWNER, False, ("no key", "OPENAI_API_KEY")),
    Case("openai.key-missing", said("Missing bearer or basic authentication in header", 401),
         "credential_missing", OWNER, False),
    Case("openai.key-unset", bad("undefined"), "credential_missing", OWNER, False, ("“undefined”",)),
    Case("openai.key-unset", bad("None"), "credential_missing", OWNER, False),
    Case("openai.key-unset", bad(""), "credential_missing", OWNER, False, ("nothing",)),
    Case("openai.traces-key", {"body": "OPENAI_API_KEY is not set, skipping trace export"}, "credential_missing",
         OWNER, False),
    Case("openai.key-setting", {"body": "The api_key client option must be set either by passing api_key to the client",
                                "call": "local"}, "credential_missing", OWNER, False),
    Case("openai.key-foreign", bad(stars("sk-or-v1", "77aa", 73)), "credential_wrong_kind", OWNER, False,
         ("OpenRouter",)),
    Case("openai.key-foreign", bad(stars("sk-ant-a", "77aa", 108)), "credential_wrong_kind", OWNER, False,
         ("Anthropic",)),
    Case("openai.key-foreign", bad(stars("AIzaSyQq", "77aa", 39)), "credential_wrong_kind", OWNER, False, ("Google",)),
    Case("openai.key-foreign", bad(stars("rsk_01QQ", "77aa", 30)), "credential_wrong_kind", OWNER, False,
         ("Mesh key",)),
    Case("openai.key-foreign", bad(stars("sk-admin", "77aa", 133)), "credential_wrong_kind", OWNER, False, ("admin",)),
    Case("openai.key-elsewhere", bad(stars("key_Q7z1", "77aa", 40)), "credential_wrong_kind", OWNER, False),
    Case("openai.key-azure", bad(stars("0a1b2c3d", "9f8e", 32)), "credential_wrong_kind", OWNER, False, ("Azure",)),
    Case("openai.key-misshapen", bad("your-ope*******-key"), "credential_malformed", OWNER, False, ("“your-ope",)),
    Case("openai.key-misshapen", bad(stars("Bearer s", "77aa", 58)), "credential_malformed", OWNER, False),
    Case("openai.key-misshapen", bad(stars('"sk-Ab1Z', '7a1"', 53)), "credential_malformed", OWNER, False),
    Case("openai.key-misshapen", bad("please enter it"), "credential_malformed", OWNER, False),
    Case("openai.key-misshapen", bad(stars("sk-dummy", "7z2q", 51)), "credential_malformed", OWNER, False),
    Case("openai.key-length", bad("sk-Qz71B" + "Ab3" * 9), "credential_malformed", OWNER, False,
         ("35 characters",)),
    Case("openai.token-issuer", told(401, "invalid_issuer"), "credential_wrong_kind", OWNER, False),
    Case("openai.token-malformed", told(401, "invalid_jwt"), "credential_malformed", OWNER, False, ("ChatGPT",)),
    Case("openai.token-expired", told(401, "token_expired"), "credential_expired", OWNER, False, ("sign in again",)),
    Case("openai.token-issuer", {"body": '{"detail": "The token is not from a valid issuer."}', "status": 401},
         "credential_wrong_kind", OWNER, False),
    Case("openai.token-malformed", said("Could not parse your authentication token. Sign in again.", 401),
         "credential_malformed", OWNER, False),
    Case("openai.token-expired", said("Your authentication token has expired.", 401), "credential_expired", OWNER,
         False),
    Case("openai.session-only", said("Your request to GET /v1/x must be made with a session key", 403,
                                     kind="server_error"), "credential_wrong_kind", OWNER, False, ("browser",)),
    Case("openai.scope-admin", told(403, "missing_scope", message="Insufficient. Missing scopes: api.usage.read."),
         "credential_wrong_kind", OWNER, False, ("admin key", "api.usage.read")),
    Case("openai.account-deactivated", told(401, "account_deactivated"), "credential_disabled", ADMIN, False,
         ("mail",)),
    Case("openai.account-deactivated", said("The account associated with this API key has been deactivated.", 401),
         "credential_disabled", ADMIN, False),
    Case("openai.access-terminated", told(429, None, "access_terminated"), "credential_disabled", ADMIN, False,
         ("no rate limit",)),
    Case("openai.access-terminated", said("Your access was terminated for abuse.", 429), "credential_disabled",
         ADMIN, False),
    Case("openai.project-archived", told(401, "not_authorized_invalid_project", message="The project is archived."),
         "credential_disabled", ADMIN, False, ("project",)),
    Case("openai.project-invalid", told(401, "not_authorized_invalid_project"), "credential_disabled", ADMIN, False),
    Case("openai.key-unknown", bad(stars("sk-proj-", "z9Qx", 164)), "credential_invalid", OWNER, False,
         ("does not know this key", "ends in z9Qx")),
    Case("openai.key-unknown", bad(stars("sk-Ab1Zq", "z9Qx", 51)), "credential_invalid", OWNER, False),
    Case("openai.key-unknown-shortened", bad("sk-proj-****z9Qx"), "credential_invalid", OWNER, False),
    Case("openai.key-refused", told(401, "invalid_api_key", message=""), "credential_invalid", OWNER, False),
)  # fmt: skip

ACCOUNT = (
    Case("openai.country", told(403, "unsupported_country_region_territory", "request_forbidden"),
         "country_unsupported", CALLER, False, ("not about permissions",)),
    Case("openai.country", said("Country, region, or territory not supported", 403), "country_unsupported", CALLER,
         False),
    Case("openai.ip-list", told(401, "ip_not_authorized"), "network_blocked", ADMIN, False, ("allow-list",
         "15 minutes")),
    Case("openai.ip-list", said("Your IP is not authorized to make this request.", 401), "network_blocked", ADMIN,
         False),
    Case("openai.hostname", told(401, "incorrect_hostname", message="Use the hostname us.api.openai.com instead."),
         "region_unsupported", CALLER, False, ("https://us.api.openai.com/v1",)),
    Case("openai.hostname", said("Incorrect regional hostname was used, see eu.api.openai.com", 401),
         "region_unsupported", CALLER, False, ("https://eu.api.openai.com/v1",)),
    Case("openai.header-mismatch", told(401, "mismatched_project"), "account_mismatch", CALLER, False,
         ("unset OPENAI_ORG_ID",)),
    Case("openai.header-mismatch", said("OpenAI-Organization header should match organization for API key", 401),
         "account_mismatch", CALLER, False),
    Case("openai.no-membership", told(401, "no_organization"), "account_mismatch", ADMIN, False, ("invite",)),
    Case("openai.no-membership", {"body": '{"detail": {"code": "no_organization", "message": "Join one."}}',
                                  "status": 401}, "account_mismatch", ADMIN, False),
    Case("openai.no-membership", said("You must be a member of an organization to use the API.", 401),
         "account_mismatch", ADMIN, False),
    Case("openai.organization-left",
         told(401, "invalid_organization", message="You do not have access to the organization tied to the API key."),
         "account_mismatch", ADMIN, False, ("left",)),
    Case("openai.organization-unknown", told(401, "invalid_organization", message="No such organization: acme."),
         "account_mismatch", CALLER, False),
    Case("openai.organization-unknown", said("No such organization: acme.", 401), "account_mismatch", CALLER,
         False),
    Case("openai.scope-models",
         {**told(403, "missing_scope", message="Missing scopes: api.model.read."), "call": "models"},
         "permission_missing", OWNER, False, ("chat may work",)),
    Case("openai.scope", said("Insufficient permissions. Missing scopes: model.request, api.model.read. Check it.",
         401),
         "permission_missing", OWNER, False, ("model.request, api.model.read",)),
    Case("openai.scope", {"body": '{"error": "No. Missing scopes: api.responses.write."}', "status": 403},
         "permission_missing", OWNER, False, ("api.responses.write",)),
    Case("openai.scope-code", told(401, "missing_scope"), "permission_missing", OWNER, False),
    Case("openai.permissions", said("You have insufficient permissions for this operation.", 403),
         "permission_missing", OWNER, False),
    Case("openai.shut-down-said", said("Your organization is no longer able to create jobs.", 403),
         "permission_denied_explicitly", PROVIDER, False),
    Case("openai.project-setting",
         {"body": openai("Invalid: 'priority' is not permitted for this project.", code="invalid_service_tier"),
          "status": 400}, "permission_denied_explicitly", ADMIN, False, ("setting of the project",)),
    Case("openai.token-malformed",
         {"body": json.dumps({"error": "error sending request",
                              "details": {"detail": {"code": "invalid_jwt", "message": "Could not parse your token.",
                                                     "type": "invalid_request_error"}}}), "status": 500},
         "credential_malformed", OWNER, False),
    Case("openai.request",
         {"body": openai("API error: " + openai("Invalid parameter: a tool's answer must follow its call."),
                         "internal_error", "500"), "status": 500}, "request_invalid", CALLER, False),
    Case("openai.enqueued",
         {"body": json.dumps({"object": "list", "data": [{"code": "token_limit_exceeded", "line": None,
                                                          "message": "Enqueued token limit reached."}]}),
          "status": 200, "call": "batch"}, "rate_limited_tokens", CALLER, False),
    Case("openai.quota",
         {"body": json.dumps({"id": "batch_req_1", "custom_id": "1", "error": None, "response": {
             "status_code": 429, "body": json.loads(openai("Spent.", "insufficient_quota", "insufficient_quota"))}}),
          "call": "batch"}, "quota_exhausted", ADMIN, False),
    Case("openai.shut-down", told(403, "training_not_available"), "permission_denied_explicitly", PROVIDER, False),
    Case("openai.verification",
         told(400, "unsupported_value", message="Your organization must be verified to stream this model."),
         "model_access_not_granted", ADMIN, False, ("verify", "15 minutes")),
    Case("openai.project-model",
         told(403, "model_not_found", message="Project `proj_QQ` does not have access to model `gpt-9-large`"),
         "model_access_not_granted", ADMIN, False, ("gpt-9-large",)),
    Case("openai.model-retired", told(404, "model_not_found",
         message="The model `ada-9` has been deprecated, see docs"),
         "model_not_found", CALLER, False, ("retired ada-9",)),
    Case("openai.model-retired", told(404, "model_not_found", message="The model `gpt-4` has been deprecated"),
         "model_not_found", CALLER, False, ("retired gpt-4", "gpt-5.6-sol")),
    Case("openai.model-ended", {**told(404, "model_not_found", message="The model `gpt-4` does not exist or you do not "
                                       "have access to it."), "context": Context(now=1795824000.0)},
         "model_not_found", CALLER, False, ("2026-10-23", "deprecations")),
    Case("openai.model-closed-or-ended", told(404, "model_not_found", message="The model `gpt-4-0613` does not "
                                        "exist or "
                                              "you do not have access to it."),
         "model_access_not_granted", ADMIN, False, ("gpt-4-0613", "2026-10-23")),
    Case("openai.model-closed", told(404, "model_not_found",
         message="The model `gpt-4.1-mini-2025-04-14` does not exist "
                                     "or you do not have access to it."),
         "model_access_not_granted", ADMIN, False, ("gpt-4.1-mini-2025-04-14",)),
    Case("openai.model-closed-early", told(404, "model_not_found", message="The model: `gpt-4-32k` does not exist"),
         "model_access_not_granted", ADMIN, False, ("gpt-4-32k",)),
    Case("openai.model-unknown", told(404, "model_not_found", message="The model `gpt4-o` does not exist or you do not "
                                      "have access to it."), "model_not_found", CALLER, False, ("gpt4-o",)),
    Case("openai.model-absent", told(404, None, message="That model does not exist"), "model_not_found", CALLER, False),
    Case("openai.model-absent", told(400, "model_not_found", message="The requested model 'pro' does not exist."),
         "model_not_found", CALLER, False),
    Case("openai.model-forbidden", told(403, "model_not_found"), "model_access_not_granted", ADMIN, False),
    Case("openai.model-code", told(404, "model_not_found"), "model_not_found", CALLER, False),
)  # fmt: skip

LIMITS = (
    Case("openai.billing-inactive", told(429, None, "billing_not_active"), "billing_inactive", ADMIN, False,
         ("no rate limit",)),
    Case("openai.billing-inactive", said("Your account is not active, please check your billing details.", 429),
         "billing_inactive", ADMIN, False),
    Case("openai.credit", told(429, "credit_balance_exhausted", "insufficient_quota"), "quota_exhausted", ADMIN, False,
         ("no credit left",)),
    Case("openai.spend-limit", told(429, "project_spend_limit_exceeded", "insufficient_quota"), "quota_exhausted",
         ADMIN,
         False, ("raise the limit",)),
    Case("openai.hard-limit", told(400, "billing_hard_limit_reached", "billing_limit_user_error"), "quota_exhausted",
         ADMIN, False, ("400, but the request is fine",)),
    Case("openai.hard-limit", said("Billing hard limit has been reached"), "quota_exhausted", ADMIN, False),
    Case("openai.quota", told(429, "insufficient_quota", "insufficient_quota"), "quota_exhausted", ADMIN, False,
         ("no rate limit", "costs nothing")),
    Case("openai.quota", {"body": 'event: response.failed\ndata: {"type":"response.failed","response":{"error":'
                                  '{"code":"insufficient_quota","message":"Spent."}}}\n\n', "status": 200},
         "quota_exhausted", ADMIN, False),
    Case("openai.quota", told(429, None, "insufficient_quota"), "quota_exhausted", ADMIN, False),
    Case("openai.quota", {"body": "429 You exceeded your current quota, please check your plan."},
         "quota_exhausted", ADMIN, False),
    Case("openai.plan-limit", {"body": '{"error": {"type": "usage_limit_reached", "message": "The usage limit has been '
                                       'reached", "resets_in_seconds": 7200}}', "status": 429},
         "quota_exhausted", ADMIN, False, ("2 h",)),
    Case("openai.too-large", told(429, "rate_limit_exceeded", "tokens", "Request too large for gpt-9 in organization "
                                  "org-QQ on tokens per min (TPM): Limit 10000, Requested 12345."),
         "rate_limited_tokens", CALLER, False, ("limit 10000 tokens per minute", "requested 12345",
         "waiting does not")),
    Case("openai.enqueued", told(400, "token_limit_exceeded", message="Enqueued token limit reached for gpt-9."),
         "rate_limited_tokens", CALLER, False),
    Case("openai.tokens", told(429, "rate_limit_exceeded", "tokens",
         "Rate limit reached for gpt-9 in organization org-QQ "
                               "on tokens per min (TPM): Limit 30000, Used 29000, Requested 1500. Please try again in "
                               "1.2s. Visit the site."),
         "rate_limited_tokens", CALLER, True,
         ("limit 30000 tokens per minute, used 29000, requested 1500, free in 1.2 s",)),
    Case("openai.tokens", told(429, "rate_limit_exceeded", "tokens",
         "Rate limit reached on tokens per day (TPD): Limit "
                               "90000, Used 90000. Please try again in 5h3m0s."),
         "rate_limited_tokens", CALLER, False, ("free in 5 h 3 min",)),
    Case("openai.requests", told(429, None, "requests", "Rate limit reached for default-x in organization org-QQ on "
                                 "requests per min. Limit: 3 / min. Please try again in 20s. Contact us."),
         "rate_limited_requests", CALLER, True, ("limit 3 per minute, free in 20 s", "wait 20 s")),
    Case("openai.tokens-said", said("Rate limit reached for gpt-9 on tokens per min (TPM): Limit 10.", 429),
         "rate_limited_tokens", CALLER, True),
    Case("openai.requests-said", said("Rate limit reached for images per minute. Limit: 5/1min.", 429),
         "rate_limited_requests", CALLER, True),
    Case("openai.slow-down", told(429, "slow_down", "rate_limit_error"), "rate_limited", CALLER, True),
    Case("openai.flex", told(429, "resource_unavailable", "rate_limit_error"), "capacity_exhausted", PROVIDER, True,
         ("flex",)),
    Case("openai.overloaded", told(503, "server_is_overloaded", "service_unavailable_error"), "capacity_exhausted",
         PROVIDER, True),
    Case("openai.overloaded", told(503, None, "service_unavailable_error"), "capacity_exhausted", PROVIDER, True),
    Case("openai.overloaded-said", told(429, None, "server_error", "That engine is currently overloaded."),
         "capacity_exhausted", PROVIDER, True, ("not about a rate limit",)),
    Case("openai.rate", told(429, "rate_limit_exceeded", None), "rate_limited", CALLER, True),
    Case("openai.rate-said", said("Too many requests, slow down", 429), "rate_limited", CALLER, True),
)  # fmt: skip

REQUEST = (
    Case("openai.content", told(400, "moderation_blocked", "image_generation_user_error"), "content_blocked", CALLER,
         False),
    Case("openai.content", said("Your request was rejected as a result of our safety system."), "content_blocked",
         CALLER, False),
    Case("openai.url", told(404, "unknown_url"), "request_invalid", CALLER, False, ("/v1",)),
    Case("openai.url", said("Invalid URL (POST /v1/v1/chat/completions)", 404), "request_invalid", CALLER, False),
    Case("openai.url-page", {"body": "<html><h1>404 Not Found</h1><hr>nginx</html>", "status": 404}, "request_invalid",
         CALLER, False),
    Case("openai.https", said("The API can only be accessed over HTTPS.", 403), "request_invalid", CALLER, False,
         ("https://",)),
    Case("openai.endpoint", said("This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
                                 404), "request_invalid", CALLER, False),
    Case("openai.too-long", told(400, "context_length_exceeded"), "request_invalid", CALLER, False),
    Case("openai.too-long-said", said("413: Maximum content size limit (9) exceeded", 413, kind="server_error"),
         "request_invalid", CALLER, False),
    Case("openai.retention", told(400, "unsupported_parameter", message="Not usable due to Zero Data Retention."),
         "request_invalid", CALLER, False),
    Case("openai.parameter", told(400, "invalid_value"), "request_invalid", CALLER, False),
    Case("openai.body", said("We could not parse the JSON body of your request."), "request_invalid", CALLER, False),
    Case("openai.size", {"body": "", "status": 413}, "request_invalid", CALLER, False),
    Case("openai.request", told(400, None), "request_invalid", CALLER, False),
    Case("openai.absent", told(404, None, message="No assistant found with id 'asst_q'."), "request_invalid", CALLER,
         False),
    Case("openai.gateway-timeout", {"body": '{"error": {"code": 524, "type": "cf_gateway_timeout", "message": "Gateway '
                                            'timeout."}}', "status": 524}, "timeout", PROVIDER, True),
    Case("openai.gateway", {"body": '{"error": {"code": 502, "type": "cf_bad_gateway", "message": "Bad gateway."}}',
                            "status": 502}, "provider_error", PROVIDER, True),
    Case("openai.request-timeout", said("Request timed out.", 500, kind="server_error"), "timeout", PROVIDER, True),
    Case("openai.server", told(500, None, "server_error"), "provider_error", PROVIDER, True),
    Case("openai.server-code", told(500, "internal_error", None), "provider_error", PROVIDER, True),
    Case("openai.server-said", said("The server had an error while processing your request.", 500), "provider_error",
         PROVIDER, True),
    Case("openai.unauthorized", {"body": '{"detail": "Unauthorized"}', "status": 401}, "credential_invalid", OWNER,
         False),
    Case("openai.silent-403", {"body": "", "status": 403}, "unknown", PROVIDER, True, ("try again before",)),
    Case("openai.permission", told(403, None, "permission_error"), "permission_missing", OWNER, False),
)  # fmt: skip

SIGN_IN = (
    Case("openai.refresh-token", told(401, "refresh_token_reused", message="Your refresh token has already been used "
                                                                           "to "
                                      "generate a new access token. Please try signing in again."),
         "credential_expired", OWNER, False, ("sign in again", "codex login")),
    Case("openai.refresh-token", {"body": "Your access token could not be refreshed because your refresh token was "
                                          "already "
                                          "used. Please log out and sign in again."}, "credential_expired", OWNER,
                                          False),
    Case("openai.refresh-token", {"body": "Token refresh failed: status=401 Unauthorized, "
                                          "error_code=refresh_token_reused, body_len=231"},
         "credential_expired", OWNER, False),
    Case("openai.workspace-deactivated", {"status": 402, "body": '{"detail": {"code": "deactivated_workspace"}}'},
         "credential_disabled", ADMIN, False, ("workspace", "no credit is missing")),
    Case("openai.plan-without", {"status": 403, "body": json.dumps({"error": {
        "type": "usage_not_included", "message": "Usage not included in your plan", "plan_type": "free"}})},
         "model_access_not_granted", ADMIN, False, ("plan", "platform key")),
    Case("openai.plan-without", {"body": "To use Codex with your ChatGPT plan, upgrade to Plus"},
         "model_access_not_granted", ADMIN, False, ()),
    Case("openai.model-plan", {"status": 400, "body": json.dumps({
        "detail": "The 'gpt-5.1-codex-mini' model is not supported when using Codex with a ChatGPT account."})},
         "model_access_not_granted", ADMIN, False, ("gpt-5.1-codex-mini", "platform key")),
    Case("openai.federation-mapping", said("No workload identity mapping matches the provided token claims.", 403),
         "permission_missing", ADMIN, False, ("issuer, audience",)),
    Case("openai.federation-grant", {"status": 400, "call": "token", "body": json.dumps({
        "error": "invalid_grant", "error_description": "The subject token is invalid or expired."})},
         "credential_invalid", OWNER, False, ("exchange",)),
    Case("openai.key-expired", told(401, "api_key_expired", message="The API key you provided has expired."),
         "credential_expired", OWNER, False, ()),
)  # fmt: skip

PLANS_AND_FILTERS = (
    Case("openai.billing-inactive", said("You are on the explore plan. Please add a payment method.", 429,
                                     kind="insufficient_quota", code="billing_not_active"),
         "billing_inactive", ADMIN, False, ("no rate limit",)),
    Case("openai.explore-plan", said("Your organization is on the Explore plan, which does not include this.", 403),
         "billing_inactive", ADMIN, False, ()),
    Case("openai.requests", said("You've exceeded the rate limit of the explore plan.", 429, kind="requests"),
         "rate_limited_requests", CALLER, True),
    Case("openai.cyber", told(400, "cyber_policy", "invalid_request", "This content was flagged for possible "
                              "cybersecurity risk. If this seems wrong, try rephrasing your request."),
         "content_blocked", CALLER, False, ("chatgpt.com/cyber", "key is good")),
    Case("openai.cyber", {"body": 'stream error: {"type":"response.failed","response":{"id":"resp_1","status":"failed",'
                                  '"error":{"code":"cyber_policy","message":"Flagged."}}}'},
         "content_blocked", CALLER, False),
    Case("openai.stopped", {"status": 200, "body": json.dumps({"object": "chat.completion", "choices": [
        {"index": 0, "finish_reason": "content_filter", "message": {"content": ""}}]})},
         "content_blocked", CALLER, False, ("200, but there is no whole answer",)),
    Case("openai.stopped", {"status": 200, "body": 'data: {"type":"response.incomplete","response":{"id":"resp_1",'
                            '"status":"incomplete","incomplete_details":{"reason":"content_filter"}}}'},
         "content_blocked", CALLER, False),
    Case("openai.verification", said("Your organization must be verified to use the model `gpt-image-1`.", 403),
         "model_access_not_granted", ADMIN, False, ("verify",)),
    Case("openai.model-sample", said("You are not allowed to sample from this model", 403), "model_access_not_granted",
         ADMIN, False, ()),
    Case("openai.model-tuned", told(404, "model_not_found", message="The model `ft:gpt-4o-2024-08-06:acme::AbC1` does "
                                    "not exist or you do not have access to it."), "model_not_found", CALLER, False,
         ("fine-tuned", "another organization")),
)  # fmt: skip

CASES: tuple[Case, ...] = (*SIGN_IN, *PLANS_AND_FILTERS, *KEY, *ACCOUNT, *LIMITS, *REQUEST)
