"""OpenAI: chat completions and the calls that cost nothing (API reference, "Chat" and "Models")."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import Call, PromptRequest, make_get_call, make_json_call
from meshtui.http.decoding import dig, list_strings
from meshtui.providers import chat_completions as chat
from meshtui.providers.base import Listing, RequestFormat
from meshtui.providers.default_models import parse_day

DIALECT = chat.DIALECT
SENT_UNASKED = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}


def make_prompt_call(endpoints: Endpoints, key: Secret, question: PromptRequest) -> Call:
    """One chat completion. The limit is `max_completion_tokens`, which the reasoning models take as well."""
    body: dict[str, object] = {
        "model": question.model,
        "messages": chat.make_messages(question),
        "max_completion_tokens": question.max_tokens,
        **chat.make_tools(question),
    }
    if question.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return make_json_call("openai", "chat", f"{endpoints.openai}/chat/completions", key, body)


def make_models_call(endpoints: Endpoints, key: Secret | None, headers: Mapping[str, str] | None = None) -> Call:
    """The list of models: free. Without a key it only asks whether OpenAI can be reached."""
    return make_get_call("openai", "models", f"{endpoints.openai}/models", key, headers)


def read_model_names(answer: object) -> list[str]:
    """The ids in the list of models, without embedding models. Models for images and speech are included, because
    nothing distinguishes them."""
    return [name for name in list_strings(dig(answer, "data"), "id") if "embedding" not in name]


def read_model_ends(answer: object) -> dict[str, str]:
    """Model → its last day, of the models in that list whose `shutdown_date` states one."""
    rows = dig(answer, "data")
    days = {str(dig(row, "id")): parse_day(dig(row, "shutdown_date"))
            for row in (rows if isinstance(rows, list) else [])}  # fmt: skip
    return {name: str(day) for name, day in days.items() if day}


def list_sent_unasked(variables: Mapping[str, str]) -> dict[str, str]:
    """The headers that OpenAI's SDKs make of these environment variables."""
    return {header: variables[name] for name, header in SENT_UNASKED.items() if variables.get(name)}


def make_scope_call(endpoints: Endpoints, key: Secret) -> Call:
    """A request for an image that is invalid on purpose, so that nothing is made: the key's scopes are checked first
    (as trufflehog's analyzer uses it)."""
    return make_json_call("openai", "scope", f"{endpoints.openai}/images/generations", key, {"speed": 1})


def make_model_call(endpoints: Endpoints, key: Secret, model: str) -> Call:
    """One model of the list: free."""
    return make_get_call("openai", "models", f"{endpoints.openai}/models/{quote(model, safe='')}", key)


FORMAT = RequestFormat(
    prompt=lambda endpoints, material, _, question: make_prompt_call(endpoints, material.secret, question),
    dialect=lambda _: DIALECT,
    reach=lambda endpoints, _: make_models_call(endpoints, None),
    address=lambda endpoints, _: endpoints.openai,
    listings=lambda endpoints, material, _: (
        Listing(lambda _: make_models_call(endpoints, material.secret), read_model_names, ends=read_model_ends),
    ),
)
