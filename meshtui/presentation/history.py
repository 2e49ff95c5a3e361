"""What `meshtui history` prints, as text and as JSON. Field names are stable; all of it was redacted when it was kept.

A run is told as {run, at, path, credential, model, worked, cancelled, sentence, seconds, asked}: `at` is Unix time,
`worked` null where it does not tell, `asked` what it was made of (`meshtui.journal.entry.Asked`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from meshtui.base.text import duration, one_line
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.journal.changes import Change, Side
from meshtui.journal.database import Listed
from meshtui.journal.past_runs import Past
from meshtui.presentation.check import MARKS
from meshtui.presentation.run_json import Json, attempt_as_json, check_as_json, verdict_as_json
from meshtui.presentation.run_text import run_as_text
from meshtui.runs.model import Attempt, Path, Run, RunRequest, Verdict

__all__ = ["Json", "cleared", "comparison", "listing", "nothing_to_compare", "one"]

Told = tuple[str, Json]
"""The same as text and as data."""
WORKED = {True: "[ok]", False: "[x]", None: "[?]"}
STOPPED = "[-]"
SIDES = {
    Side.OURS: "what was sent",
    Side.THEIRS: "what the provider or Mesh says of itself",
    Side.OUTCOME: "how it came out",
}


def listing(listed: Listed, where: str) -> Told:
    rows = [_row(past) for past in listed.runs]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    told = [f"{len(rows)} of {listed.of} runs, the newest first, in {where}" if rows else f"No runs yet in {where}"]
    told += [_unreadable(listed.unreadable)] if listed.unreadable else []
    data = {"runs": [_as_json(past) for past in listed.runs], "of": listed.of, "unreadable": listed.unreadable}
    return "\n".join([*lines, *([""] if lines else []), *told]), data


def one(past: Past) -> Told:
    details = [entry.detail for entry in past.entries]
    check_report = next((d for d in details if isinstance(d, CheckReport)), None)
    attempts = tuple(d for d in details if isinstance(d, Attempt))
    verdict = next((d for d in details if isinstance(d, Verdict)), None)
    if check_report is not None:
        body = "\n".join(_check_report(check_report))
    elif verdict is not None:
        path = Path(past.asked.path) if past.asked.path in list(Path) else Path.BYOK
        body = run_as_text(Run(past.run, RunRequest(path, None), past.at, attempts, verdict))
    else:
        body = past.ended.text if past.ended else "It never came to an end, or that cannot be read any more."
    data = _as_json(past) | {
        "verdict": verdict_as_json(verdict) if verdict else None,
        "attempts": [attempt_as_json(attempt) for attempt in attempts],
        "checks": [check_as_json(d) for d in details if isinstance(d, CheckResult)],
    }
    return "\n".join([_headline(past), *_asked(past), "", body]), data


def comparison(before: Past, after: Past, found: Sequence[Change], concluded: str) -> Told:
    lines = [f"it worked:  {_headline(before)}", f"it failed:  {_headline(after)}", "", concluded]
    for side, title in SIDES.items():
        its = [change for change in found if change.side is side]
        lines += ["", title, *(line for change in its for line in _change(change))] if its else []
    data: Json = {
        "before": _as_json(before),
        "after": _as_json(after),
        "conclusion": concluded,
        "changes": [change._asdict() | {"side": str(change.side)} for change in found],
    }
    return "\n".join(lines), data


def nothing_to_compare(said: str, failed: Past | None) -> Told:
    after = _as_json(failed) if failed else None
    text = f"it failed:  {_headline(failed)}\n\n{said}" if failed else said
    return text, {"before": None, "after": after, "conclusion": said, "changes": []}


def cleared(count: int) -> Told:
    return f"Forgotten: {count} {'entry' if count == 1 else 'entries'}.", {"cleared": count}


def _row(past: Past) -> tuple[str, ...]:
    """Time, id, mark, path, credential, model, duration, sentence."""
    ended = past.ended
    return (
        _when(past.at), past.run, STOPPED if ended and ended.cancelled else WORKED[past.worked], past.asked.path or "?",
        past.credential, past.model, duration(ended.seconds if ended else None),
        one_line(ended.text if ended else "never came to an end", 80),
    )  # fmt: skip


def _headline(past: Past) -> str:
    return "  ".join(filter(None, _row(past)[:6]))


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def _asked(past: Past) -> Iterator[str]:
    for name, value in asdict(past.asked).items():
        if value:
            yield f"  {name.replace('_', ' '):<12} {one_line(str(value))}"


def _check_report(check_report: CheckReport) -> Iterator[str]:
    for check in check_report.checks:
        yield f"  {MARKS[check.status]:<4} {check.name:<17} {one_line(check.note or check.proves)}".rstrip()
        if check.fix:
            yield f"       fix: {one_line(check.fix)}"
    yield f"  => {one_line(check_report.sentence)}"


def _change(change: Change) -> Iterator[str]:
    values = f"{change.before} -> {change.after}" if change.before else change.after
    yield f"  {change.what:<28} {one_line(values)}"
    if change.says:
        yield f"  {'':<28} {change.says}"


def _unreadable(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'} passed over: damaged, or written by another version"


def _as_json(past: Past) -> Json:
    ended = past.ended
    return {
        "run": past.run,
        "at": past.at,
        "path": past.asked.path or None,
        "credential": past.credential or None,
        "model": past.model or None,
        "worked": past.worked,
        "cancelled": bool(ended and ended.cancelled),
        "sentence": ended.text if ended else None,
        "seconds": ended.seconds if ended else None,
        "asked": asdict(past.asked),
    }
