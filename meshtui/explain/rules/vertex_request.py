"""Vertex AI: the request itself, and content filters.

An envelope `{"type": "error", "error": {"type", "message"}}` is Anthropic's own, from behind Vertex AI: key, project,
API, permission, location and model were all right by then.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.steps import google_project

_ERRORS = "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors"
_SAFETY = "https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/configure-safety-filters"
_CLAUDE = "https://docs.anthropic.com/en/api/errors"
_NO_KEY = "The key is not at fault: Google read the request and refused its contents."

CONTENT = (
    Rule(
        "vertex.safety-setting", "request_invalid", says=("harmblockthreshold",), also=("model_access_not_granted",),
        headline="The request asks for a safety setting that the project may not use",
        not_this="No role is missing: another threshold passes.",
        steps=google_project.SAFETY_SETTING, reference=_SAFETY,
    ),
    Rule(
        "vertex.prompt-blocked", "content_blocked",
        reason=("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK",
                "BLOCKED_REASON_UNSPECIFIED"),
        headline="A safety filter refused the prompt",
        not_this="200, but there is no answer: the prompt was stopped before the model saw it. The key is fine.",
        steps=google_project.CONTENT, reference=_SAFETY,
    ),
    Rule(
        "vertex.content", "content_blocked",
        pattern=r"block(?:ed|s)?\b.{0,80}(?:polic|safety|filter|violate)|(?:violat\w+|against) .{0,60}polic"
                r"|content filter|responsible ai|prohibited[_ ](?:content|use)|safety (?:filter|setting|reason)"
                r"|usage guidelines",
        says=("polic", "safety", "filter", "responsible ai", "prohibited", "guidelines"),
        word=("INVALID_ARGUMENT", "FAILED_PRECONDITION", ""), shape=("json", "sse", "text"), status=(400, 200, 0, 422),
        headline="A safety filter refused the content",
        not_this="The key and the project are fine.",
        steps=google_project.CONTENT, reference=_SAFETY,
    ),
)  # fmt: skip

REQUEST = (
    Rule(
        "vertex.path-for-model", "request_invalid",
        pattern=r"cannot be accessed through|is infeasible|not supported by the \w+ api"
                r"|use .{0,40}instead of .{0,20}predict",
        says=("cannot be accessed through", "infeasible", "not supported by the", "instead of"),
        headline="This model is not called by this method",
        not_this=f"{_NO_KEY} That Google says so means that the model exists.",
        steps=google_project.METHOD, reference=_ERRORS,
    ),
    Rule(
        "vertex.too-long", "request_invalid",
        pattern=r"token count .{0,40}exceeds|prompt is too long|exceeds the (?:maximum|limit)|context (?:length|window)"
                r"|too (?:long|large)|payload size|input is too",
        says=("token count", "too long", "too large", "exceeds the", "context", "payload size", "input is too"),
        status=(400, 413, 200, 0),
        headline="The request is longer than the model takes",
        not_this="No quota was reached: this one request is too long, today and tomorrow.",
        steps=google_project.TOO_LONG, reference=_ERRORS,
    ),
    Rule(
        "vertex.precondition", "unknown", says=("precondition check failed",), who="account admin",
        also=("request_invalid", "permission_denied_explicitly", "model_access_not_granted"),
        headline="Google says only that a precondition failed",
        not_this="400, but the request need not be wrong: an allow-list or an organization policy can be the reason.",
        steps=google_project.PRECONDITION, reference=_ERRORS,
    ),
    Rule(
        "vertex.argument-field", "request_invalid", word=("INVALID_ARGUMENT",),
        pattern=r"invalid (?:value|json|argument)|unknown name|cannot find field|must (?:be|have|contain|not)\b"
                r"|unable to submit"
                r"|required field|field is required|missing field|is not supported|not valid json|please (?:use"
                r"|ensure|provide)",
        says=("invalid", "unknown name", "cannot find", "must ", "unable to submit", "required", "missing field",
              "not supported", "not valid", "please "),
        headline="Google refuses a field of the request",
        not_this=_NO_KEY, steps=google_project.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "vertex.argument", "request_invalid", word=("INVALID_ARGUMENT", "OUT_OF_RANGE", "ALREADY_EXISTS"),
        certainty="likely", also=("content_blocked", "model_not_found"),
        headline="Google refuses something in the request",
        not_this=_NO_KEY, steps=google_project.REQUEST, reference=_ERRORS,
    ),
    Rule(
        "vertex.argument-claude", "request_invalid", type=("invalid_request_error", "request_too_large"),
        headline="Anthropic refuses the request; project, location and model were right",
        not_this="The key is not at fault: it brought the request through Vertex AI to the model.",
        steps=google_project.REQUEST, reference=_CLAUDE,
    ),
    Rule(
        "vertex.precondition-word", "request_invalid", word=("FAILED_PRECONDITION",), certainty="likely",
        also=("permission_denied_explicitly", "model_access_not_granted", "unknown"),
        headline="Something that must be in place first is not",
        not_this="400, but the request need not be wrong: an allow-list or an organization policy can be the reason.",
        steps=google_project.PRECONDITION, reference=_ERRORS,
    ),
)  # fmt: skip
