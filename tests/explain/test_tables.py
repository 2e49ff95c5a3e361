"""Every row of every table of rules recognises what it is for, and says what a person needs."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import tests.explain as here
from meshtui.base.exchange import FAILURES, Exchange, Failure, Request
from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.explain_exchange import parse_exchange
from meshtui.explain.model import ParsedError
from meshtui.explain.parse import parse_response
from meshtui.explain.rule_tables import find_steps, list_rules
from tests.each import each
from tests.explain.table import Case, read_answers

TABLES = {
    name.removeprefix("cases_"): importlib.import_module(f"tests.explain.{name}").CASES
    for _, name, _ in pkgutil.iter_modules(here.__path__)
    if name.startswith("cases_")
}
ALL = [(provider, case) for provider, cases in TABLES.items() for case in cases]

JUDGEMENTS = {
    rule: (None if credential == "-" else credential, certainty, tuple(also))
    for rule, credential, certainty, *also in (
        line.split() for line in (Path(__file__).parent / "judgements.txt").read_text().splitlines()[1:]
    )
}
"""Of each rule: whose key is at fault, how certain that is, and what else it may be. Written down once more, apart from
the rules, so that nothing of it changes unseen."""


def read(provider: str, case: Case) -> ParsedError:
    given = {"provider": "" if provider in ("edges", "status", "general") else provider, **case.given}
    if "failure" in given:
        request = Request("POST", "http://127.0.0.1/v1/chat/completions")
        return parse_exchange(Exchange("", "chat", request, 0.0, failure=Failure(*given["failure"])))
    return parse_response(given.pop("body", ""), **given)


def of(provider: str, case: Case):
    return explain(read(provider, case))


@each("provider, case", ALL, ids=lambda row: f"{row[1].rule}: {row[1].given}")
def test_the_answer_is_recognised_and_explained(provider: str, case: Case):
    told = of(provider, case)
    assert (told.rule, told.cause, told.who, told.retryable) == (case.rule, case.cause, case.who, case.retryable)
    shown = [told.headline, told.not_this, *told.numbers, *(f"{s.text} {s.command} {s.url}" for s in told.steps)]
    text = "\n".join(shown).lower()
    assert [word for word in case.words if word.lower() not in text] == []


@each("rule", sorted({case.rule for _, case in ALL}))
def test_whose_key_it_is_how_certain_and_what_else_it_may_be(rule: str):
    """A new rule needs its line in judgements.txt: rule, credential or -, certainty, the causes left open."""
    for provider, case in ALL:
        if case.rule == rule:
            told = of(provider, case)
            assert (told.credential, told.certainty, told.also) == JUDGEMENTS.get(rule), case.given


ANSWERS = read_answers()


@each("rule, words, answers", ANSWERS, ids=lambda row: row[0])
def test_each_answer_is_known_by_its_row_and_what_must_be_said_of_it_is(rule, words, answers):
    for answer in answers:
        told = explain(answer)
        assert told.rule == rule, answer
        shown = "\n".join([told.not_this, told.retry_advice, *(f"{s.text} {s.command} {s.url}" for s in told.steps)])
        assert [word for word in words if word not in shown] == [], shown


def list_known() -> dict[str, list[ParsedError]]:
    """Each rule's answers, of the cases and of the files."""
    known: dict[str, list[ParsedError]] = {rule.id: [] for rule in list_rules()}
    for told in ANSWERS:
        known[told.rule] += told.answers
    for provider, case in ALL:
        error = read(provider, case)
        while error is not None:
            known[case.rule].append(error)
            error = error.inner
    return known


FIELDS = ("code", "type", "word", "reason", "provider_code", "call", "shape", "status")


def test_each_sentence_and_each_name_that_a_row_knows_is_what_an_answer_is_known_by():
    """What no answer needs is not in the table: add the answer to tests/explain/answers, or take the sentence out."""
    known, needless = list_known(), []
    codes = {rule.code: rule.id for rule in list_rules()}
    for rule in list_rules():
        for literals in (rule.says, rule.or_says):
            needless += [
                (rule.id, literal)
                for literal in literals
                if not any(other in literal for other in literals if other != literal)  # one of its own, if longer
                and not any(
                    [one for one in literals if one in error.lower_message] == [literal] for error in known[rule.id]
                )
            ]
        for field in FIELDS:
            row = codes.get(rule.type, rule.id) if field == "type" else rule.id  # general ones know either
            values = getattr(rule, field) if row == rule.id else ()
            if field == "status" and len(values) > 20:
                continue  # a span
            needless += [
                (rule.id, value)
                for value in values
                if not any(getattr(error, field) == value for error in known[rule.id])
            ]
        needless += [
            (rule.id, value)
            for value in rule.named
            if not any(value in (error.code, error.type) for error in known[rule.id])
        ]
    assert needless == []


@each("kind", FAILURES)
def test_a_server_that_uses_the_name_of_a_failure_of_ours_is_not_taken_for_it(kind):
    assert explain(ParsedError(call="local", type=kind, origin="failure")).rule.startswith("local.")
    assert not explain(ParsedError(status=400, type=kind, origin="error")).rule.startswith("local.")
    assert not explain(ParsedError(type=kind, origin="error")).rule.startswith("local.")


def test_each_judgement_is_of_a_rule():
    assert sorted(JUDGEMENTS) == sorted(rule.id for rule in list_rules())


def test_each_row_says_in_its_own_words_what_happened_and_where_that_is_documented():
    """Only what is known by a general word or by the status alone is told in the words of its cause."""
    tables = {rule.id: rule.id.partition(".")[0] for rule in list_rules()}
    assert [
        rule.id for rule in list_rules() if tables[rule.id] not in ("general", "status") and not rule.headline
    ] == []
    ours = ("general", "status", "local", "edge")
    assert [rule.id for rule in list_rules() if tables[rule.id] not in ours and not rule.reference] == []


def test_a_row_says_only_what_differs_from_its_cause():
    said_twice = []
    for rule in list_rules():
        table, cause = rule.id.partition(".")[0], CAUSES[rule.cause]
        provider = table if table in PROVIDER_ROWS else ""
        credential = ("mesh" if table == "mesh" else "provider") if cause.credential else None
        said_twice += [
            (rule.id, column)
            for column, own, general in (
                ("steps", rule.steps, find_steps(provider, rule.cause)),
                ("who", rule.who, cause.who),
                ("retryable", rule.retryable, cause.retryable),
                ("credential", rule.credential, credential),
            )
            if own == general
        ]
    assert said_twice == []


def test_every_rule_has_a_case_of_its_own():
    hit = {case.rule for _, case in ALL}
    assert [rule.id for rule in list_rules() if rule.id not in hit] == []


def test_every_case_names_a_rule_that_exists():
    assert {case.rule for _, case in ALL} <= {rule.id for rule in list_rules()}


def test_no_two_rules_share_an_id():
    ids = [rule.id for rule in list_rules()]
    assert sorted(set(ids)) == sorted(ids)


@each("rule", list_rules(), ids=lambda rule: rule.id)
def test_a_rule_keeps_to_the_catalogue(rule):
    assert rule.cause in CAUSES
    assert set(rule.also) <= set(CAUSES)
    assert rule.cause not in rule.also
    assert rule.certainty in ("certain", "likely")
    assert rule.who in ("", "key owner", "account admin", "caller", "provider")
    assert all(literal == literal.lower() for literal in rule.says), "the message is compared in lower case"
