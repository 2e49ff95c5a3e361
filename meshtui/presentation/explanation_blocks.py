"""The content of an explanation and of a cause, made once: as blocks (see `presentation.blocks`) and as JSON.

Loaded by every `meshtui explain`, so it imports nothing that this command would not load anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from meshtui.base.text import make_one_line, make_plain
from meshtui.explain.causes import CERTAINTIES, WHO_FIXES, Cause, find_cause, name_kind, name_provider
from meshtui.explain.model import Explanation, Step
from meshtui.explain.placeholders import NO_VALUES, fill_step
from meshtui.explain.rule_tables import find_steps
from meshtui.presentation.blocks import Block, Facts, Fold, Heading, Mark, Page, Paragraph, Quote, Steps, Title
from meshtui.presentation.lines import WIDTH, render_text

if TYPE_CHECKING:
    from meshtui.explain.find import FoundError
    from meshtui.presentation.json_schema import Json
    from meshtui.runs.limits import Limit

_STARS = r"\*{16,}"
"""OpenAI replaces each character of a key in its message by an asterisk: whole lines of them, which are shortened."""
_FALLS_BACK = {"yes": "yes", "no": "no", "not documented": "its documentation does not say"}


def mark_cause(label: str) -> Mark:
    """How a failure with this cause is marked."""
    return Mark("✗", find_cause(label).state, "bad")


def make_explanation_blocks(
    explanation: Explanation, *, key: str = "", limit: Limit | None = None, sent: Sequence[tuple[str, str]] = ()
) -> Page:
    """Headline, whose key, who fixes it, what to do, the proof; the rest in a fold. `key` names the key that was sent
    as its owner knows it, as `openai (sk-…wxyz)`; `limit` is what `runs.limits.limit_of` finds in the exchange; `sent`
    are facts about the request that are shown beside the key."""
    return (
        Title(explanation.headline, mark_cause(explanation.cause), describe_origin(explanation)),
        *make_action_blocks(explanation, key=key, sent=sent),
        *make_proof_blocks(explanation, limit),
    )


def make_action_blocks(explanation: Explanation, *, key: str = "", sent: Sequence[tuple[str, str]] = ()) -> Page:
    """Whose key, who fixes it, what to do."""
    return (
        Facts((("Whose key", describe_key(explanation, key)), *sent, ("Who fixes it", describe_fixer(explanation)))),
        *((Heading("What to do"), Steps(explanation.steps)) if explanation.steps else ()),
    )


def make_proof_blocks(explanation: Explanation, limit: Limit | None = None) -> Page:
    """The proof, and the rest in a fold."""
    return (*_list_proof_blocks(explanation), Fold("More", (Facts(tuple(_list_details(explanation, limit))),)))


def describe_origin(explanation: Explanation) -> str:
    """`401 from OpenAI · The key is unknown · certain`"""
    if explanation.rule == "local.cancelled":
        return describe_answer(explanation)
    title = find_cause(explanation.cause).title
    known = (CERTAINTIES[explanation.certainty],) if explanation.certainty != "unknown" else ()
    return " · ".join((describe_answer(explanation), title, *known))


def describe_answer(explanation: Explanation) -> str:
    """`401 from OpenAI`. Whoever pastes an answer need not paste its status: that none came is said only where that is
    known."""
    provider = name_provider(explanation.provider) if explanation.provider else ""
    origin = f" from {provider}" if provider else ""
    if explanation.status:
        return f"{explanation.status}{origin}"
    return f"no answer{origin}" if name_speaker(explanation) == "client" else f"an answer{origin}, status not known"


def name_speaker(explanation: Explanation) -> str:
    """Whose words the proof is: the answer's, or where none came the client's."""
    return "client" if explanation.rule.startswith("local.") else "answer"


def describe_key(explanation: Explanation, key: str = "") -> str:
    """Whose key is at fault: `yours: openai (sk-…wxyz)`."""
    if explanation.credential is None:
        known = explanation.cause != "unknown" or explanation.rule == "local.cancelled"
        return "no key is at fault" if known else "the answer does not say"
    if key:
        return f"yours: {key}"
    if explanation.credential == "mesh":
        return "yours: the Mesh key (rsk_…)"
    provider = name_provider(explanation.provider) if explanation.provider else ""
    return "yours: the provider key" + ("" if explanation.provider in ("mesh", "") else f", at {provider}")


def describe_fixer(explanation: Explanation) -> str:
    """Who fixes it, in words."""
    return WHO_FIXES.get(explanation.who, explanation.who)


def _list_proof_blocks(explanation: Explanation) -> Iterator[Block]:
    if not (explanation.proof or explanation.not_this):
        return
    yield Heading("Proof")
    if explanation.proof:
        known = explanation.structure or explanation.cause != "unknown"
        says = f"the {name_speaker(explanation)} says so" if known else "it says only this"
        proof = re.sub(_STARS, "*****…*****", explanation.proof)
        yield Quote(proof, f"{says}: {explanation.proof_from}" if explanation.proof_from else says)
        yield Facts(explanation.structure)
    if explanation.not_this:
        yield Paragraph(explanation.not_this)


def _list_details(explanation: Explanation, limit: Limit | None) -> Iterator[tuple[str, str]]:
    wait = f" in {explanation.retry_after:.0f} s" if explanation.retry_after is not None else ""
    yield "Retry", explanation.retry_advice or (f"may help{wait}" if explanation.retryable else "does not help")
    if limit is not None:
        yield from _limit(limit, explanation.retryable)
    yield "Mesh", explanation.mesh_does or f"falls back on this: {_FALLS_BACK[explanation.falls_back]}"
    yield "Numbers", "; ".join(explanation.numbers if limit is None else _leave_out_waits(explanation.numbers))
    yield "Could also be", "; ".join(find_cause(label).title for label in explanation.also)
    yield "Cause", explanation.cause
    yield "Rule", explanation.rule
    yield "Request id", f"{explanation.request_id}  (support asks for it)" if explanation.request_id else ""
    yield "Read more", explanation.reference


def _leave_out_waits(numbers: Sequence[str]) -> Iterator[str]:
    """The numbers without how long to wait: a limit says by the clock when it ends."""
    for text in numbers:
        if rest := ", ".join(part for part in text.split(", ") if not part.startswith("free in ")):
            yield rest


def _limit(limit: Limit, retryable: bool) -> Iterator[tuple[str, str]]:
    """Which limit, what is left of it, and when it ends, with the place in the answer that says so."""
    size = f"{limit.limit:,}" if limit.limit is not None else ""
    name = limit.name or "the answer does not say which"
    yield "Limit", f"{size} {name}" if size and " per " in name else f"{name}{f': {size}' if size else ''}"
    yield "Left", "" if limit.remaining is None else f"{limit.remaining:,}{f' of {size}' if size else ''}"
    if limit.resets_at is not None:
        from meshtui.base.times import format_clock

        yield "Resets at", f"{format_clock(limit.resets_at)}  ({limit.said_by})"
    else:
        yield "Resets at", "not stated: wait longer after each try" if retryable else "waiting does not help"


def format_explanation(explanation: Explanation, width: int = WIDTH, *, key: str = "") -> str:
    """What `meshtui explain` prints, and `meshtui run`, which knows the key (see `make_explanation_blocks`)."""
    return render_text(make_explanation_blocks(explanation, key=key), width)


def format_found(found: Sequence[FoundError], render: Callable[[Page], str] = render_text) -> str:
    """The errors of a text, the root first, each with how often it came and where; one alone is its card. `render`
    makes text of a page."""
    cards = [render(make_explanation_blocks(one.explanation)) for one in found]
    if len(found) == 1 and found[0].occurrences == 1:
        return cards[0]
    heads = [f"{name_kind(one.explanation.cause, one.explanation.provider)}: {describe_places(one)}" for one in found]
    if len(found) == 1:
        return f"{make_plain(heads[0])}\n\n{cards[0]}"
    steps = Steps(tuple(Step(head) for head in heads))
    intro = render((Paragraph(f"{len(found)} kinds of error, the one to begin with first:"), steps))
    return intro + "\n" + "\n".join(cards)


def describe_places(one: FoundError) -> str:
    """`3 times, lines 12 to 40, 08:11:10 to 08:12:00`."""
    times = "once" if one.occurrences == 1 else f"{one.occurrences:,} times"
    same = one.first_line == one.last_line
    spans = [times, f"line {one.first_line}" if same else f"lines {one.first_line} to {one.last_line}"]
    if one.first_time:
        spans.append(one.first_time if one.first_time == one.last_time else f"{one.first_time} to {one.last_time}")
    return make_one_line(", ".join(spans), 200)


def format_found_json(one: FoundError) -> Json:
    """One kind of error in a text: the explanation, how often it came, and where."""
    return {
        **format_explanation_json(one.explanation),
        "count": one.occurrences, "first_line": one.first_line, "last_line": one.last_line,
        "first_time": make_one_line(one.first_time, 60), "last_time": make_one_line(one.last_time, 60),
    }  # fmt: skip


def format_explanation_json(explanation: Explanation) -> Json:
    """See `presentation.schema`."""
    return {
        "cause": explanation.cause, "credential": explanation.credential, "retryable": explanation.retryable,
        "who": explanation.who, "certainty": explanation.certainty, "rule": explanation.rule,
        "provider": explanation.provider, "status": explanation.status, "headline": explanation.headline,
        "proof": explanation.proof, "proof_from": explanation.proof_from, "structure": dict(explanation.structure),
        "not_this": explanation.not_this, "also": list(explanation.also), "numbers": list(explanation.numbers),
        "steps": [_step_as_json(step) for step in explanation.steps], "retry_after": explanation.retry_after,
        "retry_advice": explanation.retry_advice, "falls_back": explanation.falls_back,
        "mesh_does": explanation.mesh_does, "reference": explanation.reference, "request_id": explanation.request_id,
    }  # fmt: skip


def _step_as_json(step: Step) -> dict[str, str]:
    return step._asdict()


def cause_blocks(cause: Cause) -> Page:
    """One entry of the catalogue."""
    retry = "may help within minutes" if cause.retryable else "does not help while nothing changes"
    return (
        Title(cause.title, mark_cause(cause.label), cause.label),
        Paragraph(cause.meaning),
        Facts((
            ("Who fixes it", WHO_FIXES[cause.who]), ("Retry", retry),
            ("Mesh falls back", _FALLS_BACK[cause.falls_back]),
        )),
        Heading("What to do"),
        Steps(tuple(fill_step(step, NO_VALUES) for step in find_steps("", cause.label))),
    )  # fmt: skip


def cause_text(cause: Cause, render: Callable[[Page], str] = render_text) -> str:
    return render(cause_blocks(cause))


def list_causes(causes: Iterable[Cause]) -> str:
    """The catalogue, a line each."""
    return "".join(f"{cause.label:<30}{make_one_line(cause.title)}\n" for cause in causes)


def cause_as_json(cause: Cause) -> Json:
    """See `presentation.schema`."""
    return {
        "label": cause.label, "title": cause.title, "meaning": cause.meaning, "who": cause.who,
        "retryable": cause.retryable, "falls_back": cause.falls_back,
    }  # fmt: skip
