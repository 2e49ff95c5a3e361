"""The two kinds of attempt: your credential at its own provider, and a Mesh key at Mesh."""

from __future__ import annotations

from meshtui.config import DEFAULT_MODELS, PROVIDER_NAMES
from meshtui.credentials.model import AwsKeys, BearerKey, BedrockKey, Credential, Kind, ServiceAccount
from meshtui.providers import bedrock, google, mesh, openai, vertex
from meshtui.providers.call import Call, Question, unsendable
from meshtui.providers.reading import as_json
from meshtui.runs.flight import Flight, Leg, Who
from meshtui.runs.look_up import look_up
from meshtui.runs.model import OWN_KEY, PLATFORM, Attempt, Path, Prompt
from meshtui.runs.unusable import cause_of, obstacle


async def own_key(flight: Flight, credential: Credential) -> Attempt:
    """The credential calls its own provider."""
    prompt, endpoints = flight.ask.prompt, flight.client.endpoints
    question = _question(prompt, prompt.model or DEFAULT_MODELS.get(credential.provider, ("",))[0])

    async def travel(leg: Leg) -> bool:
        match credential.material if credential.usable else None:
            case BearerKey(key) if credential.kind is Kind.OPENAI_KEY:
                return await leg.ask(lambda: openai.prompt_call(endpoints, key, question), openai.DIALECT)
            case AwsKeys() | BedrockKey() as material:
                return await leg.ask(lambda: bedrock.prompt_call(endpoints, material, question), bedrock.DIALECT)
            case ServiceAccount() as account:
                return await _through_google(flight, leg, account, question)
            case _:
                return await leg.ask(lambda: unusable(credential), openai.DIALECT)

    return await flight.attempt(Who(OWN_KEY, credential, credential.provider, question.model), travel)


async def through_mesh(flight: Flight, role: str, key: Credential, provider: str) -> Attempt:
    """One request to Mesh. `provider` says whose model is asked for: Mesh routes by that."""
    prompt, endpoints = flight.ask.prompt, flight.client.endpoints
    model = mesh.model_at_mesh(provider, prompt.model)
    question = _question(prompt, model)

    def build() -> Call:
        if not isinstance(key.material, BearerKey) or not key.usable:
            return unusable(key)
        if not model:
            reason = f"Mesh's own name of {prompt.model} is not known: give it as brand/model"
            return unsendable("mesh", "chat", reason, url=f"{endpoints.mesh}/chat/completions")
        return mesh.prompt_call(endpoints, key.material.key, question)

    async def travel(leg: Leg) -> bool:
        return await leg.ask(build, mesh.DIALECT)

    # On the way that is meant to be Mesh's own there is nothing left to ask.
    own_way = role == PLATFORM and flight.ask.path is not Path.BYOK
    return await flight.attempt(Who(role, key, "mesh", model), travel, None if own_way else look_up)


async def _through_google(flight: Flight, leg: Leg, account: ServiceAccount, question: Question) -> bool:
    """A token first, then the question."""
    endpoints = flight.client.endpoints
    answer = await leg.fetch(lambda: google.token_call(endpoints, account))
    token = google.access_token(as_json(answer.body)) if answer.succeeded else None
    if token is None:
        return False
    dialect = vertex.dialect(question.model)
    return await leg.ask(lambda: vertex.prompt_call(endpoints, account, token, question), dialect)


def unusable(credential: Credential) -> Call:
    """In place of a call with a credential that cannot work: it is not sent."""
    worst = obstacle(credential)
    if worst is not None:
        return unsendable(credential.provider, "chat", worst.title, kind=cause_of(worst))
    if credential.kind is Kind.MESH_KEY and credential.usable:
        reason = f"{credential.name} is a Mesh key, and this path calls a provider with a provider's own"
    elif credential.provider in PROVIDER_NAMES:
        reason = f"{credential.name} holds nothing that {PROVIDER_NAMES[credential.provider]} could be sent"
    else:
        reason = f"what kind of key {credential.name} is could not be told"
    return unsendable(credential.provider, "chat", reason)


def _question(prompt: Prompt, model: str) -> Question:
    return Question(model, prompt.text, prompt.system, prompt.max_tokens, prompt.stream, prompt.cache)
