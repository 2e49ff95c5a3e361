"""What changed between a run that worked and one that did not: facts only, the likeliest reason of a failure first.
What is the same is left out. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from meshtui.base.exchange import Exchange
from meshtui.base.times import format_time_span
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.values import describe_offset
from meshtui.journal.entry import Entry
from meshtui.journal.past_runs import Past
from meshtui.providers.check import measure_skew
from meshtui.runs.model import Attempt, Served, Verdict


class Side(StrEnum):
    OURS = "ours"
    """What was sent, and from where: it may be the reason."""
    THEIRS = "theirs"
    """What the provider or Mesh says of itself and of the account."""
    OUTCOME = "outcome"
    """The outcome. A difference in it is not a reason."""


class Facet(NamedTuple):
    what: str
    read: Callable[[Past], str]
    says: str = ""
    side: Side = Side.OURS


def list_exchanges(past: Past) -> tuple[Exchange, ...]:
    """All that went over the wire, in its order."""
    found: list[Exchange] = []
    for entry in past.entries:
        if isinstance(entry.detail, Attempt):
            found += entry.detail.exchanges
        elif isinstance(entry.detail, CheckResult) and entry.detail.exchange:
            found.append(entry.detail.exchange)
    return tuple(found)


def _make_input_reader(name: str) -> Callable[[Past], str]:
    def read(past: Past) -> str:
        value = getattr(past.inputs, name)
        return str(value) if value else ""

    return read


def _make_flag_reader(name: str) -> Callable[[Past], str]:
    return lambda past: "yes" if getattr(past.inputs, name) else "no"


def _format_timeout(past: Past) -> str:
    return f"{past.inputs.timeout:g} s" if past.inputs.timeout else ""


def _make_header_reader(*names: str) -> Callable[[Past], str]:
    """The value of the last header with one of these names in the answer that decided: in a run that fell back, Mesh
    answered too."""

    def read(past: Past) -> str:
        decided = _find_deciding(past)
        sent = decided.exchanges if isinstance(decided, Attempt) else list_exchanges(past)
        values = [exchange.answer.header(name) for exchange in sent if exchange.answer for name in names]
        return next((value for value in reversed(values) if value), "")

    return read


def _find_deciding(past: Past) -> Attempt | CheckResult | None:
    """The attempt that failed first, or the check that decided; else the last one."""
    detail = past.ended.detail if past.ended else None
    if isinstance(detail, CheckReport) and detail.deciding:
        return detail.deciding
    tried = [entry.detail for entry in past.entries if isinstance(entry.detail, (Attempt, CheckResult))]
    failed = (each for each in tried if isinstance(each, Attempt) and not each.ok)
    return next(failed, tried[-1] if tried else None)


def describe_status(past: Past) -> str:
    decided = _find_deciding(past)
    exchange = decided.exchange if decided else None
    if exchange is None:
        return ""
    return str(exchange.status) if exchange.status else (exchange.failure.kind if exchange.failure else "no answer")


def _cause(past: Past) -> str:
    decided = _find_deciding(past)
    if decided is None:
        return ""
    return decided.explanation.cause if decided.explanation else getattr(decided, "cause", "")


def _check(past: Past) -> str:
    detail = past.ended.detail if past.ended else None
    return detail.deciding.name if isinstance(detail, CheckReport) and detail.deciding else ""


def name_server(past: Past) -> str:
    detail = past.ended.detail if past.ended else None
    return str(detail.served) if isinstance(detail, Verdict) else ""


def _describe_fallback(past: Past) -> str:
    detail = past.ended.detail if past.ended else None
    return {True: "yes", False: "no", None: "cannot be told"}[detail.fell_back] if isinstance(detail, Verdict) else ""


KEY = "key (fingerprint)"
POLICY = "policy"

# What explains a failure most likely first.
FACETS = (
    Facet(KEY, _make_input_reader("fingerprint"), "another secret was sent than when it worked"),
    Facet("source", _make_input_reader("source"), "it was read from somewhere else"),
    Facet("kind of credential", _make_input_reader("kind"), "it is a credential of another kind"),
    Facet(
        "Mesh key (fingerprint)",
        _make_input_reader("mesh_key"),
        "another Mesh key, so perhaps another team with other keys",
    ),
    Facet("region", _make_input_reader("region"), "keys, models and quotas belong to a region"),
    Facet(
        "path", _make_input_reader("path"), "another path: your key alone, through Mesh, or with Mesh's own credentials"
    ),
    Facet("model", lambda past: past.model, "a key may not be allowed to call every model"),
    Facet(POLICY, _make_input_reader("policy"), "with exclusive use the request fails where your key fails"),
    Facet("host", _make_input_reader("host"), "it was sent somewhere else"),
    Facet("streamed", _make_flag_reader("stream"), "streaming may need a right of its own"),
    Facet("tool offered", _make_flag_reader("tools"), "not every model takes tools"),
    Facet("cache allowed", _make_flag_reader("cache"), "Mesh's cache may have answered"),
    Facet(
        "most tokens",
        _make_input_reader("max_tokens"),
        "more tokens count against limits; too few are refused by some models",
    ),
    Facet("timeout", _format_timeout, "a shorter timeout gives up earlier"),
    Facet("system prompt (characters)", _make_input_reader("system")),
    Facet(
        "prompt (characters)",
        _make_input_reader("prompt"),
        "a longer one costs more tokens, and other words may be blocked",
    ),
    Facet("meshtui", _make_input_reader("version"), "another version of this program"),
    Facet(
        "Mesh's version",
        _make_header_reader("x-mesh-version", "mesh-version"),
        "another version of Mesh's API",
        Side.THEIRS,
    ),
    Facet(
        "organization",
        _make_header_reader("openai-organization"),
        "the key belongs to another organization",
        Side.THEIRS,
    ),
    Facet("OpenAI's version", _make_header_reader("openai-version"), "", Side.THEIRS),
    Facet(
        "limit of requests",
        _make_header_reader("x-ratelimit-limit-requests"),
        "the account's limits changed",
        Side.THEIRS,
    ),
    Facet(
        "limit of tokens", _make_header_reader("x-ratelimit-limit-tokens"), "the account's limits changed", Side.THEIRS
    ),
    Facet("status", describe_status, "", Side.OUTCOME),
    Facet("cause", _cause, "", Side.OUTCOME),
    Facet("failing check", _check, "", Side.OUTCOME),
    Facet("served by", name_server, "", Side.OUTCOME),
    Facet("fell back", _describe_fallback, "", Side.OUTCOME),
)


UNLIKE = 60.0
"""Seconds by which the clock's offset must have changed to be reported."""
SLOWER = 3.0
"""How many times longer a run must have taken to be reported."""
MOST_NOTES = 5
NOTED = "done here"
SAME_ID = "the same key id with another secret: one of the two was copied wrongly, or replaced"
AFTERWARDS = "it decides what follows when your key fails; your own key served before, so it is not why that fails now"
SIGNING = ("bedrock", "vertex")
"""Providers whose signatures and tokens hold for some minutes by their clock."""


class Change(NamedTuple):
    what: str
    before: str
    after: str
    says: str
    """What it means, in a sentence; may be empty."""
    side: Side = Side.OURS


def find_changes(before: Past, after: Past, notes: Sequence[Entry] = ()) -> tuple[Change, ...]:
    """The differences, the most likely reason of the failure first and the outcome last. Both runs with all their
    entries; `notes` are those between them."""
    noted = [
        Change(NOTED, "", note.text, "done in meshtui between the two runs")
        for note in reversed(notes)
        if note.detail is None and note.credential in ("", after.credential)
    ]
    return (*noted[:MOST_NOTES], *_list_differences(before, after))


def summarize_changes(found: Sequence[Change], before: Past, after: Past) -> str:
    """A sentence that sums up the changes."""
    if not (before.inputs.path and after.inputs.path):
        return "What was asked was not kept of both, so little can be compared."
    ours = [change.what for change in found if change.side is Side.OURS]
    if sent := [what for what in ours if what != NOTED and not (what == POLICY and _is_policy_irrelevant(before))]:
        return f"Changed on your side since it worked, the likeliest reason first: {', '.join(sent)}."
    if NOTED in ours:
        return 'The request is unchanged; a setting was changed here, see "done here".'
    else_where = "at the provider or Mesh" + ("" if describe_status(after).isdigit() else ", or on the way there")
    if ours:
        return f"The request is unchanged, and the policy is not why it fails: so the change is {else_where}."
    if any(change.side is Side.THEIRS for change in found):
        return f"Nothing that meshtui records changed on your side, only on theirs: so the change is {else_where}."
    return f"Nothing that meshtui records changed: so the change is {else_where}."


def _list_differences(before: Past, after: Past) -> list[Change]:
    comparable = bool(before.inputs.path and after.inputs.path)
    sides: dict[Side, list[Change]] = {side: [] for side in Side}
    for facet in FACETS:
        was, now = facet.read(before), facet.read(after)
        # A refusal comes with fewer headers than an answer: that one is missing is no change.
        counts = comparable if facet.side is Side.OURS else facet.side is Side.OUTCOME or (was and now)
        if was != now and counts:
            says = SAME_ID if facet.what == KEY and _has_same_id(was, now) else facet.says
            says = AFTERWARDS if facet.what == POLICY and _is_policy_irrelevant(before) else says
            sides[facet.side].append(Change(facet.what, was or "(none)", now or "(none)", says, facet.side))
    clock = _compare_clock(before, after)
    ours = clock + sides[Side.OURS] if after.inputs.provider in SIGNING else sides[Side.OURS] + clock
    return [*ours, *sides[Side.THEIRS], *sides[Side.OUTCOME], *_compare_pace(before, after)]


def _compare_clock(before: Past, after: Past) -> list[Change]:
    was, now = measure_skew(list_exchanges(before)), measure_skew(list_exchanges(after))
    if was is None or now is None or abs(now - was) < UNLIKE:
        return []
    says = "signatures and short-lived tokens are refused where it is some minutes off"
    return [Change("this machine's clock", _describe_skew(was), _describe_skew(now), says)]


def _compare_pace(before: Past, after: Past) -> list[Change]:
    """The duration, where it is much longer now; and the time between the two runs."""
    was, now = (past.ended.seconds if past.ended else None for past in (before, after))
    slower = was is not None and now is not None and now > max(1.0, was * SLOWER)
    took = [Change("duration", f"{was:.1f} s", f"{now:.1f} s", "", Side.OUTCOME)] if slower else []
    return [*took, Change("time between", "", format_time_span(after.at - before.at), "", Side.OUTCOME)]


def _is_policy_irrelevant(before: Past) -> bool:
    """Whether the policy cannot be the reason: a stricter policy is one only where the first run fell back
    unnoticed."""
    return name_server(before) == Served.OWN_KEY


def _has_same_id(was: str, now: str) -> bool:
    return was.partition("/")[0] == now.partition("/")[0]


def _describe_skew(seconds: float) -> str:
    return describe_offset(seconds) if seconds else "right"
