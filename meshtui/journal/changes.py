"""What changed between a run that worked and one that did not. Pure, and facts only: what is the same is not told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from meshtui.credentials.clock import span
from meshtui.explain.clock import off_by
from meshtui.journal.entry import Entry
from meshtui.journal.facets import FACETS, KEY, POLICY, Side, exchanges, served, status
from meshtui.journal.past import Past
from meshtui.runs.clock import skew
from meshtui.runs.model import Served

UNLIKE = 60.0
"""Seconds by which the clock must have moved against the servers' to be told."""
SLOWER = 3.0
"""How many times as long it must have taken to be told."""
MOST_NOTES = 5
NOTED = "noted"
SAME_ID = "the key id is the same and its secret another: one of the two was copied wrongly, or exchanged"
AFTERWARDS = "it decides what follows a failure of your key; your own key had served, so it is not why that fails now"
SIGNING = ("bedrock", "vertex")
"""Providers whose signatures and tokens hold for some minutes by their clock."""


class Change(NamedTuple):
    what: str
    before: str
    after: str
    says: str
    """What it means, in a sentence; may be empty."""
    side: Side = Side.OURS


def changes(before: Past, after: Past, notes: Sequence[Entry] = ()) -> tuple[Change, ...]:
    """What differs, what explains the failure most likely first; how it came out stands last. Both with all their
    entries; `notes` are those of the time between."""
    noted = [
        Change(NOTED, "", note.text, "what was done here between the two")
        for note in reversed(notes)
        if note.detail is None and note.credential in ("", after.credential)
    ]
    return (*noted[:MOST_NOTES], *_differing(before, after))


def conclusion(found: Sequence[Change], before: Past, after: Past) -> str:
    """What that comes to, in a sentence."""
    if not (before.asked.path and after.asked.path):
        return "What was asked was not kept of both, so little can be compared."
    ours = [change.what for change in found if change.side is Side.OURS]
    if sent := [what for what in ours if what != NOTED and not (what == POLICY and _no_reason(before))]:
        return f"Changed on this side since it worked: {', '.join(sent)}. The likeliest reason stands first."
    if NOTED in ours:
        return "Of what is sent nothing changed; but something was done here in between, see what was noted."
    else_where = "at the provider or Mesh" + ("" if status(after).isdigit() else ", or on the way there")
    if ours:
        return f"Of what is sent nothing changed, and the policy is not why it fails: so the change is {else_where}."
    if any(change.side is Side.THEIRS for change in found):
        return f"Nothing that meshtui records changed on this side, only on theirs: so the change is {else_where}."
    return f"Nothing that meshtui records changed: so the change is {else_where}."


def _differing(before: Past, after: Past) -> list[Change]:
    comparable = bool(before.asked.path and after.asked.path)
    sides: dict[Side, list[Change]] = {side: [] for side in Side}
    for facet in FACETS:
        was, now = facet.read(before), facet.read(after)
        # A refusal comes with fewer headers than an answer: that one is missing is no change.
        counts = comparable if facet.side is Side.OURS else facet.side is Side.OUTCOME or (was and now)
        if was != now and counts:
            says = SAME_ID if facet.what == KEY and _same_id(was, now) else facet.says
            says = AFTERWARDS if facet.what == POLICY and _no_reason(before) else says
            sides[facet.side].append(Change(facet.what, was or "(none)", now or "(none)", says, facet.side))
    clock = _clock(before, after)
    ours = clock + sides[Side.OURS] if after.asked.provider in SIGNING else sides[Side.OURS] + clock
    return [*ours, *sides[Side.THEIRS], *sides[Side.OUTCOME], *_pace(before, after)]


def _clock(before: Past, after: Past) -> list[Change]:
    was, now = skew(exchanges(before)), skew(exchanges(after))
    if was is None or now is None or abs(now - was) < UNLIKE:
        return []
    says = "signatures and short-lived tokens are refused where it is some minutes off"
    return [Change("this machine's clock", _skewed(was), _skewed(now), says)]


def _pace(before: Past, after: Past) -> list[Change]:
    """How long it took, where that is much longer now; and how much time lies between the two."""
    was, now = (past.ended.seconds if past.ended else None for past in (before, after))
    slower = was is not None and now is not None and now > max(1.0, was * SLOWER)
    took = [Change("duration", f"{was:.1f} s", f"{now:.1f} s", "", Side.OUTCOME)] if slower else []
    return [*took, Change("time between", "", span(after.at - before.at), "", Side.OUTCOME)]


def _no_reason(before: Past) -> bool:
    """Whether the policy cannot be why it fails: only behind a fallback that nobody saw would a stricter one be."""
    return served(before) == Served.OWN_KEY


def _same_id(was: str, now: str) -> bool:
    return "/" in was and was.partition("/")[0] == now.partition("/")[0]


def _skewed(seconds: float) -> str:
    return off_by(seconds) if seconds else "right"
