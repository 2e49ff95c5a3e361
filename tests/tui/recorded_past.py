"""A session with a history on disk that never changes: what the pictures of the history are taken of."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from meshtui.journal.database import Store
from meshtui.journal.entry import Entry, RunInputs
from meshtui.journal.history_store import History, find_history_file
from meshtui.journal.recording import make_note
from tests.tui.recorded import (
    FELL_BACK,
    NO_PERMISSION,
    NOON,
    OWN_KEY,
    THROTTLED,
    UNKNOWN_KEY,
    Recorded,
    all_kinds,
    attempt,
    demo,
    nobody,
)

DAY = 86_400.0
EARLIER = {"fingerprint": "5f1c09ab", "source": "env OPENAI_API_KEY"}
LATER = {"fingerprint": "c27e4410", "source": "file ~/keys/openai.txt"}


def past(keep: Callable[[Store], None]) -> Recorded:
    """A session whose history is what `keep` writes down, in the state folder of the home at hand."""
    session = demo()
    path = find_history_file({"HOME": os.environ["HOME"]}, demo=True)
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)
    store = Store(path, 1000)
    keep(store)
    store.close()
    session.history = History(Path(path), 1000)
    return session


def some_days() -> Recorded:
    """A week: it worked, the key was exchanged, Mesh fell back; others in between."""
    return past(_week)


def none_yet() -> Recorded:
    return past(lambda _: None)


def many(count: int) -> Recorded:
    """So many runs that worked."""
    return past(lambda store: store.add([e for n in range(count) for e in _worked(NOON + 60.0 * n)]))


def _week(store: Store) -> None:
    for entries in (_worked(NOON - 6 * DAY), _everything(NOON - 5 * DAY), _worked(NOON - DAY)):
        store.add(entries)
    store.add([make_note(NOON - 7000, "openai added: OpenAI key", "openai")])
    store.add(_failed(NOON - 6900))
    store.add(_refused(NOON - 3600))


def _worked(at: float) -> list[Entry]:
    return _played(
        at, EARLIER, lambda s: s.play("openai", OWN_KEY, attempt("own key", "openai", "openai", at=at), at=at)
    )


def _failed(at: float) -> list[Entry]:
    calls = (attempt("own key", "openai", "openai", UNKNOWN_KEY, at=at), attempt("platform", "platform", "mesh", at=at))
    return _played(at, LATER, lambda s: s.play("openai", FELL_BACK, *calls, at=at))


def _refused(at: float) -> list[Entry]:
    def play(session: Recorded) -> None:
        for number, (name, provider, told) in enumerate(
            (("aws", "bedrock", NO_PERMISSION), ("vertex", "vertex", THROTTLED))
        ):
            then = at + 60 * number
            session.play(name, nobody(told), attempt("own key", name, provider, told, at=then), at=then)

    return _played(at, {}, play)


def _everything(at: float) -> list[Entry]:
    return _renamed([replace(e, at=e.at - NOON + at) for e in all_kinds().journal], at)


def _played(at: float, asked: dict[str, str], play: Callable[[Recorded], None]) -> list[Entry]:
    session = demo()
    session.credentials.update({c.name: c for c in session.found})
    play(session)
    entries = [
        replace(e, detail=replace(e.detail, **asked)) if isinstance(e.detail, RunInputs) else e for e in session.journal
    ]  # fmt: skip
    return _renamed(entries, at)


def _renamed(entries: list[Entry], at: float) -> list[Entry]:
    """Runs of other days have other ids."""
    return [replace(e, run=f"{e.run}-{at:.0f}") if e.run else e for e in entries]
