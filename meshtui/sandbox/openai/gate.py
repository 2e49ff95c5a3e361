"""Who is calling OpenAI, and may they? Used by its routes and by the gateway alike."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from meshtui.sandbox.bucket import Draw
from meshtui.sandbox.keys import Keys
from meshtui.sandbox.openai.rows import NO_KEY, ROWS, UNKNOWN_KEY, WRONG_ORGANIZATION, WRONG_PROJECT, Row
from meshtui.sandbox.refusal import Refusal
from meshtui.sandbox.world import World

USUAL_LIMIT = 500
"""Requests a minute of a credential that no fault limits."""


def identify(keys: Keys, authorization: str) -> str | Refusal:
    """The credential's name, or why the header names none."""
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        return refusal(NO_KEY, keys)
    return "openai" if key == keys.openai else refusal(UNKNOWN_KEY, keys, key=key)


def misplaced(keys: Keys, headers: Mapping[str, str]) -> Refusal | None:
    """Why the organization or project that a request names is not the key's; None where it names none or the right
    ones."""
    for header, right, row in (
        ("openai-organization", keys.openai_organization, WRONG_ORGANIZATION),
        ("openai-project", keys.openai_project, WRONG_PROJECT),
    ):
        if headers.get(header, right) != right:
            return refusal(row, keys)
    return None


def refuse(
    world: World, name: str, fault: str | None, model: str, *, stream: bool = False
) -> tuple[Refusal | None, Draw | None]:
    """Why this credential gets no answer to a call of `model` (empty: it only lists models), and what its rate limit
    said."""
    row = ROWS.get(fault or "")
    draw = world.draw(name, fault) if model else None
    if row is None or not (model or row.every_call) or (draw and draw.granted) or (row.streams_only and not stream):
        return None, draw
    return refusal(row, world.keys, key=world.keys.openai, model=model, draw=draw), draw


def refusal(row: Row, keys: Keys, *, key: str = "", model: str = "", draw: Draw | None = None) -> Refusal:
    message = row.message.format(
        mask=mask(key),
        model=model,
        project=keys.openai_project,
        organization=keys.openai_organization,
        limit=draw.limit if draw else USUAL_LIMIT,
        wait=duration(draw.wait) if draw else "",
    )
    error = {"error": {"message": message, "type": row.type, "param": row.param, "code": row.code}}
    body = {**error, "status": row.status} if row.names_status else error
    return Refusal(
        status=row.status,
        # What decides about keys and limits indents by four and ends the line; model servers write otherwise.
        body=json.dumps(body, indent=4) + "\n",
        message=message,
        meaning=row.meaning,
        error=error,
        headers=limit_headers(draw) if draw else {},
        retry_after=draw.wait if draw else None,
    )


def mask(key: str) -> str:
    """The first eight and the last four characters with a star for each between; short texts whole."""
    return key if len(key) < 12 else f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}"


def limit_headers(draw: Draw | None) -> dict[str, str]:
    """`x-ratelimit-*`, and on a refusal how long to wait, in whole seconds and in milliseconds."""
    limit = draw.limit if draw else USUAL_LIMIT
    headers = {
        "x-ratelimit-limit-requests": str(limit),
        "x-ratelimit-remaining-requests": str(draw.left if draw else limit - 1),
        "x-ratelimit-reset-requests": duration(draw.full_in if draw else 60 / limit),
    }
    if draw and not draw.granted:
        headers |= {"retry-after": str(math.ceil(draw.wait)), "retry-after-ms": str(math.ceil(draw.wait * 1000))}
    return headers


def duration(seconds: float) -> str:
    """As Go prints it and OpenAI sends it: `120ms`, `19.532s`, `1m0s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds * 1000) / 1000, 60)
    return f"{minutes:.0f}m{rest:.3g}s" if minutes else f"{rest:.5g}s"
