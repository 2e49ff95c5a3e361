"""What may be said by the words alone, whoever said them: the usual meaning, never as certain."""

from __future__ import annotations

import json
from typing import Any

from tests.explain.table import Case

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"


def said(message: str, status: int = 0) -> dict[str, Any]:
    return {"body": json.dumps({"error": {"message": message}}), "status": status}


def coded(code: str, status: int = 0, column: str = "code") -> dict[str, Any]:
    return {"body": json.dumps({"error": {"message": "Sorry.", column: code}}), "status": status}


SENTENCES = (
    Case(
        "general.key-missing", said("No auth credentials were sent with this", 401), "credential_missing", OWNER, False
    ),
    Case("general.expired", said("Your session expired at noon", 401), "credential_expired", OWNER, False),
    Case(
        "general.model-gated",
        said("The model org/name is gated. You must be authenticated to ask for it.", 403),
        "model_access_not_granted",
        ADMIN,
        False,
        (),
    ),
    Case(
        "general.account-suspended",
        said("Account acme is suspended, possibly for reaching its spending limit", 412),
        "credential_disabled",
        ADMIN,
        False,
        (),
    ),
    Case(
        "general.key-setting",
        said("Could not resolve authentication method: a key must be set"),
        "credential_missing",
        OWNER,
        False,
    ),
    Case("general.daily-limit", said("The daily limit is reached", 429), "rate_limited", CALLER, False),
    Case("general.balance", said("Insufficient balance", 402), "quota_exhausted", ADMIN, False),
    Case("general.billing", said("An invoice is past due", 402), "billing_inactive", ADMIN, False),
    Case("general.billing", said("Enter your credit card to go on", 403), "billing_inactive", ADMIN, False),
    Case("general.suspended", said("This workspace was suspended", 403), "credential_disabled", ADMIN, False),
    Case("general.country", said("This is not available in your location", 403), "country_unsupported", CALLER, False),
    Case("general.address-list", said("The source IP is on no list of ours", 403), "network_blocked", ADMIN, False),
    Case("general.wall", said("URL category: generative AI", 403), "network_blocked", CALLER, False),
    Case("general.denied-explicitly", said("Denied by policy p-1", 403), "permission_denied_explicitly", ADMIN, False),
    Case("general.content", said("The prompt was flagged", 400), "content_blocked", CALLER, False),
    Case("general.provisioning", said("The endpoint is being provisioned", 503), "capacity_exhausted", PROVIDER, True),
    Case("general.tokens", said("You reached the TPM limit", 429), "rate_limited_tokens", CALLER, True),
    Case("general.requests", said("More than five requests per hour", 429), "rate_limited_requests", CALLER, True),
    Case("general.rate", said("Slow down, please", 429), "rate_limited", CALLER, True),
    Case("general.key-malformed", said("JWT malformed", 401), "credential_malformed", OWNER, False),
    Case("general.wrong-kind", said("Wrong kind of key", 401), "credential_wrong_kind", OWNER, False),
    Case("general.key-unknown", said("Bad credentials", 401), "credential_invalid", OWNER, False),
    Case("general.model-closed", said("Please request access to it", 403), "model_access_not_granted", ADMIN, False),
    Case("general.region", said("It is not available in region mars-1", 400), "region_unsupported", CALLER, False),
    Case("general.model-unknown", said("Unknown model: mystery-9", 404), "model_not_found", CALLER, False),
    Case(
        "general.model-unknown-named", said("The model mystery-9 was not found", 404), "model_not_found", CALLER, False
    ),
    Case("general.too-long", said("The prompt is too long", 400), "request_invalid", CALLER, False),
    Case("general.timeout", said("It timed out", 500), "timeout", PROVIDER, True),
    Case(
        "general.not-authorised-to",
        said("You are not authorised to run:jobs here", 403),
        "permission_missing",
        ADMIN,
        False,
    ),
    Case("general.shut-out", said("Your project has been denied access.", 403), "credential_disabled", ADMIN, False),
    Case("general.denied", said("Access is denied", 403), "permission_missing", ADMIN, False),
    Case("general.unauthorised", said("Unauthorized", 401), "credential_invalid", OWNER, False),
    *(
        Case("general.key-variable", {"body": words}, "credential_missing", OWNER, False, ("in ACME_API_KEY", "forks"))
        for words in (
            "ACME_API_KEY is not set",
            "Please set your ACME_API_KEY first",
            "KeyError: 'ACME_API_KEY'",
            "you didn't get ACME_API_KEY set in Variables/Secrets",
            "Missing environment variable ACME_API_KEY",
        )
    ),
    Case(
        "general.beta-feature",
        said("Unexpected value(s) `spoons-2026-01-01` for the `anthropic-beta` header. Try without.", 400),
        "request_invalid",
        CALLER,
        False,
        ("CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS",),
    ),
    Case(
        "general.json-body",
        said("The request body is not valid JSON: unexpected end of data", 400),
        "request_invalid",
        CALLER,
        False,
        ("not proper JSON",),
    ),
    Case(
        "general.parameter", said("Extra inputs are not permitted: max_tokens", 400), "request_invalid", CALLER, False
    ),
    Case("general.request-type", coded("invalid_request_error", 400, "type"), "request_invalid", CALLER, False),
)
CODES = (
    ("key-code", "invalid_credentials", "credential_invalid", OWNER, False),
    ("missing-code", "api_key_required", "credential_missing", OWNER, False),
    ("permission-code", "insufficient_permissions", "permission_missing", ADMIN, False),
    ("quota-code", "insufficient_funds", "quota_exhausted", ADMIN, False),
    ("billing-code", "billing_error", "billing_inactive", ADMIN, False),
    ("rate-code", "too_many_requests", "rate_limited", CALLER, True),
    ("overload-code", "server_overloaded", "capacity_exhausted", PROVIDER, True),
    ("model-code", "unknown_model", "model_not_found", CALLER, False),
    ("content-code", "content_filter_error", "content_blocked", CALLER, False),
    ("request-code", "invalid_parameter", "request_invalid", CALLER, False),
)

CASES: tuple[Case, ...] = (
    *SENTENCES,
    *(Case(f"general.{rule}", coded(code), cause, who, retryable) for rule, code, cause, who, retryable in CODES),
    *(
        Case(f"general.{rule}-type", coded(code, column="type"), cause, who, retryable)
        for rule, code, cause, who, retryable in CODES
    ),
)
