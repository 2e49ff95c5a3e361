"""Bedrock's smallest models for a test prompt. Bedrock itself says of each when it ends (`modelLifecycle` of
ListFoundationModels), so no table of dates is kept here."""

from __future__ import annotations

from meshtui.providers.default_models import SmallModel

MODELS = (
    SmallModel("amazon.nova-micro-v1:0", "amazon/nova-micro-v1"),
    SmallModel("amazon.nova-lite-v1:0", "amazon/nova-lite-v1"),
)
NAMES = r"arn:aws\S*|(?:[a-z-]+\.)?[a-z0-9]+\.[a-z][\w.:-]*"
"""How Bedrock's models and inference profiles are named: the maker before a dot."""
REGIONS = r"[a-z]{2,5}(?:-[a-z]+)+-\d"
"""How its regions are named; empty: it has none."""
