"""The explanation as a person reads it, in the manner of the Elm and Rust compilers, and as JSON.

The catalogue of causes as `meshtui explain --list` and `meshtui explain CAUSE` print it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from meshtui.base.text import one_line, plain
from meshtui.explain.causes import CAUSES, name
from meshtui.explain.find import FoundError
from meshtui.explain.model import Cause, Explanation, Step
from meshtui.explain.rule_tables import find_steps

NARROWEST = 40


def card(explanation: Explanation, width: int = 80) -> str:
    """The explanation as plain text of at most `width` columns; commands and addresses are never broken."""
    width = max(width, NARROWEST)
    return plain("\n".join(_lines(explanation, width)).rstrip() + "\n")


def found_text(found: Sequence[FoundError], width: int = 80) -> str:
    """The errors of a text, the root first, each with how often it came and where; one alone is its card."""
    cards = [card(one.explanation, width) for one in found]
    if len(found) == 1 and found[0].occurrences == 1:
        return cards[0]
    heads = [f"{number}. {CAUSES[one.explanation.cause].title} ({name(one.explanation.provider)}): {seen(one)}"
             for number, one in enumerate(found, 1)]  # fmt: skip
    if len(found) == 1:
        return f"{plain(heads[0].partition(' ')[2])}\n\n{cards[0]}"
    intro = "\n".join(line for head in heads for line in wrap(head, max(width, NARROWEST), "   "))
    title = f"{len(found)} kinds of error, the one to begin with first:"
    return plain(f"{title}\n{intro}\n\n") + "\n".join(cards)


def seen(one: FoundError) -> str:
    """`3 times, lines 12 to 40, 08:11:10 to 08:12:00`."""
    times = "once" if one.occurrences == 1 else f"{one.occurrences:,} times"
    same = one.first_line == one.last_line
    spans = [times, f"line {one.first_line}" if same else f"lines {one.first_line} to {one.last_line}"]
    if one.first_time:
        spans.append(one.first_time if one.first_time == one.last_time else f"{one.first_time} to {one.last_time}")
    return one_line(", ".join(spans), 200)


def found_json(one: FoundError) -> dict[str, object]:
    """One kind of error in a text as JSON-able data: the explanation, how often it came, and where."""
    return {
        **as_json(one.explanation), "count": one.occurrences, "first_line": one.first_line, "last_line": one.last_line,
        "first_time": one_line(one.first_time, 60), "last_time": one_line(one.last_time, 60),
    }  # fmt: skip


def _lines(told: Explanation, width: int) -> Iterator[str]:
    yield from heading(CAUSES[told.cause].title, _source(told), width)
    yield ""
    yield from wrap(told.headline + ".", width)
    if told.proof:
        yield ""
        yield from wrap(f"The {speaker(told)} says so ({told.proof_from}):" if told.structure or told.cause != "unknown"
                        else f"It says only ({told.proof_from}):", width)  # fmt: skip
        yield ""
        yield from wrap(f'"{told.proof}"', width, "    ")
        yield from (line for spot, text in told.structure for line in wrap(f"{spot}: {text}", width, "    "))
    if told.not_this:
        yield ""
        yield from wrap(told.not_this, width)
    if told.numbers:
        yield ""
        yield from wrap(f"In numbers: {'; '.join(told.numbers)}.", width)
    yield ""
    yield from wrap(f"What to do ({_whom(told)}):", width)
    for number, step in enumerate(told.steps, 1):
        yield from numbered(number, step, width)
    yield ""
    for label, text in _foot(told):
        yield from wrap(text, width, " " * 10, f"{label:<10}")


def _source(told: Explanation) -> str:
    status = came(told)
    return f"{name(told.provider)}, {status}" if told.provider else status


def came(told: Explanation) -> str:
    """`HTTP 401`. Who pastes an answer need not paste its status: that none came is said only where that is told."""
    if told.status:
        return f"HTTP {told.status}"
    return "no HTTP answer" if speaker(told) == "client" else "HTTP status not known"


def speaker(told: Explanation) -> str:
    """Whose words the proof is: the answer's, or where none came the client's."""
    return "client" if told.rule.startswith("local.") else "answer"


def _whom(told: Explanation) -> str:
    whose = {"mesh": " of the Mesh key", "provider": " of the provider key"}.get(told.credential or "", "")
    return {
        "key owner": f"for the owner{whose or ' of the key'}",
        "account admin": "for whoever runs the account",
        "caller": "for whoever runs the program",
        "provider": "only the provider can end it; meanwhile",
    }[told.who]


def numbered(number: int, step: Step, width: int) -> Iterator[str]:
    yield ""
    yield from wrap(step.text, width, "     ", f"{number:>3}. ")
    if step.command:
        yield f"       $ {step.command}"
    if step.url:
        yield f"       {step.url}"


def _foot(told: Explanation) -> Iterator[tuple[str, str]]:
    yield "Retry", told.retry_advice
    yield "Mesh", told.mesh_does
    others = " or ".join(CAUSES[label].title.lower() for label in told.also)
    doubt = {"certain": "certain", "likely": "likely, not certain", "unknown": "it cannot be told"}[told.certainty]
    yield "Sure?", f"{doubt}; it could also be: {others}" if others and told.certainty != "certain" else doubt
    yield "Rule", told.rule
    if told.reference:
        yield "More", told.reference
    if told.request_id:
        yield "Request", f"{told.request_id} (what support asks for)"


def heading(left: str, right: str, width: int) -> Iterator[str]:
    """Two titles with a rule between them; one below the other where they do not fit."""
    left = f"-- {left.upper()} "
    rest = width - len(left) - len(right) - 1
    if rest >= 3:
        yield f"{left}{'-' * rest} {right}"
    else:
        yield from wrap(left, width)
        yield right


def wrap(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """The text in lines of at most `width` columns where its words allow it."""
    line = indent if first is None else first
    empty = True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > width:
            yield line
            line, empty = indent, True
        line += word if empty else f" {word}"
        empty = False
    yield line


def as_json(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON-able data; the names are stable."""
    told = explanation
    return {
        "cause": told.cause, "credential": told.credential, "retryable": told.retryable, "who": told.who,
        "certainty": told.certainty, "rule": told.rule, "provider": told.provider, "status": told.status,
        "headline": told.headline, "proof": told.proof, "proof_from": told.proof_from,
        "structure": dict(told.structure), "not_this": told.not_this, "also": list(told.also),
        "numbers": list(told.numbers), "steps": [_step_json(step) for step in told.steps],
        "retry_after": told.retry_after, "retry_advice": told.retry_advice, "falls_back": told.falls_back,
        "mesh_does": told.mesh_does, "reference": told.reference, "request_id": told.request_id,
    }  # fmt: skip


def _step_json(step: Step) -> dict[str, str]:
    return {"text": step.text, "command": step.command, "url": step.url}


WIDTH = 80


def entry(cause: Cause) -> str:
    """One entry of the catalogue, for `meshtui explain CAUSE`."""
    retry = "may help within minutes" if cause.retryable else "does not help while nothing changes"
    falls = {"yes": "yes", "no": "no", "not documented": "its documentation does not say"}[cause.falls_back]
    lines = [*heading(cause.title, cause.label, WIDTH), "", *wrap(cause.meaning, WIDTH), ""]
    for label, text in (("Repairs", cause.who), ("Retrying", retry), ("Mesh falls back on it", falls)):
        lines += wrap(text, WIDTH, " " * 24, f"{label:<24}")
    lines += ["", "What to do:"]
    for number, step in enumerate(find_steps("", cause.label), 1):
        lines += numbered(number, step, WIDTH)
    return "\n".join(lines) + "\n"


def listing(causes: Iterable[Cause]) -> str:
    """The catalogue, a line each."""
    return "".join(f"{cause.label:<30}{cause.title}\n" for cause in causes)


def cause_json(cause: Cause) -> dict[str, object]:
    """A catalogue entry as JSON-able data."""
    return {
        "label": cause.label, "title": cause.title, "meaning": cause.meaning, "who": cause.who,
        "retryable": cause.retryable, "falls_back": cause.falls_back,
    }  # fmt: skip
