"""Cases made by hand, for what is written without a network."""

from __future__ import annotations

from dataclasses import replace

from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.explain.model import Explanation
from meshtui.exports.case import Case
from meshtui.exports.markdown_report import Surroundings
from meshtui.journal.entry import RunInputs
from meshtui.runs.model import Attempt, Basis, Served, Verdict
from tests.tui.recorded import NOON, UNKNOWN_KEY

HERE = Surroundings("0.0", "3.11.0", "Linux")
VERDICT = Verdict(Served.NOBODY, False, Basis.OBSERVED, "The key is unknown. With exclusive use Mesh stops here.")


def attempt(body: str = "{}", told: Explanation | None = UNKNOWN_KEY) -> Attempt:
    asked = Request("POST", "https://api.openai.com/v1/chat/completions", (), "{}")
    answer = Answer(401, (("x-request-id", "req_1"),), body)
    exchange = Exchange("openai", "chat", asked, NOON, answer, timings=Timings(0.01, 0.02, 0.03, 0.04))
    return Attempt("own key", "openai", "openai", (exchange,), told is None, explanation=told)


def case(body: str = "{}", **changes: object) -> Case:
    asked = RunInputs(path="byok", credential="openai", kind="openai_key", provider="openai", timeout=30.0)
    made = Case(NOON, asked, "run-1", (attempt(body),), outcome=VERDICT)
    return replace(made, **changes)  # type: ignore[arg-type]
