"""When in its run a call was made: a bar of a dozen cells, thin while its answer is awaited and thick while it comes,
and beside it the time to the first byte and to the end. The scale of all bars of a run stands in the run's own row.
"""

from __future__ import annotations

from meshtui.base.text import duration
from meshtui.tui.words import Part

CELLS = 12
WAITING, COMING = "─", "█"
"""Two glyphs that differ without colour: awaiting the first byte, receiving."""
FIRST, ALL = 10, 8
"""Columns of the two numbers."""
HEADINGS = ("1st byte", "all")


def bar(offset: float, first: float | None, total: float, length: float) -> tuple[str, str, str]:
    """The empty part, the waiting and the receiving one, CELLS together at most. Seconds: `offset` from the run's start
    to the call's, `first` and `total` from there on, `length` of the run. `first` None: nothing was received. A call
    has a cell at least, however short it was."""
    scale = CELLS / length if length > 0 else 0.0
    begin = min(CELLS - 1, int(offset * scale))
    end = max(begin + 1, min(CELLS, round((offset + total) * scale)))
    turn = end if first is None else min(end - 1, max(begin, round((offset + first) * scale)))
    return " " * begin, WAITING * (turn - begin), COMING * (end - turn)


def times(at: float, first: float | None, total: float | None, span: tuple[float, float]) -> list[Part]:
    """The bar and both numbers as columns; `at` is Unix time, `first` and `total` are seconds from there on."""
    empty, waiting, coming = "", "", ""
    if total is not None:
        empty, waiting, coming = bar(at - span[0], first, total, span[1])
    rest = " " * (CELLS - len(empty + waiting + coming))
    return [
        (empty, ""), (waiting, "dim"), (coming, "accent"), (rest, ""),
        (f"{duration(first):>{FIRST}}{duration(total):>{ALL}}", "dim"),
    ]  # fmt: skip


def scale(length: float) -> list[Part]:
    """What stands above them in the run's row: the time that a whole bar is, and the numbers' headings."""
    whole = f" {duration(length)} "
    return [
        (f"├{whole:─^{CELLS - 2}}┤", "dim"),
        (f"{HEADINGS[0]:>{FIRST}}{HEADINGS[1]:>{ALL}}", "dim"),
    ]  # fmt: skip
