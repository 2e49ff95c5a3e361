"""OpenAI: the whole table, in the order in which one finds out.

Code before type before sentence: `model_not_found`, `null` and the type `insufficient_quota` each stand for several
causes, and an old or relayed answer may have lost its code, so where a sentence is telling it has a row of its own.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.openai.errors import account, key, limits, request

RULES: tuple[Rule, ...] = (
    *key.RULES,
    *request.RULES_BEFORE,
    *account.RULES,
    *limits.RULES,
    *request.REQUEST_RULES,
)
