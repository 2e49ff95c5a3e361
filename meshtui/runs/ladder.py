"""Proves a credential rung by rung, cheapest first, and ends with one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from meshtui.config import DEFAULT_MODELS, DEFAULT_PROMPT, DEFAULT_TIMEOUT
from meshtui.credentials.model import Credential
from meshtui.providers.call import Question
from meshtui.runs.climber import Climber
from meshtui.runs.conclusion import conclusion
from meshtui.runs.rung import Holds, Ladder, RungResult
from meshtui.runs.rungs import RUNGS

if TYPE_CHECKING:
    from meshtui.providers.client import Client

__all__ = ["Holds", "Ladder", "Report", "RungResult", "climb"]

Report = Callable[[RungResult], None]
"""Hears of each rung as it is done."""


async def climb(
    credential: Credential,
    client: Client,
    report: Report,
    *,
    prompt: bool,
    model: str = "",
    surroundings: Mapping[str, str] = MappingProxyType({}),
    limit: float = DEFAULT_TIMEOUT,
) -> Ladder:
    """Climbs every rung of the credential's kind. Without `prompt` the rungs that cost tokens are left out; `limit` is
    in seconds, for each call; `surroundings` are environment variables, for what SDKs send unasked. A network error is
    never told as an invalid key."""
    default = DEFAULT_MODELS["openai"][1] if credential.provider == "mesh" else ""
    asked = model or default or DEFAULT_MODELS.get(credential.provider, ("",))[0]
    climber = Climber(
        credential, client, Question(asked, DEFAULT_PROMPT), limit, spend=prompt, surroundings=surroundings
    )
    results: list[RungResult] = []
    for rung in RUNGS[credential.kind]:
        results.append(await climber.climb(rung))
        report(results[-1])
    rungs = tuple(results)
    return Ladder(credential.name, credential.provider, asked, rungs, conclusion(credential, asked, rungs))
