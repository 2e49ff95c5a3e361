"""What needs no provider: no answer at all, and answers of machines that stand in front of a provider."""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.rules import front, local

RULES: tuple[Rule, ...] = (*front.RULES, *local.RULES)
