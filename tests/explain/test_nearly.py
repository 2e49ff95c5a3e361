"""Each sentence of a rule is enough to be recognised by; and where a pattern or a test has to hold too, words that are
nearly those of the rule are not taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.explain.engine import explain
from meshtui.explain.model import ParsedError, Rule
from meshtui.explain.rule_tables import list_rules

RULES = {rule.id: rule for rule in list_rules()}
NEARLY = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "nearly.txt").read_text().splitlines()
    if line[0] != "#"
]
"""Rule, and a literal of it that is not enough by itself: written down apart from the rules, so that a pattern or a
test that is lost is missed."""


def make_near_miss(rule: Rule, literal: str) -> ParsedError:
    """An error with the rule's fields and no more of its words than one literal."""
    table = rule.id.partition(".")[0]
    first = {name: (getattr(rule, name) or ("",))[0] for name in ("code", "type", "word", "reason", "provider_code")}
    if rule.named:
        first["code"] = rule.named[0]
    return ParsedError(
        provider=table if table in ("openai", "bedrock", "vertex", "mesh") else "", status=(rule.status or (0,))[0],
        call=(rule.call or ("",))[0], shape=(rule.shape or ("",))[0], message=literal, **first,
    )  # fmt: skip


@pytest.mark.parametrize(("rule", "literal"), NEARLY)
def test_what_is_nearly_it_is_told_as_something_else(rule: str, literal: str):
    assert explain(make_near_miss(RULES[rule], literal)).rule != rule


WHOLE = [
    rule.id
    for rule in list_rules()
    if not (rule.pattern or rule.test) and rule.id.partition(".")[0] not in ("relay", "general")
]
"""Rules that go by words and fields alone. General ones come after every provider's, relays' only behind a relay."""


@pytest.mark.parametrize("rule", WHOLE)
def test_each_sentence_of_a_rule_is_enough(rule: str):
    """None is lost to a rule that is tried before."""
    row = RULES[rule]
    found = {literal: explain(make_near_miss(row, literal)).rule for literal in (*row.says, *row.or_says)}
    assert {literal: other for literal, other in found.items() if other != rule} == {}
