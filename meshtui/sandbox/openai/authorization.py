"""Who is calling OpenAI, and may they? Used by its routes and by the gateway alike."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from meshtui.sandbox.http_messages import Refusal
from meshtui.sandbox.keys import Keys
from meshtui.sandbox.openai.errors import (
    FAULTS_AT_OPENAI,
    NO_KEY,
    UNKNOWN_KEY,
    WRONG_ORGANIZATION,
    WRONG_PROJECT,
    OpenaiError,
)
from meshtui.sandbox.rate_limits import RateLimitResult
from meshtui.sandbox.world import World

DEFAULT_REQUESTS_PER_MINUTE = 500
"""Of a credential that no fault limits."""
DEFAULT_TOKENS_PER_MINUTE = 200_000


def identify_key(keys: Keys, authorization: str) -> str | Refusal:
    """The credential's name, or why the header names none."""
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        return format_error(NO_KEY, keys)
    return "openai" if key == keys.openai else format_error(UNKNOWN_KEY, keys, key=key)


def check_organization(keys: Keys, headers: Mapping[str, str]) -> Refusal | None:
    """Why the organization or project that a request names is not the key's; None where it names none or the right
    ones."""
    for header, right, row in (
        ("openai-organization", keys.openai_organization, WRONG_ORGANIZATION),
        ("openai-project", keys.openai_project, WRONG_PROJECT),
    ):
        if headers.get(header, right) != right:
            return format_error(row, keys)
    return None


def check_access(
    world: World, name: str, fault: str | None, model: str, *, stream: bool = False
) -> tuple[Refusal | None, RateLimitResult | None]:
    """Why this credential gets no answer to a call of `model` (empty: it only lists models), and what its rate limit
    said."""
    row = FAULTS_AT_OPENAI.get(fault or "")
    rate = world.take_token(name, fault) if model else None
    if row is None or not (model or row.every_call) or (rate and rate.granted) or (row.streams_only and not stream):
        return None, rate
    return format_error(row, world.keys, key=world.keys.openai, model=model, rate=rate), rate


def format_error(
    row: OpenaiError, keys: Keys, *, key: str = "", model: str = "", rate: RateLimitResult | None = None
) -> Refusal:
    message = row.message.format(
        mask=mask_key(key),
        model=model,
        project=keys.openai_project,
        organization=keys.openai_organization,
        limit=rate.limit if rate else DEFAULT_REQUESTS_PER_MINUTE,
        wait=format_duration(rate.wait) if rate else "",
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
        headers=make_limit_headers(rate) if rate else {},
        retry_after=rate.wait if rate else None,
    )


def mask_key(key: str) -> str:
    """The first eight and the last four characters with a star for each between; short texts whole."""
    return key if len(key) < 12 else f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}"


def make_limit_headers(rate: RateLimitResult | None, tokens: int = 0) -> dict[str, str]:
    """`x-ratelimit-*`, and on a refusal how long to wait, in whole seconds and in milliseconds. `tokens`: that the
    request reserves, its answer included."""
    limit = rate.limit if rate else DEFAULT_REQUESTS_PER_MINUTE
    unit = rate.unit if rate else "requests"
    headers = {
        f"x-ratelimit-limit-{unit}": str(limit),
        f"x-ratelimit-remaining-{unit}": str(rate.left if rate else limit - 1),
        f"x-ratelimit-reset-{unit}": format_duration(rate.full_in if rate else 60 / limit),
    }
    if tokens:
        left = max(0, DEFAULT_TOKENS_PER_MINUTE - tokens)
        headers |= {
            "x-ratelimit-limit-tokens": str(DEFAULT_TOKENS_PER_MINUTE),
            "x-ratelimit-remaining-tokens": str(left),
            "x-ratelimit-reset-tokens": format_duration(60 * tokens / DEFAULT_TOKENS_PER_MINUTE),
        }
    if rate and not rate.granted:
        headers |= {"retry-after": str(math.ceil(rate.wait)), "retry-after-ms": str(math.ceil(rate.wait * 1000))}
    return headers


def format_duration(seconds: float) -> str:
    """As Go prints it and OpenAI sends it: `120ms`, `19.532s`, `1m0s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds * 1000) / 1000, 60)
    return f"{minutes:.0f}m{rest:.3g}s" if minutes else f"{rest:.5g}s"
