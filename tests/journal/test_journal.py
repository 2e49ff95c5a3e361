"""What the journal promises: order, a bound, a word to whoever listens, and nothing secret in it."""

from __future__ import annotations

import pytest

from meshtui.base.credential import BearerKey, Credential, Policy, Source
from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.base.secret import Secret
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.journal import Journal
from meshtui.journal.recording import make_note, make_recorder
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.runs.model import (
    Attempt,
    AttemptEnded,
    AttemptStarted,
    Basis,
    Path,
    Prompt,
    Run,
    RunEnded,
    RunRequest,
    Served,
    Verdict,
)

PLANTED = "sk-proj-" + "Qx7" * 12


def entry(text: str = "") -> Entry:
    return Entry(at=0.0, what=EntryKind.NOTE, text=text)


def test_entries_keep_their_order_and_their_numbers() -> None:
    journal = Journal()
    for text in "abc":
        journal.append(entry(text))
    assert [(e.number, e.text) for e in journal] == [(0, "a"), (1, "b"), (2, "c")]
    assert journal[-1].text == "c"


def test_the_oldest_go_when_the_bound_is_reached_and_numbers_go_on() -> None:
    journal = Journal(bound=32)
    for number in range(100):
        journal.append(entry(str(number)))
    assert len(journal) <= 32
    assert journal[-1].number == 99
    assert [e.number for e in journal] == list(range(journal.first, 100))


def test_an_entry_kept_twice_has_two_numbers() -> None:
    journal = Journal()
    first = journal.append(entry("a"))
    second = journal.append(first)
    assert (first.number, second.number) == (0, 1)


def test_many_at_once_are_kept_as_one_by_one_and_told_of_once() -> None:
    one_by_one, at_once, heard = Journal(bound=32), Journal(bound=32), []
    at_once.subscribe(lambda: heard.append(len(at_once)))
    for number in range(33):
        one_by_one.append(entry(str(number)))
    at_once.extend(entry(str(number)) for number in range(33))
    assert list(one_by_one) == list(at_once)
    assert heard == [len(at_once)]


def test_the_entries_of_a_run_are_found_as_long_as_they_are_kept() -> None:
    journal = Journal(bound=16)
    journal.extend(Entry(at=0.0, what=EntryKind.RUN, run=f"r{number // 3}") for number in range(16))
    assert [e.number for e in journal.of_run("r1")] == [3, 4, 5]
    assert journal.head_of("r1").number == 3
    journal.append(entry())
    assert ([e.number for e in journal.of_run("r0")], journal.shortened, journal.notes) == ([1, 2], {"r0"}, 1)
    journal.append(entry())
    journal.append(entry())
    assert (list(journal.runs), journal.shortened) == (["r1", "r2", "r3", "r4", "r5"], set())
    journal.clear()
    assert (journal.of_run("r1"), list(journal.runs), journal.shortened, journal.notes) == ((), [], set(), 0)


@pytest.mark.parametrize("number", [-1, 4, 10])
def test_an_entry_is_found_by_its_number_or_not_at_all(number: int) -> None:
    journal = Journal(bound=5)
    journal.extend(entry() for _ in range(10))
    assert journal.numbered(5).number == 5
    with pytest.raises(IndexError):
        journal.numbered(number)


def test_a_listener_hears_of_every_change_until_it_has_enough() -> None:
    journal, heard = Journal(), []
    end = journal.subscribe(lambda: heard.append(len(journal)))
    journal.append(entry())
    journal.append(entry())
    journal.clear()
    end()
    end()
    journal.append(entry())
    assert heard == [1, 2, 0]


def test_a_note_is_one_plain_redacted_line() -> None:
    written = make_note(1.0, f"found {PLANTED}\x1b[31m\nin the file")
    assert PLANTED not in written.text
    assert written.text == "found sk-proj-…7Qx7�[31m in the file"


@pytest.fixture
def ask() -> RunRequest:
    key = Credential("openai", OPENAI_KEY, Source("paste"), BearerKey(Secret(PLANTED)), policy=Policy.EXCLUSIVE)
    return RunRequest(Path.BYOK, key, prompt=Prompt(stream=True))


def attempt(ok: bool = True) -> Attempt:
    exchange = Exchange(
        "openai", "chat", Request("POST", "http://127.0.0.1/v1"), started=100.0,
        answer=Answer(200 if ok else 401, body=f"you sent {PLANTED}"), timings=Timings(total=0.25),
    )  # fmt: skip
    return Attempt("own key", "openai", "openai", (exchange,), ok, text=f"pong {PLANTED}\x07")


VERDICT = Verdict(Served.OWN_KEY, False, Basis.OBSERVED, f"{PLANTED} served")


def test_a_run_is_written_as_its_beginning_its_attempts_and_its_verdict(ask: RunRequest) -> None:
    journal = Journal()
    record = make_recorder(journal, ask)
    record(AttemptStarted("r1", "own key", "openai", "openai", 100.0))
    record(AttemptEnded("r1", attempt()))
    record(RunEnded(Run("r1", ask, 100.0, (attempt(),), VERDICT)))
    assert [e.what for e in journal] == [EntryKind.RUN, EntryKind.ATTEMPT, EntryKind.VERDICT]
    assert journal[0].text == "byok · openai · gpt-4o-mini · exclusive use · streamed"
    assert [e.seconds for e in journal] == [None, 0.25, 0.25]
    assert journal.of_run("r1") == tuple(journal)


def test_a_run_that_ends_before_its_first_attempt_has_a_beginning_all_the_same(ask: RunRequest) -> None:
    journal = Journal()
    make_recorder(journal, ask)(RunEnded(Run("r1", ask, 7.0, (), VERDICT, cancelled=True)))
    assert [(e.what, e.at, e.cancelled) for e in journal] == [
        (EntryKind.RUN, 7.0, False),
        (EntryKind.VERDICT, 7.0, True),
    ]


def test_nothing_secret_and_no_credential_is_kept(ask: RunRequest) -> None:
    journal = Journal()
    record = make_recorder(journal, ask)
    record(AttemptStarted("r1", "own key", "openai", "openai", 100.0))
    record(AttemptEnded("r1", attempt(ok=False)))
    record(RunEnded(Run("r1", ask, 100.0, (attempt(ok=False),), VERDICT)))
    kept = "\n".join(repr(e) for e in journal)
    assert PLANTED not in kept
    assert "Secret" not in kept
    assert "\x07" not in kept
