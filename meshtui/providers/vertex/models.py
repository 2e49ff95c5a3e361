"""Google's small models. Source: its page "Model versions and lifecycle",
read on 2026-11-28. Which models have ended is in
`meshtui.explain.ended_models`."""

from __future__ import annotations

from datetime import date

from meshtui.providers.default_models import SmallModel

MODELS = (
    SmallModel("gemini-3.1-flash-lite", "google/gemini-3.1-flash-lite", date(2027, 5, 7)),
    SmallModel("gemini-3.5-flash", "google/gemini-3.5-flash", date(2027, 5, 19)),
    SmallModel("gemini-3.5-flash-lite", "google/gemini-3.5-flash-lite", date(2027, 7, 21)),
)
"""The days are the earliest that Google names."""
NAMES = r"(?:gemini|claude|gemma|imagen|text-embedding)-[\w.@-]*"
"""How models are named at Vertex AI."""
REGIONS = r"global|us|eu|[a-z]+-[a-z]+\d{1,2}"
"""How its regions are named; empty: it has none."""
