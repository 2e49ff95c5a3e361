"""Writes into the books what became of a request."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal

from meshtui.sandbox.chat import Asked
from meshtui.sandbox.completion import Completion
from meshtui.sandbox.mesh.books import Truth, Use
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.mesh.serve import Outcome
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

NOBODY = Outcome("nobody", "", ())
CACHED = Outcome("cache", "", ())
NO_BODY: Mapping[str, object] = {}
LONGEST, MOST_TAGS = 256, 32
"""Characters of a name, and tags, that are kept: ten thousand rows must stay small whatever is sent."""


def record(
    world: World,
    visit: Visit,
    endpoint: str,
    asked: Asked,
    outcome: Outcome,
    *,
    completion: Completion | None = None,
    model: Model | None = None,
    latency: int = 0,
    broke: bool = False,
    rerouted: bool = False,
    body: Mapping[str, object] = NO_BODY,
) -> str:
    """The row, the truth, and what was used of the limits. Returns the cost in US dollars, a decimal text."""
    prompt, answered = (completion.prompt_tokens, completion.tokens) if completion else (0, 0)
    full = model.cost(prompt, answered) if model else Decimal(0)
    free = visit.behaviour.fee_free_tokens
    trouble = outcome.trouble
    truth = Truth(
        request_id=visit.id,
        at=time.time(),
        key=visit.key,
        model=asked.model[:LONGEST],
        stream=asked.stream,
        status=trouble.http_status if trouble and not broke else 200,
        code=trouble.code if trouble else "",
        served=outcome.served,
        credential=outcome.credential,
        tried=outcome.tried,
        fell_back=outcome.fell_back,
        broke=broke,
        cost_usd=f"{world.books.price(full, outcome.served, prompt + answered, free):.{visit.behaviour.cost_places}f}",
        price_usd=f"{full:f}",
        endpoint=endpoint,
    )
    world.books.record(Use(truth, prompt, answered, latency, full, rerouted, _tags(body.get("tags"))))
    world.mesh.meter.count(visit.key, tokens=prompt + answered)
    return truth.cost_usd


def _tags(given: object) -> Mapping[str, str]:
    pairs = list(given.items())[:MOST_TAGS] if isinstance(given, dict) else []
    return {str(name)[:LONGEST]: str(value)[:LONGEST] for name, value in pairs}
