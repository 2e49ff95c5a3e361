"""The history: opening it, and what is done with its runs. What they hold is read from the file when it is wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from meshtui.journal.history_store import History
    from meshtui.journal.past_runs import Past
    from meshtui.tui.screens.history_screen import HistoryScreen
    from meshtui.tui.screens.main_screen import MainScreen

    Doing = Callable[[HistoryScreen, History, Past], Awaitable[None]]


@command("main.history")
def show_history(screen: MainScreen) -> None:
    from meshtui.tui.screens.history_screen import HistoryScreen

    screen.app.push_screen(HistoryScreen(screen.session.history))


@command("history.open")
def open_run(screen: HistoryScreen) -> None:
    """The explanation of the run under the cursor."""
    _with_run(screen, _open)


@command("history.compare")
def compare_run(screen: HistoryScreen) -> None:
    """What changed between the run under the cursor and when it last worked."""
    _with_run(screen, _compare)


@command("history.copy")
def copy_run(screen: HistoryScreen) -> None:
    _with_run(screen, _copy)


@command("history.filter")
def open_run_filter(screen: HistoryScreen) -> None:
    if screen.history is not None:
        screen.open_filter()


@command("history.clear")
def clear_history(screen: HistoryScreen) -> None:
    """Clears the history after a confirmation."""
    history = screen.history
    if history is None or not screen.runs:
        screen.say("There is nothing to forget.")
    elif not screen.armed:
        screen.armed = True
        key = screen.app.key("history.clear")
        screen.say(f"{key} once more forgets all {len(screen.runs):,} runs; nothing of them stays in the file.", "warn")
    else:
        screen.armed = False
        screen.run_worker(_show_history_error(screen, _clear(screen, history)), group="history")


def _with_run(screen: HistoryScreen, doing: Doing) -> None:
    screen.armed = False
    past, history = screen.lines.chosen, screen.history
    if past is None or history is None:
        screen.say("There is no run here yet.")
    else:
        screen.run_worker(_show_history_error(screen, doing(screen, history, past)), group="history", exclusive=True)


async def _show_history_error(screen: HistoryScreen, done: Awaitable[None]) -> None:
    from meshtui.journal.database import HistoryError

    try:
        await done
    except HistoryError as problem:
        screen.say(str(problem), "bad")


async def _load_whole(history: History, past: Past) -> Past:
    """With all entries that can be read."""
    from meshtui.journal.past_runs import Past

    return Past(past.run, await history.run(past.run) or past.entries)


async def _open(screen: HistoryScreen, history: History, past: Past) -> None:
    from meshtui.tui.screens.history_screen import PastRunScreen

    screen.app.push_screen(PastRunScreen(await _load_whole(history, past)))


async def _compare(screen: HistoryScreen, history: History, past: Past) -> None:
    from meshtui.journal.changes import find_changes
    from meshtui.journal.past_runs import find_last_success
    from meshtui.tui.screens.history_screen import ChangesScreen

    if past.worked is not False:
        outcome = "worked" if past.worked else "does not tell whether it worked"
        screen.say(f"This run {outcome}: choose one that failed, and it is compared with when it last worked.")
        return
    worked = find_last_success(screen.runs, past)
    if worked is None:
        screen.say(f"{past.credential} has no run on the path {past.inputs.path} that worked before this one.")
        return
    before, after = await _load_whole(history, worked), await _load_whole(history, past)
    found = find_changes(before, after, await history.notes(before.at, after.at))
    screen.app.push_screen(ChangesScreen(before, after, found))


async def _copy(screen: HistoryScreen, history: History, past: Past) -> None:
    from meshtui.tui.renderers.entry_lines import write_entry

    whole = await _load_whole(history, past)
    screen.app.copy(write_entry(whole.entries[0], whole.entries), "The run")


async def _clear(screen: HistoryScreen, history: History) -> None:
    gone = await history.clear()
    screen.runs = ()
    screen.read()
    screen.say(f"Forgotten: every run, {gone:,} entries in all.")
