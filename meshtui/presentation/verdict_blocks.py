"""The content of a verdict, of an attempt and of a whole run, made once (see `presentation.blocks`).

The words for who served, who paid, whether Mesh fell back and how that is known are in the tables here, and only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from meshtui.base.credential import Credential
from meshtui.base.exchange import UNSENT
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_duration, make_one_line, write_dollars
from meshtui.explain.model import Explanation, Step
from meshtui.presentation.blocks import (
    Block,
    Column,
    Columns,
    Facts,
    Fold,
    Heading,
    Item,
    Mark,
    Page,
    Paragraph,
    Steps,
    Title,
)
from meshtui.presentation.explanation_blocks import describe_fixer, describe_key, make_explanation_blocks, mark_cause
from meshtui.presentation.route import HOP_ROLES, START, describe_outcome, draw_route, sort_by_role, trace_hops
from meshtui.runs.limits import limit_of
from meshtui.runs.model import (
    MESH,
    OWN_KEY,
    PLATFORM,
    YOUR_PROGRAM,
    Attempt,
    Basis,
    ConclusionKind,
    Evidence,
    Paid,
    Run,
    Served,
    Verdict,
)

Names = Mapping[str, str]
"""Name of a credential → as its owner knows it, see `name_key`."""
NO_NAMES: Names = {}
CHECK = "Check the key at its provider, which is free."
COMMAND = "meshtui check"

STOPPED = Mark("■", "stopped", "dim")
NOT_SENT = Mark("✗", "not sent", "bad")
ANSWERED = Mark("✓", "answered", "ok")
FAILED = Mark("✗", "failed", "bad")

SERVED = {
    Served.OWN_KEY: "your own key",
    Served.PLATFORM: "Mesh's own credentials",
    Served.CACHE: "Mesh's response cache",
    Served.NOBODY: "none: the request failed",
    Served.UNKNOWN: "not known",
}
COLUMN_TITLES = {OWN_KEY: "Your key, without Mesh", MESH: "Through Mesh", PLATFORM: "Mesh's own credentials"}
"""Role of an attempt → what it is in a comparison."""
FELL_BACK = {True: "yes", False: "no", None: "not known"}
PAID = {
    Paid.KEY_OWNER: "you, at your provider",
    Paid.MESH_BALANCE: "you, from your Mesh balance",
    Paid.NOBODY: "nobody, says Mesh's documentation",
    Paid.UNKNOWN: "not known",
}
BASIS = {
    Basis.OBSERVED: "observed: an answer shows it",
    Basis.LIKELY: "likely: the cost points to it, and nothing contradicts it",
    Basis.INFERRED: "inferred: it follows from a setting, and no answer confirms it",
    Basis.NOT_REPORTED: "not reported: no answer says it",
}

_VERDICTS = {
    (Served.OWN_KEY, None): (Mark("✓", "own key", "ok"), "Your own key served"),
    (Served.OWN_KEY, False): (Mark("✓", "own key", "ok"), "Your own key served, no fallback"),
    (Served.CACHE, None): (Mark("≡", "cache", "warn"), "Mesh's response cache answered; no key was used"),
    (Served.NOBODY, False): (FAILED, "Failed: no fallback"),
    (Served.NOBODY, True): (FAILED, "Failed, and so did the fallback"),
    (Served.NOBODY, None): (FAILED, "Failed; fallback not known"),
    (Served.UNKNOWN, None): (Mark("?", "unknown", "warn"), "Answered; who served is not known"),
    (Served.PLATFORM, True): (Mark("↩", "fell back", "alarm"), "Fell back: paid from your Mesh balance"),
    (Served.PLATFORM, None): (Mark("✓", "platform", "ok"), "Mesh's own credentials served"),
}
"""By who served and whether Mesh fell back; what is not here is as where the fallback is not known."""
_NOT_YOURS = (Mark("↩", "not yours", "alarm"), "Not your key: paid from your Mesh balance")
"""A silent fallback: it shows only in the cost, not in the answer."""
CONCLUSIONS = {
    ConclusionKind.FINE: (Mark("✓", "fine", "ok"), "Your key is fine everywhere"),
    ConclusionKind.NEEDS_BYOK: (Mark("✓", "fine", "ok"), "Your key is fine; the model needs a key of yours"),
    ConclusionKind.CREDITS: (Mark("↩", "fell back", "alarm"), "Fell back: paid from your Mesh balance"),
    ConclusionKind.COPY_BAD: (FAILED, "Your key is fine at the provider; Mesh's copy of it fails"),
    ConclusionKind.PROVIDER_REFUSES: (FAILED, "The provider refuses your key"),
    ConclusionKind.MESH_KEY_REFUSED: (FAILED, "Mesh refuses the Mesh key"),
    ConclusionKind.PLATFORM_DOWN: (FAILED, "Your key is fine; Mesh's own credentials fail"),
    ConclusionKind.UNTOLD: (Mark("?", "unknown", "warn"), "What is wrong is not known"),
}


def mark_verdict(verdict: Verdict, cancelled: bool = False) -> tuple[Mark, str]:
    """The mark, and the verdict in half a line; `verdict.sentence` is the whole one, with the reason."""
    if cancelled:
        return STOPPED, "You stopped it"
    if verdict.conclusion is not None:
        return CONCLUSIONS[verdict.conclusion.what]
    if verdict.alarm and verdict.served is Served.PLATFORM and not verdict.fell_back:
        return _NOT_YOURS
    return _VERDICTS.get((verdict.served, verdict.fell_back)) or _VERDICTS[verdict.served, None]


def mark_attempt(attempt: Attempt) -> Mark:
    if attempt.ok:
        return ANSWERED
    failure = attempt.exchange.failure.kind if attempt.exchanges and attempt.exchange.failure else ""
    if failure == "cancelled":
        return STOPPED
    if failure in UNSENT:
        return NOT_SENT
    return mark_cause(attempt.explanation.cause) if attempt.explanation else FAILED


def make_verdict_blocks(
    verdict: Verdict, attempts: Sequence[Attempt] = (), *, cancelled: bool = False, key: str = "",
    names: Names = NO_NAMES, check: str = CHECK, steps: bool = True,
) -> Page:  # fmt: skip
    """Who served, why and who paid; the route; what to do; how that is known. `key` names the key under test, as
    `openai (sk-…wxyz)`, and `names` any credential so; `check` says how to check the key under test for nothing.
    Without `steps` what to do is left to an explanation that follows."""
    mark, short = mark_verdict(verdict, cancelled)
    return (
        Title(short, mark),
        *_list_comparison_blocks(verdict, attempts, key),
        *_list_conclusion_blocks(verdict),
        Paragraph(verdict.sentence),
        *_route(verdict, attempts, key),
        *(() if cancelled else _list_step_blocks(verdict, attempts, key, names, check, steps)),
        Facts((
            ("Served", SERVED[verdict.served]),
            ("Fell back", FELL_BACK[verdict.fell_back]),
            ("Paid", PAID[verdict.paid]),
            ("Cost", "" if verdict.conclusion else write_dollars(verdict.cost_usd)),
            ("Basis", BASIS[verdict.basis]),
        )),
        Fold("Evidence, the strongest first", (Facts(tuple(map(_describe_evidence, _sort_evidence(verdict)))),)),
    )  # fmt: skip


def _list_comparison_blocks(verdict: Verdict, attempts: Sequence[Attempt], key: str) -> Iterator[Block]:
    """The three ways of a comparison side by side, and what they cost in all."""
    route = draw_route(attempts, verdict, key)
    if route is not None and verdict.conclusion is not None:
        yield Columns(tuple(_make_column(attempt, verdict, key) for attempt in sort_by_role(attempts)), (route,))
        yield Facts((("Cost", describe_total_cost(attempts)),))


def _route(verdict: Verdict, attempts: Sequence[Attempt], key: str) -> Iterator[Block]:
    if verdict.conclusion is None and (route := draw_route(attempts, verdict, key)) is not None:
        yield route


def _make_column(attempt: Attempt, verdict: Verdict, key: str) -> Column:
    """One of the three requests: its route, its result, who paid how much."""
    seconds = attempt.exchange.timings.total if attempt.exchanges else None
    lines: list[tuple[str, str]] = []
    for hop in trace_hops(attempt, verdict, key):
        took = f" in {format_duration(seconds)}" if seconds is not None else ""
        lines += [(f"{START} ─▶ {hop.via}" + (f" ─▶ {hop.name}" if hop.name else ""), "dim")]
        lines += [(f"{hop.glyph} {hop.outcome}{took}", HOP_ROLES[hop.glyph])]
        lines += [(f"paid: {hop.paid}", "")] if hop.paid else []
    reply = make_one_line(attempt.text, 120) if attempt.text else ""
    return Column(COLUMN_TITLES.get(attempt.role, attempt.role), (*lines, *(((f"“{reply}”", ""),) if reply else ())))


def describe_total_cost(attempts: Sequence[Attempt]) -> str:
    """The total cost of the answers, as far as it is reported: `$0.0000015 from your Mesh balance, and what OpenAI
    bills for your own call`."""
    through_mesh = [attempt for attempt in attempts if attempt.ok and attempt.provider == "mesh"]
    costs = [attempt.bill.cost for attempt in through_mesh if attempt.bill]
    own = [PROVIDER_NAMES.get(a.provider, a.provider) for a in attempts if a.ok and a.provider != "mesh"]
    least = "at least " if len(costs) < len(through_mesh) else ""
    parts = [f"{least}{write_dollars(sum(costs, Decimal(0)))} from your Mesh balance"] if costs else []
    parts += ["what Mesh does not state"] if through_mesh and not costs else []
    parts += [f"what {name} bills for your own call" for name in own]
    return ", and ".join(parts) or "nothing"


def _list_step_blocks(
    verdict: Verdict, attempts: Sequence[Attempt], key: str, names: Names, check: str, steps: bool
) -> Iterator[Block]:  # fmt: skip
    """The steps of what failed; where Mesh fell back and no answer says why, how to learn it."""
    failed = _find_failed(attempts)
    explanation = failed.explanation if failed else None
    if failed and explanation:
        if steps:
            yield Facts((
                ("Whose key", describe_key(explanation, _find_key(failed, explanation, key, names))),
                *_list_sent(failed),
                ("Who fixes it", describe_fixer(explanation)),
            ))  # fmt: skip
            yield from (Heading("What to do"), Steps(explanation.steps)) if explanation.steps else ()
    elif verdict.fell_back or verdict.alarm:
        yield Heading("Why your key failed")
        yield Paragraph("Mesh does not say why. To learn it, ask the provider itself:")
        yield Steps((Step(check) if check != CHECK else Step(CHECK, COMMAND),))


def _find_failed(attempts: Sequence[Attempt]) -> Attempt | None:
    """The first that failed, which what to do is about."""
    return next((attempt for attempt in attempts if attempt.explanation), None)


def _find_key(attempt: Attempt, explanation: Explanation, key: str, names: Names) -> str:
    """The key that was refused, as its owner knows it."""
    if explanation.credential == "mesh" or (attempt.provider != "mesh" and not key):
        return names.get(attempt.credential, attempt.credential)
    return key


def _sort_evidence(verdict: Verdict) -> list[Evidence]:
    return sorted(verdict.evidence, key=lambda evidence: evidence.rank)


def _describe_evidence(evidence: Evidence) -> tuple[str, str]:
    """`Observed`, and `your key at OpenAI: 401, credential_invalid; fallback not known`."""
    fell = {True: "fell back", False: "no fallback", None: "fallback not known"}[evidence.fell_back]
    says = "" if evidence.says in (Served.NOBODY, Served.UNKNOWN) else f"{SERVED[evidence.says]} served, "
    return str(evidence.basis).capitalize(), f"{evidence.what}; {says}{fell}"


def _list_conclusion_blocks(verdict: Verdict) -> Iterator[Block]:
    if verdict.conclusion is not None:
        yield Paragraph(verdict.conclusion.sentence)
        if verdict.conclusion.would_tell:
            yield Paragraph(f"To find out: {verdict.conclusion.would_tell}", "dim")


def describe_verdict(verdict: Verdict) -> str:
    """What a client can know, in a line: `your own key served, no fallback (observed)`."""
    if verdict.served is Served.NOBODY:
        return f"{mark_verdict(verdict)[1].lower()} ({verdict.basis})"
    fell = {True: ", after a fallback", False: ", no fallback", None: ""}[verdict.fell_back]
    served = {Served.UNKNOWN: "who served is not known"}.get(verdict.served) or f"{SERVED[verdict.served]} served"
    return f"{served}{fell} ({verdict.basis})"


def make_attempt_item(attempt: Attempt) -> Item:
    """One line: `✗ refused  own key  openai at OpenAI: 401 in 38 ms, request req_…`; and all that was asked for it."""
    exchange = attempt.exchange
    took = f" in {format_duration(exchange.timings.total)}" if exchange.timings.total is not None else ""
    request = f", request {make_one_line(exchange.request_id, 200)}" if exchange.request_id else ""
    where = f"{attempt.credential} at {PROVIDER_NAMES.get(attempt.provider, attempt.provider)}"
    sent = (f"{each.request.method} {each.request.url}" for each in (*attempt.exchanges, *attempt.afterwards))
    text = f"{where}: {describe_outcome(attempt)}{took}{request}"
    if attempt.injected:
        text += " [answered by an injected fault, not sent]"
    return Item(mark_attempt(attempt), _name_role(attempt), text, proof="\n".join(sent))


def _name_role(attempt: Attempt) -> str:
    """`own key`; of somebody's own program with the process: `your program, python app.py 4711`."""
    return f"{attempt.role}, {attempt.process}" if attempt.process else attempt.role


def make_attempt_blocks(attempt: Attempt, *, key: str = "", names: Names = NO_NAMES) -> Page:
    """Why it failed, or what was said. `key` names the provider key under test, `names` any credential."""
    explanation = attempt.explanation
    if explanation:
        limit = limit_of(attempt.exchange, explanation) if attempt.exchanges else None
        found = _find_key(attempt, explanation, key, names)
        return make_explanation_blocks(explanation, key=found, limit=limit, sent=_list_sent(attempt))
    exchange = attempt.exchange
    mark, took = mark_attempt(attempt), format_duration(exchange.timings.total)
    status = f" {exchange.status}" if exchange.status else ""
    return (
        Title(f"{mark.word.capitalize()}{status} {'in' if attempt.ok else 'after'} {took}", mark),
        Facts((
            ("Answer", attempt.text or ("" if attempt.role == YOUR_PROGRAM else "it held no text")),
            ("Sent with", f"{_name_role(attempt)}, {attempt.credential}"),
            *_list_sent(attempt),
            ("Request id", exchange.request_id),
        )),
    )  # fmt: skip


def _list_sent(attempt: Attempt) -> tuple[tuple[str, str], ...]:
    """Of somebody's own program's call: where the key that was sent comes from, and which process sent it."""
    if attempt.role != YOUR_PROGRAM:
        return ()
    return ("Key is from", attempt.origin.removeprefix("it comes from ")), ("Sent by", attempt.process)


def list_attempts_blocks(attempts: Sequence[Attempt], *, key: str = "", names: Names = NO_NAMES) -> Iterator[Block]:
    """A line for each, then why each of the failed failed, or what was said. The steps for the first failure are in
    `make_verdict_blocks`."""
    if attempts:
        yield Heading("Attempts")
        yield from map(make_attempt_item, attempts)
    for attempt in attempts:
        if attempt.ok and attempt.text:
            yield Facts(((f"Answer, {attempt.role}", make_one_line(attempt.text, 200)),))
    first = _find_failed(attempts)
    for number, attempt in enumerate(attempts, 1):
        if explanation := attempt.explanation:
            yield Heading(f"Why attempt {number} failed" if len(attempts) > 1 else "Why it failed")
            shown = replace(attempt, explanation=explanation._replace(steps=())) if attempt is first else attempt
            yield from make_attempt_blocks(shown, key=key, names=names)


def name_key(credential: Credential) -> str:
    """The key as its owner knows it: `openai (sk-…wxyz)`."""
    return f"{credential.name} ({credential.shown})" if credential.shown else credential.name


def run_blocks(run: Run) -> Page:
    """The verdict, then every attempt with its explanation."""
    key = name_key(run.request.credential) if run.request.credential else ""
    names = {c.name: name_key(c) for c in (run.request.credential, run.request.mesh, run.request.platform) if c}
    verdict = make_verdict_blocks(run.verdict, run.attempts, cancelled=run.cancelled, key=key, names=names)
    return (*verdict, *list_attempts_blocks(run.attempts, key=key, names=names))
