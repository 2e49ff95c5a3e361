"""A history that somebody else wrote, or that was damaged, is shown as text: it commands no terminal, and is no
markup."""

from __future__ import annotations

from dataclasses import replace

from meshtui.journal.database import Store
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.runs.model import Basis, Evidence, Served, Verdict
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, UNKNOWN_KEY, attempt
from tests.tui.recorded_past import past

BAD = "\x1b]52;c;QUFB\x07[/red]\n\u202e\x9b2J"
TOLD = UNKNOWN_KEY._replace(headline=BAD, proof=BAD, proof_from=BAD, request_id=BAD, provider=BAD, rule=BAD)


def _hostile(store: Store) -> None:
    asked = RunInputs(BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, host=BAD, version=BAD)
    tried = attempt("own key", "openai", "openai", TOLD)
    odd = replace(tried, role=BAD, credential=BAD, provider=BAD, text=BAD)
    proof = Evidence(1, BAD, Served.NOBODY, False, Basis.OBSERVED)
    nobody = Verdict(Served.NOBODY, False, Basis.OBSERVED, BAD, (proof,), cost_usd=BAD)
    store.add([
        Entry(NOON, EntryKind.RUN, BAD, BAD, BAD, asked),
        Entry(NOON, EntryKind.ATTEMPT, BAD, BAD, BAD, odd, 1e300),
        Entry(NOON, EntryKind.VERDICT, BAD, BAD, BAD, nobody, -1.0),
    ])  # fmt: skip


async def test_nothing_in_a_history_commands_the_terminal(screen: Screen):
    async with screen(past(_hostile), size=(170, 50)) as (app, pilot):
        seen: list[str] = []

        async def press(*keys: str) -> None:
            for key in keys:
                await pilot.press(key)
                await settled(pilot)
                seen.extend((text_of(app), app.clipboard))

        await press("h", "y", "c", "enter", "2", "3", "4", "5", "6", "right", "right", "y", "Y", "v", "escape", "u")
        text = "\n".join(seen)
        assert "[/red]" in text
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
