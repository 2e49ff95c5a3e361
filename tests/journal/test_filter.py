"""What is typed to narrow the log: each term must hold for some entry of a run, a negated one for none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.explain.causes import CAUSES
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.journal.filter import FIELDS, parse_filter
from meshtui.runs.model import Attempt, Basis, Conclusion, ConclusionKind, Served, Verdict
from tests.journal.groups import GROUPS, RATE, exchange

FOUND = {
    "": set(GROUPS),
    "provider:vertex": {"limited"},
    "provider:bed": {"checked"},
    "provider:MESH": {"fell-back", "silent", "compared", "platform", "cached", "untold"},
    "status:429": {"limited", "pasted"},
    "status:4xx": {"fell-back", "limited", "pasted", "checked"},
    "status:4": {"fell-back", "limited", "pasted", "checked"},
    "status:40x": {"fell-back", "checked"},
    "status:>=403": {"limited", "pasted", "checked"},
    "status:>403": {"limited", "pasted"},
    "status:<=401 status:>200": {"fell-back"},
    "status:<100": set(),
    "cause:rate": {"limited", "pasted"},
    "cause:rate_limited_requests": {"limited", "pasted"},
    "cause:invalid": {"fell-back"},
    'cause:"permission missing"': {"checked"},
    "cause:permission-missing": {"checked"},
    "verdict:fallback": {"fell-back", "silent", "compared"},
    "verdict:own": {"own"},
    "verdict:platform": {"fell-back", "silent", "compared", "platform"},
    "verdict:cache": {"cached"},
    "verdict:nobody": {"limited"},
    "verdict:unknown": {"untold"},
    "path:mesh": {"silent", "cached", "untold"},
    "path:check": {"checked"},
    "path:c": {"compared", "checked"},
    "credential:aws": {"checked"},
    "credential:VERT": {"limited"},
    "slow:2s": {"fell-back"},
    "slow:2500ms": {"fell-back"},
    "slow:2": {"fell-back"},
    "slow:2501ms": set(),
    "slow:0.05min": set(),
    "pangolin": {"fell-back"},
    "PANGOLIN sleeps": {"fell-back"},
    '"pangolin sleeps"': {"fell-back"},
    '"sleeps pangolin"': set(),
    '"the pangolin': {"fell-back"},
    "req_own_1": {"own"},
    "too many requests": {"limited", "pasted"},
    "provider:openai": {"own", "fell-back", "platform", "stopped", "silent", "cached", "compared", "untold", "pasted"},
    "gpt-4o provider:vertex": {"limited"},
    "status:401 verdict:fallback": {"fell-back"},
    "status:200 status:401": {"fell-back"},
    "-status:200": {"limited", "checked", "note", "pasted"},
    "-provider:openai -provider:mesh": {"limited", "checked", "note"},
    '-"fault was" -mesh -status:4xx': {"own", "stopped"},
    "verdict:fallback -cause:invalid": {"silent", "compared"},
    "fault": {"note"},
}


@pytest.mark.parametrize("text", FOUND)
def test_a_filter_finds_the_runs_that_it_describes(text: str) -> None:
    by = parse_filter(text)
    assert not by.problems
    assert {name for name, entries in GROUPS.items() if by.matches(entries)} == FOUND[text]


def test_what_a_run_without_entries_would_be_is_not_found_by_anything() -> None:
    assert not parse_filter("pangolin").matches(())


PROBLEMS = {
    "colour:red": ("There is no field colour", *FIELDS),
    "provider:azure": ("provider:", "openai", "bedrock", "vertex", "mesh"),
    "provider:": ("provider:", "openai", "bedrock", "vertex", "mesh"),
    "status:ok": ("status:", "429", "4xx", ">=400"),
    "status:>=4": ("status:", "429", "4xx", ">=400"),
    "cause:gremlins": ("cause:", "credential", "rate", "quota"),
    "cause:": ("cause:", "credential", "rate", "quota"),
    "verdict:guilty": ("verdict:", "fallback", "own", "platform", "nobody", "unknown", "cache"),
    "path:east": ("path:", "byok", "mesh", "platform", "compare", "check"),
    "credential:": ("credential:",),
    "program:": ("program:",),
    "slow:snail": ("slow:", "2s", "500ms"),
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_what_makes_no_sense_is_a_problem_that_names_what_there_is_and_hides_nothing(text: str) -> None:
    by = parse_filter(text)
    assert by.text == text
    assert by.terms == ()
    (problem,) = by.problems
    assert set(PROBLEMS[text][1:]) <= set(re.findall(r"[\w>=]+", problem)), "whole words"
    assert PROBLEMS[text][0] in problem


def test_a_problem_leaves_the_other_terms_in_force_and_is_told_once() -> None:
    by = parse_filter("status:ok pangolin status:bad")
    assert [term.typed for term in by.terms] == ["pangolin"]
    assert len(by.problems) == 1


@pytest.mark.parametrize("text", ["-", '"', '""', "  ", '-"', "- -"])
def test_a_term_only_just_begun_is_neither_a_term_nor_a_problem(text: str) -> None:
    by = parse_filter(text)
    assert (by.terms, by.problems) == ((), ())


@pytest.mark.parametrize("label", CAUSES)
def test_every_cause_is_found_by_its_label_and_by_its_first_letters(label: str) -> None:
    assert parse_filter(f"cause:{label}").terms
    assert parse_filter(f"cause:{label[:3]}").terms


PARTS = st.sampled_from(
    [*FIELDS, *FOUND, ":", "-", '"', " ", "4", "x", ">=", "rate", "ms", "\x00", "ß", "İ", "99999999"]
)


@given(st.one_of(st.text(), st.lists(PARTS).map("".join)))
def test_whatever_is_typed_can_be_asked(text: str) -> None:
    by = parse_filter(text)
    for entries in GROUPS.values():
        assert by.matches(entries) in (True, False)


SINGLE = [text for text in FOUND if text and " " not in text and text[0] != "-"]


@given(st.lists(st.sampled_from(SINGLE), max_size=4), st.lists(st.booleans()))
def test_terms_combine_by_and_whatever_their_order(terms: list[str], negate: list[bool]) -> None:
    signs = [*negate, *[False] * len(terms)]
    typed = [("-" if sign else "") + term for term, sign in zip(terms, signs, strict=False)]
    expected = set(GROUPS)
    for term, sign in zip(terms, signs, strict=False):
        expected &= set(GROUPS) - FOUND[term] if sign else FOUND[term]
    for text in (" ".join(typed), " ".join(reversed(typed))):
        assert {name for name, entries in GROUPS.items() if parse_filter(text).matches(entries)} == expected


@pytest.mark.parametrize("word", ["fallback", "own", "platform", "cache", "nobody", "unknown"])
def test_a_verdict_is_found_by_who_served(word: str) -> None:
    served = {
        "own": (Served.OWN_KEY, False), "cache": (Served.CACHE, False), "platform": (Served.PLATFORM, False),
        "nobody": (Served.NOBODY, None), "unknown": (Served.UNKNOWN, None), "fell back": (Served.PLATFORM, True),
    }  # fmt: skip
    verdicts = {name: Verdict(who, fell, Basis.OBSERVED, "") for name, (who, fell) in served.items()}
    found = {
        name for name, verdict in verdicts.items()
        if parse_filter(f"verdict:{word}").matches((Entry(1.0, EntryKind.VERDICT, "", "run", "c", verdict),))
    }  # fmt: skip
    assert found == {"fallback": {"fell back"}, "platform": {"platform", "fell back"}}.get(word, {word})


def finds(typed: str, *entries: Entry) -> bool:
    by = parse_filter(typed)
    assert not by.problems
    return by.matches(entries)


@pytest.mark.parametrize(("typed", "least"), [("slow:1min", 60.0), ("slow:1", 1.0), ("slow:1s", 1.0),
                                              ("slow:500ms", 0.5), ("slow:1.5s", 1.5)])  # fmt: skip
def test_slow_finds_what_took_at_least_so_long(typed: str, least: float) -> None:
    at_least, less = (Entry(1.0, EntryKind.ATTEMPT, seconds=seconds) for seconds in (least, least * 0.99))
    assert finds(typed, at_least)
    assert not finds(typed, less)
    assert not finds(typed, Entry(1.0, EntryKind.ATTEMPT))


@pytest.mark.parametrize("path", ["byok", "mesh", "platform", "compare", "check", "program", "log"])
def test_every_path_is_found_by_its_name(path: str) -> None:
    others = [Entry(1.0, EntryKind.RUN, detail=RunInputs(other)) for other in ("", "byok", "log") if other != path]
    assert finds(f"path:{path}", Entry(1.0, EntryKind.RUN, detail=RunInputs(path)))
    assert not any(finds(f"path:{path}", other) for other in others)


def test_a_program_is_found_by_a_part_of_its_name_or_its_number() -> None:
    sent = (exchange("openai", 200, "req_Capital"),)
    called = Entry(
        1.0, EntryKind.ATTEMPT, detail=Attempt("your program", "a", "openai", sent, True, process="Python 42")
    )
    for typed in ("program:python", "program:42", "program:YTHO", "req_capital", '"python 42"', "-program:node"):
        assert finds(typed, called), typed
    assert not finds("program:node", called)
    assert not finds("program:python", Entry(1.0, EntryKind.NOTE, "python"))


@pytest.mark.parametrize("kind", ConclusionKind)
def test_of_comparisons_only_those_that_mesh_paid_for_count_as_a_fallback(kind: ConclusionKind) -> None:
    told = Verdict(Served.OWN_KEY, False, Basis.OBSERVED, "s", conclusion=Conclusion(kind, "so it is"))
    assert finds("verdict:fallback", Entry(1.0, EntryKind.VERDICT, detail=told)) is (kind is ConclusionKind.CREDITS)


def test_a_status_below_any_is_not_one_that_is_missing() -> None:
    assert finds("status:<500", Entry(1.0, EntryKind.NOTE, detail=RATE))
    assert not finds("status:<500", Entry(1.0, EntryKind.NOTE))
