"""Which models a credential's provider lists. Asking is free, and a failure is returned as a sentence, not raised."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from meshtui.base.credential import BearerKey, Credential
from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.explain.ended_models import find_end
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.http.call import Call
from meshtui.http.decoding import parse_json
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers.base import Listing
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.registry import find_provider
from meshtui.runs.attempts import make_unusable_call
from meshtui.runs.model import Path, choose_fix, make_context

TIMEOUT_S = 15.0
"""Seconds for each question."""
PAGES = 8
"""Of one list, at most; real ones end after the first or second."""
LONGEST = 200
"""Characters of a name: an ARN has some 120."""


@dataclass(frozen=True, slots=True)
class Models:
    """`names` as one sends them, the default test model first where it is among them. With a `problem` they may be a
    part of the list, or none."""

    names: tuple[str, ...] = ()
    problem: str = ""
    """A sentence without its full stop; empty where all went well."""
    step: str = ""
    """What to do about it."""
    ends: Mapping[str, str] = field(default_factory=dict)
    """Model → its last day (YYYY-MM-DD), as the list states it or else the table of ended models; of the few that have
    one."""


class RefusedError(Exception):
    """A question that was not answered as it should be."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__("the list was not given")
        self.exchange = exchange


async def list_path_models(path: Path, credential: Credential, key: Credential | None, client: Transport) -> Models:
    """The models available on this path: under Mesh's names, fetched with the Mesh `key`, where only Mesh is called."""
    if path not in (Path.MESH, Path.PLATFORM):
        return await list_own_models(credential, client)
    if key is None:
        return Models(problem="No Mesh key is at hand, and only Mesh can say how it names its models")
    return await list_mesh_models(key, credential.provider, client)


async def list_own_models(credential: Credential, client: Transport) -> Models:
    """What the credential's own provider lists. Only cancellation is raised."""
    default = DEFAULT_MODELS.get(credential.provider, ("",))[0]
    try:
        listings = await _find_listings(credential, client)
    except RefusedError as error:
        return Models((), *_explain_refusal(credential, error.exchange))
    return await _fetch_all(credential, listings, default, client)


async def list_mesh_models(key: Credential, provider: str, client: Transport) -> Models:
    """What Mesh has of this provider's (openai, bedrock, vertex), under Mesh's names."""
    call = make_unusable_call(key)
    if isinstance(key.material, BearerKey) and key.usable:
        call = mesh.make_models_call(client.endpoints, key.material.key, provider)
    default = DEFAULT_MODELS.get(provider, ("", ""))[1]
    return await _fetch_all(key, [Listing(lambda _: call, mesh.read_model_names)], default, client)


async def _find_listings(credential: Credential, client: Transport) -> Sequence[Listing]:
    """Raises RefusedError where what is needed to ask was refused."""
    provider = find_provider(credential.provider)
    material = credential.material if credential.usable else None
    if provider is None or material is None or provider.requests.listings is None:
        return [Listing(lambda _: make_unusable_call(credential), lambda _: [])]
    asked, token = provider.requests.token, None
    if asked is not None:
        pending = await _send(partial(asked.call, client.endpoints, material), client)
        token = asked.read(parse_json(pending.body)) if pending.succeeded else None
        if token is None:
            raise RefusedError(pending.exchange)
    return provider.requests.listings(client.endpoints, material, token)


async def _fetch_all(credential: Credential, listings: Sequence[Listing], default: str, client: Transport) -> Models:
    """All lists together. Where one is refused the others are fetched all the same, because each needs a permission of
    its own."""
    names: set[str] = set()
    stated: dict[str, str] = {}
    refused: Exchange | None = None
    for listing in listings:
        try:
            names.update(await _read(listing, stated, client))
        except RefusedError as error:
            refused = refused or error.exchange
    fit = sorted(name for name in names if name and name == redact(make_one_line(name, LONGEST)))
    explanation = _explain_refusal(credential, refused) if refused else ("", "")
    known = {name: end.ends for name in fit if (end := find_end(credential.provider, name))}
    ends = {**known, **{name: day for name, day in stated.items() if name in fit}}
    return Models(tuple(sorted(fit, key=lambda name: name != default)), *explanation, ends)


async def _read(listing: Listing, stated: dict[str, str], client: Transport) -> list[str]:
    """All pages; the ends of models that they state are added to `stated`. Raises RefusedError."""
    names: list[str] = []
    mark = ""
    for _ in range(PAGES):
        pending = await _send(partial(listing.call, mark), client)
        answer = parse_json(pending.body) if pending.succeeded else None
        if answer is None:
            raise RefusedError(pending.exchange)
        names += listing.names(answer)
        stated.update(listing.ends(answer))
        mark = listing.more(answer)
        if not mark:
            break
    return names


async def _send(build: Callable[[], Call], client: Transport) -> PendingRequest:
    pending = PendingRequest(await asyncio.to_thread(build), timeout=TIMEOUT_S)
    await client.send(pending)
    return pending


def _explain_refusal(credential: Credential, refused: Exchange) -> tuple[str, str]:
    """The explanation's headline and first step."""
    explanation = explain_exchange(refused, make_context(credential, "", refused))
    return explanation.headline.rstrip("."), choose_fix(credential, "", explanation.cause, explanation)
