"""The history that survives restarts: what the journal takes in is written to a file, in batches, off the event loop.

Nothing of it ever ends a run: where the file cannot be used, that is said once, and what is on the screen stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from meshtui.base.files import state_folder
from meshtui.journal.journal import Journal
from meshtui.settings import Settings

if TYPE_CHECKING:
    from meshtui.journal.database import Listed, Store
    from meshtui.journal.entry import Entry

Result = TypeVar("Result")
PAUSE = 0.25
"""Seconds for which entries are gathered before they are written."""


def find_history_file(environ: Mapping[str, str], *, demo: bool) -> Path:
    """Where the history of the real hosts is kept, or the demo's."""
    return state_folder(environ) / ("demo-history.db" if demo else "history.db")


class History:
    """Uses a thread of its own, the only one that accesses the file. The file is created or opened only when there is
    something to write or to read."""

    def __init__(self, path: Path, keep: int) -> None:
        """`keep`: entries."""
        self.path = path
        self.problem = ""
        """Why it is not kept; empty while it is."""
        self._keep = keep
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(1, "history")
        self._used = False
        """Whether the thread ever had something to do: else nothing is to be closed, or imported for it."""
        self._tell: Callable[[str], None] = lambda _: None
        self._context = copy_context()
        """The context of the caller of `follow`, which the thread does not have."""
        self._journal = Journal()
        self._next = 0
        self._due: asyncio.TimerHandle | None = None
        self._leave: Callable[[], None] = lambda: None

    @classmethod
    def of(cls, settings: Settings, environ: Mapping[str, str], *, demo: bool) -> History | None:
        """As the settings want it; None where none is to be kept."""
        return cls(find_history_file(environ, demo=demo), settings.keep) if settings.history else None

    def follow(self, journal: Journal, tell: Callable[[str], None]) -> None:
        """Starts writing what is appended to the journal. Called on the event loop; `tell` is called once with the
        reason if the history cannot be kept."""
        self._tell, self._context = tell, copy_context()
        self._journal, self._next = journal, journal.first + len(journal)
        loop = asyncio.get_running_loop()

        def on_change() -> None:
            if self._due is None and not self.problem:
                self._due = loop.call_later(PAUSE, self._pass_on)

        self._leave = journal.subscribe(on_change)

    async def runs(self, limit: int = -1) -> Listed:
        """See `Store.runs`; so for the others. What has just happened is among them. Each may raise HistoryError."""
        return await self._asked(lambda store: store.runs(limit))

    async def passing(self, holds: Callable[[Sequence[Entry]], bool], limit: int = -1) -> frozenset[str]:
        return await self._asked(lambda store: store.passing(holds, limit))

    async def run(self, run: str) -> tuple[Entry, ...]:
        return await self._asked(lambda store: store.run(run))

    async def notes(self, after: float, before: float) -> tuple[Entry, ...]:
        return await self._asked(lambda store: store.notes(after, before))

    async def clear(self) -> int:
        return await self._asked(lambda store: store.clear())

    async def close(self) -> None:
        """Writes what is still to be written, and closes the file."""
        self._leave()
        written = self._pass_on()
        if not self._used:
            return
        closed = self._submit(lambda store: store.close())
        try:
            await asyncio.gather(*map(asyncio.wrap_future, filter(None, (written, closed))), return_exceptions=True)
        finally:
            self._thread.shutdown(wait=False)

    async def _asked(self, question: Callable[[Store], Result]) -> Result:
        self._pass_on()
        return await asyncio.wrap_future(self._submit(question))

    def _pass_on(self) -> Future[None] | None:
        """Hands the entries that are new to the thread."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        journal = self._journal
        entries = [
            journal[at] for at in range(max(0, self._next - journal.first, len(journal) - self._keep), len(journal))
        ]
        self._next = journal.first + len(journal)
        if not entries or self.problem:
            return None
        written = self._submit(lambda store: store.add(entries))
        loop = asyncio.get_running_loop()
        written.add_done_callback(lambda done: loop.call_soon_threadsafe(self._failed, done, context=self._context))
        return written

    def _submit(self, doing: Callable[[Store], Result]) -> Future[Result]:
        def on_the_thread() -> Result:
            from meshtui.journal.database import Store

            if self._store is None:
                self._store = Store(self.path, self._keep)
            return doing(self._store)

        self._used = True
        return self._thread.submit(on_the_thread)

    def _failed(self, done: Future[Any]) -> None:
        problem = None if done.cancelled() else done.exception()
        if problem is None and self._store is not None and self._store.tightened:
            self._store.tightened = False
            self._tell(f"others on this machine could read {self.path}: it is for you alone now (mode 0600)")
        if problem is not None and not self.problem:
            self.problem = f"the history is not kept: {problem}; what is on the screen stays"
            self._tell(self.problem)
