"""Rules of Vertex AI about the model, its location and host, the request itself, and content filters.

Google answers one sentence ("was not found or your project does not have access to it") for a misspelt model, a model
of another location and one that the project was not given. The name often decides: versions are written `@20250514`,
Claude is not published by Google, and the newest Gemini models are served in `global`, `us` and `eu` only (Vertex AI
documentation, "Deployments and endpoints", "Locations"). What cannot be decided stays `likely`.

An envelope `{"type": "error", "error": {"type", "message"}}` is Anthropic's own, from behind Vertex AI: key, project,
API, permission, location and model were all right by then.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import lru_cache

from meshtui.explain.ended_models import SOURCES, describe_end, find_end, has_ended
from meshtui.explain.general_fixes import BETA
from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.vertex import fixes as google_project

_NAME = re.compile(
    r"(?:projects/(?P<project>[\w.:-]{1,100})/locations/(?P<region>[\w-]{1,40})/)?"
    r"publishers/(?P<publisher>[\w-]{1,40})/models/(?P<model>[\w.@:-]{1,120})"
)
_MODEL = re.compile(r"\bmodels?/(?P<model>[\w.@-]{3,80})|\b(?P<bare>gemini-[\w.-]{3,60})", re.IGNORECASE)
_MAKERS = (
    ("gemini", "google"), ("gemma", "google"), ("imagen", "google"), ("veo", "google"), ("claude", "anthropic"),
    ("mistral", "mistralai"), ("codestral", "mistralai"), ("llama", "meta"), ("deepseek", "deepseek-ai"),
    ("qwen", "qwen"), ("gpt-oss", "openai"), ("jamba", "ai21"),
)  # fmt: skip
_MULTI = frozenset({"global", "us", "eu"})
_CLAUDE_AT = _MULTI | {"us-east5", "europe-west1", "asia-southeast1"}
_ENDED = re.compile(
    r"^(?:gemini-(?:pro|ultra|flash|1\b|1\.\d|[\w.-]*-exp\b|2\.0\b|2\.5-(?:pro|flash|flash-lite)$)|(?:text|chat|code|codechat)-|palm|claude-(?:2|instant)\b)"
)
_GEMINI = re.compile(r"^gemini-(?:[2-9]|\d\d)(?:\.\d+)?-(?:pro|flash)\b")
_CLAUDE = re.compile(r"^claude-(?:\d|opus|sonnet|haiku)[\w.-]*(?:@(?:\d{8}|default|latest))?$")
_DASHED = re.compile(r"^(?P<stem>claude-[\w.-]*?)-(?P<date>20\d{6})$")
_PARTNER = re.compile(r"\d")
OR_ACCESS = "does not have access"


def _match_candidate_stop(error: ParsedError) -> Mapping[str, str] | None:
    """`reason`, where it is that of an answer and not of a prompt."""
    return {"reason": error.reason} if error.origin == "candidate" else None


def match_parts(error: ParsedError) -> Mapping[str, str] | None:
    """`publisher` and `model` of the first publisher model in the message, and `project` and `region` where its name is
    whole; None without one."""
    return _find_parts(error.message)


@lru_cache(maxsize=1)
def _find_parts(message: str) -> Mapping[str, str] | None:
    """Remembered for the one sentence that several rows ask about in turn."""
    found = _NAME.search(message)
    return {name: part.rstrip(".") for name, part in found.groupdict().items() if part} if found else None


def match_other_publisher(error: ParsedError) -> Mapping[str, str] | None:
    """The parts and the right `maker`, where the name is that of another publisher's model; else None."""
    values = match_parts(error)
    if values is None:
        return None
    maker = next((maker for stem, maker in _MAKERS if values["model"].lower().startswith(stem)), "")
    return {**values, "maker": maker} if maker and maker != values["publisher"].lower() else None


def match_dashed_name(error: ParsedError) -> Mapping[str, str] | None:
    """The parts and the name as Vertex writes it (`written`), where the date of a Claude model hangs on by a dash."""
    values = match_parts(error)
    found = _DASHED.match(values["model"]) if values else None
    return {**values, "written": f"{found['stem']}@{found['date']}"} if values and found else None


def match_ended(error: ParsedError) -> Mapping[str, str] | None:
    """The parts, where the name is of a generation that Google has shut down, or an experiment; else None."""
    values = match_parts(error)
    return values if values and _ENDED.match(values["model"]) else None


def match_ended_on_day(error: ParsedError) -> Mapping[str, str] | None:
    """The parts with `ended` and `replacement`, where the table of ended models has the name and its day is past: on
    the day of the answer, or, of a pasted text, on the day on which the table was read."""
    values = match_parts(error)
    end = find_end("vertex", values["model"]) if values else None
    if values is None or end is None:
        return None
    now = error.context.now
    today = SOURCES["vertex"].read if now is None else time.strftime("%Y-%m-%d", time.gmtime(now))
    return {**values, **describe_end(end), "model": values["model"]} if has_ended(end, today) else None


def _find_named_end(error: ParsedError) -> Mapping[str, str]:
    """`model`, and `ended` and `replacement` where the table has them, of the model that the sentence names."""
    found = _MODEL.search(error.message)
    model = (found["model"] or found["bare"]).rstrip(".") if found else error.context.model
    end = find_end("vertex", model) if model else None
    return {**(describe_end(end) if end else {}), **({"model": model} if model else {})}


def match_unserved_location(error: ParsedError) -> Mapping[str, str] | None:
    """The parts, where a name of good form is asked for in a location that does not serve its kind; else None."""
    values = match_parts(error)
    if values is None or "region" not in values:
        return None
    if _GEMINI.match(values["model"]):
        return values if values["region"] not in _MULTI else None
    return values if _CLAUDE.match(values["model"]) and values["region"] not in _CLAUDE_AT else None


def match_no_access(error: ParsedError) -> Mapping[str, str] | None:
    """The parts, where a partner's model of good form is asked for where it is served, and Google speaks of access.
    Every partner's model carries its size, version or date, so a digit."""
    values = match_parts(error)
    if values is None or values["publisher"] == "google" or OR_ACCESS not in error.lower_message:
        return None
    form = _CLAUDE if values["publisher"] == "anthropic" else _PARTNER
    return values if form.search(values["model"]) else None


_LOCATIONS = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations"
_VERSIONS = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions"
_GARDEN = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/use-partner-models"
_PATH = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"
_NAMED = ("publisher model",)
_NO_KEY = "The key is not at fault: Google accepted it and looked for the model."

# Countries and hosts.
PLACE = (
    Rule(
        "vertex.country", "country_unsupported",
        says=("user location is not supported", "your location is not supported",
              "not available in your country", "country is not supported",
              "not supported in your country"),
        headline="Google does not serve the country this came from",
        not_this="{status}, but the request is not wrong, and no Vertex location is meant: the caller's country is.",
        reference="https://ai.google.dev/gemini-api/docs/available-regions",
    ),
    Rule(
        "vertex.hostname", "region_unsupported",
        pattern=r"invalid hostname:? ?(?P<host>[\w.-]{3,120})", says=("invalid hostname",), also=("request_invalid",),
        headline="{host} is not a host of Vertex AI",
        not_this="{status}, but the body is not wrong: the host name is.",
        steps=google_project.HOST, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.host-page", "region_unsupported", status=(404,), shape=("html",), certainty="likely",
        also=("request_invalid",),
        headline="Google serves nothing at this host and path",
        not_this="{status}, but no model is missing: Google says that in JSON. The host name or the path is wrong.",
        steps=google_project.HOST, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.not-servable", "region_unsupported",
        pattern=r"models/(?P<model>[\w.@:-]+)[`'\"]? is not servable in region (?P<region>[\w-]+\w)",
        says=("not servable in region",),
        headline="{model} is not served in {region}",
        not_this="{status}, but the request is not wrong: another location has the model.",
        reference=_LOCATIONS,
    ),
    Rule(
        "vertex.location", "region_unsupported",
        pattern=r"(?:not (?:yet )?(?:supported|available|servable|offered|enabled)|unsupported)\b.{0,60}\b(?:region"
                r"|location)"
                r"|\b(?:region|location)\b.{0,60}?(?:(?:is )?not (?:supported|available|found|valid)"
                r"|(?:is )?unsupported)",
        says=("region", "location"), certainty="likely", also=("model_not_found", "request_invalid"),
        headline="This location does not serve what was asked for",
        reference=_LOCATIONS,
    ),
    Rule(
        "vertex.not-implemented", "region_unsupported", says=("not implemented, or supported, or enabled",),
        also=("request_invalid",),
        headline="This location has no generative AI",
        not_this="{status}, but Google has not failed: the operation does not exist in this location.",
        reference=_LOCATIONS,
    ),
    Rule(
        "vertex.not-implemented-word", "region_unsupported", word=("UNIMPLEMENTED",), certainty="likely",
        also=("request_invalid",),
        headline="This location or model does not have this operation",
        reference=_LOCATIONS,
    ),
)  # fmt: skip

# What the project was given.
ACCESS = (
    Rule(
        "vertex.model-not-allowed", "model_access_not_granted",
        pattern=r"not allowed to use publisher model.{0,4}?projects/(?P<project>[\w.:-]+)/locations/(?P<region>[\w-]+)"
                r"/publishers/(?P<publisher>[\w-]+)/models/(?P<model>[\w.@:-]+\w)",
        says=("not allowed to use publisher model",),
        headline="{model} has not been enabled for the project",
        not_this="{status}, but the request is not wrong: somebody has to accept the model's terms in Model Garden.",
        reference=_GARDEN,
    ),
    Rule(
        "vertex.allowlist", "model_access_not_granted",
        pattern=r"(?:not|n't) .{0,40}\b(?:allow-?listed|allow-?list|whitelisted)|not allowed to (?:use"
                r"|access) .{0,80}model"
                r"|(?:accept|agree to) the .{0,40}(?:terms|agreement)|not been granted access to"
                r"|\bproject\b.{0,80}does not have access to (?:the |this )?model",
        says=("allow", "whitelist", "terms", "agreement", "granted access", "have access to"),
        also=("permission_missing", "permission_denied_explicitly"), certainty="likely",
        headline="The project has not been given this model or feature",
        reference=_GARDEN,
    ),
)  # fmt: skip

# "Publisher Model … not found": what the name alone tells.
NAME = (
    Rule(
        "vertex.model-publisher", "model_not_found", says=_NAMED, test=match_other_publisher,
        headline="{publisher} publishes no {model}: that is a model of {maker}",
        not_this=_NO_KEY, steps=google_project.RIGHT_PUBLISHER, reference=_PATH,
    ),
    Rule(
        "vertex.model-dash", "model_not_found", says=_NAMED, test=match_dashed_name,
        headline="Vertex AI writes this version {written}, not {model}",
        not_this=_NO_KEY, steps=google_project.WRITTEN, reference=_GARDEN,
    ),
    Rule(
        "vertex.model-ended-dated", "model_not_found", says=_NAMED, test=match_ended_on_day, certainty="likely",
        also=("model_access_not_granted",),
        headline="Google retired {model} on {ended}",
        not_this="{status}, but neither key nor location is wrong: the model has ended everywhere, but for projects "
                 "with "
                 "an extended access.",
        steps=google_project.SUCCESSOR, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-ended", "model_not_found", says=_NAMED, test=match_ended, certainty="likely",
        also=("model_access_not_granted",),
        headline="{model} is of a generation that Google has shut down",
        not_this=_NO_KEY, steps=google_project.SUCCESSOR, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-elsewhere", "region_unsupported", says=_NAMED, test=match_unserved_location, certainty="likely",
        also=("model_not_found", "model_access_not_granted"),
        headline="{model} is not served in {region}, as far as its name tells",
        not_this="{status}, but the name looks right: the newest models are served in global, us and eu only.",
        reference=_LOCATIONS,
    ),
    Rule(
        "vertex.model-not-given", "model_access_not_granted", says=_NAMED, test=match_no_access, certainty="likely",
        also=("model_not_found", "region_unsupported"),
        headline="{model} looks right and is not open to the project",
        not_this="{status}, but such a model exists: partner models have to be enabled in Model Garden first.",
        reference=_GARDEN,
    ),
    Rule(
        "vertex.model-unknown", "model_not_found", says=_NAMED, test=match_parts, certainty="likely",
        also=("region_unsupported", "model_access_not_granted"),
        headline="publishers/{publisher} has no model {model} here, or the project may not see it",
        not_this=_NO_KEY, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-closed-new", "model_not_found", certainty="likely", also=("model_access_not_granted",),
        pattern=r"\bno longer available (?:to|for) new (?:users|projects|customers)"
                r"|not available (?:to|for) new (?:users|projects|customers)",
        says=("new users", "new projects", "new customers"), test=_find_named_end,
        headline="Google has closed {model} to new projects; it ends, or ended, on {ended}",
        not_this="{status}, but not the location is wrong: projects that used the model before may still have it, "
                 "new ones "
                 "take another.",
        steps=google_project.SUCCESSOR, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-retired", "model_not_found", certainty="likely",
        also=("request_invalid", "model_access_not_granted"),
        pattern=r"\bmodels?\b[^:]{0,160}?(?:deprecated|retired|discontinued|no longer (?:available|supported)|shut "
                r"down)",
        says=("deprecated", "retired", "discontinued", "no longer", "shut down"),
        headline="Google has retired this model",
        not_this=_NO_KEY, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-said", "model_not_found",
        pattern=r"\bmodels?\b.{0,200}?(?:not found|does not exist|may not exist|is not supported|is unknown|is invalid)"
                r"|(?:unknown|invalid|unsupported) model\b",
        says=("model",), word=("NOT_FOUND", "INVALID_ARGUMENT", ""), status=(400, 404, 0), certainty="likely",
        also=("region_unsupported", "model_access_not_granted", "request_invalid"),
        headline="Google knows no such model here",
        not_this=_NO_KEY, reference=_VERSIONS,
    ),
)  # fmt: skip


_ERRORS = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/troubleshooting"
_SAFETY = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/configure-safety-filters"
_CLAUDE_PAGE = "https://platform.claude.com/docs/en/api/errors"
_KEY_PASSED = "The key is not at fault: Google read the request and refused its contents."

CONTENT = (
    Rule(
        "vertex.safety-setting", "request_invalid", says=("harmblockthreshold",), also=("model_access_not_granted",),
        headline="The request asks for a safety setting that the project may not use",
        not_this="No role is missing: another threshold passes.",
        steps=google_project.SAFETY_SETTING, reference=_SAFETY,
    ),
    Rule(
        "vertex.answer-stopped", "content_blocked",
        reason=("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "IMAGE_SAFETY",
                "IMAGE_RECITATION", "IMAGE_PROHIBITED_CONTENT"), test=_match_candidate_stop,
        headline="A filter stopped the answer: {reason}",
        not_this="{status}, but there is no whole answer: it was stopped while it was written. The key is fine.",
        reference=_SAFETY,
    ),
    Rule(
        "vertex.prompt-blocked", "content_blocked",
        reason=("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK",
                "BLOCKED_REASON_UNSPECIFIED"),
        headline="A safety filter refused the prompt",
        not_this="{status}, but there is no answer: the prompt was stopped before the model saw it. The key is fine.",
        reference=_SAFETY,
    ),
    Rule(
        "vertex.content", "content_blocked",
        pattern=r"block(?:ed|s)?\b.{0,80}(?:polic|safety|filter|violate)|(?:violat\w+|against) .{0,60}polic"
                r"|content filter|responsible ai|prohibited[_ ](?:content|use)|safety (?:filter|setting|reason)"
                r"|usage guidelines|block(?:ed for |_)?reason\b",
        says=("blocked for reason", "block_reason", "blockreason",
              "polic", "safety", "filter", "responsible ai", "prohibited", "guidelines"),
        word=("INVALID_ARGUMENT", "FAILED_PRECONDITION", ""), shape=("json", "sse", "text"), status=(400, 200, 0, 422),
        headline="A safety filter refused the content",
        not_this="The key and the project are fine.",
        reference=_SAFETY,
    ),
)  # fmt: skip

REQUEST = (
    Rule(
        "vertex.service-agents", "capacity_exhausted", again=180.0, certainty="likely",
        says=("service agents are being provisioned", "service agent is being provisioned",
              "service agents are needed", "service account is being provisioned"),
        also=("permission_missing", "provider_error", "request_invalid", "api_not_enabled"),
        headline="Google is still making the project's service agents; that takes some minutes, once",
        not_this="{status}, but the request is not wrong: the same one passes in a few minutes.",
        steps=google_project.SERVICE_AGENTS,
        reference="https://docs.cloud.google.com/vertex-ai/docs/general/access-control",
    ),
    Rule(
        "vertex.service-agent-absent", "request_invalid", says=("@gcp-sa-",),
        pattern=r"service account \S{1,100}@gcp-sa-\S{1,160} does not exist", also=("permission_missing",),
        certainty="likely",
        headline="Google's own service agent is not there yet in this project",
        not_this="The account named is none of yours: Google makes it when the API is first used.",
        steps=google_project.SERVICE_AGENTS,
        reference="https://docs.cloud.google.com/vertex-ai/docs/general/access-control",
    ),
    Rule(
        "vertex.path-for-model", "request_invalid",
        pattern=r"cannot be accessed through|is infeasible|not supported by the \w+ api"
                r"|use .{0,40}instead of .{0,20}predict",
        says=("cannot be accessed through", "infeasible", "not supported by the", "instead of"),
        headline="This model is not called by this method",
        not_this=f"{_KEY_PASSED} That Google says so means that the model exists.",
        steps=google_project.METHOD, reference=_ERRORS,
    ),
    Rule(
        "vertex.too-long", "request_invalid",
        pattern=r"token count .{0,40}exceeds|prompt is too long|exceeds the (?:maximum|limit)|context (?:length|window)"
                r"|(?<!name )too (?:long|large)|payload size|input is too",
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
        not_this="{status}, but the request need not be wrong: an allow-list or an organization policy can be the "
                 "reason.",
        steps=google_project.PRECONDITION, reference=_ERRORS,
    ),
    Rule(
        "vertex.function-parts", "request_invalid", says=("number of function response parts",),
        headline="After a message with function calls, each call needs its answer, in the next message",
        not_this=_KEY_PASSED, reference="https://ai.google.dev/gemini-api/docs/function-calling",
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
        not_this=_KEY_PASSED, reference=_ERRORS,
    ),
    Rule(
        "vertex.argument", "request_invalid", word=("INVALID_ARGUMENT", "OUT_OF_RANGE", "ALREADY_EXISTS"),
        certainty="likely", also=("content_blocked", "model_not_found"),
        headline="Google refuses something in the request",
        not_this=_KEY_PASSED, reference=_ERRORS,
    ),
    Rule(
        "vertex.beta-feature", "request_invalid", type=("invalid_request_error",),
        says=("for the `anthropic-beta` header",),
        headline="Claude on Vertex AI does not offer a beta feature that this program asks for",
        not_this="The key is not at fault: it brought the request through Vertex AI to the model.",
        steps=BETA, reference=_CLAUDE_PAGE,
    ),
    Rule(
        "vertex.argument-claude", "request_invalid", type=("invalid_request_error", "request_too_large"),
        headline="Anthropic refuses the request; project, location and model were right",
        not_this="The key is not at fault: it brought the request through Vertex AI to the model.",
        reference=_CLAUDE_PAGE,
    ),
    Rule(
        "vertex.precondition-word", "request_invalid", word=("FAILED_PRECONDITION",), certainty="likely",
        also=("permission_denied_explicitly", "model_access_not_granted", "unknown"),
        headline="Something that must be in place first is not",
        not_this="{status}, but the request need not be wrong: an allow-list or an organization policy can be the "
                 "reason.",
        steps=google_project.PRECONDITION, reference=_ERRORS,
    ),
)  # fmt: skip
