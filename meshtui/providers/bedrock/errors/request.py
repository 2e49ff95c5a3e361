"""Rules for the model, its Region and path, and for the request itself and content filters. The key has passed by
then.

Model ids, inference profiles and the life of a model: Bedrock User Guide, "Model support by Region", "Inference
profiles", "Model lifecycle". Paths: bedrock-runtime, its /openai/v1, and bedrock-mantle serve different models. A
model's own complaint comes wrapped in "The model returned the following errors: …" and reads as that vendor writes, so
these rules look for the form of a complaint, not for one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.explain.general_fixes import BETA
from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.bedrock import fixes as aws_models

_PROFILES = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html"
_MODELS = "https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html"
_LIFE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"
_APIS = "https://docs.aws.amazon.com/bedrock/latest/userguide/apis.html"
_NO_KEY = "The key is not at fault: AWS accepted it."


def _find_library_path(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where one of AWS's libraries wrote the path."""
    return {} if "library" in error.metadata else None


# On-demand throughput.
PROFILE = (
    Rule(
        "bedrock.profile-required", "inference_profile_required",
        pattern=r"model id (?P<model>[\w.:/-]+) with on-demand throughput (?:isn't|is not) supported",
        says=("on-demand throughput",),
        headline="{model} is called by the id of an inference profile, not by its own",
        not_this=_NO_KEY, reference=_PROFILES,
    ),
    Rule(
        "bedrock.profile-required-unnamed", "inference_profile_required",
        says=("support on-demand throughput", "on-demand throughput isn't", "on-demand throughput is not",
              "id or arn of an inference profile", "requires an inference profile", "requires inference profile"),
        headline="This model is called by the id of an inference profile, not by its own",
        not_this=_NO_KEY, reference=_PROFILES,
    ),
)  # fmt: skip

# A path, an operation or a signature of the wrong service: before the model is looked at.
PATH = (
    Rule(
        "bedrock.operation-in-region", "region_unsupported", certainty="likely",
        type=("UnknownOperationException",), or_says=("unknownoperationexception",), test=_find_library_path,
        also=("request_invalid",),
        headline="This Region's Bedrock does not have the operation, or the Region has no Bedrock",
        not_this="{status}, but the path is right: an SDK wrote it. The Region is what is left.",
        reference=_MODELS,
    ),
    Rule(
        "bedrock.operation-unknown", "request_invalid",
        type=("UnknownOperationException", "UnknownAction", "InvalidAction"),
        or_says=("unable to determine service/operation name", "unknownoperationexception",
                 "requested operation is not recognized"),
        also=("region_unsupported",), certainty="likely",
        headline="AWS knows no such operation at this address",
        not_this="{status}, but this is not about permissions: the path of the URL is wrong, or the Region has no "
                 "such operation.",
        steps=aws_models.PATH, reference=_APIS,
    ),
    Rule(
        "bedrock.path-for-model", "request_invalid",
        pattern=r"(?:model )?[`'\"](?P<model>[\w.:/-]+)[`'\"] (?:isn't|is not) supported (?:on|by|with|for) this "
                r"(?:route|endpoint|api|path)",
        says=("supported on this", "supported by this", "supported with this", "supported for this"),
        headline="{model} is not served on this path",
        not_this=_NO_KEY, steps=aws_models.PATH, reference=_APIS,
    ),
    Rule(
        "bedrock.api-for-model", "request_invalid",
        pattern=r"model [`'\"](?P<model>[\w.:/-]+)[`'\"] does(?:n't| not) support the [`'\"]?(?P<api>/?[\w/]+)",
        says=("not support the", "n't support the"),
        headline="{model} does not support {api}",
        not_this=_NO_KEY, steps=aws_models.PATH, reference=_APIS,
    ),
    Rule(
        "bedrock.profile-for-api", "request_invalid",
        says=("not supported by this api", "not supported for this operation", "not support this operation"),
        headline="This API does not take what the model field names",
        not_this=_NO_KEY, steps=aws_models.PATH, reference=_APIS,
    ),
)  # fmt: skip

# The Region.
REGION = (
    Rule(
        "bedrock.region-for-model", "region_unsupported",
        pattern=r"(?:not|n't) (?:yet )?(?:supported|available|enabled|offered) in (?:(?:this|the|your|aws|current"
                r"|requested|selected|specified) ){0,3}(?:region\b|['`\"]?[a-z]{2}(?:-gov)?-[a-z]+-\d)",
        says=("supported in", "available in", "enabled in", "offered in"), also=("model_not_found",),
        headline="The model is not offered in this Region",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.region-said", "region_unsupported",
        pattern=r"unsupported region|invalid region|\bregion\b.{0,40}? (?:is not|isn't) (?:supported|available|valid"
                r"|allowed)"
                r"|only (?:supported|available|offered) in .{0,40}\bregion",
        says=("region",), certainty="likely", also=("model_not_found", "request_invalid"),
        headline="This Region does not serve what was asked for",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.region-off", "region_unsupported",
        type=("RegionDisabledException",), also=("credential_invalid",),
        or_says=("is not activated in this region", "region is disabled", "region is not enabled"), who="account admin",
        headline="This Region is switched off in the account",
        steps=aws_models.REGION_OPT_IN,
        reference="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
    ),
    Rule(
        "bedrock.arn-region", "region_unsupported",
        pattern=r"arn .{0,80}(?:invalid for the service region|different region|in another region)", says=("region",),
        certainty="likely", also=("request_invalid", "model_not_found"),
        headline="The ARN names another Region than the endpoint",
        reference=_MODELS,
    ),
)  # fmt: skip

# The model itself.
MODEL = (
    Rule(
        "bedrock.model-ended", "model_not_found", says=("reached the end of its life",),
        headline="AWS has retired this model version",
        not_this=_NO_KEY, steps=aws_models.NEWER_MODEL, reference=_LIFE,
    ),
    Rule(
        "bedrock.model-deprecated", "model_not_found", certainty="likely", also=("request_invalid",),
        pattern=r"\bmodel\b[^:]{0,80}?(?:deprecated|retired|no longer (?:available|supported))",
        says=("deprecated", "retired", "no longer"),
        headline="AWS has retired this model version",
        not_this=_NO_KEY, steps=aws_models.NEWER_MODEL, reference=_LIFE,
    ),
    Rule(
        "bedrock.model-legacy", "model_not_found",
        pattern=r"legacy and you have not been actively using the model in the last (?P<days>\d{1,4}) days",
        says=("as legacy",), also=("model_access_not_granted",),
        headline="The model is Legacy, and this account has not used it in the last {days} days",
        not_this="\"Access denied\", but no permission is missing: Legacy models close for accounts that do not use "
                 "them.",
        steps=aws_models.NEWER_MODEL, reference=_LIFE,
    ),
    Rule(
        "bedrock.model-legacy-unexplained", "model_not_found",
        says=("as legacy", "is legacy", "legacy model"), also=("model_access_not_granted",), certainty="likely",
        headline="The model is Legacy and closed for this account",
        steps=aws_models.NEWER_MODEL, reference=_LIFE,
    ),
    Rule(
        "bedrock.model-id", "model_not_found",
        says=("model identifier is invalid", "inference profile arn is invalid", "model id is invalid", "invalid "
                                                                                                        "model "
                                                                                                        "identifier",
                                                                                                        "invalid "
                                                                                                        "model id"),
        also=("region_unsupported", "inference_profile_required"),
        headline="Bedrock knows no model by this id in this Region",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-id-form", "model_not_found",
        says=("at 'modelid' failed to satisfy", "at 'modelidentifier' failed to satisfy"), certainty="likely",
        also=("request_invalid",),
        headline="The model field does not hold what can be a model id or an ARN",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-unresolved", "model_not_found",
        says=("could not resolve the foundation model", "could not resolve the model"), also=("region_unsupported",),
        headline="Bedrock knows no model by this id in this Region",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-or-access", "model_not_found",
        pattern=r"model[: ]+[`'\"]?(?P<model>[\w.:/-]+)[`'\"]? .{0,60}? or you (?:do not|don't) have access",
        says=("or you do not have access", "or you don't have access"), certainty="likely",
        also=("model_access_not_granted", "region_unsupported"),
        headline="This endpoint knows no model {model}, or this account may not use it",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-named", "model_not_found",
        pattern=r"model[: ]+[`'\"]?(?P<model>[\w.:/-]+)[`'\"]? (?:does not exist|doesn't exist|(?:was |is )?not found)",
        says=("exist", "not found"), also=("region_unsupported", "model_access_not_granted"),
        headline="This endpoint knows no model {model}",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-code", "model_not_found",
        code=("model_not_found",), also=("region_unsupported", "model_access_not_granted"),
        headline="This endpoint knows no such model",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-unsupported", "model_not_found",
        pattern=r"\bmodel\b.{0,120}? (?:is not|isn't) supported\W*$|^unsupported model\b", says=("supported",),
        certainty="likely", also=("request_invalid", "region_unsupported"),
        headline="This endpoint does not take this model",
        not_this=_NO_KEY, reference=_MODELS,
    ),
    Rule(
        "bedrock.model-missing", "model_not_found",
        pattern=r"(?:model|inference profile|provisioned (?:model|throughput)|endpoint|deployment)\b.{0,120}?"
                r"(?:does not exist|doesn't exist|(?:was |is |be |could )?not (?:be )?found|can't be found)",
        says=("exist", "found"), type=("ResourceNotFoundException", "ValidationException", "not_found_error"),
        certainty="likely", also=("region_unsupported", "model_access_not_granted", "request_invalid"),
        headline="Bedrock finds no such model here",
        not_this=_NO_KEY, reference=_MODELS,
    ),
)  # fmt: skip

MODEL_RULES: tuple[Rule, ...] = (*PROFILE, *PATH, *REGION, *MODEL)


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
        "bedrock.stopped", "content_blocked",
        reason=("guardrail_intervened", "content_filtered", "refusal"),
        or_says=("stop_reason=guardrail_intervened", "stopreason: guardrail_intervened", "guardrail_intervened"),
        headline="A guardrail or content filter stopped the answer",
        not_this="{status}, but the answer is the guardrail's text or none: the key and the account are fine.",
        reference=_GUARDRAILS,
    ),
    Rule(
        "bedrock.content-filter", "content_blocked", shape=("json", "sse", "text", "xml"),
        pattern=r"\bblocked\b(?! for reason| due to safety).{0,60}\b(?:content|filter|polic|guardrail|safety"
                r"|responsible)"
                r"|content filter(?:s|ing)?\b.{0,60}(?:block|refus|reject)|guardrail .{0,40}interven"
                r"|violat\w+ .{0,40}(?:usage|content|use|safety|responsible ai) polic",
        says=("blocked", "content filter", "guardrail", "violat"),
        headline="A safety filter refused the content",
        not_this="The key and the account are fine.",
        reference=_GUARDRAILS,
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
        "bedrock.beta-feature", "request_invalid", says=("invalid beta flag",),
        headline="Claude on Bedrock does not offer a beta feature that this program asks for",
        not_this="The key is fine: the request got as far as the model.",
        steps=BETA, reference=_PARAMETERS,
    ),
    Rule(
        "bedrock.body-schema", "request_invalid",
        says=("malformed input request", "validation error detected", "validation errors detected",
              "failed to deserialize", "required key [", "extraneous key [", "reformat your input", "unable to parse",
              "could not parse", "not valid json", "invalid json"),
        headline="The body is not what this model or API takes",
        not_this="The key is fine: AWS read the request and refused its form.",
        reference=_PARAMETERS,
    ),
    Rule(
        "bedrock.model-complaint", "request_invalid", or_says=("the model returned the following errors",),
        pattern=r"the model returned the following errors|\bmessages(?:\.\d+|\[\d+\])?[.: ]|field required"
                r"|field is required"
                r"|\b(?:tool_use|tool_result|tooluse|toolresult|toolconfig|system|temperature|top_[pk]|max_tokens"
                r"|maxtokens|budget_tokens|thinking|inferenceconfig)\b",
        says=("the model returned", "messages", "field", "tool", "system", "temperature", "top_", "max_tokens",
              "maxtokens", "budget_tokens", "thinking", "inferenceconfig"),
        type=("ValidationException", "invalid_request_error", "validation_error"),
        headline="The model refuses the request's contents",
        not_this="The key is fine: the request got as far as the model.",
        reference=_CONVERSE,
    ),
)  # fmt: skip

REQUEST_RULES: tuple[Rule, ...] = (*CONTENT, *FEATURE, *BODY)
