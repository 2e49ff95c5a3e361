"""Each word of a rule is enough to be recognised by, as far as it is said to be; and words and fields that are nearly
those of a rule are not taken for it, because its pattern or its test has to hold too."""

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


@pytest.mark.parametrize(("rule", "literal"), [row for row in NEARLY if row[0] in RULES])
def test_what_is_nearly_it_is_told_as_something_else(rule: str, literal: str):
    assert explain(make_near_miss(RULES[rule], literal)).rule != rule


ENOUGH: dict[str, list[tuple[str, str]]] = {}
"""Rule → column and value, or `says` and literal, by which alone it is told: the value in place of the first one of its
column. Written down once more, so that a word that is lost is missed; `python -m tests.records` writes it anew."""
for line in (Path(__file__).parent / "enough.txt").read_text().splitlines():
    if line[0] != "#" and line.split("\t")[0] in RULES:
        ENOUGH.setdefault(line.split("\t")[0], []).append((line.split("\t")[1], line.split("\t")[2]))


def make_with(rule: Rule, field: str, value: str) -> ParsedError:
    if field == "says":
        return make_near_miss(rule, value)
    error = make_near_miss(rule, (rule.says or ("",))[0])
    return error._replace(**{field: int(value) if field == "status" else value})


@pytest.mark.parametrize("rule", ENOUGH)
def test_each_word_of_a_rule_is_enough(rule: str):
    told = {(field, value): explain(make_with(RULES[rule], field, value)).rule for field, value in ENOUGH[rule]}
    assert {pair: said for pair, said in told.items() if said != rule} == {}


@pytest.mark.parametrize("column", ["code", "type"])
@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.named])
def test_the_name_of_an_error_counts_and_is_shown_whether_it_is_its_code_or_its_type(rule: str, column: str):
    name, error = RULES[rule].named[0], make_near_miss(RULES[rule], (RULES[rule].says or ("",))[0])
    told = explain(error._replace(**{"origin": "error", "code": "", "type": "", column: name}))
    assert told.rule == rule
    assert (f"error.{column}", name) in told.structure


def describe_row(rule: Rule) -> str:
    """What the row has besides the words that it goes by and its judgement: names of texts, numbers, how many steps."""
    judged = ("id", "cause", "certainty", "also", "credential", "code", "type", "word", "reason", "provider_code",
              "named", "status", "says", "or_says")  # fmt: skip
    parts = []
    for name in sorted(set(Rule._fields) - set(judged)):
        value = getattr(rule, name)
        if value != Rule._field_defaults[name]:
            shown = len(value) if name == "steps" else "" if isinstance(value, str) or callable(value) else value
            parts.append(f"{name}={shown}".rstrip("="))
    return " ".join(parts)


ROWS = {
    line.partition(": ")[0]: line.partition(": ")[2]
    for line in (Path(__file__).parent / "rows.txt").read_text().splitlines()
    if line[0] != "#"
}


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule in RULES])
def test_no_text_step_or_condition_of_a_rule_is_lost(rule: str):
    assert describe_row(RULES[rule]) == ROWS[rule]


def test_most_rules_that_are_written_down_are_there():
    assert len([row for row in NEARLY if row[0] in RULES]) > 0.9 * len(NEARLY)
