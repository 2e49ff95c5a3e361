"""What needs no provider: no answer at all, and answers of machines that stand in front of a provider."""

from __future__ import annotations

from meshtui.explain.model import Rule

RULES: tuple[Rule, ...] = ()
