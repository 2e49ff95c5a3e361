"""Text from outside as Markdown that shows it and does nothing else (CommonMark; GitHub's mentions and references).

A case as a Markdown report fit for a public issue: what happened, whose key, who repairs it, and the proof.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import indent

from meshtui import __version__
from meshtui.base.exchange import Exchange
from meshtui.base.names import PROVIDER_NAMES
from meshtui.base.text import duration, one_line, plain
from meshtui.checks.model import CheckReport
from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Explanation
from meshtui.exports.case import Case, Part
from meshtui.presentation.explanation import came, speaker
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import Paid, Served, Verdict

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")

_BAR, _NO_BAR = re.compile(r"(?<!\\)\|"), r"\\|"


def inline(text: str) -> str:
    """One line of text that is no markup: no mark, no HTML, no link to a person or an issue."""
    return _unlinked(_SPECIAL.sub(r"\\\1", one_line(text)))


def quoted(text: str) -> str:
    """One line between backticks, as code is; it cannot end them."""
    shown = one_line(text)
    ticks = "`" * (_longest_run(shown) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{space}{shown}{space}{ticks}" if shown else ""


def fenced(text: str, language: str = "") -> str:
    """A block of code, whatever stands in it: its fence is longer than any in the text."""
    shown = plain(text).rstrip("\n")
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def folded(summary: str, body: str) -> str:
    """A part that opens on a click; `summary` is text, `body` Markdown."""
    return f"<details>\n<summary>{_html(summary)}</summary>\n\n{body}\n\n</details>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The cells are Markdown already. A bar that divides nothing is escaped, within code too."""
    return "\n".join(_row(line) for line in (headings, ["---"] * len(headings), *rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_BAR.sub(_NO_BAR, cell) for cell in cells)} |"


def link(address: str) -> str:
    """A link that shows where it leads; where it is no whole address, code."""
    return f"<{address}>" if re.fullmatch(r"https?://[^\s<>]+", address) else quoted(address)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _html(text: str) -> str:
    shown = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _unlinked(shown)


def _unlinked(shown: str) -> str:
    """`@name` and `#12` would call a person, and be noted at that issue; with a comment within they are only text."""
    return re.sub(r"(@|#)(?=\w)", r"\1<!-- -->", shown)


LONGEST = 4_000
"""Characters of a request or an answer."""
LONGEST_OF_ALL = 45_000
"""Characters of all exchanges: GitHub takes 65,536 for an issue."""
_WHOSE = {"mesh": "the Mesh key", "provider": "the provider key"}
_WHO = {
    "key owner": "whoever owns the key",
    "account admin": "whoever runs the account",
    "caller": "whoever runs the program",
    "provider": "only the provider",
}
_SERVED = {
    Served.OWN_KEY: "the caller's own provider key",
    Served.PLATFORM: "Mesh's own credentials",
    Served.CACHE: "Mesh's response cache",
    Served.NOBODY: "nobody",
    Served.UNKNOWN: "cannot be told",
}
_PAID = {
    Paid.KEY_OWNER: "whoever owns the key, at the provider",
    Paid.MESH_BALANCE: "the Mesh balance",
    Paid.NOBODY: "nobody",
    Paid.UNKNOWN: "cannot be told",
}
_FELL = {True: "Mesh fell back", False: "Mesh did not fall back", None: "whether Mesh fell back cannot be told"}
_MARKS = {
    CheckStatus.PASSED: "ok",
    CheckStatus.FAILED: "failed",
    CheckStatus.UNCLEAR: "cannot be told",
    CheckStatus.SKIPPED: "not tried",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a maintainer asks first."""

    meshtui: str
    python: str
    system: str
    """Its family: Linux, Darwin, Windows."""

    @classmethod
    def here(cls) -> Surroundings:
        return cls(__version__, platform.python_version(), platform.system())


def report(case: Case, here: Surroundings | None = None) -> str:
    """The Markdown. Keys were masked before it came here; names are to be hidden before, see `case.hidden`."""
    parts = (
        _title(case),
        *_verdict(case),
        _asked(case),
        *_failure(case),
        *_tried(case),
        *_exchanges(case),
        _foot(here),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _title(case: Case) -> str:
    if case.failed:
        return f"# {inline(case.failed.headline)}"
    return f"# {inline(_sentence(case)) or 'What was sent, and what came back'}"


def _sentence(case: Case) -> str:
    match case.outcome:
        case Verdict() as verdict:
            return verdict.conclusion.sentence if verdict.conclusion else verdict.sentence
        case CheckReport() as check_report:
            return check_report.sentence
        case _:
            return ""


def _verdict(case: Case) -> Iterator[str]:
    if case.cancelled:
        yield "It was stopped before it came to its end."
    if isinstance(case.outcome, CheckReport):
        yield f"**Check:** {inline(case.outcome.sentence)}"
    if not isinstance(case.outcome, Verdict):
        return
    verdict = case.outcome
    alarm = ", a silent fallback" if verdict.alarm else ""
    yield f"**Verdict:** {inline(_sentence(case))}"
    facts = [
        f"Served: {_SERVED[verdict.served]}{alarm}; {_FELL[verdict.fell_back]} ({verdict.basis})",
        f"Paid: {_PAID[verdict.paid]}" + (f", {inline(verdict.cost_usd)} USD" if verdict.cost_usd else ""),
        *(f"Evidence: {quoted(evidence.what)}" for evidence in verdict.evidence),
    ]
    yield "\n".join(f"- {fact}" for fact in facts)


def _asked(case: Case) -> str:
    asked = case.asked
    words = (
        asked.path, asked.kind.replace("_", " "), asked.model, asked.region, asked.policy and f"policy {asked.policy}",
        "streamed" if asked.stream else "", f"{asked.timeout:g} s at most" if asked.timeout else "",
    )  # fmt: skip
    told = ", ".join(word for word in words if word)
    return f"**Asked:** {inline(told)}" if told else ""


def _failure(case: Case) -> Iterator[str]:
    told = case.failed
    if told is None:
        return
    yield "## Why"
    yield "\n".join(f"- {fact}" for fact in _facts(told))
    if told.proof:
        yield f"The {speaker(told)} says ({quoted(told.proof_from)}):"
        yield fenced(told.proof)
    if told.steps:
        yield "## What to do"
        yield "\n".join(_steps(told))


def _facts(told: Explanation) -> Iterator[str]:
    status = came(told)
    label = f"{quoted(told.cause)}, {told.certainty}; rule {quoted(told.rule)}"
    # The history may hold a cause that this version no longer knows.
    title = CAUSES[told.cause].title if told.cause in CAUSES else "not in the catalogue"
    yield f"Cause: {title} ({label})"
    yield f"From: {PROVIDER_NAMES.get(told.provider, inline(told.provider)) or 'nobody known'}, {status}"
    yield f"Whose key: {_WHOSE.get(told.credential or '', 'no key is at fault, or it cannot be told')}"
    yield f"Who repairs it: {_WHO.get(told.who, inline(told.who))}"
    yield f"Retry: {inline(told.retry_advice)}"
    yield f"Mesh: {inline(told.mesh_does)}"
    if told.numbers:
        yield f"In numbers: {inline('; '.join(told.numbers))}"
    if told.reference:
        yield f"More: {link(told.reference)}"


def _steps(told: Explanation) -> Iterator[str]:
    for number, step in enumerate(told.steps, 1):
        yield f"{number}. {inline(step.text)}"
        blocks = [fenced(step.command, "sh")] * bool(step.command) + [link(step.url)] * bool(step.url)
        for block in blocks:
            yield "\n" + indent(block, " " * len(f"{number}. "))


def _tried(case: Case) -> Iterator[str]:
    if case.attempts:
        yield "## Attempts"
        yield table(("#", "attempt", "credential", "at", "answer", "took", "request id"), [
            (str(number), inline(a.role), quoted(a.credential), PROVIDER_NAMES.get(a.provider, inline(a.provider)),
             inline(_answer(a.exchange)), duration(a.exchange.timings.total), quoted(a.exchange.request_id))
            for number, a in enumerate(case.attempts, 1)
        ])  # fmt: skip
    if case.checks:
        yield "## Checks"
        yield table(("check", "holds", "found", "took", "request id"), [
            (inline(r.name), _MARKS[r.status], inline(r.note), duration(r.exchange.timings.total) if r.exchange else "",
             quoted(r.exchange.request_id) if r.exchange else "")
            for r in case.checks
        ])  # fmt: skip


def _answer(exchange: Exchange) -> str:
    failure = exchange.failure.kind.replace("_", " ") if exchange.failure else ""
    return ", ".join(part for part in (str(exchange.status or ""), failure) if part)


def _exchanges(case: Case) -> Iterator[str]:
    shown = [_exchange(part, exchange) for part in case.parts for exchange in part.exchanges]
    if shown:
        yield "## Exchanges, keys masked"
    taken = 0
    for number, block in enumerate(shown):
        taken += len(block)
        if taken > LONGEST_OF_ALL:
            yield f"{len(shown) - number} more would be too much for an issue: the HAR file has them."
            return
        yield block


def _exchange(part: Part, exchange: Exchange) -> str:
    request, answer, failure = exchange.request, exchange.answer, exchange.failure
    blocks = [fenced(_message(f"{request.method} {request.url}".strip(), request.headers, request.body), "http")]
    if answer:
        blocks.append(fenced(_message(f"HTTP/1.1 {answer.status}", answer.headers, answer.body), "http"))
    if failure:
        blocks.append(f"No whole answer came ({inline(failure.kind.replace('_', ' '))}):\n\n{fenced(failure.message)}")
    outcome = _answer(exchange) or "no answer"
    return folded(f"{part.title}: {exchange.call}, {outcome}", "\n\n".join(blocks))


def _message(first: str, headers: tuple[tuple[str, str], ...], body: str) -> str:
    whole = "\n".join([first, *(f"{name}: {value}" for name, value in headers), "", body]).rstrip("\n")
    left_out = len(whole) - LONGEST
    return whole if left_out <= 0 else f"{whole[:LONGEST]}…\n({left_out:,} more characters: the HAR file has them)"


def _foot(here: Surroundings | None) -> str:
    told = here or Surroundings.here()
    return f"---\nmeshtui {told.meshtui}, Python {told.python}, {told.system}"
