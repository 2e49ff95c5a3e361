"""Entries of every kind, few and cheap: what the tests of filter and view are made of."""

from __future__ import annotations

from dataclasses import replace

from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.entry import CHECK, Entry, EntryKind, RunInputs
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import Attempt, Basis, Conclusion, ConclusionKind, Served, Verdict

RATE = Explanation(
    "rate_limited_requests", "openai.rate", "certain", "openai", 429, "provider", "caller", True, 20.0, "yes",
    headline="Too many requests in this minute", proof="Rate limit reached", proof_from="error.message",
)  # fmt: skip
UNKNOWN_KEY = RATE._replace(cause="credential_invalid", status=401, headline="OpenAI does not know this key")


def exchange(provider: str, status: int, request_id: str = "") -> Exchange:
    headers = (("x-request-id", request_id),) if request_id else ()
    sent = Request("POST", f"http://127.0.0.1/{provider}")
    return Exchange(provider, "chat", sent, 0.0, Answer(status, headers), timings=Timings(total=0.1))


def run(name: str, path: str = "byok", credential: str = "openai", provider: str = "openai") -> Entry:
    asked = RunInputs(path=path, credential=credential, provider=provider, model="gpt-4o-mini")
    return Entry(0.0, EntryKind.RUN, f"{path} · {credential}", name, credential, asked)


def attempt(name: str, provider: str = "openai", status: int = 200, told: Explanation | None = None,
            seconds: float = 0.1, said: str = "pong", request_id: str = "") -> Entry:  # fmt: skip
    made = Attempt("own key", provider, provider, (exchange(provider, status, request_id),), told is None, said, told)
    return Entry(0.0, EntryKind.ATTEMPT, told.headline if told else said, name, provider, made, seconds)


def verdict(name: str, served: Served, fell_back: bool | None = False, *, alarm: bool = False,
            concluded: ConclusionKind | None = None, cancelled: bool = False) -> Entry:  # fmt: skip
    told = Verdict(served, fell_back, Basis.OBSERVED, f"{served} served", alarm=alarm)
    if concluded:
        told = replace(told, conclusion=Conclusion(concluded, "so it is"))
    return Entry(0.0, EntryKind.VERDICT, told.sentence, name, "openai", told, 0.3, cancelled)


def check(name: str, status: int, cause: str = "") -> Entry:
    holds = CheckStatus.FAILED if cause else CheckStatus.PASSED
    made = CheckResult(
        "aws", "identity", holds, "", "that it exists", "", "nothing", cause, exchange("bedrock", status)
    )
    return Entry(0.0, EntryKind.CHECK, "that it exists", name, "aws", made, 0.1)


def check_report(name: str) -> Entry:
    return Entry(
        0.0, EntryKind.VERDICT, "This key is valid.", name, "aws", CheckReport("aws", "bedrock", "nova", (), "alive")
    )


def note(text: str = "a fault was switched", told: Explanation | None = None) -> Entry:
    return Entry(0.0, EntryKind.NOTE, text, detail=told)


GROUPS: dict[str, tuple[Entry, ...]] = {
    "own": (run("own"), attempt("own", request_id="req_own_1"), verdict("own", Served.OWN_KEY)),
    "fell-back": (
        run("fell-back"),
        attempt("fell-back", status=401, told=UNKNOWN_KEY, seconds=2.5),
        attempt("fell-back", "mesh", said="the pangolin sleeps"),
        verdict("fell-back", Served.PLATFORM, True),
    ),
    "silent": (run("silent", "mesh"), attempt("silent", "mesh"), verdict("silent", Served.PLATFORM, None, alarm=True)),
    "compared": (
        run("compared", "compare"),
        attempt("compared", "mesh"),
        verdict("compared", Served.PLATFORM, None, concluded=ConclusionKind.CREDITS),
    ),
    "platform": (run("platform", "platform"), attempt("platform", "mesh"), verdict("platform", Served.PLATFORM)),
    "cached": (run("cached", "mesh"), attempt("cached", "mesh"), verdict("cached", Served.CACHE)),
    "limited": (
        run("limited", credential="vertex", provider="vertex"),
        attempt("limited", "vertex", 429, RATE),
        verdict("limited", Served.NOBODY),
    ),
    "stopped": (run("stopped"), attempt("stopped"), verdict("stopped", Served.NOBODY, None, cancelled=True)),
    "untold": (run("untold", "mesh"), attempt("untold", "mesh"), verdict("untold", Served.UNKNOWN, None)),
    "checked": (
        run("checked", CHECK, "aws", "bedrock"),
        check("checked", 403, "permission_missing"),
        check_report("checked"),
    ),
    "note": (note(),),
    "pasted": (note("you pasted an answer", RATE),),
}
"""A name → the entries of a run, or a note."""
