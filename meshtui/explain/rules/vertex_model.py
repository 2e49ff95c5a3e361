"""Vertex AI: which model, in which location, on which host.

One sentence ("was not found or your project does not have access to it") covers three causes; `publisher` decides by
the model's name what can be decided, and what cannot stays `likely`. Hosts: Vertex AI documentation, "Locations".
"""

from __future__ import annotations

from meshtui.explain import publisher
from meshtui.explain.model import Rule
from meshtui.explain.steps import google_project

_LOCATIONS = "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations"
_VERSIONS = "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"
_GARDEN = "https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/use-partner-models"
_PATH = "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"
_NAMED = ("publisher model",)
_NO_KEY = "The key is not at fault: Google accepted it and looked for the model."

# Countries and hosts.
PLACE = (
    Rule(
        "vertex.country", "country_unsupported",
        says=("user location is not supported", "not available in your country", "country is not supported",
              "not supported in your country"),
        headline="Google does not serve the country this came from",
        not_this="400, but the request is not wrong, and no Vertex location is meant: the caller's country is.",
        reference="https://ai.google.dev/gemini-api/docs/available-regions",
    ),
    Rule(
        "vertex.hostname", "region_unsupported",
        pattern=r"invalid hostname:? ?(?P<host>[\w.-]{3,120})", says=("invalid hostname",), also=("request_invalid",),
        headline="{host} is not a host of Vertex AI",
        not_this="400, but the body is not wrong: the host name is.",
        steps=google_project.HOST, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.host-page", "region_unsupported", status=(404,), shape=("html",), certainty="likely",
        also=("request_invalid",),
        headline="Google serves nothing at this host and path",
        not_this="404, but no model is missing: Google says that in JSON. The host name or the path is wrong.",
        steps=google_project.HOST, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.not-servable", "region_unsupported",
        pattern=r"models/(?P<model>[\w.@:-]+)[`'\"]? is not servable in region (?P<region>[\w-]+\w)",
        says=("not servable in region",),
        headline="{model} is not served in {region}",
        not_this="400, but the request is not wrong: another location has the model.",
        steps=google_project.LOCATION, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.location", "region_unsupported",
        pattern=r"(?:not (?:yet )?(?:supported|available|servable|offered|enabled)|unsupported)\b.{0,60}\b(?:region"
                r"|location)"
                r"|\b(?:region|location)\b.{0,60}?(?:(?:is )?not (?:supported|available|found|valid)"
                r"|(?:is )?unsupported)",
        says=("region", "location"), certainty="likely", also=("model_not_found", "request_invalid"),
        headline="This location does not serve what was asked for",
        steps=google_project.LOCATION, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.not-implemented", "region_unsupported", says=("not implemented, or supported, or enabled",),
        also=("request_invalid",),
        headline="This location has no generative AI",
        not_this="501, but Google has not failed: the operation does not exist in this location.",
        steps=google_project.LOCATION, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.not-implemented-word", "region_unsupported", word=("UNIMPLEMENTED",), certainty="likely",
        also=("request_invalid",),
        headline="This location or model does not have this operation",
        steps=google_project.LOCATION, reference=_LOCATIONS,
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
        not_this="400, but the request is not wrong: somebody has to accept the model's terms in Model Garden.",
        steps=google_project.MODEL_GARDEN, reference=_GARDEN,
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
        steps=google_project.MODEL_GARDEN, reference=_GARDEN,
    ),
)  # fmt: skip

# "Publisher Model … not found": what the name alone tells.
NAME = (
    Rule(
        "vertex.model-publisher", "model_not_found", says=_NAMED, test=publisher.of_another,
        headline="{publisher} publishes no {model}: that is a model of {maker}",
        not_this=_NO_KEY, steps=google_project.RIGHT_PUBLISHER, reference=_PATH,
    ),
    Rule(
        "vertex.model-dash", "model_not_found", says=_NAMED, test=publisher.dashed,
        headline="Vertex AI writes this version {written}, not {model}",
        not_this=_NO_KEY, steps=google_project.WRITTEN, reference=_GARDEN,
    ),
    Rule(
        "vertex.model-ended", "model_not_found", says=_NAMED, test=publisher.ended, certainty="likely",
        also=("model_access_not_granted", "region_unsupported"),
        headline="{model} is of a generation that Google has shut down",
        not_this=_NO_KEY, steps=google_project.MODEL_NAME, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-elsewhere", "region_unsupported", says=_NAMED, test=publisher.elsewhere, certainty="likely",
        also=("model_not_found", "model_access_not_granted"),
        headline="{model} is not served in {region}, as far as its name tells",
        not_this="404, but the name looks right: the newest models are served in global, us and eu only.",
        steps=google_project.LOCATION, reference=_LOCATIONS,
    ),
    Rule(
        "vertex.model-not-given", "model_access_not_granted", says=_NAMED, test=publisher.not_given, certainty="likely",
        also=("model_not_found", "region_unsupported"),
        headline="{model} looks right and is not open to the project",
        not_this="404, but such a model exists: partner models have to be enabled in Model Garden first.",
        steps=google_project.MODEL_GARDEN, reference=_GARDEN,
    ),
    Rule(
        "vertex.model-unknown", "model_not_found", says=_NAMED, test=publisher.parts, certainty="likely",
        also=("region_unsupported", "model_access_not_granted"),
        headline="publishers/{publisher} has no model {model} here, or the project may not see it",
        not_this=_NO_KEY, steps=google_project.MODEL_NAME, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-retired", "model_not_found",
        pattern=r"\bmodels?\b[^:]{0,160}?(?:deprecated|retired|discontinued|no longer (?:available|supported)|shut "
                r"down)",
        says=("deprecated", "retired", "discontinued", "no longer", "shut down"),
        headline="Google has retired this model",
        not_this=_NO_KEY, steps=google_project.MODEL_NAME, reference=_VERSIONS,
    ),
    Rule(
        "vertex.model-said", "model_not_found",
        pattern=r"\bmodels?\b.{0,200}?(?:not found|does not exist|may not exist|is not supported|is unknown|is invalid)"
                r"|(?:unknown|invalid|unsupported) model\b",
        says=("model",), word=("NOT_FOUND", "INVALID_ARGUMENT", ""), status=(400, 404, 0), certainty="likely",
        also=("region_unsupported", "model_access_not_granted", "request_invalid"),
        headline="Google knows no such model here",
        not_this=_NO_KEY, steps=google_project.MODEL_NAME, reference=_VERSIONS,
    ),
)  # fmt: skip
