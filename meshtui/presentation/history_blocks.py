"""The content of past runs, made once: what one was made of, how it ended, and what changed since it worked.

As blocks (see `presentation.blocks`), and as the JSON that `presentation.json_schema` describes. All of it was
redacted when it was kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from meshtui.base.credential import Policy
from meshtui.base.text import format_duration, make_one_line
from meshtui.base.times import format_clock
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.changes import Change, Side
from meshtui.journal.database import Listed
from meshtui.journal.entry import CHECK, LOG_FILE, Entry, EntryKind, RunInputs
from meshtui.journal.past_runs import Past
from meshtui.presentation.blocks import Block, Facts, Heading, Mark, Page, Paragraph, Title
from meshtui.presentation.check_blocks import POLICIES, make_check_report_blocks, mark_check_report
from meshtui.presentation.explanation_blocks import format_explanation_json, make_explanation_blocks
from meshtui.presentation.json_answers import format_attempt_json, format_check_json, format_verdict_json
from meshtui.presentation.json_schema import Json
from meshtui.presentation.lines import render_text
from meshtui.presentation.verdict_blocks import STOPPED, list_attempts_blocks, make_verdict_blocks, mark_verdict
from meshtui.providers.registry import find_kind
from meshtui.runs.model import Attempt, Verdict

NO_END = Mark("-", "no end", "dim")
"""It was still running when meshtui ended, or its end cannot be read any more."""
NEVER_ENDED = "It never ended, or its end cannot be read."
SIDES = {
    Side.OURS: "On your side",
    Side.THEIRS: "On their side: what the provider or Mesh says of itself",
    Side.OUTCOME: "The result",
}
MOST_TOLD = 20
"""The most reports of a failure in a log that are listed."""
NOT_COMPARED = "Keys are compared by their fingerprints, prompts by their lengths."
Answer = tuple[str, Json]
"""The same as text and as data."""


def mark_past(past: Past) -> tuple[Mark, str]:
    """The mark, and the sentence that it ended with."""
    ended = past.ended
    if ended is None:
        return NO_END, NEVER_ENDED
    if isinstance(ended.detail, Verdict):
        return mark_verdict(ended.detail, ended.cancelled)[0], ended.text
    if isinstance(ended.detail, CheckReport):
        return mark_check_report(ended.detail)[0], ended.text
    return STOPPED, ended.text


def make_inputs_blocks(inputs: RunInputs) -> Page:
    """The inputs of a run or a check; those without a meaning for it are left out."""
    check = inputs.path == CHECK
    found = find_kind(inputs.kind)
    kind = found.title if found else ""
    policy = POLICIES[Policy(inputs.policy)] if inputs.policy in list(Policy) else ""
    return (
        Facts((
            ("Path", "" if check else inputs.path),
            ("Credential", " · ".join(part for part in (inputs.credential, kind, policy) if part)),
            ("Source", inputs.source),
            ("Fingerprint", inputs.fingerprint),
            ("Model", inputs.model),
            ("Region", inputs.region),
            ("Host", inputs.host),
            ("Sent", "" if check or not inputs.prompt else _describe_prompt(inputs)),
            ("Timeout", f"{inputs.timeout:g} s" if inputs.timeout else ""),
            ("By", f"meshtui {inputs.version}" if inputs.version else ""),
        )),
    )  # fmt: skip


def _describe_prompt(inputs: RunInputs) -> str:
    parts = [f"prompt of {inputs.prompt} characters"]
    parts += [f"system prompt of {inputs.system}"] if inputs.system else []
    parts += [f"at most {inputs.max_tokens} tokens", "streamed" if inputs.stream else "not streamed"]
    parts += ["a tool offered"] if inputs.tools else []
    parts += ["Mesh's cache may answer"] if inputs.cache else []
    return " · ".join(parts)


def find_log_failure(entries: Sequence[Entry]) -> Explanation | None:
    """What failed, of a run that is a kind of failure in a log file; None of any other."""
    inputs = entries[0].detail if entries else None
    if not isinstance(inputs, RunInputs) or inputs.path != LOG_FILE:
        return None
    return next((entry.detail for entry in reversed(entries) if isinstance(entry.detail, Explanation)), None)


def make_log_failure_blocks(explanation: Explanation, entries: Sequence[Entry]) -> Page:
    """A kind of failure in a log file: its card, and each of its reports."""
    inputs = entries[0].detail
    source = inputs.source if isinstance(inputs, RunInputs) else ""
    reports = [(format_clock(entry.at), entry.text) for entry in entries if entry.what is EntryKind.NOTE]
    ended = [entry.detail.sentence for entry in entries if isinstance(entry.detail, Verdict)]
    return (
        *make_explanation_blocks(explanation),
        Heading("In the log"),
        Facts((("File", source), ("It came", "; ".join(ended)), *reports[:MOST_TOLD])),
    )


def make_past_blocks(past: Past) -> Page:
    """One past run as it was shown then, and its inputs."""
    if (failure := find_log_failure(past.entries)) is not None:
        return make_log_failure_blocks(failure, past.entries)
    details = [entry.detail for entry in past.entries]
    report = next((d for d in details if isinstance(d, CheckReport)), None)
    verdict = next((d for d in details if isinstance(d, Verdict)), None)
    attempts = tuple(d for d in details if isinstance(d, Attempt))
    if report is not None:
        body: Page = make_check_report_blocks(report)
    elif verdict is not None:
        cancelled = bool(past.ended and past.ended.cancelled)
        body = (*make_verdict_blocks(verdict, attempts, cancelled=cancelled), *list_attempts_blocks(attempts))
    else:
        body = (Paragraph(past.ended.text if past.ended else NEVER_ENDED),)
    return (*body, Heading("What was asked"), *make_inputs_blocks(past.inputs))


def make_changes_blocks(before: Past, after: Past, changes: Sequence[Change], conclusion: str) -> Page:
    """What changed between a run that worked and one that did not."""
    return (
        Title(conclusion),
        Facts((("It worked", _describe_end(before)), ("It failed", _describe_end(after)))),
        *(block for side, title in SIDES.items() for block in _list_side_blocks(title, changes, side)),
        Paragraph(NOT_COMPARED, "dim"),
    )


def _list_side_blocks(title: str, changes: Sequence[Change], side: Side) -> Iterator[Block]:
    its = [change for change in changes if change.side is side]
    if its:
        yield Heading(title)
        yield Facts(tuple((change.what, _describe_change(change)) for change in its))


def _describe_change(change: Change) -> str:
    values = f"{change.before} → {change.after}" if change.before else change.after
    return f"{values}\n{change.says}" if change.says else values


def _describe_end(past: Past) -> str:
    mark, sentence = mark_past(past)
    return f"{format_time(past.at)}  {mark.glyph} {mark.word}: {sentence}"


def format_time(at: float) -> str:
    """Local date and time: `2026-11-23 14:03`."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def list_past(listed: Listed, where: str) -> Answer:
    """A line a run: time, id, mark, path, credential, model, duration, sentence."""
    rows = [_make_row(past) for past in listed.runs]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    runs = "run" if listed.of == 1 else "runs"
    count = f"{len(rows)} of {listed.of} {runs}, newest first, in {where}" if rows else f"No runs yet in {where}"
    foot = [count, *([_count_unreadable(listed.unreadable)] if listed.unreadable else [])]
    data = {"runs": [format_past_json(past) for past in listed.runs], "of": listed.of, "unreadable": listed.unreadable}
    return "\n".join([*lines, *([""] if lines else []), *foot]), data


def tell_past(past: Past) -> Answer:
    """One past run, whole."""
    details = [entry.detail for entry in past.entries]
    verdict = next((d for d in details if isinstance(d, Verdict)), None)
    failure = find_log_failure(past.entries)
    data = format_past_json(past) | {
        "explanation": format_explanation_json(failure) if failure else None,
        "verdict": format_verdict_json(verdict) if verdict else None,
        "attempts": [format_attempt_json(d) for d in details if isinstance(d, Attempt)],
        "checks": [format_check_json(d) for d in details if isinstance(d, CheckResult)],
    }
    return f"{_format_headline(past)}\n\n{render_text(make_past_blocks(past))}".rstrip("\n"), data


def tell_changes(before: Past, after: Past, changes: Sequence[Change], conclusion: str) -> Answer:
    data: Json = {
        "before": format_past_json(before),
        "after": format_past_json(after),
        "conclusion": conclusion,
        "changes": [change._asdict() | {"side": str(change.side)} for change in changes],
    }
    return render_text(make_changes_blocks(before, after, changes, conclusion), 100).rstrip("\n"), data


def tell_no_comparison(reason: str, failed: Past | None) -> Answer:
    """Why there is nothing to compare."""
    text = f"It failed:  {_format_headline(failed)}\n\n{reason}" if failed else reason
    after = format_past_json(failed) if failed else None
    return text, {"before": None, "after": after, "conclusion": reason, "changes": []}


def tell_cleared(count: int) -> Answer:
    return f"Deleted: {count} {'entry' if count == 1 else 'entries'}.", {"cleared": count}


def _make_row(past: Past) -> tuple[str, ...]:
    ended = past.ended
    mark, sentence = mark_past(past)
    return (
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(past.at)), past.run, mark.ascii, past.inputs.path or "?",
        past.credential, past.model, format_duration(ended.seconds if ended else None), make_one_line(sentence, 80),
    )  # fmt: skip


def _format_headline(past: Past) -> str:
    return "  ".join(filter(None, _make_row(past)[:6]))


def _count_unreadable(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'} skipped: damaged, or written by another version"


def format_past_json(past: Past) -> Json:
    ended = past.ended
    return {
        "run": past.run,
        "at": past.at,
        "path": past.inputs.path or None,
        "credential": past.credential or None,
        "model": past.model or None,
        "worked": past.worked,
        "cancelled": bool(ended and ended.cancelled),
        "sentence": ended.text if ended else None,
        "seconds": ended.seconds if ended else None,
        "asked": asdict(past.inputs),
    }
