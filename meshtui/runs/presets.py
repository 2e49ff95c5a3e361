"""Prompts to choose from instead of typing one, and what a prompt takes in tokens before it is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from meshtui.base.endpoints import DEFAULT_MAX_TOKENS, DEFAULT_PROMPT
from meshtui.runs.prompt import Path, Prompt


class Preset(NamedTuple):
    """The fields of a prompt that it sets; the others are kept."""

    about: str
    text: str
    max_tokens: int = DEFAULT_MAX_TOKENS
    stream: bool = False
    tools: bool = False


PRESETS = {
    "smallest": Preset("one word, a few tokens", DEFAULT_PROMPT),
    "reasoning": Preset(
        "a puzzle, with room to think",
        "A farmer has 17 sheep. All but 9 run away. How many are left? Think step by step, then give the number.",
        2048,
    ),
    "tools": Preset(
        "the model is offered a tool", "What is the weather in Berlin? Use the tool get_weather.", 256, tools=True
    ),
    "long": Preset(
        "a long answer", "Explain in 300 words what a developer should do when an API key has leaked.", 1024
    ),
    "streaming": Preset("word by word", "Count from 1 to 20 in words, one number a line.", 256, stream=True),
}
MOST_TIMES = 50
"""Runs that one key press starts at most."""
CALLS = {Path.BYOK: 2, Path.MESH: 1, Path.PLATFORM: 1, Path.COMPARE: 3}
"""Answers that a run on each path may have to pay for at most: on `byok` a fallback's besides your key's."""


def list_presets(own: Mapping[str, str]) -> dict[str, Preset]:
    """The built-in presets and the user's own: name → text. A user's preset replaces a built-in one of the same
    name."""
    return {**PRESETS, **{name: Preset("your own", text) for name, text in own.items()}}


def describe_cost(prompt: Prompt, path: Path, times: int) -> tuple[str, str]:
    """`about 9 tokens in, at most 16 out`, of all calls together, and a shorter form. A token is some four characters,
    by OpenAI's rule of thumb; what a token costs depends on model and provider."""
    calls = times * CALLS[path]
    inward = calls * (math.ceil((len(prompt.text) + len(prompt.system)) / 4) + 60 * prompt.tools)
    outward = calls * prompt.max_tokens
    return f"about {inward:,} tokens in, at most {outward:,} out", f"up to {inward + outward:,} tokens"
