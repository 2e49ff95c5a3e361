"""May this credential have a token, and may that token run a model? Used by Google's routes and by the gateway."""

from __future__ import annotations

import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.sandbox.google import errors
from meshtui.sandbox.google.authentication import CLOUD_PLATFORM, OAuthProblem
from meshtui.sandbox.google.errors import TOKEN_FAULTS, VERTEX_FAULTS, GoogleError
from meshtui.sandbox.http_messages import INVALID_AUTH, Refusal
from meshtui.sandbox.keys import LOCATION, AccessToken
from meshtui.sandbox.world import World

SERVER_HEADERS = {"server": "ESF", "vary": "Origin, X-Origin, Referer"}
_RPC = "type.googleapis.com/google.rpc."


@dataclass(frozen=True, slots=True)
class ModelPath:
    """What a call names. `model` is empty where it asks for permissions only."""

    project: str
    location: str = LOCATION
    model: str = ""
    publisher: str = "google"

    @property
    def path(self) -> str:
        return f"projects/{self.project}/locations/{self.location}/publishers/{self.publisher}/models/{self.model}"


def find_access_token(world: World, authorization: str) -> AccessToken | GoogleError:
    """What the access token in this header was issued for, or why it is not valid."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return errors.NO_TOKEN
    if hmac.compare_digest(token.encode("utf-8", "replace"), world.keys.access_token.encode()):
        return AccessToken(frozenset({CLOUD_PLATFORM}), math.inf)
    return world.access_tokens.find(token) or errors.NOT_A_TOKEN


def find_api_key(world: World, key: str, *, names_project: bool) -> AccessToken | GoogleError:
    """What an API key lets its sender do, or why it is not valid. It acts for its own project, which no path names."""
    if not hmac.compare_digest(key.encode("utf-8", "replace"), world.keys.google_api_key.encode()):
        return errors.UNKNOWN_API_KEY
    return errors.NO_API_KEYS if names_project else AccessToken(frozenset({CLOUD_PLATFORM}), math.inf)


def check_access_token(grant: AccessToken, fault: str | None, now: float) -> GoogleError | None:
    """Why a token is not good enough for Vertex. `now`: Unix time by the server's clock. A fault that keeps a service
    account from getting tokens invalidates the ready one."""
    if grant.expires == math.inf and fault in TOKEN_FAULTS:
        return errors.NOT_A_TOKEN
    if grant.expires <= now:
        return errors.TOKEN_EXPIRED
    return None if CLOUD_PLATFORM in grant.scopes else errors.NARROW_TOKEN


def check_access(world: World, name: str, fault: str | None, place: ModelPath, *, generate: bool) -> Refusal | None:
    """Why the credential may not do this at this place; `generate`: whether a model would run."""
    row = VERTEX_FAULTS.get(fault or "")
    if row is None or not (row.everywhere or place.location == LOCATION):
        return None
    if not row.every_call and (not place.model or (row.generates_only and not generate)):
        return None
    rate = world.take_token(name, fault) if generate else None
    if rate and rate.granted:
        return None
    return format_error(row, place, world.keys.service_account.project_number, rate.wait if rate else None)


def check_stored_credential(world: World, name: str, fault: str | None, model: str) -> Refusal | None:
    """The same, token included, for a copy of the credential that the gateway holds and uses rightly."""
    problem = TOKEN_FAULTS.get(fault or "")
    if problem:
        return format_token_error(problem)
    return check_access(world, name, fault, ModelPath(world.keys.service_account.project, model=model), generate=True)


def format_error(row: GoogleError, place: ModelPath, number: str = "", wait: float | None = None) -> Refusal:
    """As Google's APIs write it: `error` with code, message, status and typed details."""
    facts = {"project": place.project, "number": number, "location": place.location, "model": place.model,
             "path": place.path}  # fmt: skip
    message = row.message.format_map(facts)
    error: dict[str, object] = {"code": row.status, "message": message, "status": row.word}
    details = _make_details(row, facts, wait)
    if details:
        error["details"] = details
    return Refusal(
        status=row.status,
        body=json.dumps({"error": error}, indent=2, ensure_ascii=False) + "\n",
        message=message,
        meaning=row.meaning,
        error={"error": error},
        headers={**SERVER_HEADERS, **_make_challenge(row)},
        media_type="application/json; charset=UTF-8",
        retry_after=wait,
    )


def format_token_error(problem: OAuthProblem) -> Refusal:
    """As the token endpoint writes it: flat, after OAuth 2.0."""
    error = {"error": problem.error, "error_description": problem.description}
    return Refusal(
        status=problem.status,
        body=json.dumps(error, indent=2),
        message=problem.description,
        meaning=INVALID_AUTH,
        error=error,
        headers=SERVER_HEADERS,
        media_type="application/json; charset=utf-8",
    )


def _make_details(row: GoogleError, facts: Mapping[str, str], wait: float | None) -> list[dict[str, object]]:
    details: list[dict[str, object]] = []
    if row.reason:
        metadata = {key: value.format_map(facts) for key, value in row.metadata.items()}
        details.append({"@type": _RPC + "ErrorInfo", "reason": row.reason, "domain": row.domain, "metadata": metadata})
    if wait is not None:
        details.append({"@type": _RPC + "RetryInfo", "retryDelay": f"{wait:.3f}".rstrip("0").rstrip(".") + "s"})
    return details


def _make_challenge(row: GoogleError) -> dict[str, str]:
    realm = 'Bearer realm="https://accounts.google.com/"'
    if row is errors.NARROW_TOKEN:
        return {"www-authenticate": f'{realm}, error="insufficient_scope", scope="{CLOUD_PLATFORM}"'}
    if row.status == 401:
        return {"www-authenticate": realm if row is errors.NO_TOKEN else f'{realm}, error="invalid_token"'}
    return {}
