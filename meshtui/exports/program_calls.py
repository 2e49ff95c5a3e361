"""The calls of somebody's own program, written into a file while they happen (HAR), or as a report at the end."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from meshtui import __version__
from meshtui.base.privacy import hide_names
from meshtui.base.redaction import redact, redact_tree
from meshtui.base.text import format_json, make_plain
from meshtui.exports.case import Case, hide_names_in
from meshtui.exports.har import make_entry
from meshtui.exports.markdown_report import write_report
from meshtui.providers.sent_request import is_sent
from meshtui.tap.call_recording import describe_call, judge_outcome, make_attempt

if TYPE_CHECKING:
    from meshtui.tap.attribution import Attributed
    from meshtui.tap.call_explanation import Judgement
    from meshtui.tap.grouping import Placed, Summary
    from meshtui.tap.observed_calls import ObservedCall

Hide = Callable[[str], str]
MAX_CASES = 50
"""The most failures of different causes, keys and providers that a report explains in full."""
_END = "\n]}}\n"


def _open_new(path: str) -> TextIO:
    """A file for its owner alone, in a folder that is there. Raises OSError, also where there is such a file."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")


class HarFile:
    """HAR 1.2, whole after each call, so that it can be read though the program never ends. For its owner alone."""

    def __init__(self, path: str, hide: Hide | None, tell: Callable[[str], None]) -> None:
        """`hide` puts placeholders for names. `tell` is called once if the file cannot be written, with the reason. The
        file must not exist yet."""
        self._path, self._hide, self._tell = path, hide, tell
        self._file: TextIO | None = None
        self._end = 0
        self._count = 0
        try:
            self._file = _open_new(path)
            creator = {"name": "meshtui", "version": __version__}
            self._file.write(f'{{"log": {{"version": "1.2", "creator": {format_json(creator)}, "entries": [')
            self._end = self._file.tell()
            self._file.write(_END)
        except OSError as problem:
            self._fail(problem)

    def add(self, call: ObservedCall, attributed: Attributed, judgement: Judgement, _: Placed) -> None:
        if self._file is None or not is_sent(call.exchange):
            return
        explanation = judgement.explanation
        parts = [
            f"your program, {call.process.name} {call.process.pid}" if call.process else "your program",
            attributed.sentence,
            explanation.cause if explanation else "",
            "answered by an injected fault, not sent" if call.injected else "",
        ]
        entry = redact_tree(make_entry(call.exchange, "; ".join(filter(None, parts))))
        text = format_json(entry)
        try:
            self._file.seek(self._end)
            self._file.write((",\n" if self._count else "\n") + (self._hide(text) if self._hide else text))
            self._end = self._file.tell()
            self._file.write(_END)
            self._file.flush()
            self._count += 1
        except OSError as problem:
            self._fail(problem)

    def _fail(self, problem: OSError) -> None:
        self._file = None
        self._tell(f"{self._path} cannot be written: {problem.strerror or problem}")

    async def close(self, _: Summary) -> None:
        if self._file is not None:
            self._file.close()
            self._tell(f"{self._path}: {self._count} exchanges, for browsers and `meshtui explain`")


class ReportFile:
    """A Markdown report: what the calls came to, and each failure of its own kind in full. Names are hidden."""

    def __init__(self, path: str, program: str, tell: Callable[[str], None]) -> None:
        self._path, self._program, self._tell = path, program, tell
        self._cases: dict[tuple[str, str, str], Case] = {}

    def add(self, call: ObservedCall, attributed: Attributed, judgement: Judgement, placed: Placed) -> None:
        explanation = judgement.explanation
        if explanation is None and not judgement.fell_back:
            return
        key = (explanation.rule if explanation else "fallback", call.exchange.provider, attributed.fingerprint)
        if key in self._cases or len(self._cases) >= MAX_CASES:
            return
        self._cases[key] = Case(
            call.exchange.started,
            describe_call(call, attributed),
            str(placed.group),
            (make_attempt(call, attributed, judgement),),
            outcome=judge_outcome(call, attributed, judgement),
        )

    async def close(self, summary: Summary) -> None:
        from meshtui.tap.run_report import describe_summary

        lines = [f"# What the calls of `{self._program}` came to", "", "```text", *describe_summary(summary), "```", ""]
        text = hide_names("\n".join(lines))
        for case in self._cases.values():
            one = write_report(hide_names_in(case, hide_names))
            text += "\n" + one.replace("\n## ", "\n### ").replace("# ", "## ", 1)
        try:
            with _open_new(self._path) as file:
                file.write(make_plain(redact(text)))
        except OSError as problem:
            self._tell(f"{self._path} cannot be written: {problem.strerror or problem}")
        else:
            self._tell(f"{self._path}: a report of {len(self._cases)} different failures, names hidden")
