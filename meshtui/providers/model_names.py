"""How Mesh names models that several providers offer."""

from __future__ import annotations

import re


def name_claude(model: str) -> str:
    """`claude-sonnet-4-5-20250929` → `anthropic/claude-sonnet-4.5`, of whichever provider."""
    dated = re.sub(r"-\d{8}$", "", model.partition("@")[0])
    return "anthropic/" + re.sub(r"(?<=-)(\d)-(\d)(?=-|$)", r"\1.\2", dated)
