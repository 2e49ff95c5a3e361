"""A random world: what is stored where, what is broken, how this Mesh behaves, and what is asked. All from one seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.sandbox.faults import FAULTS
from meshtui.sandbox.settings import SWITCHES, Behaviour

PROVIDER_OF = {"openai": "openai", "bedrock": "bedrock", "aws": "bedrock", "vertex": "vertex"}
# The provider's name of a model → Mesh's. None of them is asked for by the empty name, which is the smallest.
OWN_MODELS = {
    "openai": {"": "openai/gpt-4o-mini", "gpt-4o": "openai/gpt-4o", "gpt-5-nano": "openai/gpt-5-nano"},
    "bedrock": {
        "": "amazon/nova-micro-v1",
        "amazon.nova-pro-v1:0": "amazon/nova-pro-v1",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0": "anthropic/claude-haiku-4.5",
    },
    "vertex": {"": "google/gemini-3.1-flash-lite", "gemini-3.5-flash": "google/gemini-3.5-flash"},
}
FOREIGN = ("meta-llama/llama-3.3-70b-instruct", "meta-llama/llama-3.2-3b-instruct:free", "openai/gpt-9")
"""Mesh's names: a model that no key of yours serves, one that costs nothing, and one that there is not."""
TEXTS = ("Reply with the single word: pong", "Count from one to twenty, please, and say what each number is like")
PATHS = ("mesh", "mesh", "mesh", "byok", "compare", "platform")
BREAKABLE = tuple(fault for fault in FAULTS if fault not in ("slow", "stream_stall"))


@dataclass(frozen=True, slots=True)
class World:
    """`known`: whether the client is told how Mesh is set up, as it is in the sandbox; else it has only a belief."""

    seed: int
    path: str
    credential: str
    exclusive: bool
    known: bool
    believed: bool
    """Whether an uninformed client takes the key to be exclusive."""
    model: str
    routed: str
    """The provider whose model that is: openai, bedrock, vertex or other."""
    text: str
    stream: bool
    cache: bool
    """Whether the client lets Mesh's cache answer; the same was then asked before."""
    faults: Mapping[str, str]
    behaviour: Behaviour
    fee_percent: float
    forgotten: bool
    """Whether the team has deleted its copy of the key. Only where the client is told nothing."""
    mistaken: bool
    """Whether the person's key is a wrong one, while Mesh's copy is right."""
    role: str = "mesh"
    """Which attempt is being judged."""


def world_of(seed: int) -> World:
    draw = random.Random(seed)
    credential = draw.choice(tuple(PROVIDER_OF))
    provider = PROVIDER_OF[credential]
    path, known, stream = draw.choice(PATHS), draw.random() < 0.5, draw.random() < 0.5
    foreign = draw.random() < 0.15
    model = draw.choice(FOREIGN if foreign else tuple(OWN_MODELS[provider]))
    return World(
        seed=seed,
        path=path,
        credential=credential,
        exclusive=draw.random() < 0.35,
        known=known,
        believed=draw.random() < 0.35,
        model=model,
        routed="other" if foreign and not model.startswith("openai/") else "openai" if foreign else provider,
        text=draw.choice(TEXTS),
        stream=stream,
        cache=path == "mesh" and draw.random() < 0.15,
        faults=_faults(draw, credential, provider, stream=stream),
        behaviour=_behaviour(draw),
        fee_percent=draw.choice((0.0, 4.0, 5.0)),
        forgotten=not known and draw.random() < 0.15,
        mistaken=draw.random() < 0.08,
    )


def _faults(draw: random.Random, credential: str, provider: str, *, stream: bool) -> dict[str, str]:
    """Often the key, at times Mesh's copy of it alone, Mesh's own credential too, or the Mesh keys."""
    chances = {credential: 0.4, f"stored-{credential}": 0.15, f"platform-{provider}": 0.25, "mesh": 0.08,
               "platform": 0.08}  # fmt: skip
    broken = [name for name, chance in chances.items() if draw.random() < chance]
    likely = "stream_error" if stream and draw.random() < 0.2 else ""
    return {name: likely or draw.choice(BREAKABLE) for name in broken}


def _behaviour(draw: random.Random) -> Behaviour:
    """Each switch stands as by default, or, in three worlds of ten, on anything plausible."""
    chosen = {name: draw.choice(switch.values) for name, switch in SWITCHES.items() if draw.random() < 0.3}
    return Behaviour(**chosen)  # type: ignore[arg-type]  # the table holds each field's values
