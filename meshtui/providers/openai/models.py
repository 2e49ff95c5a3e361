"""OpenAI's small models. When they end is in `meshtui.explain.ended_models`."""

from __future__ import annotations

from meshtui.providers.default_models import SmallModel, find_last_day

MODELS = (
    SmallModel("gpt-4o-mini", "openai/gpt-4o-mini", find_last_day("openai", "gpt-4o-mini")),
    SmallModel("gpt-4.1-mini", "openai/gpt-4.1-mini", find_last_day("openai", "gpt-4.1-mini")),
    SmallModel("gpt-6-luna", "openai/gpt-6-luna"),
)
NAMES = r"(?:gpt|chatgpt|o\d|ft:|codex|davinci|text-|omni-)[\w.:-]*"
"""How OpenAI's models are named."""
REGIONS = ""
"""How its regions are named; empty: it has none."""
