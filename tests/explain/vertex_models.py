"""Vertex AI: locations, models, limits, requests, and answers that say next to nothing."""

from __future__ import annotations

import json

from tests.explain.answers_google import anthropic, google, missing
from tests.explain.table import Case

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"

# Location and model.
MODEL: tuple[Case, ...] = (
    Case("vertex.country", {"body": "ValueError: Your location is not supported by google-generativeai at the moment."},
         "country_unsupported", CALLER, False),
    Case("vertex.country", google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
         "country_unsupported", CALLER, False, ("the caller's country",)),
    Case("vertex.hostname", google(400, "INVALID_ARGUMENT", "Invalid hostname: eu-aiplatform.googleapis.com"),
         "region_unsupported", CALLER, False, ("eu-aiplatform.googleapis.com is not",)),
    Case("vertex.host-page",
         {"status": 404, "body": "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "call": "chat"},
         "region_unsupported", CALLER, False, ("Google says that in JSON",)),
    Case("vertex.not-servable",
         google(400, "FAILED_PRECONDITION", "Publisher Model "
             "`projects/demo-1/locations/us-central1/publishers/anthropic/models/claude-x` is not servable in region "
             "us-central1."),
         "region_unsupported", CALLER, False, ("claude-x is not served in us-central1",)),
    Case("vertex.location",
         google(400, "FAILED_PRECONDITION", "This model is not supported in the region europe-west9"),
         "region_unsupported", CALLER, False),
    Case("vertex.not-implemented",
         google(501, "UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled."),
         "region_unsupported", CALLER, False),
    Case("vertex.not-implemented-word", google(501, "UNIMPLEMENTED", "No."), "region_unsupported", CALLER, False),
    Case("vertex.model-not-allowed",
         google(400, "FAILED_PRECONDITION", "Project `123` is not allowed to use Publisher Model "
             "`projects/demo-1/locations/us-east5/publishers/anthropic/models/claude-3-opus@20240229`", array=True),
         "model_access_not_granted", ADMIN, False, ("claude-3-opus@20240229", "model-garden?project=demo-1")),
    Case("vertex.allowlist", google(403, "PERMISSION_DENIED", "Your project is not in the allowlist for this feature."),
         "model_access_not_granted", ADMIN, False),
    Case("vertex.model-publisher", google(404, "NOT_FOUND", missing("global", "google", "claude-sonnet-4-5")),
         "model_not_found", CALLER, False, ("publishers/anthropic/models/claude-sonnet-4-5",)),
    Case("vertex.model-publisher",
         google(404, "NOT_FOUND", "Publisher Model `publishers/google/models/claude-3-sonnet` is not found."),
         "model_not_found", CALLER, False),
    Case("vertex.model-dash", google(404, "NOT_FOUND", missing("us-east5", "anthropic", "claude-sonnet-4-20250514")),
         "model_not_found", CALLER, False, ("writes this version claude-sonnet-4@20250514",)),
    Case("vertex.model-ended", google(404, "NOT_FOUND", missing("us-central1", "google", "gemini-1.5-pro-002")),
         "model_not_found", CALLER, False),
    Case("vertex.model-elsewhere", google(404, "NOT_FOUND", missing("us-central1", "google", "gemini-3-pro-preview")),
         "region_unsupported", CALLER, False, ("not served in us-central1", "locations/global")),
    Case("vertex.model-elsewhere", google(404, "NOT_FOUND", missing("europe-west4", "anthropic", "claude-opus-4-6")),
         "region_unsupported", CALLER, False),
    Case("vertex.model-not-given",
         google(404, "NOT_FOUND", missing("us-east5", "anthropic", "claude-sonnet-4@20250514")),
         "model_access_not_granted", ADMIN, False, ("Model Garden",)),
    Case("vertex.model-unknown", google(404, "NOT_FOUND", missing("global", "google", "gemma4")),
         "model_not_found", CALLER, False, ("google has no model gemma4",)),
    Case("vertex.model-retired", google(400, "FAILED_PRECONDITION", "This model has been retired. Use a newer one."),
         "model_not_found", CALLER, False),
    Case("vertex.model-said", google(404, "NOT_FOUND", "models/gemini-x is not found for API version v1"),
         "model_not_found", CALLER, False),
)  # fmt: skip

# Limits, capacity, failures.
LIMITS: tuple[Case, ...] = (
    Case("vertex.credits", google(429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."),
         "quota_exhausted", ADMIN, False, ("no money is left",)),
    Case("vertex.quota-zero",
         google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota. * Quota exceeded for metric: "
             "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-x "
             "Please retry in 20.04s."),
         "quota_exhausted", ADMIN, False, ("generate_content_free_tier_requests is 0", "whatever retryDelay says")),
    Case("vertex.resource-quota", google(429, "RESOURCE_EXHAUSTED", "Enough.", "RESOURCE_QUOTA_EXCEEDED"),
         "quota_exhausted", ADMIN, False),
    Case("vertex.tokens-per-day",
         google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for aiplatform.googleapis.com/input_tokens_per_day with "
             "base model: x-1."),
         "rate_limited_tokens", CALLER, False),
    Case("vertex.tokens",
         google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for "
             "aiplatform.googleapis.com/online_prediction_input_tokens_per_minute_per_base_model with base model: "
             "anthropic-claude-x."),
         "rate_limited_tokens", CALLER, True, ("online_prediction_input_tokens_per_minute_per_base_model",)),
    Case("vertex.requests-per-day",
         google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x.googleapis.com/generate_requests, limit: "
             "20, model: m", "RATE_LIMIT_EXCEEDED", {"quota_limit": "GenerateRequestsPerDayPerProject"}),
         "rate_limited_requests", CALLER, False, ("limit 20",)),
    Case("vertex.requests",
         google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for "
             "aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: "
             "anthropic-claude-x."),
         "rate_limited_requests", CALLER, True, ("not Google's shared capacity",)),
    Case("vertex.requests",
         google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Generate content requests' and limit "
             "'Generate content requests per minute' of service", "RATE_LIMIT_EXCEEDED", {"quota_limit_value": "60"}),
         "rate_limited_requests", CALLER, True, ("limit 60 per minute",)),
    Case("vertex.token-rate",
         anthropic(429, "rate_limit_error", "This request would exceed the limit of 1000 tokens per minute"),
         "rate_limited_tokens", CALLER, True),
    Case("vertex.request-rate",
         google(429, "RESOURCE_EXHAUSTED", "Too many requests. Exceeded the Provisioned Throughput."),
         "rate_limited_requests", CALLER, True),
    Case("vertex.quota-unnamed", google(429, "RESOURCE_EXHAUSTED", "Quota exceeded"), "rate_limited", CALLER, True),
    Case("vertex.plan-quota",
         google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing "
             "details."),
         "quota_exhausted", ADMIN, False),
    Case("vertex.rate-reason", google(429, "RESOURCE_EXHAUSTED", "Slowly.", "RATE_LIMIT_EXCEEDED"),
         "rate_limited_requests", CALLER, True),
    Case("vertex.shared",
         google(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later. Please refer to "
             "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.", array=True),
         "capacity_exhausted", PROVIDER, True, ("No quota of the project was reached",)),
    Case("vertex.shared", google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
         "capacity_exhausted", PROVIDER, True),
    Case("vertex.overloaded", anthropic(529, "overloaded_error", "Busy"), "capacity_exhausted", PROVIDER, True),
    Case("vertex.exhausted", google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
         "rate_limited", CALLER, True, ("does not say whether",)),
    Case("vertex.exhausted-word", google(429, "RESOURCE_EXHAUSTED", "Enough."), "rate_limited", CALLER, True),
    Case("vertex.exhausted-type", anthropic(429, "rate_limit_error", "Slowly."), "rate_limited", CALLER, True),
    Case("vertex.deadline", google(503, "UNAVAILABLE", "Deadline expired before operation could complete."),
         "timeout", PROVIDER, True),
    Case("vertex.deadline", google(504, "DEADLINE_EXCEEDED", "Late."), "timeout", PROVIDER, True),
    Case("vertex.cancelled", google(499, "CANCELLED", "The operation was cancelled."), "timeout", CALLER, True),
    Case("vertex.unavailable", google(503, "UNAVAILABLE", "Not now."), "capacity_exhausted", PROVIDER, True),
    Case("vertex.internal", google(500, "INTERNAL", "Internal error encountered."), "provider_error", PROVIDER, True),
    Case("vertex.internal-said", anthropic(500, "api_error", "Internal server error"),
         "provider_error", PROVIDER, True),
    Case("vertex.server-page",
         {"status": 502, "body": "<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>", "call": "token"},
         "provider_error", PROVIDER, True),
)  # fmt: skip

# The request and its content.
REQUEST: tuple[Case, ...] = (
    Case("vertex.safety-setting",
         google(400, "INVALID_ARGUMENT", "User has requested a restricted HarmBlockThreshold setting BLOCK_NONE."),
         "request_invalid", CALLER, False, ("BLOCK_ONLY_HIGH",)),
    Case("vertex.prompt-blocked",
         {"body": json.dumps({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": "gemini-x"}),
          "status": 200}, "content_blocked", CALLER, False, ("The key is fine",)),
    Case("vertex.content", {"body": '{"error": true, "message": "Message is being blocked for reason: SAFETY"}'},
         "content_blocked", CALLER, False),
    Case("vertex.content", {"body": "prompt_feedback { block_reason: OTHER }"}, "content_blocked", CALLER, False),
    Case("vertex.content",
         google(400, "INVALID_ARGUMENT", "Image generation failed: The response is blocked, as it may violate our "
             "policies."),
         "content_blocked", CALLER, False),
    Case("vertex.content", anthropic(400, "invalid_request_error", "Output blocked by content filtering policy"),
         "content_blocked", CALLER, False),
    Case("vertex.path-for-model",
         google(400, "INVALID_ARGUMENT", "Gemini cannot be accessed through Vertex Predict/RawPredict API."),
         "request_invalid", CALLER, False, ("the model exists",)),
    Case("vertex.too-long",
         google(400, "INVALID_ARGUMENT", "The input token count (25270) exceeds the maximum number of tokens allowed "
             "(4000)."),
         "request_invalid", CALLER, False, ("No quota was reached",)),
    Case("vertex.precondition", google(400, "FAILED_PRECONDITION", "Precondition check failed."),
         "unknown", ADMIN, False, ("need not be wrong",)),
    Case("vertex.argument-field", google(400, "INVALID_ARGUMENT", "Invalid value at 'contents[0].role'"),
         "request_invalid", CALLER, False),
    Case("vertex.argument", google(400, "INVALID_ARGUMENT", "No."), "request_invalid", CALLER, False),
    Case("vertex.function-parts",
         google(400, "INVALID_ARGUMENT",
                "Please ensure that the number of function response parts is equal to the number of call parts."),
         "request_invalid", CALLER, False, ("each call needs its answer",)),
    Case("vertex.beta-feature",
         anthropic(400, "invalid_request_error", "Unexpected value(s) `spoons-1` for the `anthropic-beta` header"),
         "request_invalid", CALLER, False, ("CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS", "key is not at fault")),
    Case("vertex.argument-claude",
         anthropic(400, "invalid_request_error", "messages: at least one message is required"),
         "request_invalid", CALLER, False, ("project, location and model were right",)),
    Case("vertex.precondition-word", google(400, "FAILED_PRECONDITION", "No."), "request_invalid", CALLER, False),
)  # fmt: skip

# Next to nothing.
BARE: tuple[Case, ...] = (
    Case("vertex.unauthenticated", google(401, "UNAUTHENTICATED", "No."), "credential_invalid", CALLER, False),
    Case("vertex.denied", google(403, "PERMISSION_DENIED", "No."), "permission_missing", ADMIN, False),
    Case("vertex.denied-claude", anthropic(403, "permission_error", "No."), "permission_missing", ADMIN, False),
    Case("vertex.not-found", google(404, "NOT_FOUND", "Requested entity was not found."),
         "model_not_found", CALLER, False),
    Case("vertex.not-found-claude", anthropic(404, "not_found_error", "No."), "model_not_found", CALLER, False),
)  # fmt: skip

ENDED = (
    Case("vertex.model-ended-dated", google(404, "NOT_FOUND", missing("us-east5", "google", "gemini-2.5-pro")),
         "model_not_found", CALLER, False, ("2026-10-16", "gemini-3.5-flash", "nor location")),
    Case("vertex.model-closed-new", google(404, "NOT_FOUND", "This model models/gemini-2.5-flash is no longer "
                                                             "available to "
                                           "new users. Please update your code to use a newer model."),
         "model_not_found", CALLER, False, ("new projects", "2026-10-16", "gemini-3.5-flash-lite", "not the location")),
    Case("vertex.tokens-claude", anthropic(429, "rate_limit_error", "Number of request tokens has exceeded your "
                                                                    "per-minute "
                                           "rate limit"), "rate_limited_tokens", CALLER, True, ()),
    Case("vertex.answer-stopped", {"status": 200, "body": '{"candidates":[{"finishReason":"SAFETY"}]}'},
    "content_blocked",
         CALLER, False, ("safety", "200, but there is no whole answer")),
    Case("vertex.answer-stopped", {"status": 200, "body": 'data: {"candidates":[{"finishReason":"RECITATION"}]}'},
         "content_blocked", CALLER, False),
    Case("vertex.answer-stopped", {"status": 200,
    "body": '{"candidates":[{"finishReason":"MODEL_ARMOR","finishMessage":'
                                                          '"Blocked by Model Armor Floor Setting"}]}'},
         "content_blocked", CALLER, False),
)  # fmt: skip

CASES = (*ENDED, *MODEL, *LIMITS, *REQUEST, *BARE)
