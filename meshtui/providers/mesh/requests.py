"""Mesh: chat completions with the response cache off, and the free calls (developers.meshapi.ai, API reference)."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import uuid4

from meshtui.base.endpoints import Endpoints
from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.base.secret import Secret
from meshtui.http.call import Call, PromptRequest, make_get_call, make_json_call
from meshtui.http.decoding import list_strings
from meshtui.providers import chat_completions as chat
from meshtui.providers.base import AtMesh, RequestFormat
from meshtui.providers.default_models import name_claude
from meshtui.providers.registry import find_provider

DIALECT = chat.DIALECT
VERSION = {"X-Mesh-Version": "2026-08"}
"""The contract that is spoken: the baseline, so that every gateway knows it."""
NEWEST = 50
"""Usage rows that are asked for: others may use the same key at the same moment."""


def make_prompt_call(endpoints: Endpoints, key: Secret, question: PromptRequest) -> Call:
    """One chat completion that the cache may not answer, unless that is requested: a cached answer says nothing about a
    credential. It has an id of ours, which Mesh adopts (meshapi-python-sdk, request ids), so that a request without an
    answer can still be named."""
    body: dict[str, object] = {
        "model": question.model,
        "messages": chat.make_messages(question),
        "max_tokens": question.max_tokens,
        **chat.make_tools(question),
    }
    if not question.cache:
        body["cache"] = False
    if question.stream:
        body["stream"] = True
    headers = {**VERSION, "X-Request-Id": f"meshtui-{uuid4().hex}"}
    if not question.cache:
        headers["X-Mesh-Cache"] = "no-store"
    return make_json_call("mesh", "chat", f"{endpoints.mesh}/chat/completions", key, body, headers)


def make_request_usage_call(endpoints: Endpoints, key: Secret, request_id: str) -> Call:
    """The usage of one request, which Mesh has some 250 ms after the end of its answer: free; 404 where it has none
    (aifiesta/mesh-code, engine/meshharness/core/pricing.py)."""
    return make_get_call("mesh", "usage", f"{endpoints.mesh}/usage/requests/{quote(request_id, safe='')}", key, VERSION)


def make_usage_call(endpoints: Endpoints, key: Secret) -> Call:
    """The key's newest usage rows: free. The organization must be a text and may be empty (documentation "Usage")."""
    body = {"org_id": "", "limit": NEWEST}
    return make_json_call("mesh", "usage", f"{endpoints.mesh}/usage/events", key, body, VERSION)


def make_balance_call(endpoints: Endpoints, key: Secret | None) -> Call:
    """What is left to spend: free. Without a key it only asks whether Mesh can be reached."""
    return make_get_call("mesh", "balance", f"{endpoints.mesh}/balance", key, VERSION)


def make_limits_call(endpoints: Endpoints, key: Secret) -> Call:
    """The key's rate limits and how much of them is used: free."""
    return make_get_call("mesh", "limits", f"{endpoints.mesh}/usage/rate-limits", key, VERSION)


def make_models_call(endpoints: Endpoints, key: Secret, provider: str) -> Call:
    """The models for text that Mesh has from one provider: free, and a part of a list that as a whole has megabytes
    (documentation "List models")."""
    names = _find_at_mesh(provider)
    asked = urlencode({"provider": names.slug if names else provider, "type": "text"})
    return make_get_call("mesh", "models", f"{endpoints.mesh}/models?{asked}", key, VERSION)


def read_model_names(answer: object) -> list[str]:
    """The ids in that list, which is a bare array."""
    return list_strings(answer, "id")


def make_model_call(endpoints: Endpoints, key: Secret, model: str) -> Call:
    """One row of the list of models, which as a whole has megabytes: free."""
    return make_get_call("mesh", "models", f"{endpoints.mesh}/models/{quote(model, safe='/')}", key, VERSION)


def make_stored_keys_call(endpoints: Endpoints, key: Secret) -> Call:
    """The provider keys stored for the key's team. Not documented for API keys; Mesh may want the dashboard's token."""
    return make_get_call("mesh", "provider-keys", f"{endpoints.mesh}/provider-keys", key, VERSION)


def make_stored_key_call(endpoints: Endpoints, key: Secret, stored: str, provider: str) -> Call:
    """Lets Mesh test a stored key again; nothing secret is sent but the Mesh key. `provider` is Mesh's word: Bedrock's
    is `aws`."""
    where = f"{endpoints.mesh}/provider-keys/test/{quote(stored, safe='')}/{quote(provider, safe='')}"
    return make_json_call("mesh", "provider-keys", where, key, {}, VERSION)


def name_model_at_mesh(provider: str, model: str) -> str:
    """Mesh's name of a provider's model; empty where it is not known. A name with a slash is Mesh's already.

    Mesh names brand and model, with dots in the version and no build date: `anthropic/claude-sonnet-4.5` (documentation
    "Models").
    """
    if not model:
        return DEFAULT_MODELS.get(provider, DEFAULT_MODELS["openai"])[1]
    known = dict(DEFAULT_MODELS.values())
    if model in known or ("/" in model and not model.startswith("arn:")):
        return known.get(model, model)
    names = _find_at_mesh(provider)
    if names is not None:
        return names.name_model(model)
    return name_claude(model) if model.startswith("claude-") else ""


def _find_at_mesh(provider: str) -> AtMesh | None:
    found = find_provider(provider)
    return found.at_mesh if found else None


FORMAT = RequestFormat(
    prompt=lambda endpoints, material, _, question: make_prompt_call(endpoints, material.secret, question),
    dialect=lambda _: DIALECT,
    reach=lambda endpoints, _: make_balance_call(endpoints, None),
    address=lambda endpoints, _: endpoints.mesh,
)
