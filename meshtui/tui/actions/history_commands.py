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
def open_run(sheet: HistoryScreen) -> None:
    """The explanation of the run under the cursor."""
    _with_run(sheet, _open)


@command("history.compare")
def compare_run(sheet: HistoryScreen) -> None:
    """What changed between the run under the cursor and when it last worked."""
    _with_run(sheet, _compare)


@command("history.copy")
def copy_run(sheet: HistoryScreen) -> None:
    _with_run(sheet, _copy)


@command("history.filter")
def open_run_filter(sheet: HistoryScreen) -> None:
    if sheet.history is not None:
        sheet.open_filter()


@command("history.clear")
def clear_history(sheet: HistoryScreen) -> None:
    """Forgets everything, when asked twice."""
    history = sheet.history
    if history is None or not sheet.runs:
        sheet.say("There is nothing to forget.")
    elif not sheet.armed:
        sheet.armed = True
        key = sheet.app.key("history.clear")
        sheet.say(f"{key} once more forgets all {len(sheet.runs):,} runs; nothing of them stays in the file.", "warn")
    else:
        sheet.armed = False
        sheet.run_worker(_show_history_error(sheet, _clear(sheet, history)), group="history")


def _with_run(sheet: HistoryScreen, doing: Doing) -> None:
    sheet.armed = False
    past, history = sheet.lines.chosen, sheet.history
    if past is None or history is None:
        sheet.say("There is no run here yet.")
    else:
        sheet.run_worker(_show_history_error(sheet, doing(sheet, history, past)), group="history", exclusive=True)


async def _show_history_error(sheet: HistoryScreen, done: Awaitable[None]) -> None:
    from meshtui.journal.database import HistoryError

    try:
        await done
    except HistoryError as problem:
        sheet.say(str(problem), "bad")


async def _load_whole(history: History, past: Past) -> Past:
    """With all entries that can be read."""
    from meshtui.journal.past_runs import Past

    return Past(past.run, await history.run(past.run) or past.entries)


async def _open(sheet: HistoryScreen, history: History, past: Past) -> None:
    from meshtui.tui.screens.history_screen import PastRunScreen

    sheet.app.push_screen(PastRunScreen(await _load_whole(history, past)))


async def _compare(sheet: HistoryScreen, history: History, past: Past) -> None:
    from meshtui.journal.changes import find_changes
    from meshtui.journal.past_runs import find_last_success
    from meshtui.tui.screens.history_screen import ChangesScreen

    if past.worked is not False:
        outcome = "worked" if past.worked else "does not tell whether it worked"
        sheet.say(f"This run {outcome}: choose one that failed, and it is compared with when it last worked.")
        return
    worked = find_last_success(sheet.runs, past)
    if worked is None:
        sheet.say(f"{past.credential} has no run on the path {past.asked.path} that worked before this one.")
        return
    before, after = await _load_whole(history, worked), await _load_whole(history, past)
    found = find_changes(before, after, await history.notes(before.at, after.at))
    sheet.app.push_screen(ChangesScreen(before, after, found))


async def _copy(sheet: HistoryScreen, history: History, past: Past) -> None:
    from meshtui.tui.renderers.entry_lines import write_entry

    whole = await _load_whole(history, past)
    sheet.app.copy(write_entry(whole.entries[0], whole.entries), "The run")


async def _clear(sheet: HistoryScreen, history: History) -> None:
    gone = await history.clear()
    sheet.runs = ()
    sheet.read()
    sheet.say(f"Forgotten: every run, {gone:,} entries in all.")
