"""May this credential have a token, and may that token run a model? Used by Google's routes and by the gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.sandbox.google import rows
from meshtui.sandbox.google.assertion import CLOUD_PLATFORM, Problem
from meshtui.sandbox.google.grants import Grant
from meshtui.sandbox.google.rows import ROWS, TOKEN_ROWS, Row
from meshtui.sandbox.keys import LOCATION
from meshtui.sandbox.refusal import INVALID_AUTH, Refusal
from meshtui.sandbox.world import World

SERVER = {"server": "ESF", "vary": "Origin, X-Origin, Referer"}
_RPC = "type.googleapis.com/google.rpc."


@dataclass(frozen=True, slots=True)
class Place:
    """What a call names. `model` is empty where it asks for permissions only."""

    project: str
    location: str = LOCATION
    model: str = ""
    publisher: str = "google"

    @property
    def path(self) -> str:
        return f"projects/{self.project}/locations/{self.location}/publishers/{self.publisher}/models/{self.model}"


def grant_of(world: World, authorization: str) -> Grant | Row:
    """What the access token in this header was given for, or why it is none."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return rows.NO_TOKEN
    return world.grants.find(token) or rows.NOT_A_TOKEN


def refuse_token(grant: Grant, now: float) -> Row | None:
    """Why a token is not good enough for Vertex. `now`: Unix time by the server's clock."""
    if grant.expires <= now:
        return rows.TOKEN_EXPIRED
    return None if CLOUD_PLATFORM in grant.scopes else rows.NARROW_TOKEN


def refuse(world: World, name: str, fault: str | None, place: Place, *, generate: bool) -> Refusal | None:
    """Why the credential may not do this at this place; `generate`: whether a model would run."""
    row = ROWS.get(fault or "")
    if row is None or not (row.everywhere or place.location == LOCATION):
        return None
    if not row.every_call and (not place.model or (row.generates_only and not generate)):
        return None
    draw = world.draw(name, fault) if generate else None
    if draw and draw.granted:
        return None
    return refusal(row, place, world.keys.service_account.project_number, draw.wait if draw else None)


def refuse_stored(world: World, name: str, fault: str | None, model: str) -> Refusal | None:
    """The same, token included, for a copy of the credential that the gateway holds and uses rightly."""
    problem = TOKEN_ROWS.get(fault or "")
    if problem:
        return token_refusal(problem)
    return refuse(world, name, fault, Place(world.keys.service_account.project, model=model), generate=True)


def refusal(row: Row, place: Place, number: str = "", wait: float | None = None) -> Refusal:
    """As Google's APIs write it: `error` with code, message, status and typed details."""
    facts = {"project": place.project, "number": number, "location": place.location, "model": place.model,
             "path": place.path}  # fmt: skip
    message = row.message.format_map(facts)
    error: dict[str, object] = {"code": row.status, "message": message, "status": row.word}
    details = _details(row, facts, wait)
    if details:
        error["details"] = details
    return Refusal(
        status=row.status,
        body=json.dumps({"error": error}, indent=2, ensure_ascii=False) + "\n",
        message=message,
        meaning=row.meaning,
        error={"error": error},
        headers={**SERVER, **_challenge(row)},
        media_type="application/json; charset=UTF-8",
        retry_after=wait,
    )


def token_refusal(problem: Problem) -> Refusal:
    """As the token endpoint writes it: flat, after OAuth 2.0."""
    error = {"error": problem.error, "error_description": problem.description}
    return Refusal(
        status=problem.status,
        body=json.dumps(error, indent=2),
        message=problem.description,
        meaning=INVALID_AUTH,
        error=error,
        headers=SERVER,
        media_type="application/json; charset=utf-8",
    )


def _details(row: Row, facts: Mapping[str, str], wait: float | None) -> list[dict[str, object]]:
    details: list[dict[str, object]] = []
    if row.reason:
        metadata = {key: value.format_map(facts) for key, value in row.metadata.items()}
        details.append({"@type": _RPC + "ErrorInfo", "reason": row.reason, "domain": row.domain, "metadata": metadata})
    if wait is not None:
        details.append({"@type": _RPC + "RetryInfo", "retryDelay": f"{wait:.3f}".rstrip("0").rstrip(".") + "s"})
    return details


def _challenge(row: Row) -> dict[str, str]:
    realm = 'Bearer realm="https://accounts.google.com/"'
    if row is rows.NARROW_TOKEN:
        return {"www-authenticate": f'{realm}, error="insufficient_scope", scope="{CLOUD_PLATFORM}"'}
    if row.status == 401:
        return {"www-authenticate": realm if row is rows.NO_TOKEN else f'{realm}, error="invalid_token"'}
    return {}
