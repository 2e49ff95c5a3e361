"""What changed since it worked: facts only, the likeliest reason first, and an honest word where nothing changed."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate

import pytest

from meshtui.base.exchange import Answer, Exchange, Failure, Headers, Request, Timings
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.changes import Side, find_changes, summarize_changes
from meshtui.journal.entry import CHECK, Entry, EntryKind, RunInputs
from meshtui.journal.past_runs import Past, find_last_success, find_newest_failure, group_runs
from meshtui.journal.recording import make_note
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import Attempt, Basis, Conclusion, ConclusionKind, Path, Served, Verdict
from tests.each import each

CHANGED = "Changed on your side since it worked, the likeliest reason first"

ASKED = RunInputs(
    "byok", "openai", "openai_key", "openai", "env OPENAI_API_KEY", "aaaaaaaa", "fallback", "cccccccc", "gpt-4o-mini",
    "", 32, 0, 16, False, False, 30.0, "api.openai.com", "0.1.0",
)  # fmt: skip
REFUSED = Explanation(
    "credential_invalid", "openai.key-unknown", "certain", "openai", 401, "provider", "key owner", False, None, "yes",
    "No such key", "", "",
)  # fmt: skip
SERVED = Verdict(Served.OWN_KEY, False, Basis.OBSERVED, "Your own key served.")
NOBODY = Verdict(Served.NOBODY, False, Basis.OBSERVED, "Nobody served.")


def exchange(status: int, at: float, headers: Headers = (), behind: float = 0.0) -> Exchange:
    dated = (("date", formatdate(at + behind, usegmt=True)), *headers)
    answer = Answer(status, dated) if status else None
    failure = None if status else Failure("dns", "no such name")
    timings = Timings(0.1, 0.1, 0.2, 0.3)
    return Exchange("openai", "chat", Request("POST", "https://api.openai.com/v1"), at, answer, failure, timings)


def past(status: int, at: float = 1000.0, asked: RunInputs = ASKED, *, headers: Headers = (), behind: float = 0.0,
         verdict: Verdict | None = None, seconds: float = 0.3) -> Past:  # fmt: skip
    ok = status == 200
    sent = exchange(status, at, headers, behind)
    attempt = Attempt("own key", "openai", "openai", (sent,), ok, explanation=None if ok else REFUSED)
    ended = verdict or (SERVED if ok else NOBODY)
    run = f"r{at}"
    return Past(run, (
        Entry(at, EntryKind.RUN, "byok", run, "openai", asked),
        Entry(at, EntryKind.ATTEMPT, "", run, "openai", attempt, seconds),
        Entry(at + seconds, EntryKind.VERDICT, "", run, "openai", ended, seconds),
    ))  # fmt: skip


WORKED = past(200)

ONE_CHANGE = {
    "key (fingerprint)": ({"fingerprint": "bbbbbbbb"}, "aaaaaaaa", "bbbbbbbb"),
    "source": ({"source": "file k.json"}, "env OPENAI_API_KEY", "file k.json"),
    "kind of credential": ({"kind": "aws_keys"}, "openai_key", "aws_keys"),
    "Mesh key (fingerprint)": ({"mesh_key": ""}, "cccccccc", "(none)"),
    "region": ({"region": "eu-west-1"}, "(none)", "eu-west-1"),
    "model": ({"model": "gpt-9"}, "gpt-4o-mini", "gpt-9"),
    "policy": ({"policy": "exclusive"}, "fallback", "exclusive"),
    "host": ({"host": "127.0.0.1"}, "api.openai.com", "127.0.0.1"),
    "streamed": ({"stream": True}, "no", "yes"),
    "cache allowed": ({"cache": True}, "no", "yes"),
    "tool offered": ({"tools": True}, "no", "yes"),
    "path": ({"path": "mesh"}, "byok", "mesh"),
    "most tokens": ({"max_tokens": 4096}, "16", "4096"),
    "timeout": ({"timeout": 0.5}, "30 s", "0.5 s"),
    "system prompt (characters)": ({"system": 12}, "(none)", "12"),
    "prompt (characters)": ({"prompt": 9000}, "32", "9000"),
    "meshtui": ({"version": "0.2.0"}, "0.1.0", "0.2.0"),
}


@pytest.mark.parametrize("what", ONE_CHANGE)
def test_the_one_thing_that_was_asked_differently_is_told(what: str):
    asked, before, after = ONE_CHANGE[what]
    failed = past(401, 2000.0, replace(ASKED, **asked))
    found = [change for change in find_changes(WORKED, failed) if change.side is Side.OURS]
    assert [(c.what, c.before, c.after) for c in found] == [(what, before, after)]
    said = "the policy is not why" if what == "policy" else f"{CHANGED}: {what}."
    assert said in summarize_changes(find_changes(WORKED, failed), WORKED, failed)


def test_every_fact_of_what_was_asked_is_compared():
    compared = {name for asked, _, _ in ONE_CHANGE.values() for name in asked}
    chosen_by = {"credential"}
    follows = {"provider"}  # from the kind
    assert compared | chosen_by | follows == set(RunInputs.__slots__)


def test_the_likeliest_reason_stands_first_and_the_outcome_last():
    asked = replace(ASKED, fingerprint="bbbbbbbb", version="0.2.0", model="gpt-9")
    found = [change.what for change in find_changes(WORKED, past(401, 3000.0, asked))]
    assert found == [
        "key (fingerprint)", "model", "meshtui", "status", "cause", "served by", "time between",
    ]  # fmt: skip


def test_the_same_key_id_with_another_secret_says_so():
    asked = [replace(ASKED, kind="aws_keys", provider="bedrock", fingerprint=f"11111111/{n}") for n in ("22", "33")]
    found = find_changes(past(200, asked=asked[0]), past(403, 2000.0, asked[1]))
    assert "the same key id with another secret" in found[0].says


def test_where_nothing_changed_here_it_is_at_the_provider_or_mesh():
    failed = past(401, 2000.0)
    found = find_changes(WORKED, failed)
    assert not [change for change in found if change.side is not Side.OUTCOME]
    assert summarize_changes(found, WORKED, failed) == (
        "Nothing that meshtui records changed: so the change is at the provider or Mesh."
    )


def test_where_no_answer_came_it_may_be_the_way_there_too():
    failed = past(0, 2000.0)
    assert summarize_changes(find_changes(WORKED, failed), WORKED, failed).endswith(
        "at the provider or Mesh, or on the way there."
    )


def test_what_the_other_side_says_of_itself_is_told_as_theirs():
    before = past(200, headers=(("X-Mesh-Version", "2026-08"), ("x-ratelimit-limit-requests", "500")))
    after = past(401, 2000.0, headers=(("x-mesh-version", "2026-09"),))
    found = find_changes(before, after)
    theirs = [(c.what, c.before, c.after) for c in found if c.side is Side.THEIRS]
    assert theirs == [("Mesh's version", "2026-08", "2026-09")], "that a refusal has fewer headers is no change"
    assert "only on theirs" in summarize_changes(found, before, after)


THEIRS = {
    "x-mesh-version": "Mesh's version", "mesh-version": "Mesh's version", "openai-organization": "organization",
    "openai-version": "OpenAI's version", "x-ratelimit-limit-requests": "limit of requests",
    "x-ratelimit-limit-tokens": "limit of tokens",
}  # fmt: skip


@each("header", THEIRS)
def test_each_thing_that_the_other_side_says_is_compared_wherever_it_stands(header: str):
    """In the answer that decided: of a run that fell back, not in what Mesh answered then."""
    before, after = (past(200, at, headers=((header, value),)) for at, value in ((1.0, "one"), (2.0, "two")))
    assert [(c.what, c.before, c.after) for c in find_changes(before, after) if c.side is Side.THEIRS] == [
        (THEIRS[header], "one", "two")
    ]
    mesh = Attempt("mesh", "mesh", "mesh", (exchange(200, 3.0, ((header, "of Mesh"),)),), True)
    fallen = past(401, 2.0, headers=((header, "two"),))
    fallen = replace(
        fallen, entries=(*fallen.entries[:2], Entry(3.0, EntryKind.ATTEMPT, detail=mesh), fallen.entries[2])
    )
    assert [c.after for c in find_changes(before, fallen) if c.side is Side.THEIRS] == ["two"]
    held = check("key", CheckStatus.PASSED, 200)
    checks = [check_run(at, replace(held, exchange=exchange(200, at, ((header, said),))))
              for at, said in ((1.0, "one"), (2.0, "two"))]  # fmt: skip
    assert [c.after for c in find_changes(*checks) if c.side is Side.THEIRS] == ["two"]


def test_only_what_differs_in_what_was_asked_or_said_of_themselves_is_explained():
    """The outcome explains nothing, and stands under a side of its own, also in what programs read."""
    found = find_changes(
        past(200, headers=(("openai-version", "1"), ("x-mesh-version", "1"))),
        past(
            401, 2000.0, replace(ASKED, model="b", system=2), headers=(("openai-version", "2"), ("x-mesh-version", "2"))
        ),
    )
    assert [(change.what, str(change.side)) for change in found] == [
        ("model", "ours"), ("system prompt (characters)", "ours"), ("Mesh's version", "theirs"),
        ("OpenAI's version", "theirs"), ("status", "outcome"), ("cause", "outcome"), ("served by", "outcome"),
        ("time between", "outcome"),
    ]  # fmt: skip
    assert [change.what for change in found if change.says] == ["model", "Mesh's version"]


def test_of_several_attempts_the_first_that_failed_decides():
    before = past(200)
    first, second = past(200, 2000.0).entries[1], past(403, 2000.0).entries[1]
    last = past(500, 2000.0).entries[1]
    for entries, status in (((first, second, last), "403"), ((second, first), "403"), ((first,), "")):
        after = replace(past(401, 2000.0), entries=(past(401).entries[0], *entries, past(401).entries[2]))
        assert [c.after for c in find_changes(before, after) if c.what == "status"] == [status] * bool(status)


def test_an_outcome_without_a_status_is_told_by_what_failed():
    def status_of(failed: Past) -> str:
        return next(change.after for change in find_changes(WORKED, failed) if change.what == "status")

    assert status_of(past(0, 2000.0)) == "dns"
    attempt = WORKED.entries[1].detail
    assert isinstance(attempt, Attempt)
    silent = replace(attempt, exchanges=(replace(attempt.exchange, answer=None),), ok=False)
    nothing = Entry(1.0, EntryKind.ATTEMPT, detail=silent)
    assert status_of(Past("r", (WORKED.entries[0], nothing, WORKED.entries[2]))) == "no answer"
    assert status_of(Past("r", (WORKED.entries[0], WORKED.entries[2]))) == "(none)"
    unasked = check_run(1.0, CheckResult("openai", "form", CheckStatus.FAILED, "", "", "", "nothing", "unknown"))
    assert status_of(unasked) == "(none)"


def test_whether_it_fell_back_is_told_in_words():
    for fell_back, said in ((True, "yes"), (None, "cannot be told")):
        found = find_changes(WORKED, past(200, 2000.0, verdict=verdict(Served.PLATFORM, fell_back)))
        assert [(c.before, c.after) for c in found if c.what == "fell back"] == [("no", said)]


@each("behind, moved", [(59.0, False), (60.0, True), (61.0, True), (-60.0, True), (-59.0, False)])
def test_a_clock_moved_where_it_is_a_minute_off(behind: float, moved: bool):
    """Against whole seconds, as an answer's date has them."""
    aware = replace(ASKED, version="0.1.0")
    found = find_changes(past_without_delay(1000.0, 0.0, aware), past_without_delay(2000.0, behind, aware))
    assert ("this machine's clock" in [change.what for change in found]) is moved


def past_without_delay(at: float, behind: float, asked: RunInputs) -> Past:
    made = past(200, at, asked, behind=behind)
    attempt = made.entries[1].detail
    assert isinstance(attempt, Attempt)
    sent = replace(attempt.exchange, timings=Timings(0.0, 0.0, 0.0, 0.0))
    entry = replace(made.entries[1], detail=replace(attempt, exchanges=(sent,)))
    return replace(made, entries=(made.entries[0], entry, made.entries[2]))


def test_a_run_without_a_date_says_nothing_of_the_clock():
    attempt = WORKED.entries[1].detail
    assert isinstance(attempt, Attempt)
    undated = replace(attempt, exchanges=(replace(attempt.exchange, answer=Answer(200)),))
    without = Past("r", (WORKED.entries[0], replace(WORKED.entries[1], detail=undated), WORKED.entries[2]))
    for before, after in ((without, past(401, 2000.0, behind=3660.0)), (past(200, behind=3660.0), without)):
        assert "clock" not in str(find_changes(before, after))


@each("was, now, told", [(0.3, 1.0, False), (0.3, 1.1, True), (1.0, 3.0, False), (1.0, 3.1, True), (2.0, 5.9, False)])
def test_it_took_much_longer_where_it_is_more_than_three_times_as_long_and_a_second(was: float, now: float, told: bool):
    found = find_changes(past(200, seconds=was), past(401, 2000.0, seconds=now))
    assert ("duration" in [change.what for change in found]) is told


def test_of_a_run_that_never_ended_no_duration_is_compared():
    unended = Past("r", WORKED.entries[:2])
    for before, after in ((unended, past(401, 2000.0, seconds=30.0)), (WORKED, unended)):
        assert "duration" not in [change.what for change in find_changes(before, after)]


def test_of_what_was_done_in_between_the_newest_five_are_told():
    notes = [make_note(1500.0 + number, f"note {number}", "openai") for number in range(7)]
    found = find_changes(WORKED, past(401, 2000.0), notes)
    assert [change.after for change in found if change.what == "done here"] == [f"note {n}" for n in (6, 5, 4, 3, 2)]


def test_a_clock_that_moved_is_told_first_where_signatures_hang_on_it():
    asked = replace(ASKED, kind="aws_keys", provider="bedrock")
    wrong = replace(asked, version="0.2.0")
    found = find_changes(past(200, asked=asked), past(403, 2000.0, wrong, behind=3660.0))
    assert found[0][:3] == ("this machine's clock", "right", "61 min behind")
    bearer = find_changes(WORKED, past(401, 2000.0, replace(ASKED, version="0.2.0"), behind=3660.0))
    assert [change.what for change in bearer[:2]] == ["meshtui", "this machine's clock"]
    assert "clock" not in str(find_changes(WORKED, past(401, 2000.0, behind=20.0)))


def test_a_run_that_took_much_longer_says_so():
    slow = past(504, 2000.0, seconds=30.0)
    assert ("duration", "0.3 s", "30.0 s") in [change[:3] for change in find_changes(WORKED, slow)]
    assert "duration" not in [change.what for change in find_changes(WORKED, past(401, 2000.0, seconds=0.9))]


SPANS = {5.0: "5 s", 300.0: "5 min", 11_520.0: "3 h 12 min", 90_000.0: "1 day 1 h", 400_000.0: "4 days 15 h"}


@pytest.mark.parametrize("seconds", SPANS)
def test_the_time_between_is_told_in_words(seconds: float):
    assert find_changes(WORKED, past(401, 1000.0 + seconds))[-1].after == SPANS[seconds]


def test_what_was_done_in_between_comes_first():
    notes = [
        make_note(1500.0, "openai: revoked", "openai"),
        make_note(1600.0, "aws: expired", "aws"),
        make_note(1700.0, "scenario: x"),
    ]
    explained = replace(make_note(1800.0, "a pasted answer"), detail=REFUSED)
    failed = past(401, 2000.0)
    found = find_changes(WORKED, failed, [*notes, explained])
    assert [change.after for change in found[:2]] == ["scenario: x", "openai: revoked"]
    assert summarize_changes(found, WORKED, failed).startswith("The request is unchanged; a setting was changed here")


def test_a_policy_is_no_reason_for_a_key_to_fail_that_had_served_itself():
    failed = past(401, 2000.0, replace(ASKED, policy="exclusive"))
    found = find_changes(WORKED, failed)
    assert found[0].says.endswith("so it is not why that fails now")
    assert summarize_changes(found, WORKED, failed).endswith("so the change is at the provider or Mesh.")
    noted = find_changes(WORKED, failed, [make_note(1500.0, "openai: revoked", "openai")])
    assert 'see "done here"' in summarize_changes(noted, WORKED, failed)


def test_a_stricter_policy_may_be_why_a_fallback_that_nobody_saw_ended():
    before = past(200, asked=replace(ASKED, path="mesh"), verdict=verdict(Served.UNKNOWN, None))
    failed = past(401, 2000.0, replace(ASKED, path="mesh", policy="exclusive"))
    found = find_changes(before, failed)
    assert found[0].says.startswith("with exclusive use")
    assert summarize_changes(found, before, failed).startswith(f"{CHANGED}: policy.")


def test_what_was_not_kept_is_not_compared():
    bare = Past("r", WORKED.entries[1:])
    failed = past(401, 2000.0)
    late = Past("r", failed.entries[1:])
    assert not [change for change in find_changes(WORKED, late) if change.side is Side.OURS]
    assert summarize_changes(find_changes(WORKED, late), WORKED, late).startswith("What was asked was not kept of both")
    assert not [change for change in find_changes(bare, failed) if change.side is Side.OURS]
    assert summarize_changes(find_changes(bare, failed), bare, failed).startswith("What was asked was not kept of both")


def check(name: str, outcome: CheckStatus, status: int) -> CheckResult:
    cause = "" if outcome is CheckStatus.PASSED else "permission_missing"
    return CheckResult("openai", name, outcome, "", "", "", "nothing", cause, exchange(status, 1.0))


def check_run(at: float, *checks: CheckResult, model: str = "gpt-4o-mini") -> Past:
    asked = RunInputs(CHECK, "openai", fingerprint="aaaaaaaa")
    entries = [Entry(at, EntryKind.CHECK, run="c", detail=each) for each in checks]
    check_report = CheckReport("openai", "openai", model, checks, "")
    return Past("c", (Entry(at, EntryKind.RUN, "", "c", "openai", asked), *entries,
                      Entry(at, EntryKind.VERDICT, "", "c", "openai", check_report)))  # fmt: skip


def test_a_check_names_the_check_that_fails_now():
    before = check_run(1.0, check("key", CheckStatus.PASSED, 200))
    after = check_run(
        99.0, check("key", CheckStatus.PASSED, 200), check("prompt", CheckStatus.FAILED, 403), model="gpt-9"
    )
    found = {change.what: (change.before, change.after) for change in find_changes(before, after)}
    assert found == {
        "model": ("gpt-4o-mini", "gpt-9"), "status": ("200", "403"), "cause": ("(none)", "permission_missing"),
        "failing check": ("(none)", "prompt"), "time between": ("", "1 min 38 s"),
    }  # fmt: skip


def verdict(served: Served, fell_back: bool | None = False, **more: object) -> Verdict:
    return Verdict(served, fell_back, Basis.OBSERVED, "", **more)  # type: ignore[arg-type]


COMPARED = Conclusion(ConclusionKind.COPY_BAD, "")
WORKS = {
    "own key": (Path.BYOK, verdict(Served.OWN_KEY), True),
    "plain 200 of Mesh": (Path.MESH, verdict(Served.UNKNOWN, None), True),
    "platform, where it alone was asked": (Path.PLATFORM, verdict(Served.PLATFORM), True),
    "platform instead": (Path.MESH, verdict(Served.PLATFORM), False),
    "fallback": (Path.BYOK, verdict(Served.PLATFORM, True), False),
    "silent fallback": (Path.MESH, verdict(Served.PLATFORM, None, alarm=True), False),
    "nobody": (Path.BYOK, verdict(Served.NOBODY), False),
    "cache": (Path.MESH, verdict(Served.CACHE), None),
    "fine everywhere": (Path.COMPARE, verdict(Served.OWN_KEY, conclusion=Conclusion(ConclusionKind.FINE, "")), True),
    "Mesh's copy is bad": (Path.COMPARE, verdict(Served.OWN_KEY, conclusion=COMPARED), False),
    "cannot be told": (Path.COMPARE, verdict(Served.OWN_KEY, conclusion=Conclusion(ConclusionKind.UNTOLD, "")), None),
}


@pytest.mark.parametrize("case", WORKS)
def test_what_counts_as_having_worked(case: str):
    path, ended, worked = WORKS[case]
    assert past(200, asked=replace(ASKED, path=str(path)), verdict=ended).worked is worked


def test_a_check_worked_where_every_check_holds_and_one_that_was_stopped_does_not_tell():
    assert check_run(1.0, check("key", CheckStatus.PASSED, 200)).worked is True
    assert check_run(1.0, check("key", CheckStatus.FAILED, 401)).worked is False
    assert check_run(1.0, check("key", CheckStatus.UNCLEAR, 500)).worked is None
    stopped = replace(WORKED.entries[-1], cancelled=True)
    assert Past("r", (*WORKED.entries[:-1], stopped)).worked is None
    assert Past("r", WORKED.entries[:1]).worked is None


def test_it_last_worked_on_the_same_path_and_best_with_the_same_model_else_on_another_path():
    failed = past(401, 9000.0)
    other_model = past(200, 8000.0, replace(ASKED, model="gpt-9"))
    same_model = past(200, 7000.0)
    others = [
        past(200, 9500.0), past(401, 8500.0), past(200, 8400.0, replace(ASKED, path="mesh")),
        past(200, 8300.0, replace(ASKED, credential="openai-2")),
    ]  # fmt: skip
    assert find_last_success([*others, other_model, same_model, past(200, 6000.0)], failed) == same_model
    assert find_last_success([*others, other_model], failed) == other_model
    assert find_last_success(others, failed) == others[2]
    assert find_last_success([*others[:2], others[3]], failed) is None


def test_a_check_is_compared_with_one_in_which_the_same_check_held():
    passed, failed = CheckStatus.PASSED, CheckStatus.FAILED
    now = check_run(90.0, check("key", passed, 200), check("prompt", failed, 403))
    without_prompt = check_run(80.0, check("key", passed, 200), check("prompt", CheckStatus.SKIPPED, 200))
    stream_failed = check_run(
        70.0, check("key", passed, 200), check("prompt", passed, 200), check("stream", failed, 403)
    )
    assert (
        find_last_success([without_prompt, stream_failed, check_run(60.0, check("prompt", passed, 200))], now)
        == stream_failed
    )
    assert find_last_success([without_prompt], now) is None


def test_the_newest_failure_of_a_credential_is_found():
    runs = [past(200, 5.0), past(401, 4.0, replace(ASKED, credential="aws")), past(401, 3.0), past(401, 2.0)]
    assert find_newest_failure(runs) == runs[1]
    assert find_newest_failure(runs, "openai") == runs[2]
    assert find_newest_failure(runs, "vertex") is None


def test_entries_of_two_meshtui_at_once_are_told_apart_by_their_run():
    first, second = past(200, 1.0), past(401, 2.0)
    mixed = [entry for pair in zip(first.entries, second.entries, strict=True) for entry in pair]
    assert group_runs([make_note(0.0, "x"), *mixed]) == (first, second)
