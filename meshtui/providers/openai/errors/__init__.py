"""OpenAI: the whole table, in the order in which one finds out.

Code before type before sentence: `model_not_found`, `null` and the type `insufficient_quota` each stand for several
causes, and an old or relayed answer may have lost its code, so where a sentence is telling it has a row of its own.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.openai.errors import account as openai_account
from meshtui.providers.openai.errors import key as openai_key
from meshtui.providers.openai.errors import request as openai_limits
from meshtui.providers.openai.errors import request as openai_request

RULES: tuple[Rule, ...] = (
    *openai_key.RULES,
    *openai_request.RULES_BEFORE,
    *openai_account.RULES,
    *openai_limits.LIMIT_RULES,
    *openai_request.REQUEST_RULES,
)
