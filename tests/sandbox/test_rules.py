"""Faults as a language: what a person writes, which requests it hits, and what is said to a mistake."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.sandbox.fault_rules import Rule, choose_fault, format_rules, parse_assignments, parse_rules
from meshtui.sandbox.faults import FAULTS, NAMES, STORED
from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import mesh_chat, openai_chat, through_mesh, use

# Rules → which of the first twelve requests they hit.
HITS = {
    "revoked": set(range(1, 13)),
    "revoked:always": set(range(1, 13)),
    "revoked:first-2": {1, 2},
    "revoked:after-10": {11, 12},
    "revoked:every-3": {3, 6, 9, 12},
    "revoked:after-5:first-9": {6, 7, 8, 9},
    "revoked:every-2:first-5": {2, 4},
    "revoked:first-2+slow:every-5": {1, 2, 5, 10},
    "revoked:p1": set(range(1, 13)),
}


def hits(text: str, name: str = "openai", seed: int = 0, upto: int = 12) -> set[int]:
    return {count for count in range(1, upto + 1) if choose_fault(parse_rules(text), name, count, seed)}


@pytest.mark.parametrize("text", HITS)
def test_conditions_choose_requests_by_their_number(text: str):
    assert hits(text) == HITS[text]


def test_of_several_rules_the_first_that_hits_decides():
    rules = parse_rules("revoked:every-4+slow:every-2+down:first-1")
    assert [choose_fault(rules, "openai", n, 0) for n in range(1, 5)] == ["down", "slow", None, "revoked"]


def test_a_draw_is_the_same_for_the_same_seed_and_near_its_probability():
    drawn = hits("slow:p0.2@7", upto=2000)
    assert drawn == hits("slow:p0.2@7", seed=99, upto=2000)
    assert 330 < len(drawn) < 470
    assert drawn != hits("slow:p0.2@8", upto=2000)
    assert drawn != hits("slow:p0.2@7", name="aws", upto=2000), "credentials do not fail together"


def test_without_a_seed_of_its_own_a_draw_takes_the_sandboxs():
    assert hits("slow:p0.2", seed=7, upto=500) == hits("slow:p0.2@7", upto=500)


def test_two_draws_with_one_seed_are_independent():
    rules = parse_rules("revoked:p0.5@7+slow:p0.5@7")
    assert {choose_fault(rules, "openai", n, 0) for n in range(1, 100)} == {"revoked", "slow", None}


RULES = st.builds(
    Rule,
    fault=st.sampled_from(sorted(FAULTS)),
    first=st.none() | st.integers(501, 999_999),
    after=st.integers(0, 500),
    every=st.integers(2, 99),
    probability=st.integers(1, 99).map(lambda n: n / 100),
    seed=st.none() | st.integers(0, 10**9),
)


@given(st.lists(RULES, min_size=1, max_size=4).map(tuple))
def test_what_is_written_reads_back(rules: tuple[Rule, ...]):
    assert parse_rules(format_rules(rules)) == rules


@given(st.text(alphabet="*abceilnoprstuvwy_-+=:@.0123456789 ", max_size=40))
def test_any_text_is_read_or_answered_with_what_is_wrong(text: str):
    with suppress(ValueError):
        assert all(rules for rules in parse_assignments([text]).values())


def test_one_text_may_hold_several_credentials_and_several_texts_add_up():
    found = parse_assignments(["openai=revoked:first-2+slow:every-3+aws=down"])
    assert {name: format_rules(rules) for name, rules in found.items()} == {
        "openai": "revoked:first-2+slow:every-3",
        "aws": "down",
    }
    added = parse_assignments(["openai=revoked:first-2", " openai = slow : every-3 "])
    assert format_rules(added["openai"]) == "revoked:first-2+slow:every-3"


WRONG = {
    "opneai=revoked": "no credential named 'opneai'.*openai, bedrock, aws, vertex.*platform-openai",
    "openai=revokd": "no fault named 'revokd'; did you mean revoked. The faults are revoked, disabled",
    "openai=revoked:frist-2": "'frist-2' is no condition of revoked; there is always, first-N, after-N",
    "openai=revoked:first-0": "N from 1",
    "openai=revoked:every-x": "every-N",
    "openai=slow:p0": "above 0, at most 1",
    "openai=slow:p1.5@3": "above 0, at most 1",
    "openai=slow:p.": "is no condition",
    "openai=slow:first-2:first-3": "says first twice",
    "openai=slow:p0.1:p0.2": "says p twice",
    "openai=revoked:after-3:first-3": "never hits",
    "openai=revoked+slow": "would never come",
    "revoked": "write NAME=FAULT",
    "openai=": "no fault named ''",
    "": "write NAME=FAULT",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_answered_with_what_is_wrong_and_what_is_allowed(text: str):
    with pytest.raises(ValueError, match=WRONG[text]):
        parse_assignments([text])


def test_a_wrong_text_leaves_a_running_sandbox_as_it_was(sandbox: Sandbox):
    sandbox.set_fault("openai", "revoked:first-2")
    with pytest.raises(ValueError, match="no condition"):
        sandbox.set_fault("openai", "slow:sometimes")
    assert sandbox.faults == {"openai": "revoked:first-2"}


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_fails_at_first_works_afterwards(sandbox: Sandbox, http: httpx.Client, name: str):
    sandbox.set_fault(name, "revoked:first-2")
    assert [use(sandbox, http, name).status_code == 200 for _ in range(4)] == [False, False, True, True]


def test_setting_a_rule_anew_counts_anew(sandbox: Sandbox, http: httpx.Client):
    for _ in range(2):
        sandbox.set_fault("openai", "revoked:first-1")
        assert [openai_chat(sandbox, http).status_code for _ in range(2)] == [401, 200]


def test_a_star_is_every_credential_each_with_a_count_of_its_own(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("*", "quota_empty:every-2")
    for name in ("openai", "bedrock", "aws"):
        assert [use(sandbox, http, name).status_code for _ in range(2)] == [200, 429]


def test_a_star_breaks_meshs_own_credentials_too(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("*", "quota_empty:every-2")
    statuses = [mesh_chat(sandbox, http, "google/gemini-3.5-flash", "platform").status_code for _ in range(2)]
    assert statuses == [200, 402], "the Mesh key meets it on its second request"
    # Its second request never came to Vertex, so that the third is the second there.
    assert mesh_chat(sandbox, http, "google/gemini-3.5-flash", "platform").json()["error"]["code"] == "upstream_error"


def test_a_credentials_own_rules_come_before_the_star(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("*", "quota_empty")
    sandbox.set_fault("openai", "revoked:first-1")
    assert [openai_chat(sandbox, http).status_code for _ in range(2)] == [401, 429]


def test_a_chosen_request_is_limited_whatever_the_bucket_holds(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "rate_limited:every-3")
    answers = [openai_chat(sandbox, http) for _ in range(6)]
    assert [a.status_code for a in answers] == [200, 200, 429] * 2
    assert answers[2].headers["retry-after"] == "20"
    assert "retry-after" not in answers[0].headers


@pytest.mark.parametrize("stored", STORED)
def test_meshs_copy_can_be_broken_though_the_key_is_good(sandbox: Sandbox, http: httpx.Client, stored: str):
    name = stored.removeprefix("stored-")
    sandbox.set_fault(stored, "revoked")
    assert use(sandbox, http, name).status_code == 200
    answer = through_mesh(sandbox, http, name)
    assert answer.headers["x-byok-fallback-triggered"] == "true"
    assert sandbox.truth[-1].failed_first is not None
    assert sandbox.truth[-1].failed_first.credential == name
