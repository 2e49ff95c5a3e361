"""Rules of OpenAI where the key is known: may it come from here, belong there, do this, use that model?

OpenAI's refusal uses the same words for a misspelt name and a closed model, so whether the name is one that OpenAI has
had decides which of the two is the likelier.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.ended_models import SOURCES, ModelEnd, describe_end, find_end, has_ended
from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.openai import fixes as steps

_CODES = "https://developers.openai.com/api/docs/guides/error-codes"
_KEYS = "https://platform.openai.com/api-keys"
_VERIFY = "https://help.openai.com/en/articles/10910291-api-organization-verification"
_COUNTRIES = "https://developers.openai.com/api/docs/supported-countries"
_LIMITS = "https://platform.openai.com/settings/organization/limits"
_NOT_PERMISSIONS = "{status}, but this is not about permissions of the key"
_MODEL = r"\bmodel:? [`'\"]?(?P<model>[\w.:/-]{1,120})"
_HOST = r"\b(?P<openai_host>[a-z]{2,10}\.api\.openai\.com)"


def _find_ended_model(error: ParsedError) -> Mapping[str, str] | None:
    """`model`, `ended` and `replacement`, where the model had ended when the answer came; None also where that day is
    not known."""
    now = error.context.now
    end = None if now is None else _find_end(error)
    return describe_end(end) if end and has_ended(end, time.strftime("%Y-%m-%d", time.gmtime(now))) else None


def _find_ending_model(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where only the day is not known on which the answer came: of a pasted text."""
    end = _find_end(error) if error.context.now is None else None
    return describe_end(end) if end and has_ended(end, SOURCES["openai"].read) else None


def _find_end(error: ParsedError) -> ModelEnd | None:
    """The end of the model that the sentence names, or that was asked for where it names none."""
    found = _NAME.search(error.message)
    model = found["model"].rstrip(".") if found else error.context.model
    end = find_end("openai", model) if model else None
    return end and end._replace(name=model)


def _name_replacement(error: ParsedError) -> Mapping[str, str]:
    """`replacement`, where the table knows it."""
    end = _find_end(error)
    return {"replacement": end.replacement} if end and end.replacement else {}


def _find_known_model(error: ParsedError) -> Mapping[str, str] | None:
    return {} if is_known(error.message) else None


# Where the request comes from.
NETWORK = (
    Rule(
        "openai.country", "country_unsupported", code=("unsupported_country_region_territory",),
        or_says=("country, region, or territory not supported",),
        headline="OpenAI does not serve the country this request came from",
        not_this=f"{_NOT_PERMISSIONS}: OpenAI refuses here before it looks at any key.",
        steps=steps.ELSEWHERE, reference=_COUNTRIES,
    ),
    Rule(
        "openai.ip-list", "network_blocked", code=("ip_not_authorized",),
        or_says=("your ip is not authorized",),
        headline="The key is good, but this network's address is not on the account's IP allow-list",
        steps=steps.IP_LIST, reference="https://platform.openai.com/settings/organization/security",
    ),
    Rule(
        "openai.hostname", "region_unsupported", code=("incorrect_hostname",),
        or_says=("incorrect regional hostname",),
        reads=_HOST,
        headline="The key's project keeps its data in one region and is served at that region's host only",
        not_this="{status}, but the key is good: it was sent to the wrong host.",
        steps=steps.REGIONAL_HOST, reference="https://developers.openai.com/api/docs/guides/your-data",
    ),
)  # fmt: skip

# Which organization and project.
BELONGING = (
    Rule(
        "openai.header-mismatch", "account_mismatch", code=("mismatched_organization", "mismatched_project"),
        or_says=("header should match organization for api key", "header should match project for api key"),
        who="caller",
        headline="The request names an organization or project that is not the key's own",
        not_this="{status}, but the key is good: a header beside it is wrong.",
        steps=steps.UNSET_HEADERS, reference=_CODES,
    ),
    Rule(
        "openai.no-membership", "account_mismatch", code=("no_organization",), who="account admin",
        or_says=("must be a member of an organization",),
        also=("permission_missing",),
        headline="The key's owner is no longer a member of an organization",
        steps=steps.MEMBERSHIP, reference=_CODES,
    ),
    Rule(
        "openai.organization-left", "account_mismatch",
        says=("do not have access to the organization tied to the api key", "not a member of the organization"),
        who="account admin",
        headline="Whoever made this key has left its organization, and the key died with that",
        steps=steps.MEMBERSHIP, reference=_CODES,
    ),
    Rule(
        "openai.organization-unknown", "account_mismatch", code=("invalid_organization", "invalid_project"),
        or_says=("no such organization",), who="caller",
        headline="OpenAI has no such organization or project, or the key does not belong to it",
        not_this="{status}, but the key is good: a header beside it is wrong.",
        steps=steps.UNSET_HEADERS, reference=_CODES,
    ),
)  # fmt: skip

# What the key may do.
SCOPES = (
    Rule(
        "openai.scope-models", "permission_missing", call=("models",), says=("missing scopes: api.model.read",),
        who="key owner", also=("credential_wrong_kind",),
        headline="The key may not list models (scope api.model.read is missing); chat may work all the same",
        not_this="The key is good: OpenAI knows it and what it may do.",
        reference=_KEYS,
    ),
    Rule(
        "openai.scope", "permission_missing", says=("missing scopes",), who="key owner",
        pattern=r"missing scopes: (?P<scope>\w+(?:\.\w+){0,6}(?:, ?\w+(?:\.\w+){0,6}){0,8})",
        also=("credential_wrong_kind",),
        headline="The key lacks a permission: {scope}",
        not_this="The key is good: OpenAI knows it and what it may do.",
        reference=_KEYS,
    ),
    Rule(
        "openai.scope-code", "permission_missing", code=("missing_scope", "insufficient_permissions"), who="key owner",
        headline="The key lacks a permission for this call",
        not_this="The key is good: OpenAI knows it and what it may do.",
        reference=_KEYS,
    ),
    Rule(
        "openai.permissions", "permission_missing", who="key owner",
        says=("insufficient permissions for this operation",),
        headline="The key, or its owner's role, lacks a permission for this call",
        not_this="The key is good: OpenAI knows it and what it may do.",
        reference=_KEYS,
    ),
    Rule(
        "openai.project-setting", "permission_denied_explicitly", certainty="likely",
        pattern=r"(?:not (?:permitted|allowed|enabled)|disabled|forbidden|blocked) (?:for|by|in|on) (?:this|your|the) "
                r"(?P<where>project|organization)",
        says=("this project", "your project", "the project", "this organization", "your organization",
              "the organization"),
        also=("request_invalid", "model_access_not_granted"),
        headline="A setting of the {where} does not allow this",
        not_this="The key and the form of the request are fine: the {where}'s own settings say no.",
        steps=steps.SETTING, reference=_LIMITS,
    ),
    Rule(
        "openai.shut-down", "permission_denied_explicitly", code=("training_not_available",), who="provider",
        also=("model_access_not_granted", "request_invalid"),
        headline="OpenAI no longer offers this to the organization",
        steps=steps.RETIRED, reference="https://developers.openai.com/api/docs/deprecations",
    ),
    Rule(
        "openai.shut-down-said", "permission_denied_explicitly", who="provider", certainty="likely",
        says=("is winding down", "organization is no longer able to"),
        also=("model_access_not_granted", "request_invalid"),
        headline="OpenAI no longer offers this to the organization",
        steps=steps.RETIRED, reference="https://developers.openai.com/api/docs/deprecations",
    ),
)  # fmt: skip

# Which models the account may use, and which there are.
MODELS = (
    Rule(
        "openai.verification", "model_access_not_granted",
        says=("organization must be verified", "verify your organization", "verify organization"),
        headline="OpenAI opens this only to verified organizations",
        steps=steps.VERIFY, reference=_VERIFY,
    ),
    Rule(
        "openai.project-model", "model_access_not_granted",
        says=("does not have access to model", "do not have access to model", "not have access to the model"),
        reads=_MODEL,
        also=("permission_denied_explicitly",),
        headline="The key's project may not use {model}",
        steps=steps.PROJECT_MODELS, reference=_LIMITS,
    ),
    Rule(
        "openai.model-sample", "model_access_not_granted", says=("not allowed to sample from this model",),
        also=("permission_missing", "permission_denied_explicitly"), certainty="likely",
        headline="The key's project or organization may not use this model",
        steps=steps.PROJECT_MODELS, reference=_LIMITS,
    ),
    Rule(
        "openai.model-retired", "model_not_found",
        pattern=r"\b(?:model|engine)s?\b.{0,140}\bhas been (?:deprecated|retired|shut down)",
        says=("has been deprecated", "has been retired", "has been shut down"),
        reads=_MODEL, test=_name_replacement,
        headline="OpenAI has retired {model}",
        steps=steps.RETIRED, reference="https://developers.openai.com/api/docs/deprecations",
    ),
    Rule(
        "openai.model-plan", "model_access_not_granted", certainty="likely",
        pattern=r"'(?P<model>[\w.:/-]+)' model is not supported when using .{0,40}chatgpt account",
        says=("with a chatgpt account",), also=("model_not_found", "credential_wrong_kind"),
        headline="{model} is not given to a ChatGPT sign-in",
        not_this="{status}, but the request is well formed: with a platform key, or under another plan, the model "
                 "may be "
                 "there.",
        steps=steps.PLAN_MODEL, reference="https://developers.openai.com/codex/models",
    ),
    Rule(
        "openai.model-ended", "model_not_found",
        says=("or you do not have access to it",), test=_find_ended_model, also=("model_access_not_granted",),
        headline="OpenAI ended {model} on {ended}",
        not_this="{status}, but neither the key nor its rights are at fault: nobody is served this model any more.",
        steps=steps.RETIRED, reference="https://developers.openai.com/api/docs/deprecations",
    ),
    Rule(
        "openai.model-tuned", "model_not_found", says=("or you do not have access to it", "does not exist"),
        pattern=r"\bmodel:? [`'\"]?(?P<model>ft[:-][\w.:-]{1,120})", certainty="likely",
        also=("model_access_not_granted", "account_mismatch"),
        headline="OpenAI finds no fine-tuned model {model} for this project",
        not_this="{status}, but the form of the name is right: it may be deleted, another organization's or "
                 "project's, or "
                 "its base model has ended.",
        steps=steps.TUNED, reference="https://developers.openai.com/api/docs/guides/supervised-fine-tuning",
    ),
    Rule(
        "openai.model-closed-or-ended", "model_access_not_granted",
        says=("or you do not have access to it",), test=_find_ending_model,
        certainty="likely", also=("model_not_found",),
        headline="OpenAI ended {model} on {ended}; in an answer from before that day the account has no access to it",
        steps=(*steps.RETIRED, *steps.PROJECT_MODELS), reference="https://developers.openai.com/api/docs/deprecations",
    ),
    Rule(
        "openai.model-closed", "model_access_not_granted",
        says=("or you do not have access to it",), reads=_MODEL, test=_find_known_model,
        certainty="likely", also=("model_not_found",),
        headline="The account has no access to {model}",
        not_this="{status}, but the model exists: OpenAI uses the same words where an account may not use it.",
        steps=steps.PROJECT_MODELS, reference="https://developers.openai.com/api/docs/models",
    ),
    Rule(
        "openai.model-closed-early", "model_access_not_granted", code=("model_not_found",), status=(404,),
        says=("does not exist",), reads=_MODEL, test=_find_known_model,
        certainty="likely", also=("model_not_found",),
        headline="The account has no access to {model}",
        not_this="{status}, but the model exists or has existed: OpenAI hides a model from accounts that may not "
                 "use it.",
        steps=steps.PROJECT_MODELS, reference="https://developers.openai.com/api/docs/models",
    ),
    Rule(
        "openai.model-unknown", "model_not_found", says=("or you do not have access to it",),
        reads=_MODEL, certainty="likely", also=("model_access_not_granted",),
        headline="OpenAI does not know {model}, or hides it from this account",
        reference="https://developers.openai.com/api/docs/models",
    ),
    Rule(
        "openai.model-absent", "model_not_found",
        pattern=r"\bmodel(?::? [`'\"]?[\w.:/,-]{1,120}[`'\"]?)? does not exist", reads=_MODEL,
        says=("does not exist",),
        headline="OpenAI has no such model",
        reference="https://developers.openai.com/api/docs/models",
    ),
    Rule(
        "openai.model-forbidden", "model_access_not_granted", code=("model_not_found",), status=(403,),
        certainty="likely", also=("model_not_found", "permission_denied_explicitly"),
        headline="The key's project may not use this model",
        not_this="OpenAI says the model is not found, but with a 403: it exists, and not for this project.",
        steps=steps.PROJECT_MODELS, reference=_LIMITS,
    ),
    Rule(
        "openai.model-code", "model_not_found", code=("model_not_found", "invalid_model"),
        certainty="likely", also=("model_access_not_granted",),
        headline="OpenAI does not find the model",
        reference="https://developers.openai.com/api/docs/models",
    ),
)  # fmt: skip

RULES = (*NETWORK, *BELONGING, *SCOPES, *MODELS)


_NAME = Pattern(r"\bmodel:? [`'\"]?(?P<model>[\w.:/-]{1,120})", re.IGNORECASE)
_KNOWN = Pattern(
    r"(?:gpt-3\.5-turbo(?:-16k|-instruct)?|gpt-4(?:-32k|-turbo|-vision)?|gpt-4o(?:-mini)?|gpt-4\.1(?:-mini|-nano)?|gpt-4\.5"
    r"|gpt-4o(?:-mini)?-(?:audio|realtime|search|transcribe|tts)|gpt-5(?:\.\d)?(?!-turbo)(?:-[a-z]{3,8}){0,3}"
    r"|chatgpt-4o|o1(?:-mini|-pro)?|o3(?:-mini|-pro|-deep-research)?|o4-mini(?:-deep-research)?|codex-mini"
    r"|gpt-image-\d(?:\.\d)?(?:-mini)?|dall-e-[23]|sora-2(?:-pro)?|whisper-1|tts-1(?:-hd)?|gpt-realtime(?:-mini)?|gpt-audio"
    r"|text-embedding-(?:ada-002|3-small|3-large)|(?:babbage|davinci)-002|omni-moderation|text-moderation"
    r"|computer-use|code-davinci-00[12]|text-(?:davinci-00[123]|curie-001|babbage-001|ada-001))"
    r"(?:-preview|-latest|-stable)?(?:-20\d\d-\d\d-\d\d|-[01]\d{3})?(?:-preview)?",
    re.IGNORECASE,
)


def is_known(message: str) -> bool:
    """True where the model that the sentence names is, or was, one of OpenAI's."""
    found = _NAME.search(message)
    return found is not None and _KNOWN.fullmatch(found["model"]) is not None
