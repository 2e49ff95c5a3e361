"""What an answer means by its words alone, whoever said it: below the providers' own sentences, above the status.

Everybody's services refuse in much the same words. They never make a cause certain: each row names what else it may be.
Rows go from the narrow to the wide, so the order matters.
"""

from __future__ import annotations

from meshtui.explain.general_fixes import BETA, DAILY_LIMIT, VARIABLE
from meshtui.explain.model import DAY_S, Rule

_VARIABLE = (
    r"\b(?!(?:invalid|missing|incorrect|wrong|expired|revoked|no|bad)_)\w{2,40}(?:_api_?key|_api_token|_auth_token"
    r"|_access_key(?:_id)?|_application_credentials|_bearer_token_bedrock)\b"
)
"""A variable or setting that holds a key, by its name; not a code such as `invalid_api_key`."""

_RULES = (
    Rule(
        "general.model-gated", "model_access_not_granted",
        says=("is gated", "gated repo", "gated model"), also=("permission_missing", "credential_missing"),
    ),
    Rule(
        "general.key-setting", "credential_missing",
        says=("api_key client option must be set", "could not resolve authentication method",
              "missing key inputs argument"),
        also=("credential_malformed",), local=True,
        headline="The client library found no key in its settings and sent nothing",
    ),
    Rule(
        "general.key-missing", "credential_missing",
        says=("no api key", "set to an empty value", "missing api key", "api key is missing", "api key not provided",
              "api key is required", "api key required", "api-key header is required", "didn't provide an api key",
              "did not provide an api key", "no auth credentials", "missing authorization",
              "authorization header is missing", "authorization header missing", "missing bearer",
              "no authorization header", "authorization header is required", "authorization header not found",
              "no credentials", "credentials not found", "missing credentials", "authentication required",
              "authentication is required", "no authentication", "missing authentication", "no token provided",
              "missing access token", "access token is missing", "missing subscription key", "unauthenticated user",
              "unauthenticated request", "not authenticated", "must be authenticated", "no key given", "no api token",
              "missing api token", "unable to locate credentials", "missing required authentication",
              "api key must be"),
        also=("credential_invalid", "credential_malformed"),
    ),
    Rule(
        "general.expired", "credential_expired",
        says=("token has expired", "token is expired", "token expired", "key has expired", "key is expired",
              "key expired", "expired key", "expired token", "expired api key", "session has expired",
              "session expired", "credentials have expired", "credentials expired", "jwt expired", "expired_token",
              "has expired and is no longer valid"),
        also=("credential_invalid", "credential_disabled"),
    ),
    Rule(
        "general.account-suspended", "credential_disabled",
        pattern=r"\baccount\b.{0,80}\b(?:is|has been|was) suspended\b", says=("suspended",),
        also=("billing_inactive", "quota_exhausted"),
    ),
    Rule(
        "general.daily-limit", "rate_limited",
        says=("daily quota", "daily limit", "daily rate limit", "daily request limit", "daily usage limit",
              "limit for today", "quota for today"),
        also=("quota_exhausted", "rate_limited_requests", "rate_limited_tokens"), retryable=False, again=DAY_S,
        headline="What this key or model may use in one day is used up",
        not_this="{status}, but waiting minutes does not help: the limit is per day.",
        steps=DAILY_LIMIT,
    ),
    Rule(
        "general.balance", "quota_exhausted",
        says=("insufficient balance", "insufficient credit", "insufficient funds", "insufficient_balance",
              "balance is too low", "balance too low", "not enough credit", "not enough balance", "out of credits",
              "no credits", "credits remaining", "credit balance", "exceeded your current quota",
              "exceeded your quota", "exceeded your monthly", "monthly limit", "quota has been exceeded",
              "quota exceeded", "insufficient quota", "insufficient_quota", "quota exhausted",
              "budget has been exceeded", "budget exceeded", "exceeded budget", "exceededbudget", "over your spend",
              "spending limit", "spend limit", "usage limit", "requires more credits", "top up", "any credits",
              "all available credits", "add credits", "add more credits", "free tier limit",
              "free time limit", "trial has ended",
              "free trial", "reached your limit of", "used up its balance", "account balance", "depleted"),
        also=("billing_inactive", "rate_limited"),
    ),
    Rule(
        "general.billing", "billing_inactive",
        says=("payment required", "payment method", "credit card", "billing is not", "billing not", "past due",
              "past-due",
              "unpaid", "overdue", "in arrears", "billing account", "enable billing", "no active subscription",
              "subscription is not active", "subscription required", "billing_error", "arrearage"),
        also=("quota_exhausted",),
    ),
    Rule(
        "general.address-list", "network_blocked",
        says=("ip address is not allowed", "ip is not allowed", "ip not allowed", "ip address not in", "ip not in",
              "ip allowlist", "ip allow list", "ip whitelist", "your ip", "client ip", "source ip",
              "virtual network", "firewall", "private endpoint", "public access is disabled",
              "public network access", "vpc service controls", "egress"),
        also=("permission_denied_explicitly",),
    ),
    Rule(
        "general.suspended", "credential_disabled",
        says=("suspended", "deactivated", "has been disabled", "is disabled", "key disabled", "revoked",
              "account is closed", "account has been closed", "has been terminated", "was terminated", "is blocked",
              "account blocked", "banned", "has been locked", "account is locked", "inactive api key",
              "key is inactive", "not active", "has been deleted", "blocked due to", "terminated your",
              "has been restricted"),
        also=("credential_invalid", "billing_inactive", "permission_denied_explicitly"),
    ),
    Rule(
        "general.country", "country_unsupported",
        says=("country, region, or territory", "not available in your country", "unsupported country",
              "country is not supported", "not supported in your country", "location is not supported",
              "not available in your location", "not available in your territory", "not available in your region",
              "unsupported_country"),
        also=("network_blocked", "region_unsupported"),
    ),
    Rule(
        "general.wall", "network_blocked", who="caller",
        says=("zscaler", "netskope", "forcepoint", "fortiguard", "blue coat", "websense", "web filter",
              "cache access denied", "err_access_denied", "blocked by your organization", "blocked by your admin",
              "blocked by policy", "blocked by company", "blocked by network", "access to this site", "url category",
              "error code: 1010", "error code: 1020", "error code: 1006", "error code: 1007", "error code: 1008",
              "error code: 1012", "error 1010", "error 1020", "enable javascript and cookies", "attention required",
              "cf-mitigated", "captcha", "dlp policy", "secure web gateway"),
        also=("permission_denied_explicitly", "provider_error"),
    ),
    Rule(
        "general.denied-explicitly", "permission_denied_explicitly",
        says=("explicit deny", "denied by policy", "blocked by an administrator", "disabled by your administrator",
              "disabled by an administrator", "blocked by administrator", "organization policy", "guardrail policy",
              "not allowed by policy", "policy violation", "violates policy", "admin policy", "by your organization"),
        also=("permission_missing", "content_blocked", "network_blocked"),
    ),
    Rule(
        "general.content", "content_blocked",
        says=("content policy", "content filter", "content management policy", "content_filter", "safety system",
              "responsible ai", "flagged", "content was blocked", "prohibited content", "moderation", "guardrail"),
        also=("request_invalid",),
    ),
    Rule(
        "general.provisioning", "capacity_exhausted",
        says=("being provisioned", "is provisioning", "not ready", "is loading", "currently loading", "warming up",
              "cold start", "overloaded", "over capacity", "at capacity", "no capacity", "capacity exceeded",
              "too busy", "server is busy", "currently unavailable", "temporarily unavailable", "try again later",
              "high demand", "insufficient capacity", "no available", "no deployments available",
              "service unavailable", "model_loading"),
        also=("provider_error", "rate_limited"), status=(0, 200, 400, 403, 404, 424, 429, 500, 502, 503, 529),
    ),
    Rule(
        "general.tokens", "rate_limited_tokens",
        says=("tokens per min", "tokens per day", "token rate limit", "tokens per hour", "(tpm)", "tokens_limit",
              "token limit per", "request tokens has exceeded", "tpm limit", "rate_limit_tokens"),
        also=("rate_limited",),
    ),
    Rule(
        "general.requests", "rate_limited_requests",
        says=("requests per", "request rate limit", "(rpm)", "(rpd)", "(rps)", "rpm limit", "request per second",
              "requests/min", "concurrent requests", "calls per", "calls / minute", "api calls /"),
        also=("rate_limited",),
    ),
    Rule(
        "general.rate", "rate_limited",
        says=("rate limit", "rate-limit", "ratelimit", "rate_limit", "too many requests", "throttl", "slow down",
              "request limit", "resource exhausted", "resource_exhausted", "resource has been exhausted",
              "retry after"),
        also=("quota_exhausted", "capacity_exhausted"),
    ),
    Rule(
        "general.key-malformed", "credential_malformed",
        says=("malformed api key", "api key format", "badly formatted", "malformed token", "malformed authorization",
              "invalid authorization header", "could not be parsed as a key", "invalid header value",
              "illegal header value", "invalid token format", "jwt malformed", "invalid bearer token format",
              "key is too short", "expected to start with"),
        also=("credential_invalid", "credential_missing"),
    ),
    Rule(
        "general.wrong-kind", "credential_wrong_kind",
        says=("wrong type of key", "key type", "wrong kind of key", "virtual key expected", "not a valid key for this",
              "api keys are not supported", "use an oauth", "oauth authentication is currently not supported",
              "key belongs to another"),
        also=("credential_invalid", "account_mismatch"),
    ),
    Rule(
        "general.key-unknown", "credential_invalid",
        says=("invalid api key", "invalid api-key", "invalid x-api-key", "incorrect api key", "invalid apikey",
              "api key not valid", "api key is not valid", "api key invalid", "unknown api key", "api key not found",
              "api key does not exist", "invalid_api_key", "wrong api key", "bad api key", "authentication fail",
              "failed to authenticate", "could not authenticate", "authentication error", "authenticationerror",
              "authentication_error", "invalid credential", "bad credentials", "invalid token", "invalid api token",
              "token is invalid", "token seems invalid", "invalid access token", "invalid bearer", "invalid key",
              "key is invalid", "invalid subscription key", "user not found", "could not verify",
              "unable to verify credentials", "unable to authenticate", "signature does not match",
              "invalid signature", "unauthorized: invalid", "unrecognized key", "key not recognized",
              "invalid username or password", "no such user", "invalid client", "not a valid api key",
              "invalid user token", "invalid auth", "invalid proxy server token", "api key you provided",
              "invalid jwt", "token not found"),
        also=("credential_malformed", "credential_expired", "credential_disabled", "credential_missing"),
    ),
    Rule(
        "general.key-variable", "credential_missing", status=(0, 400, 401, 500), local=True,
        says=("_api_key", "_apikey", "_api_token", "_auth_token", "_access_key", "_application_credentials",
              "aws_bearer_token_bedrock"),
        pattern=rf"{_VARIABLE}.{{0,60}}?\b(?:not (?:set|found|defined|provided|configured|present|available)|missing"
                r"|isn't (?:set|defined)|required|empty|undefined|unset|must be (?:set|provided))"
                r"|(?:\b(?:missing|no|without|keyerror|requires?|needs?|(?:did|could)(?: not|n't) (?:get|find)"
                r"|(?:please|must|should|need to|have to|forgot to|make sure to|ensure you) (?:set|provide|export"
                r"|define|configure|add))|(?:^|[.:!] )(?:set|provide|export|define|configure|add) (?:the|your|an?"
                r"|env\w*))\b"
                rf".{{0,60}}?{_VARIABLE}",
        reads=rf"(?P<variable>{_VARIABLE})",
        also=("credential_malformed", "credential_invalid"),
        headline="The program found no key in {variable}, and sent nothing",
        steps=VARIABLE,
    ),
    Rule(
        "general.model-closed", "model_access_not_granted",
        says=("does not have access to model", "no access to model", "access to this model", "access to the model",
              "not authorized to access model", "not authorized to use model", "not allowed to access model",
              "model is not allowed", "restricted model", "have access to claude", "not enabled for model",
              "model not enabled", "accept the terms", "terms of service", "request access", "needs to be verified",
              "must be verified", "not eligible"),
        also=("model_not_found", "permission_missing"),
    ),
    Rule(
        "general.region", "region_unsupported",
        says=("not available in region", "not available in the region", "not supported in region",
              "not supported in this region", "not available in this region", "not available in location",
              "not supported in location", "unsupported region", "region is not supported", "not servable in region",
              "wrong region", "invalid region", "in the current region", "in the specified region"),
        also=("model_not_found", "model_access_not_granted"),
    ),
    Rule(
        "general.model-unknown", "model_not_found",
        says=("model not found", "model does not exist", "model not exist", "unknown model", "invalid model",
              "no such model", "model_not_found", "not a valid model", "model is not supported", "model not supported",
              "unsupported model", "deployment for this resource does not exist", "deploymentnotfound",
              "does not exist or you do not have access", "no endpoints found", "model is deprecated",
              "is no longer available", "decommissioned", "try pulling it", "not found for api version",
              "not_found_error: model"),
        also=("model_access_not_granted", "request_invalid", "region_unsupported"),
    ),
    Rule(
        "general.model-unknown-named", "model_not_found",
        says=("model", "function '"),
        pattern=r"\bmodels?\b[^.]{0,120}\b(?:not found|do(?:es)? not exist|doesn't exist|not available|"
                r"is not (?:valid|supported|found)|has been (?:deprecated|retired|removed)|was removed)|\bfunction "
                r"'[^']{1,80}': not found",
        also=("model_access_not_granted", "request_invalid", "region_unsupported"),
    ),
    Rule(
        "general.beta-feature", "request_invalid", says=("for the `anthropic-beta` header", "invalid beta flag"),
        headline="A beta feature that this program asks for is not offered there", steps=BETA,
    ),
    Rule(
        "general.json-body", "request_invalid",
        says=("body is not valid json", "invalid json body", "invalid json in request body", "parse the json body"),
        headline="The body of the request is not proper JSON",
    ),
    Rule(
        "general.parameter", "request_invalid",
        says=("unsupported parameter", "unknown parameter", "unrecognized request argument", "unsupported value:",
              "extra inputs are not permitted", "extra fields not permitted", "additional properties are not allowed",
              "unexpected keyword argument"),
        also=("model_not_found",),
    ),
    Rule(
        "general.too-long", "request_invalid",
        says=("context length", "context window", "context_length", "is too long", "are too long", "too long:",
              "maximum number of tokens",
              "too many tokens in", "prompt is too large", "input is too large", "payload too large",
              "request too large", "request entity too large", "max_tokens", "maximum context"),
        also=("rate_limited_tokens",),
    ),
    Rule(
        "general.timeout", "timeout",
        says=("timed out", "timeout", "time-out", "timing out", "deadline exceeded", "took too long"),
        also=("connection_failed", "provider_error"),
    ),
    Rule(
        "general.not-authorised-to", "permission_missing",
        pattern=r"\b(?:not (?:authori[sz]ed|permitted|allowed)|unauthori[sz]ed (?:to|for)|no permission|"
                r"lacks? (?:the )?permissions?|"
                r"does not have (?:the )?(?:required )?permissions?|do not have (?:the )?(?:required )?permissions?|"
                r"don't have (?:the )?permissions?|"
                r"(?:in|not have |not )sufficient (?:permissions?|privileges?|scopes?)|"
                r"missing (?:the )?(?:required )?(?:permissions?|scopes?|roles?)|permissions? denied|"
                r"required (?:permission|scope|role)|requires (?:the )?(?:permission|scope|role))"
                r"(?:[^.]{0,40}?\b(?:to (?:perform:? )?|for )[\"'`]?(?P<action>[\w.:*/-]{3,80}))?",
        also=("permission_denied_explicitly", "credential_invalid", "model_access_not_granted"),
        status=(0, 200, 400, 403, 404, 405, 500),
        headline="What was sent is known and may not do this: a permission is missing",
    ),
    Rule(
        "general.shut-out", "credential_disabled", says=("has been denied access",), status=(0, 401, 403),
        also=("permission_denied_explicitly", "model_access_not_granted", "permission_missing"),
    ),
    Rule(
        "general.denied", "permission_missing",
        says=("access denied", "access is denied", "denied access", "access forbidden", "permission_denied",
              "permission_error", "permissiondenied", "accessdenied", "forbidden_error", "not entitled",
              "has been denied", "authorization failed"),
        also=("permission_denied_explicitly", "model_access_not_granted", "credential_invalid", "network_blocked"),
        status=(0, 200, 400, 403, 404, 500),
    ),
    Rule(
        "general.unauthorised", "credential_invalid", status=(0, 200, 400, 401, 403, 500),
        says=("unauthorized", "unauthorised", "unauthenticated", "access denied due to invalid"),
        also=("credential_missing", "credential_expired", "permission_missing"),
    ),
    Rule(
        "general.request-type", "request_invalid", type=("invalid_request_error",), status=(0, 400, 404, 422),
        also=("credential_invalid", "model_not_found"),
    ),
)  # fmt: skip

_CODES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("key-code", "credential_invalid",
     ("invalid_api_key", "invalid_authentication", "authentication_error", "unauthorized", "Unauthorized",
      "invalid_credentials", "invalid_token", "AuthenticationError", "authentication_failed", "AuthenticationFailed",
      "invalid_authentication_error", "auth_error", "invalid_key", "unauthenticated:bad-credentials"),
     ("credential_missing", "credential_expired", "credential_malformed")),
    ("missing-code", "credential_missing",
     ("missing_api_key", "api_key_required", "api_key_missing", "no_api_key", "missing_authorization",
      "missing_credentials", "authentication_required"),
     ("credential_invalid", "credential_malformed")),
    ("permission-code", "permission_missing",
     ("permission_error", "permission_denied", "forbidden", "Forbidden", "access_denied", "PermissionDenied",
      "insufficient_permissions", "PermissionDeniedError", "unauthorized_client"),
     ("permission_denied_explicitly", "model_access_not_granted", "credential_invalid")),
    ("quota-code", "quota_exhausted",
     ("insufficient_quota", "insufficient_balance", "insufficient_credits", "billing_hard_limit_reached",
      "budget_exceeded", "quota_exceeded", "payment_required", "credit_balance_exhausted",
      "exceeded_current_quota_error",
      "insufficient_funds"),
     ("billing_inactive", "rate_limited")),
    ("billing-code", "billing_inactive", ("billing_error", "billing_not_active", "customer_verification_required"),
     ("quota_exhausted",)),
    ("rate-code", "rate_limited",
     ("rate_limit_error", "rate_limit_exceeded", "too_many_requests", "RateLimitError", "rate_limited",
      "TooManyRequests", "rate_limit_reached", "RateLimitReached", "engine_overloaded"),
     ("quota_exhausted", "capacity_exhausted")),
    ("overload-code", "capacity_exhausted",
     ("overloaded_error", "overloaded", "service_unavailable", "server_overloaded", "capacity_exceeded",
      "engine_overloaded_error", "model_overloaded", "no_capacity"), ("provider_error", "rate_limited")),
    ("model-code", "model_not_found",
     ("model_not_found", "DeploymentNotFound", "unknown_model", "model_not_available", "unavailable_model",
      "invalid_model", "model_decommissioned", "not_found_error", "NotFoundError"),
     ("model_access_not_granted", "request_invalid")),
    ("content-code", "content_blocked",
     ("content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation", "content_filter_error"),
     ("request_invalid",)),
    ("request-code", "request_invalid",
     ("context_length_exceeded", "invalid_parameter", "unsupported_parameter", "unsupported_value",
      "missing_required_parameter", "BadRequestError", "invalid_value", "string_above_max_length",
      "OperationNotSupported"),
     ("model_not_found",)),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *[row._replace(certainty="likely") for row in _RULES],
    *[
        rule
        for name, cause, codes, also in _CODES
        for rule in (
            Rule(f"general.{name}", cause, code=codes, certainty="likely", also=also),
            Rule(f"general.{name}-type", cause, type=codes, certainty="likely", also=also),
        )
    ],
)
