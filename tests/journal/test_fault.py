"""Whose key is at fault, and which check proves it again: for every kind of line, by the name in the list."""

from __future__ import annotations

from typing import Any

import pytest

from meshtui.base.exchange import Answer, Exchange, Failure, Request
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal import recheck as again
from meshtui.journal import recheck as fault
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.providers.check import FEW_TOKENS, NOTHING, STREAMING, CheckStatus
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT
from meshtui.runs.model import Attempt, Basis, Served, Verdict


def told(credential: str | None) -> Explanation:
    return Explanation(
        "credential_invalid", "x.y", "certain", "openai", 401, credential, "key owner", False, None, "yes",
        headline="It is refused.", proof="no", proof_from="message",
    )  # fmt: skip


def exchange(provider: str, call: str = "chat") -> Exchange:
    request = Request("POST", "https://host/v1/chat/completions", body='{"model": "gpt-4o-mini"}')
    return Exchange(provider, call, request, 0.0, Answer(401))


def attempt(role: str, name: str, provider: str, why: Explanation | None = None) -> Attempt:
    return Attempt(role, name, provider, (exchange(provider),), why is None, explanation=why)


def check(name: str = "identity", status: CheckStatus = CheckStatus.FAILED, **more: Any) -> CheckResult:
    return CheckResult("mine", name, status, "it is refused.", "proves", "leaves open", NOTHING, **more)


def run_of(*details: object) -> tuple[Entry, ...]:
    """A run of the credential `mine`, whose last detail is the verdict."""
    *middle, last = details
    whats = {Attempt: EntryKind.ATTEMPT, CheckResult: EntryKind.CHECK}
    return (
        Entry(0.0, EntryKind.RUN, run="r", credential="mine", detail=RunInputs(path="byok")),
        *(Entry(0.0, whats[type(detail)], run="r", detail=detail) for detail in middle),  # type: ignore[index, arg-type]
        Entry(0.0, EntryKind.VERDICT, run="r", detail=last),  # type: ignore[arg-type]
    )


FELL_BACK = Verdict(Served.PLATFORM, True, Basis.OBSERVED, "It fell back.")
SERVED = Verdict(Served.OWN_KEY, False, Basis.OBSERVED, "Yours served.")
NOBODY = Verdict(Served.NOBODY, False, Basis.OBSERVED, "Nobody served.")

ATTEMPTS = {
    "the provider refuses the key": (attempt("own key", "mine", "openai", told("provider")), "mine"),
    "Mesh refuses the Mesh key": (attempt("mesh", "mesh", "mesh", told("mesh")), "mesh"),
    "the provider refuses what Mesh status": (attempt("mesh", "mesh", "mesh", told("provider")), "mine"),
    "the provider refuses Mesh's own": (attempt("platform", "platform", "mesh", told("provider")), ""),
    "nobody is to blame": (attempt("own key", "mine", "openai", told(None)), ""),
    "it was answered": (attempt("own key", "mine", "openai"), ""),
}


@pytest.mark.parametrize("case", ATTEMPTS)
def test_the_key_at_fault_of_an_attempt_and_of_its_run_is_the_same(case: str) -> None:
    about, name = ATTEMPTS[case]
    run = run_of(about, SERVED if about.ok else NOBODY)
    for entry in run:
        found = fault.find_fault(entry, run)
        assert found.credential == name
        assert bool(found.why) == (not name)


CHECK_NAMES = {
    "refused": (check(explanation=told("provider")), "mine"),
    "by its form": (check("form", cause="credential_malformed"), "mine"),
    "the clock": (check("network", cause="connection_failed"), ""),
    "no key": (check(explanation=told(None)), ""),
    "stored with Mesh": (check("stored openai", cause="credential_invalid"), ""),
    "passed on by Mesh": (check("prompt", explanation=told("provider"), exchange=exchange("mesh")), ""),
    "passed": (check(status=CheckStatus.PASSED), ""),
    "skipped": (check(status=CheckStatus.SKIPPED), ""),
}


@pytest.mark.parametrize("case", CHECK_NAMES)
def test_the_key_at_fault_of_a_check_is_the_checked_one_or_none(case: str) -> None:
    about, name = CHECK_NAMES[case]
    run = run_of(about, CheckReport("mine", "openai", "gpt-4o-mini", (about,), "A sentence."))
    found = fault.find_fault(run[1], run)
    assert found.credential == name
    assert bool(found.why) == (not name)


def test_a_silent_fallback_blames_the_key_that_did_not_serve() -> None:
    run = run_of(attempt("mesh", "mesh", "mesh"), FELL_BACK)
    assert fault.find_fault(run[-1], run).credential == "mine"
    assert again.plan_recheck(run[-1], run).why_not == again.FELL_BACK


def test_of_a_pasted_answer_the_credential_is_not_known() -> None:
    note = Entry(0.0, EntryKind.NOTE, detail=told("provider"))
    assert fault.find_fault(note, ()).why == fault.PASTED
    assert again.plan_recheck(note, ()).why_not == again.NEITHER


def test_a_run_is_proved_again_by_the_check_of_its_failed_attempt() -> None:
    failed = attempt("own key", "mine", "openai", told("provider"))
    run = run_of(failed, attempt("platform", "platform", "mesh"), FELL_BACK)
    for entry in (run[0], run[1], run[-1]):
        assert again.plan_recheck(entry, run) == ("mine", "prompt", "gpt-4o-mini", True, "")
    assert again.plan_recheck(run[2], run).why_not == again.FELL_BACK


def test_a_check_is_proved_again_by_the_check_that_decided_it_with_the_same_model() -> None:
    checks = (check("form", CheckStatus.PASSED), check(), check("prompt", CheckStatus.SKIPPED))
    run = run_of(*checks, CheckReport("mine", "openai", "gpt-x", checks, "A sentence."))
    assert again.plan_recheck(run[-1], run) == ("mine", "identity", "gpt-x", True, "")
    assert again.plan_recheck(run[1], run) == ("mine", "form", "gpt-x", False, "")
    assert again.plan_recheck(run[3], run) == ("mine", "prompt", "gpt-x", False, "")
    well = run_of(checks[0], CheckReport("mine", "openai", "gpt-x", checks[:1], "A sentence."))
    assert again.plan_recheck(well[-1], well).why_not == again.CHECKED_WELL


def test_what_a_check_costs_is_part_of_the_report() -> None:
    from meshtui.checks.runner import list_needed

    assert list_needed("prompt", SERVICE_ACCOUNT)[-1].cost == FEW_TOKENS
    assert [each.name for each in list_needed("prompt", SERVICE_ACCOUNT)] == ["form", "identity", "prompt"]


def test_a_request_to_an_address_that_is_none_can_be_proved_again_too() -> None:
    asked = Request("POST", "https://bedrock-runtime.[us.amazonaws.com/model/nova%3A0/converse-stream?a=/b")
    unsent = Exchange("bedrock", "chat", asked, 0.0, failure=Failure("not_sent", "no address"))
    assert (again.choose_check(unsent), again.read_model(unsent)) == (STREAMING, "nova:0")
