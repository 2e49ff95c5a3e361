"""Spans of time as providers write them (`6m0s`, `174ms`, `45.19s`, `34s`) and as people read them."""

from __future__ import annotations

from meshtui.explain.lazy import Pattern

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = Pattern(r"(\d{1,12}(?:\.\d{1,12})?)\s?(ms|s|m|h|d)")
_FOREVER = 400 * 86400.0


def seconds(text: str) -> float | None:
    """`1h2m3.5s` → 3723.5; a bare number counts as seconds; None for anything else."""
    text = text.strip()[:40]
    if not text:
        return None
    total, at = 0.0, 0
    for part in _PART.finditer(text):
        if part.start() != at:
            return None
        total += float(part[1]) * _UNITS[part[2]]
        at = part.end()
    if at == 0 and text.replace(".", "", 1).isdecimal() and text.isascii():
        return min(float(text), _FOREVER)
    return min(total, _FOREVER) if at == len(text) else None


def duration(taken: float | None) -> str:
    """How long something took: `142 ms` below ten seconds, `12.3 s` from there on; empty for None."""
    if taken is None:
        return ""
    return f"{taken * 1000:.0f} ms" if taken < 10 else f"{taken:.1f} s"


def words(span: float) -> str:
    """174 ms, 20 s, 6 min, 61 min, 4 h 45 min, 5 days: what a person reads."""
    if span < 1:
        return f"{max(1, round(span * 1000))} ms" if span > 0 else "0 s"
    if span < 120:
        return f"{round(span, 1):g} s" if span < 10 else f"{round(span)} s"
    if span < 7200:
        return f"{round(span / 60)} min"
    if span < 172800:
        hours, minutes = divmod(round(span / 60), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(span / 86400)} days"
