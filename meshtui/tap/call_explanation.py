"""What a call of somebody's program means: why it failed, and of Mesh's answers who served them. The explanations and
verdicts are those of every other command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meshtui.base.exchange import Exchange
from meshtui.explain.engine import explain
from meshtui.explain.explain_exchange import parse_exchange
from meshtui.explain.model import Context, Explanation
from meshtui.tap.observed_calls import ObservedCall

if TYPE_CHECKING:
    from meshtui.runs.model import Bill, Verdict

_UNREAD = ("", "text")
"""Where a signal has its words from when no error was found."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`explanation` is None where the call succeeded; `verdict` where it did not go to Mesh or says nothing."""

    explanation: Explanation | None
    verdict: Verdict | None = None
    tokens: tuple[int, int] | None = None
    """Tokens into the model and out of it, where the answer says so."""
    bill: Bill | None = None
    """What Mesh's answer says that it cost."""

    @property
    def failed(self) -> bool:
        return self.explanation is not None

    @property
    def fell_back(self) -> bool:
        return self.verdict is not None and self.verdict.fell_back is True


def judge(call: ObservedCall) -> Judgement:
    """What this call means. Never raises."""
    explanation = explain_call(call)
    exchange, answer = call.exchange, call.exchange.answer
    if answer is None or call.request.call not in ("chat", "embeddings"):
        return Judgement(explanation)
    from meshtui.runs.costs import count_tokens, read_bill

    verdict = bill = None
    if exchange.provider == "mesh":
        verdict = _judge_mesh(exchange, explanation) if call.request.call == "chat" else None
        bill = read_bill(None, "", answer, None) if '"cost"' in answer.body else None
    return Judgement(explanation, verdict, count_tokens(answer), bill)


def explain_call(call: ObservedCall) -> Explanation | None:
    """Why the call failed; None where it did not. An error inside a stream of status 200 is a failure too."""
    exchange = call.exchange
    context = Context(model=call.model, region=call.request.credential.scope.partition("/")[0])
    if call.failed:
        return explain(parse_exchange(exchange, context))
    body = exchange.answer.body if exchange.answer else ""
    if '"error"' not in body and "xception" not in body:  # nearly every answer, and reading it would take longer
        return None
    error = parse_exchange(exchange, context)
    is_stream_error = error.shape == "sse" and error.origin not in _UNREAD
    return explain(error) if is_stream_error else None


def _judge_mesh(exchange: Exchange, explanation: Explanation | None) -> Verdict | None:
    from meshtui.runs.model import Attempt, Path, RunRequest, Served
    from meshtui.runs.verdict import judge_run

    attempt = Attempt("mesh", "", "mesh", (exchange,), explanation is None, explanation=explanation)
    found = judge_run(RunRequest(Path.MESH, None), (attempt,))
    return None if found.served is Served.UNKNOWN and found.fell_back is None else found
