"""Where the time of one exchange went: a bar a phase, each where it lay in the whole."""

from __future__ import annotations

from meshtui.base.exchange import Exchange, Timings
from meshtui.base.text import duration
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph
from meshtui.tui.words import Parts, clock

LABEL_WIDTH, NUMBER_WIDTH = 21, 12
SAYS = (
    ("connect", "the name looked up, TCP and TLS; next to nothing where a connection was still open"),
    ("send", "until the last byte of the request was handed over"),
    ("wait for first byte", "the way there and back, and the provider's work before it says anything"),
    ("body", "from the answer's head to its last byte; of a stream, as long as the model speaks"),
)


def timing_lines(exchange: Exchange, width: int) -> Lines:
    """What was not reached says so."""
    timings = exchange.timings
    end = max((at for at in _marks(timings) if at is not None), default=0.0)
    lines = heading(f"Began at {clock(exchange.started)}", width)[1:]
    since: float | None = 0.0
    for (name, _), at in zip(SAYS, _marks(timings), strict=True):
        lines.append(_phase(name, since, at, end, width))
        since = at if at is not None else since
    total = duration(timings.total) if timings.total is not None else "not known: its end was not reached"
    lines.append(((f"{'total':<{LABEL_WIDTH}}", "dim"), (_aligned(total), "strong")))
    lines += heading("What the phases are", width)
    return [*lines, *labelled(SAYS, width, LABEL_WIDTH), BLANK, *paragraph("Measured on this machine.", width, "dim")]


def _marks(timings: Timings) -> tuple[float | None, ...]:
    return timings.connected, timings.sent, timings.first_byte, timings.total


def _phase(name: str, since: float | None, at: float | None, end: float, width: int) -> Parts:
    label = (f"{name:<{LABEL_WIDTH}}", "dim")
    if at is None or since is None:
        return (label, ("not reached", "dim"))
    room = width - LABEL_WIDTH - NUMBER_WIDTH
    before, after = (round(room * moment / end) if end else 0 for moment in (since, at))
    before = min(before, room - 1)
    return (label, (_aligned(duration(at - since)), ""), (" " * before, ""), ("━" * max(1, after - before), "accent"))


def _aligned(number: str) -> str:
    """At the right of its column, and two spaces before the bar; a sentence as it is."""
    return f"{number:>{NUMBER_WIDTH - 2}}  " if len(number) < NUMBER_WIDTH - 1 else number
