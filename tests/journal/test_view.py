"""The view of the journal: whatever happens to journal, filter and folds, it shows what one made anew would show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.filter import Filter, parse_filter
from meshtui.journal.journal import Journal
from meshtui.journal.view import BURST, View
from meshtui.runs.model import Served
from tests.journal.groups import GROUPS, attempt, note, run, verdict


def rows(view: View) -> list[int]:
    return [entry.number for row in range(len(view)) if (entry := view.entry(row))]


def seen(journal: Journal, by: Filter, folded: set[str]) -> list[int]:
    """What is to be seen, found the slow way."""
    numbers = []
    for entry in journal:
        group = [e for e in journal if e.run == entry.run] if entry.run else [entry]
        is_head_there = group[0].what is EntryKind.RUN
        if by.matches(group) and not (entry.run in folded and is_head_there and entry.what is not EntryKind.RUN):
            numbers.append(entry.number)
    return numbers


def groups_found(journal: Journal, by: Filter) -> int:
    groups: dict[str | int, list[Entry]] = {}
    for entry in journal:
        groups.setdefault(entry.run or entry.number, []).append(entry)
    return sum(by.matches(group) for group in groups.values())


def searched(view: View) -> None:
    while view.searching:
        view.step(0.0)


RUNS = ("r1", "r2", "r3", "r4")
KINDS = (
    run, attempt, lambda name: attempt(name, "vertex", 429), lambda name: verdict(name, Served.PLATFORM, True),
    lambda name: note("pangolin"), lambda name: note(),
)  # fmt: skip
FILTERS = (
    "",
    "status:429",
    "-status:429",
    "verdict:fallback",
    "provider:openai -provider:vertex",
    "pangolin",
    "nothing",
)
ENTRIES = st.builds(lambda kind, name: kind(name), st.sampled_from(KINDS), st.sampled_from(RUNS))
ACTIONS = st.one_of(
    st.tuples(st.just("append"), st.lists(ENTRIES, min_size=1, max_size=6)),
    st.tuples(st.just("narrow"), st.sampled_from(FILTERS)),
    st.tuples(st.just("fold"), st.sampled_from(RUNS)),
    st.tuples(st.just("unfold"), st.sampled_from(RUNS)),
    st.tuples(st.just("fold all"), st.booleans()),
    st.tuples(st.just("step"), st.none()),
    st.tuples(st.just("catch up"), st.none()),
    st.tuples(st.just("clear"), st.none()),
)  # fmt: skip


def act(journal: Journal, view: View, action: str, value: object) -> None:
    match action, value:
        case "append", list(entries):
            journal.extend(entries)
        case "narrow", str(text):
            view.narrow(parse_filter(text))
        case "fold" | "unfold", str(name) if name in journal.runs:
            view.fold(name, action == "fold")
        case "fold all", bool(folded):
            view.fold_all(folded)
        case "step", _:
            view.step(0.0)
        case "catch up", _:
            view.catch_up()
        case "clear", _:
            journal.clear()


@settings(max_examples=200)
@given(st.lists(ACTIONS, max_size=25))
def test_it_shows_what_a_view_made_anew_would_show(actions: list[tuple[str, object]]) -> None:
    journal = Journal(bound=12)
    view = View(journal)
    for action, value in actions:
        act(journal, view, action, value)
        rows(view)
    view.catch_up()
    searched(view)
    by = view.filter or Filter()
    assert rows(view) == seen(journal, by, view.folded)
    assert view.found == groups_found(journal, by)
    assert view.total == groups_found(journal, Filter())


@pytest.fixture
def journal() -> Journal:
    journal = Journal()
    for entries in GROUPS.values():
        journal.extend(entries)
    return journal


def texts(view: View) -> list[str]:
    return [entry.run or "note" for row in range(len(view)) if (entry := view.entry(row))]


def narrowed(view: View, text: str) -> View:
    view.narrow(parse_filter(text))
    searched(view)
    return view


def test_a_run_that_is_found_is_shown_whole(journal: Journal) -> None:
    assert texts(narrowed(View(journal), "status:401")) == ["fell-back"] * 4


def test_a_run_comes_into_view_whole_when_what_is_looked_for_happens_in_it(journal: Journal) -> None:
    view = narrowed(View(journal), "status:429")
    journal.append(run("new"))
    view.catch_up()
    assert "new" not in texts(view)
    journal.append(attempt("new", status=429))
    view.catch_up()
    assert texts(view)[-2:] == ["new", "new"]


def test_it_goes_out_of_view_when_what_was_not_wanted_happens_in_it(journal: Journal) -> None:
    view = narrowed(View(journal), "-status:429")
    journal.append(run("new"))
    view.catch_up()
    assert texts(view)[-1] == "new"
    journal.append(attempt("new", status=429))
    view.catch_up()
    assert "new" not in texts(view)


def test_a_folded_run_keeps_its_first_row(journal: Journal) -> None:
    view = View(journal)
    view.fold("fell-back")
    assert texts(view).count("fell-back") == 1
    journal.append(attempt("fell-back"))
    view.catch_up()
    assert texts(view).count("fell-back") == 1
    view.fold("fell-back", folded=False)
    assert len(view) == len(journal)


def test_the_row_of_what_is_folded_away_is_the_one_it_is_folded_under(journal: Journal) -> None:
    view = View(journal)
    head, *_, last = journal.of_run("fell-back")
    view.fold("fell-back")
    assert view.row_of(last.number) == view.row_of(head.number) == head.number


@pytest.mark.parametrize("text", ["", "-nothing"])
def test_rows_are_counted_from_an_entry_on(journal: Journal, text: str) -> None:
    view = narrowed(View(journal), text)
    assert [view.since(number) for number in (-1, 0, journal.next - 2, journal.next, journal.next + 9)] == [
        len(journal), len(journal), 2, 0, 0,
    ]  # fmt: skip


def test_an_entry_that_has_left_the_journal_is_not_there_before_the_view_has_caught_up(journal: Journal) -> None:
    for view in (View(journal), narrowed(View(journal), "-nothing")):
        journal.extend(note() for _ in range(3))
        journal.clear()
        assert [view.entry(row) for row in (-1, 0, len(view) - 1, len(view))] == [None] * 4


def test_a_burst_begins_the_search_anew_and_misses_nothing() -> None:
    journal = Journal()
    view = narrowed(View(journal), "pangolin")
    journal.extend(note("pangolin") for _ in range(BURST + 1))
    view.catch_up()
    assert view.searching
    searched(view)
    assert len(view) == view.found == BURST + 1


@pytest.mark.parametrize("text", ["", "status:429", "verdict:fallback"])
def test_the_line_beside_another_is_the_next_one_that_is_seen(text: str):
    journal = Journal()
    journal.extend(
        made
        for name in RUNS
        for made in (run(name), attempt(name, "vertex", 429 if name != "r2" else 200), verdict(name, Served.PLATFORM))
    )
    view = View(journal)
    view.narrow(parse_filter(text))
    searched(view)
    shown = rows(view)
    for entry in journal:
        after, before = (view.beside(entry.number, by) for by in (1, -1))
        assert (after and after.number) == next((n for n in shown if n > entry.number), None)
        assert (before and before.number) == next((n for n in reversed(shown) if n < entry.number), None)
