"""What `meshtui run` prints while the program runs and at its end: on standard error, or as JSON lines."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TextIO

from meshtui.base.redaction import redact, redact_tree
from meshtui.base.text import format_json, make_one_line, make_plain

# What explains is loaded when there is something to explain: most runs begin without a failure, and all with a start.
if TYPE_CHECKING:
    from meshtui.tap.attribution import Attributed, Doubt
    from meshtui.tap.call_explanation import Judgement
    from meshtui.tap.grouping import Attempts, Summary
    from meshtui.tap.observed_calls import Note, ObservedCall
    from meshtui.tap.sandbox_hosts import HostsReport

PREFIX = "meshtui: "
MAX_HELD = 2000
"""Lines that wait while a full-screen program has the terminal."""
NO_CALL_SEEN = "no call to OpenAI, Bedrock, Vertex or Mesh was seen"
WHY_NO_CALL = (
    "Nothing came through the proxy. Either the program made no call, or it obeys no proxy variables: the AWS SDK for "
    "JavaScript, Node before 22.21, a program in a container. `meshtui run --base-urls` sets the addresses that SDKs "
    "read."
)
MAX_DOUBTS = 1000
"""Doubts that are said in one run at most."""
FAIL_ON = ("fallback", "refused", "limited", "any")


def find_status(fail_on: tuple[str, ...], child: int, summary: Summary) -> int:
    """The exit status: the program's own where it failed or nothing of `fail_on` happened, else ours."""
    if child or not fail_on:
        return child
    from meshtui.explain.causes import CAUSES, LIMITED, REFUSED
    from meshtui.runs.exit_status import FELL_BACK

    seen = [CAUSES[cause].exit_status for cause in summary.causes if cause in CAUSES]
    if summary.fallbacks and {"fallback", "any"} & set(fail_on):
        return FELL_BACK
    for word, status in (("refused", REFUSED), ("limited", LIMITED)):
        if word in fail_on and status in seen:
            return status
    return min((status for status in seen if status), default=0) if "any" in fail_on else 0


class NewDoubts:
    """Tells which doubts were not said yet: each is said once for each key and host."""

    def __init__(self) -> None:
        self._said: set[tuple[str, str]] = set()

    def take(self, host: str, attributed: Attributed) -> Iterator[Doubt]:
        for doubt in attributed.doubts:
            key = (doubt.id, attributed.fingerprint + host)
            if key not in self._said and len(self._said) < MAX_DOUBTS:
                self._said.add(key)
                yield doubt


class TextReport:
    """One line a failure, a card for each new cause, the summary. With `quiet` the summary alone, with `everything`
    successes too."""

    def __init__(self, stream: TextIO, *, quiet: bool = False, everything: bool = False, width: int = 80) -> None:
        self._stream, self._quiet, self._everything, self._width = stream, quiet, everything, width
        self._explained: set[tuple[str, ...]] = set()
        self._doubts = NewDoubts()
        self._held: list[str] = []

    def doubt(self, host: str, attributed: Attributed) -> None:
        """Says before the answer what speaks against the key, once for each key and doubt."""
        for doubt in self._doubts.take(host, attributed):
            self._print([f"[!] {doubt.text}", f"    {attributed.sentence}", f"    {doubt.step}"])

    def call(self, call: ObservedCall, attributed: Attributed, judgement: Judgement) -> None:
        explanation = judgement.explanation
        if explanation is None:
            if judgement.fell_back and judgement.verdict:
                self._print([f"[!] {describe_call(call)}: fell back", f"    {judgement.verdict.sentence}",
                             f"    {attributed.sentence}"])  # fmt: skip
            elif self._everything:
                self._print([f"[ok] {describe_call(call)}: {attributed.sentence}"])
            return
        from meshtui.explain.causes import CAUSES
        from meshtui.presentation.explanation_blocks import format_explanation

        self._print([f"[x] {describe_call(call)}: {explanation.cause}, {CAUSES[explanation.cause].title}"])
        key = (explanation.rule, explanation.provider, attributed.fingerprint)
        if key in self._explained or len(self._explained) > 500:
            return
        self._explained.add(key)
        lines = [f"    {attributed.sentence}"]
        lines += [f"    Mesh: {judgement.verdict.sentence}"] if judgement.verdict else []
        whose = _name_key_at_fault(call, attributed, explanation.credential)
        shown = format_explanation(explanation, max(self._width - 4, 40), key=whose).splitlines()
        self._print([*lines, "", *(f"    {line}".rstrip() for line in shown), ""])

    def attempts(self, attempts: Attempts) -> None:
        self._print([f"[!] {attempts.sentence}"])

    def note(self, note: Note) -> None:
        self._print([f"[-] {note.text}", *([f"    {note.step}"] if note.step else [])])

    def end(self, summary: Summary) -> None:
        """Prints the summary, and before it what had to wait for the program's screen."""
        self._release()
        self._write([PREFIX + line for line in describe_summary(summary)])

    def hosts(self, report: HostsReport) -> None:
        """Prints what the sandbox in the hosts' place saw."""
        from meshtui.tap.sandbox_hosts import describe_hosts

        self._write([PREFIX + line for line in describe_hosts(report)])

    def _print(self, lines: list[str]) -> None:
        if self._quiet:
            return
        shown = [PREFIX + lines[0], *lines[1:]] if lines[0][:1] == "[" else lines
        if is_screen_taken(self._stream):
            self._held = [*self._held, *shown][-MAX_HELD:]
            return
        self._release()
        self._write(shown)

    def _release(self) -> None:
        held, self._held = self._held, []
        if held:
            self._write(held)

    def _write(self, lines: list[str]) -> None:
        try:
            self._stream.write("".join(f"{make_plain(redact(line))}\n" for line in lines))
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads any more; the program goes on
            self._quiet = True


class JsonReport:
    """A JSON object a line: calls, notes, retries and the summary, each with its `type`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def doubt(self, host: str, attributed: Attributed) -> None:
        for doubt in attributed.doubts:
            self._write({"type": "doubt", "host": host, "id": doubt.id, "text": doubt.text, "step": doubt.step,
                         "sent": attributed.sentence})  # fmt: skip

    def call(self, call: ObservedCall, attributed: Attributed, judgement: Judgement) -> None:
        self._write({"type": "call", **call_json(call, attributed, judgement)})

    def attempts(self, attempts: Attempts) -> None:
        self._write({"type": "retries", "statuses": list(attempts.statuses), "request": attempts.label,
                     "seconds": round(attempts.ended - attempts.started, 3), "hidden": attempts.hidden})  # fmt: skip

    def note(self, note: Note) -> None:
        self._write({"type": "note", "kind": str(note.kind), "host": note.host, "text": note.text, "step": note.step,
                     "process": _process_json(note)})  # fmt: skip

    def end(self, summary: Summary) -> None:
        self._write({"type": "summary", **format_summary_json(summary)})

    def hosts(self, report: HostsReport) -> None:
        from meshtui.tap.sandbox_hosts import format_hosts_json

        self._write({"type": "sandbox", **format_hosts_json(report)})

    def _write(self, value: dict[str, object]) -> None:
        try:
            self._stream.write(format_json(redact_tree(value)) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return


class Report(Protocol):
    """Receives what happens in a run. No method may raise."""

    def doubt(self, host: str, attributed: Attributed, /) -> None:
        """What speaks against the key of a request, before its answer."""

    def call(self, call: ObservedCall, attributed: Attributed, judgement: Judgement, /) -> None: ...
    def attempts(self, attempts: Attempts, /) -> None:
        """A request that was sent several times, once that is over."""

    def note(self, note: Note, /) -> None: ...
    def end(self, summary: Summary, /) -> None: ...
    def hosts(self, report: HostsReport, /) -> None:
        """What the sandbox that replaced the hosts recorded, after the summary."""


def _name_key_at_fault(call: ObservedCall, attributed: Attributed, blamed: str | None) -> str:
    """The key that was sent, as its owner knows it; empty where that is not the one at fault: behind Mesh it may be the
    provider's key."""
    if (blamed == "mesh") != (call.exchange.provider == "mesh"):
        return ""
    known = attributed.known
    if known is not None and known.credential is not None:
        return f"{known.credential.name} ({known.shown})"
    return attributed.sent if attributed.fingerprint else ""


def is_screen_taken(stream: TextIO) -> bool:
    """Whether a full-screen program has put the terminal into raw mode: then a line of ours would spoil its picture."""
    try:
        import termios

        flags = termios.tcgetattr(stream.fileno())[3]
    except (ImportError, OSError, ValueError, termios.error):
        return False
    return not flags & termios.ICANON


def describe_call(call: ObservedCall) -> str:
    """`401 in 0.3 s, POST api.openai.com/v1/chat/completions (gpt-4o), python app.py 4711`."""
    from meshtui.base.text import format_duration

    exchange = call.exchange
    outcome = str(exchange.status) if exchange.status else ""
    if exchange.failure:
        outcome = f"{outcome} {exchange.failure.kind.replace('_', ' ')}".strip()
    took = f" in {format_duration(exchange.timings.total)}" if exchange.timings.total is not None else ""
    model = f" ({call.model})" if call.model and call.model not in call.request.path else ""
    process = f", {call.process.name} {call.process.pid}" if call.process else ""
    injected = " [answered by an injected fault]" if call.injected else ""
    path = make_one_line(call.request.path, 100)
    return f"{outcome}{took}, {call.request.method} {call.request.host}{path}{model}{process}{injected}"


def describe_summary(summary: Summary) -> Iterator[str]:
    if not summary.calls:
        yield from _describe_nothing(summary)
        return
    from meshtui.base.text import format_duration, write_dollars
    from meshtui.explain.causes import CAUSES

    where = ", ".join(f"{count} to {provider or 'others'}" for provider, count in summary.by_provider.most_common())
    yield f"{_count(summary.calls, 'call')} ({where}), {summary.failed} failed"
    for cause, count in summary.causes.most_common():
        yield f"  {count} x {cause}: {CAUSES[cause].title}"
    for key, (sent, origin) in summary.keys.items():
        yield f"  key {sent}, {_count(summary.uses[key], 'call')}{': ' + origin if origin else ''}"
    if summary.fallbacks:
        yield f"  {summary.fallbacks} served by fallback: billed to the Mesh balance"
    if any(summary.tokens):
        cost = f"; Mesh charged {write_dollars(summary.cost_usd)}, by its answers" if summary.cost_usd else ""
        yield f"  tokens: {summary.tokens[0]:,} in, {summary.tokens[1]:,} out{cost}"
    if summary.injected:
        yield f"  {summary.injected} answered by an injected fault: not sent to the host"
    if summary.hidden:
        failures = _count(summary.hidden, "failure")
        requests = "1 request was" if summary.retried == 1 else f"{summary.retried} requests were"
        yield f"  {failures} that your program may not have seen: {requests} sent again until answered, or given up"
    if summary.slowest[1]:
        yield f"  slowest: {format_duration(summary.slowest[0])}, {summary.slowest[1]}"
    for note in summary.notes:
        yield f"  {note.text}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _describe_nothing(summary: Summary) -> Iterator[str]:
    yield NO_CALL_SEEN
    if summary.notes:
        for note in summary.notes:
            yield f"  {note.text}"
        return
    if summary.blind_hosts:
        yield f"  other hosts were called: {', '.join(list(summary.blind_hosts)[:5])}"
        return
    yield from textwrap.wrap(WHY_NO_CALL, 110, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def call_json(call: ObservedCall, attributed: Attributed, judgement: Judgement) -> dict[str, object]:
    """A call as JSON-able data; the names are stable."""
    from meshtui.presentation.explanation_blocks import format_explanation_json

    exchange, explanation, verdict = call.exchange, judgement.explanation, judgement.verdict
    return {
        "number": call.request.number,
        "at": exchange.started,
        "provider": exchange.provider,
        "call": exchange.call,
        "method": exchange.request.method,
        "url": exchange.request.url,
        "model": call.model,
        "status": exchange.status,
        "failure": {"kind": exchange.failure.kind, "message": exchange.failure.message} if exchange.failure else None,
        "seconds": exchange.timings.total,
        "first_byte": exchange.timings.first_byte,
        "connect": call.connect_seconds,
        "bytes": {"sent": call.sent_bytes, "received": call.received_bytes},
        "request_id": exchange.request_id,
        "process": _process_json(call),
        "credential": {
            "shown": attributed.sent,
            "fingerprint": attributed.fingerprint,
            "scheme": str(call.request.credential.scheme),
            "header": call.request.credential.header,
            "origin": attributed.origin,
            "doubts": [doubt.id for doubt in attributed.doubts],
        },
        "explanation": format_explanation_json(explanation) if explanation else None,
        "verdict": {"served": str(verdict.served), "fell_back": verdict.fell_back, "basis": str(verdict.basis),
                    "paid": str(verdict.paid), "sentence": verdict.sentence} if verdict else None,
        "tokens": {"in": judgement.tokens[0], "out": judgement.tokens[1]} if judgement.tokens else None,
        "cost_usd": f"{judgement.bill.cost:f}" if judgement.bill else None,
        "remarks": list(call.remarks),
        "injected": call.injected,
    }  # fmt: skip


def _process_json(seen: ObservedCall | Note) -> dict[str, object] | None:
    return {"pid": seen.process.pid, "name": seen.process.name} if seen.process else None


def format_summary_json(summary: Summary) -> dict[str, object]:
    return {
        "calls": summary.calls,
        "failed": summary.failed,
        "by_provider": dict(summary.by_provider),
        "causes": dict(summary.causes),
        "keys": [{"shown": sent, "origin": origin, "calls": summary.uses[key]}
                 for key, (sent, origin) in summary.keys.items()],
        "fallbacks": summary.fallbacks,
        "tokens": {"in": summary.tokens[0], "out": summary.tokens[1]},
        "cost_usd": f"{summary.cost_usd:f}",
        "injected": summary.injected,
        "hidden_failures": summary.hidden,
        "retried_requests": summary.retried,
        "slowest": {"seconds": summary.slowest[0], "request": summary.slowest[1]},
        "notes": [note.text for note in summary.notes],
        "blind_hosts": list(summary.blind_hosts),
    }  # fmt: skip


def find_width(stream: TextIO) -> int:
    """The columns of the terminal; 80 where the output is no terminal."""
    try:
        return min(max(os.get_terminal_size(stream.fileno()).columns, 60), 100)
    except (OSError, ValueError):
        return 80
