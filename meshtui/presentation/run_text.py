"""What the headless commands print about runs and attempts, as text."""

from __future__ import annotations

from meshtui.base.text import duration, one_line, plain
from meshtui.presentation.explanation import card
from meshtui.runs.model import Attempt, Conclusion, Run, Served

SERVED_WORDS = {
    Served.OWN_KEY: "your own key served",
    Served.PLATFORM: "Mesh's platform credentials served",
    Served.CACHE: "Mesh's response cache served",
    Served.NOBODY: "nobody served",
    Served.UNKNOWN: "who served cannot be told",
}


def run_as_text(run: Run) -> str:
    """Every attempt with its explanation, then the verdict: one line that says who served, and one that says why."""
    if run.verdict.conclusion is not None:
        return comparison_as_text(run, run.verdict.conclusion)
    parts = [attempt_as_text(number, attempt) for number, attempt in enumerate(run.attempts, 1)]
    return "\n\n".join([*parts, verdict_as_text(run)])


def comparison_as_text(run: Run, conclusion: Conclusion) -> str:
    """The three side by side, a line each, and what that comes to; then who served what went through Mesh, and why the
    failed ones failed."""
    lines = [f"{number}. {attempt_line(attempt)}" for number, attempt in enumerate(run.attempts, 1)]
    lines += ["", f"conclusion: {conclusion.what}", f"  {conclusion.sentence}"]
    lines += [f"  what would tell: {conclusion.would_tell}"] if conclusion.would_tell else []
    failed = [attempt_as_text(n, a) for n, a in enumerate(run.attempts, 1) if not a.ok]
    return "\n\n".join(["\n".join(lines), verdict_as_text(run), *failed])


def attempt_as_text(number: int, attempt: Attempt) -> str:
    lines = [f"{number}. {attempt_line(attempt)}"]
    sent = (*attempt.exchanges, *attempt.afterwards)
    lines += [f"   {exchange.request.method} {exchange.request.url}" for exchange in sent]
    if attempt.ok:
        lines.append(f"   said: {one_line(attempt.text, 200) or '(nothing: the answer held no text)'}")
    if attempt.explanation:
        lines += ["", *(f"   {line}".rstrip() for line in plain(card(attempt.explanation)).splitlines())]
    return "\n".join(lines)


def attempt_line(attempt: Attempt) -> str:
    """`[x] own key 'openai' at OpenAI: 401 in 38 ms, request req_…`"""
    exchange = attempt.exchange
    failure = exchange.failure.kind.replace("_", " ") if exchange.failure else ""
    outcome = " ".join(word for word in (str(exchange.status or ""), failure) if word)
    took = f" in {duration(exchange.timings.total)}" if exchange.timings.total is not None else ""
    asked = f", request {one_line(exchange.request_id, 200)}" if exchange.request_id else ""
    mark = "[ok]" if attempt.ok else "[x]"
    return f"{mark} {attempt.role}, credential {attempt.credential!r}, at {attempt.provider}: {outcome}{took}{asked}"


def verdict_as_text(run: Run) -> str:
    verdict = run.verdict
    alarm = "silent fallback: " if verdict.alarm else ""
    fell = {True: "fell back", False: "did not fall back", None: "whether it fell back cannot be told"}
    lines = [
        f"verdict: {alarm}{SERVED_WORDS[verdict.served]}; {fell[verdict.fell_back]} ({verdict.basis})",
        f"  {verdict.sentence}",
    ]
    return "\n".join(lines + [f"  evidence: {e.what}" for e in verdict.evidence])
