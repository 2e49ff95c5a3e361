"""OpenAI's small models and when models end. Source: its page "Deprecations", read on 2026-11-28."""

from __future__ import annotations

from datetime import date

from meshtui.providers.default_models import Ended, SmallModel

MODELS = (
    SmallModel("gpt-4o-mini", "openai/gpt-4o-mini", date(2027, 1, 14)),
    SmallModel("gpt-4.1-mini", "openai/gpt-4.1-mini", date(2027, 1, 14)),
    SmallModel("gpt-6-luna", "openai/gpt-6-luna"),
)
_MINI, _FIVE = Ended(date(2027, 1, 14), "gpt-6-luna"), Ended(date(2026, 12, 11))
_GONE = Ended(date(2026, 10, 23))
ENDS = {
    "gpt-4o-mini": _MINI, "gpt-4.1-mini": _MINI, "gpt-4o": Ended(date(2027, 1, 14)),
    "gpt-4.1": Ended(date(2027, 1, 14)), "gpt-5": _FIVE, "gpt-5-mini": _FIVE, "gpt-5-nano": _FIVE, "o3": _FIVE,
    "gpt-3.5-turbo": _GONE, "gpt-4": _GONE, "gpt-4-turbo": _GONE, "o1": _GONE, "o3-mini": _GONE, "o4-mini": _GONE,
    "gpt-4.1-nano": _GONE,
}  # fmt: skip
"""Model → its end. The list of models says it for each as `shutdown_date`, which counts where it is there."""
NAMES = r"(?:gpt|chatgpt|o\d|ft:|codex|davinci|text-|omni-)[\w.:-]*"
"""How OpenAI's models are named."""
REGIONS = ""
"""How its regions are named; empty: it has none."""
