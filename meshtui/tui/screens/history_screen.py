"""The history: past runs and checks, newest first; one of them is opened, compared with when it worked, or copied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from meshtui.base.files import shorten_path
from meshtui.base.redaction import redact
from meshtui.base.text import format_duration
from meshtui.journal.changes import Change, summarize_changes
from meshtui.journal.database import HistoryError, Listed
from meshtui.journal.filter import Filter, parse_filter
from meshtui.journal.history_store import History
from meshtui.journal.journal import Journal
from meshtui.journal.past_runs import Past
from meshtui.journal.view import View
from meshtui.presentation.blocks import Page
from meshtui.presentation.history_blocks import format_time, make_changes_blocks, mark_past
from meshtui.presentation.lines import render_text
from meshtui.settings import commands
from meshtui.tui import styled_text
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.renderers.entry_lines import Known
from meshtui.tui.renderers.log_rows import find_reason
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.styled_text import COPY_WIDTH, Lines, Part, Parts, pad, render_page, shorten
from meshtui.tui.widgets.bars import KeyBar, TitleBar
from meshtui.tui.widgets.filter_bar import FilterBar
from meshtui.tui.widgets.line_list import LineList

PATH, NAME, MODEL = 9, 14, 22
"""Columns of these three, with the space after them."""
SENTENCE = 16
"""A sentence that would get fewer columns is left out."""


def render_past_row(past: Past, width: int) -> list[Part]:
    """One past run: when, how it ended, path or check, credential, model, where there is room its sentence, how long it
    took."""
    mark, sentence = mark_past(past)
    took = format_duration(past.ended.seconds if past.ended else None)
    start: list[Part] = [
        (format_time(past.at) + " ", "dim"), (f"{mark.glyph} {mark.word}", mark.role),
        (" " * (10 - len(mark.word)), ""),
        (_render_cell(past.inputs.path or "?", PATH), "strong"), (_render_cell(past.credential, NAME), ""),
    ]  # fmt: skip
    room = width - styled_text.measure(start) - 8
    rest = room - MODEL
    if rest < SENTENCE:
        said = find_reason(past.entries) or past.model
        return [*start, (_render_cell(said, max(1, room)), "dim"), (took.rjust(8), "dim")]
    return [
        *start,
        (_render_cell(past.model, MODEL), "dim"),
        (_render_cell(sentence, rest), ""),
        (took.rjust(8), "dim"),
    ]


def _render_cell(text: str, width: int) -> str:
    return pad(shorten(text, width - 1), width)


class RunList(LineList):
    """The runs that pass the filter, a line each."""

    def __init__(self) -> None:
        super().__init__(id="past")
        self.runs: Sequence[Past] = ()
        self.instead: Sequence[str] = ("Reading …",)
        """The text shown while there is no row."""

    def show(self, runs: Sequence[Past], instead: Sequence[str]) -> None:
        """Shows the runs; the cursor stays on its run where that still exists."""
        here = self.chosen.run if self.chosen else ""
        self.runs, self.instead = runs, instead
        self.rows_changed()
        self.cursor = next((at for at, past in enumerate(runs) if past.run == here), 0)

    @property
    def chosen(self) -> Past | None:
        """The run under the cursor."""
        return self.runs[self.cursor] if self.cursor < len(self.runs) else None

    def row_count(self) -> int:
        return len(self.runs)

    def row_parts(self, row: int, width: int) -> Parts:
        return render_past_row(self.runs[row], width - 1)

    def empty_parts(self, line: int) -> Parts:
        return ((self.instead[line], "dim"),) if line < len(self.instead) else ()


MOST = 5000
"""Runs that are listed: more would be a wait of seconds."""
EMPTY = ("No runs yet.", "On the main screen {main.fire} sends the test prompt and {main.check} checks a credential;",
         "both are kept here, without any key.")  # fmt: skip
DISABLED = ("The history is not kept: the settings say `history.on = false`.",
            "`meshtui config` tells where they say so.")  # fmt: skip
NONE_PASS = ("No run passes the filter.", "{history.filter} changes it.")
KEYS_WITHOUT_RUN = ("everywhere.help", "sheet.back")
KEYS_WITHOUT_MATCH = ("history.filter", "history.clear", *KEYS_WITHOUT_RUN)


class HistoryScreen(PageScreen):
    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.HISTORY)]
    WHERE = commands.SCREENS[commands.HISTORY]
    AUTO_FOCUS = "#past"

    def __init__(self, history: History | None) -> None:
        """None: it is not kept."""
        super().__init__()
        self.history = history
        self.runs: tuple[Past, ...] = ()
        """The newest `MOST`, and the newest of them first."""
        self._of = 0
        """How many the history holds."""
        self.armed = False
        """Whether clearing was asked for once."""
        self.lines = RunList()
        self.bar = FilterBar()
        self._filter = Filter()

    def heading(self) -> tuple[str, str]:
        if self.history is None:
            return "History", "not kept"
        shown, total = len(self.lines.runs), len(self.runs)
        count = f"{total:,} run{'' if total == 1 else 's'}"
        if total < self._of:
            count = f"the newest {total:,} of {self._of:,} runs"
        if self._filter.terms:
            count = f"{shown:,} of {count}"
        by = f" · /{redact(self._filter.text)}" if self._filter.terms and not self.bar.display else ""
        return "History", f"{count}{by} · {shorten_path(self.history.path, os.environ)}"

    def pages(self) -> ComposeResult:
        with Vertical(id="history"):
            yield self.bar
            yield self.lines

    def on_mount(self) -> None:
        self.read()

    def read(self) -> None:
        """Reads the runs again, off the event loop."""
        self.run_worker(self._read(), group="read", exclusive=True)

    async def _read(self) -> None:
        if self.history is None:
            self._list((), DISABLED)
            return
        try:
            listed = await self.history.runs(MOST)
        except HistoryError as problem:
            self._cannot_be_read(problem)
            return
        self.runs, self._of = listed.runs, listed.of
        if said := _describe_list(listed, self.history.problem):
            self.say(said, "warn")
        await self._narrow()

    def narrow(self, text: str) -> None:
        """Shows the runs that pass the filter."""
        self._filter = parse_filter(text)
        self.bar.show_problems(self._filter.problems)
        self.run_worker(self._narrow(), group="narrow", exclusive=True)

    async def _narrow(self) -> None:
        """Filters by all entries of the runs, which only the file has."""
        runs = self.runs
        try:
            if self._filter.terms and self.history is not None:
                passing = await self.history.passing(self._filter.matches, MOST)
                runs = tuple(past for past in runs if past.run in passing)
        except HistoryError as problem:
            self._cannot_be_read(problem)
            return
        self._list(runs, [self.app.spell(line) for line in (NONE_PASS if self.runs else EMPTY)])
        self.query_one(TitleBar).show(*self.heading())

    def _cannot_be_read(self, problem: HistoryError) -> None:
        self._list((), ("The history cannot be read.",))
        self.say(str(problem), "bad")

    def _list(self, runs: Sequence[Past], instead: Sequence[str]) -> None:
        """Shows the runs, or the text instead of them. The footer then names no key that needs a run."""
        self.lines.show(runs, instead)
        self.query_one(KeyBar).narrow(() if runs else KEYS_WITHOUT_MATCH if self.runs else KEYS_WITHOUT_RUN)

    # The filter's field

    def open_filter(self) -> None:
        self.bar.display = True
        self.set_focus(self.bar.field)
        self.query_one(TitleBar).show(*self.heading())

    def close_filter(self, *, kept: bool) -> None:
        self.bar.display = False
        self.lines.focus()
        if not kept:
            self.bar.field.value = ""
        self.query_one(TitleBar).show(*self.heading())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close_filter(kept=True)

    def on_filter_bar_done(self, event: FilterBar.Done) -> None:
        event.stop()
        self.close_filter(kept=event.kept)

    # The list

    def on_line_list_moved(self) -> None:
        """What was said of a run, or of forgetting, is over."""
        self.armed = False
        if self.runs:
            self.say("")

    def on_line_list_chosen(self) -> None:
        self.action_do("history.open")


def _describe_list(listed: Listed, problem: str) -> str:
    """What must be known of the list; mostly nothing."""
    if problem or not listed.unreadable:
        return problem
    entries = "entry was" if listed.unreadable == 1 else "entries were"
    return f"{listed.unreadable} {entries} passed over: damaged, or written by another version."


class PastRunScreen(ExplanationScreen):
    """The explanation of a run of the history, from which nothing leads to the lines of the log."""

    def __init__(self, past: Past) -> None:
        journal = Journal()
        journal.extend(past.entries)
        self._date = format_time(past.at).split()[0]
        super().__init__(View(journal), journal[0])

    def heading(self) -> tuple[str, str]:
        title, about = super().heading()
        return f"{title} of {self._date}", about

    def _known(self) -> Known:
        """Only what the sandbox of this session still knows; the names may by now be those of other credentials."""
        known = super()._known()
        return replace(known, truths=known.truths or None, names={})


class ChangesScreen(PageScreen):
    """What changed between a run that worked and one that did not."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.CHANGES)]
    WHERE = commands.SCREENS[commands.CHANGES]

    def __init__(self, before: Past, after: Past, found: Sequence[Change]) -> None:
        super().__init__()
        self._before, self._after, self._found = before, after, found

    def heading(self) -> tuple[str, str]:
        return "What changed since it worked", f"{self._after.credential} · {self._after.inputs.path}"

    def card(self, width: int) -> Lines:
        return render_page(self._make_page(), width)

    def as_copied(self) -> str:
        return render_text(self._make_page(), COPY_WIDTH, show=hide_in_text)

    def _make_page(self) -> Page:
        concluded = summarize_changes(self._found, self._before, self._after)
        return make_changes_blocks(self._before, self._after, self._found, concluded)
