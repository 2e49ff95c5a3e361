"""Proves a credential rung by rung, cheapest first, and ends with one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from meshtui.base.endpoints import DEFAULT_MODELS, DEFAULT_PROMPT, DEFAULT_TIMEOUT
from meshtui.checks.model import Climber, Holds, Ladder, Rung, RungResult
from meshtui.checks.registry import RUNGS
from meshtui.checks.report import conclusion, of_one
from meshtui.credentials.model import Credential, Kind
from meshtui.http.call import Question

if TYPE_CHECKING:
    from meshtui.http.transport import Client

__all__ = ["Holds", "Ladder", "NoSuchRungError", "Report", "RungResult", "climb"]

Report = Callable[[RungResult], None]
"""Hears of each rung as it is done."""
FORM = "form"
"""The rung without which no other makes sense: what cannot be sent has nothing to prove."""


class NoSuchRungError(LookupError):
    """A rung that the ladder of this kind does not have; the text says which it has."""


async def climb(
    credential: Credential,
    client: Client,
    report: Report,
    *,
    prompt: bool,
    model: str = "",
    surroundings: Mapping[str, str] = MappingProxyType({}),
    limit: float = DEFAULT_TIMEOUT,
    only: str = "",
) -> Ladder:
    """Climbs every rung of the credential's kind. Without `prompt` the rungs that cost tokens are left out; `limit` is
    in seconds, for each call; `surroundings` are environment variables, for what SDKs send unasked. A network error is
    never told as an invalid key.

    `only` names the one rung to climb, whatever it costs, with those that it needs. Raises NoSuchRungError."""
    default = DEFAULT_MODELS["openai"][1] if credential.provider == "mesh" else ""
    asked = model or default or DEFAULT_MODELS.get(credential.provider, ("",))[0]
    climber = Climber(
        credential, client, Question(asked, DEFAULT_PROMPT), limit, spend=prompt or bool(only),
        surroundings=surroundings,
    )  # fmt: skip
    results: list[RungResult] = []
    for rung in leading_to(only, credential.kind) if only else RUNGS[credential.kind]:
        result = await climber.climb(rung)
        if only in ("", rung.name) or rung.name != FORM or result.holds is not Holds.PASSED:
            results.append(result)
            report(result)
    rungs = tuple(results)
    sentence = of_one(only, rungs) if only else conclusion(credential, asked, rungs)
    return Ladder(credential.name, credential.provider, asked, rungs, sentence, only)


def leading_to(name: str, kind: Kind) -> tuple[Rung, ...]:
    """The rung of that name, behind those that it needs. Raises NoSuchRungError."""
    rungs = RUNGS[kind]
    wanted = next((rung for rung in rungs if rung.name == name), None)
    if wanted is None:
        there = ", ".join(rung.name for rung in rungs)
        raise NoSuchRungError(f"this kind of credential has no rung named {name!r}; it has {there}")
    return tuple(rung for rung in rungs if rung is wanted or rung.name in (FORM, *wanted.needs))
