"""Bedrock: the request itself, and content filters. The key has passed by then.

A model's own complaint comes wrapped in "The model returned the following errors: …" and reads as that vendor
writes; so these rows look for the form of a complaint, not for one sentence.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.steps import aws_models

_CONVERSE = "https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html"
_PARAMETERS = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html"
_GUARDRAILS = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails.html"
_CACHING = "https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html"

# Content. First: what is refused for its content is often called a validation error too.
CONTENT = (
    Rule(
        "bedrock.guardrail-unknown", "request_invalid",
        says=("guardrail identifier or version", "guardrail was enabled but", "does not support guardrail",
              "doesn't support guardrail"),
        headline="The guardrail that the request names cannot be used",
        not_this="Nothing was filtered: the guardrail itself was not found or does not fit the model.",
        steps=aws_models.GUARDRAIL, reference=_GUARDRAILS,
    ),
    Rule(
        "bedrock.content-filter", "content_blocked", shape=("json", "sse", "text", "xml"),
        pattern=r"\bblocked\b.{0,60}\b(?:content|filter|polic|guardrail|safety|responsible)"
                r"|content filter(?:s|ing)?\b.{0,60}(?:block|refus|reject)|guardrail .{0,40}interven"
                r"|violat\w+ .{0,40}(?:usage|content|use|safety|responsible ai) polic",
        says=("blocked", "content filter", "guardrail", "violat"),
        headline="A safety filter refused the content",
        not_this="The key and the account are fine.",
        steps=aws_models.CONTENT, reference=_GUARDRAILS,
    ),
)  # fmt: skip

# Features and length.
FEATURE = (
    Rule(
        "bedrock.caching", "request_invalid",
        says=("did not allow prompt caching", "does not support prompt caching", "doesn't support prompt caching"),
        headline="This model takes no cache points",
        not_this="Access is not the matter: the request asks for prompt caching, which the model does not offer.",
        steps=aws_models.CACHING, reference=_CACHING,
    ),
    Rule(
        "bedrock.feature", "request_invalid",
        pattern=r"\b(?:models?|api) (?:that you provided |you are using )?(?:does not|doesn't|do not|don't) support\b"
                r"|\bmodels? .{0,60}?(?:is|are) (?:unsupported|not supported) (?:for|with|by|when)\b",
        says=("support",),
        headline="The model does not support something in the request",
        not_this="The key is fine: the request asks for a feature the model does not have.",
        steps=aws_models.FEATURE, reference=_CONVERSE,
    ),
    Rule(
        "bedrock.too-long", "request_invalid",
        pattern=r"input is too long|prompt is too long|too many input tokens|input tokens exceeded"
                r"|input length.{0,60}exceed"
                r"|maximum context length|context window|maximum tokens you requested|exceeds? (?:the )?(?:model'?s? )?"
                r"(?:maximum|limit)|request (?:entity )?too large|member must have length less than",
        says=("too long", "too many input", "exceed", "context", "too large", "length less than"),
        headline="The request is longer than the model takes",
        not_this="No quota was reached: this one request is too long, today and tomorrow.",
        steps=aws_models.TOO_LONG, reference=_PARAMETERS,
    ),
)  # fmt: skip

# The body.
BODY = (
    Rule(
        "bedrock.body-schema", "request_invalid",
        says=("malformed input request", "validation error detected", "validation errors detected",
              "failed to deserialize", "required key [", "extraneous key [", "reformat your input", "unable to parse",
              "could not parse", "not valid json", "invalid json"),
        headline="The body is not what this model or API takes",
        not_this="The key is fine: AWS read the request and refused its form.",
        steps=aws_models.BODY, reference=_PARAMETERS,
    ),
    Rule(
        "bedrock.model-complaint", "request_invalid",
        pattern=r"the model returned the following errors|\bmessages(?:\.\d+|\[\d+\])?[.: ]|field required"
                r"|field is required"
                r"|\b(?:tool_use|tool_result|tooluse|toolresult|toolconfig|system|temperature|top_[pk]|max_tokens"
                r"|maxtokens|budget_tokens|thinking|inferenceconfig)\b",
        says=("the model returned", "messages", "field", "tool", "system", "temperature", "top_", "max_tokens",
              "maxtokens", "budget_tokens", "thinking", "inferenceconfig"),
        type=("ValidationException", "invalid_request_error", "validation_error", "ModelErrorException"),
        headline="The model refuses the request's contents",
        not_this="The key is fine: the request got as far as the model.",
        steps=aws_models.BODY, reference=_CONVERSE,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*CONTENT, *FEATURE, *BODY)
