"""An entry comes back from the history as it went in, whatever its detail; what cannot be read is said to be so."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.base.secret import Secret
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Explanation, Step
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.journal.serialization import (
    KINDS,
    LATEST,
    LONGEST,
    Row,
    UnreadableError,
    pack,
    restore_check_report,
    unpack,
)
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import Attempt, Basis, Bill, Evidence, Served, Verdict
from tests.canaries import KEYS, leaked, parts_in

# Finite numbers and amounts, texts without lone surrogates, and the words that explanations are made of.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
LABELS = st.sampled_from(sorted(CAUSES))
WHO = st.sampled_from(("key owner", "account admin", "caller", "provider"))
SURE = st.sampled_from(("certain", "likely", "unknown"))
st.register_type_strategy(
    Explanation,
    st.builds(Explanation, cause=LABELS, who=WHO, certainty=SURE, also=st.lists(LABELS, max_size=2).map(tuple)),
)
SECONDS = st.none() | st.floats(0, LATEST - 1)
st.register_type_strategy(Timings, st.builds(Timings, SECONDS, SECONDS, SECONDS, SECONDS))
st.register_type_strategy(Exchange, st.builds(Exchange, started=st.floats(0, LATEST - 1)))
SENT = st.lists(st.from_type(Exchange), min_size=1, max_size=2).map(tuple)
st.register_type_strategy(Attempt, st.builds(Attempt, exchanges=SENT))
st.register_type_strategy(CheckResult, st.builds(CheckResult, cause=st.just("") | LABELS))
LIGHT = st.from_type(CheckResult).map(lambda check: dataclasses.replace(check, exchange=None, explanation=None))
REPORTS = st.builds(CheckReport, checks=st.lists(LIGHT, max_size=3, unique_by=lambda check: check.name).map(tuple))
LINES = {Attempt: EntryKind.ATTEMPT, CheckResult: EntryKind.CHECK}
"""The lines of the log that always have such a detail."""
DETAILS = {kind: REPORTS if kind is CheckReport else st.from_type(kind) for kind in KINDS.values()}


@pytest.mark.parametrize("kind", DETAILS, ids=lambda kind: kind.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_every_kind_of_detail_comes_back_as_it_was(kind: type, data: st.DataObject):
    what = LINES.get(kind, EntryKind.NOTE)
    entry = Entry(at=1.5, what=what, text="said", run="r", credential="c", detail=data.draw(DETAILS[kind]))
    back = unpack(pack(entry))
    assert back == entry
    assert type(back.detail) is kind


@pytest.mark.parametrize("what", sorted(set(EntryKind) - set(LINES.values())))
@pytest.mark.parametrize("seconds", [None, 0.0, 0.142])
@pytest.mark.parametrize("cancelled", [False, True])
def test_an_entry_comes_back_as_it_was(what: EntryKind, seconds: float | None, cancelled: bool):
    entry = Entry(at=1795435200.25, what=what, text="über · 日本", run="r", seconds=seconds, cancelled=cancelled)
    assert unpack(pack(entry)) == entry


STEP = Step("Do it", "command", "https://example.test")
TOLD = Explanation(
    "credential_invalid", "openai.key-unknown", "certain", "openai", 401, None, "key owner", False, 1.5, "yes", "No.",
    "proof", "error.message", (("error.code", "invalid_api_key"),), steps=(STEP,), also=("unknown",),
)  # fmt: skip
EXCHANGE = Exchange("openai", "chat", Request("POST", "https://h/x", (("A", "b"),), "{}"), 1.0, Answer(401, (), "no"))
CHECK = CheckResult(
    "openai", "prompt", CheckStatus.FAILED, "no", "it may", "else", "nothing", "unknown", EXCHANGE, TOLD
)


def test_enums_tuples_and_money_keep_their_types():
    bill = Bill(Decimal("0.0000010"), byok_used=None)
    attempt = Attempt("own key", "openai", "openai", (EXCHANGE,), False, "", TOLD, (EXCHANGE,), bill)
    back = unpack(pack(Entry(1.0, EntryKind.ATTEMPT, detail=attempt))).detail
    assert isinstance(back, Attempt)
    assert str(back.bill and back.bill.cost) == "0.0000010"
    assert isinstance(back.explanation, Explanation)
    assert isinstance(back.explanation.steps[0], Step)
    assert back.exchange.request.headers == (("A", "b"),)
    verdict = Verdict(Served.NOBODY, None, Basis.LIKELY, "s", (Evidence(1, "w", Served.CACHE, True, Basis.OBSERVED),))
    kept = unpack(pack(Entry(1.0, EntryKind.VERDICT, detail=verdict))).detail
    assert isinstance(kept, Verdict)
    assert kept.served is Served.NOBODY
    assert kept.evidence[0].basis is Basis.OBSERVED


def test_a_report_is_whole_again_among_the_entries_of_its_run():
    check_report = CheckReport(
        "openai", "openai", "m", (CHECK, dataclasses.replace(CHECK, name="form", exchange=None)), "It fails."
    )
    entries = [Entry(1.0, EntryKind.CHECK, detail=check) for check in check_report.checks] + [
        Entry(2.0, EntryKind.VERDICT, detail=check_report)
    ]
    rows = [pack(entry) for entry in entries]
    assert len(rows[-1].detail) < len(rows[0].detail), "what the checks hold is not kept twice"
    assert list(restore_check_report(map(unpack, rows))) == entries
    alone = restore_check_report([unpack(rows[-1])])[0].detail
    assert isinstance(alone, CheckReport)
    assert alone.deciding is not None
    assert alone.deciding.name == "prompt"


def test_a_body_longer_than_anybody_reads_is_cut_and_says_so():
    answer = Answer(200, body="x" * (LONGEST + 1234))
    attempt = Attempt("own key", "c", "openai", (dataclasses.replace(EXCHANGE, answer=answer),), ok=True)
    back = unpack(pack(Entry(1.0, EntryKind.ATTEMPT, detail=attempt))).detail
    assert isinstance(back, Attempt)
    assert back.exchange.answer is not None
    assert back.exchange.answer.body == "x" * LONGEST + "\n… 1,234 more characters were not kept"
    whole = RunInputs(source="x" * 65536)
    assert unpack(pack(Entry(1.0, EntryKind.RUN, detail=whole))).detail == whole


@pytest.mark.parametrize(
    ("what", "kind", "detail"),
    [("run", "asked", RunInputs(path="byok")), ("note", "explanation", TOLD), ("check", "check", CHECK),
     ("verdict", "check_report", CheckReport("openai", "openai", "m", (CHECK,), "s")),
     ("verdict", "verdict", Verdict(Served.CACHE, False, Basis.LIKELY, "s")),
     ("attempt", "attempt", Attempt("own key", "openai", "openai", (EXCHANGE,), True)), ("note", "", None)],
)  # fmt: skip
def test_the_words_by_which_a_file_names_what_a_row_holds_stay(what: str, kind: str, detail: Any):
    """Else nobody could read the files of before."""
    row = pack(Entry(1.0, EntryKind(what), detail=detail))
    assert (row.what, row.kind) == (what, kind)


def test_a_report_keeps_nothing_that_the_rows_of_its_checks_hold():
    row = pack(Entry(1.0, EntryKind.VERDICT, detail=CheckReport("openai", "openai", "m", (CHECK,), "s")))
    (kept,) = json.loads(row.detail)["checks"]
    assert (kept["exchange"], kept["explanation"]) == (None, None)


def test_a_row_of_whole_numbers_is_read_as_the_numbers_that_an_entry_has():
    """SQLite keeps a whole number of seconds as one."""
    assert unpack(Row(0, "note", "x", "r", "c", 0, 0, "", "")).at == 0, "the first second of all"
    begun = dataclasses.replace(EXCHANGE, started=0.0, timings=Timings(0.0, 0.0, 0.0, 0.0))
    first = Entry(0.0, EntryKind.ATTEMPT, detail=Attempt("own key", "openai", "openai", (begun,), True))
    assert unpack(pack(first)) == first
    read = unpack(Row(1, "note", "x", "r", "c", 2, 1, "", ""))
    assert repr(read) == repr(Entry(1.0, EntryKind.NOTE, "x", "r", "c", None, 2.0, True))


GOOD = pack(Entry(1.0, EntryKind.RUN, "byok", "r", "c", RunInputs(path="byok")))
DAMAGED = {
    "what": GOOD._replace(what="dream"),
    "kind": GOOD._replace(kind="later"),
    "no JSON": GOOD._replace(detail="{"),
    "deep JSON": GOOD._replace(detail="[" * 5000),
    "a list": GOOD._replace(detail="[]"),
    "null": GOOD._replace(detail="null"),
    "a field's type": GOOD._replace(detail='{"path": {"x": 1}}'),
    "no time": GOOD._replace(at="noon"),
    "no such time": GOOD._replace(at=1e300),
    "after all time": GOOD._replace(at=LATEST),
    "just before all time": GOOD._replace(at=-0.001),
    "before all time": GOOD._replace(at=float("-inf")),
    "no text": GOOD._replace(text=None),
    "bytes": GOOD._replace(text=b"\xff", detail=b"\xff\xfe"),
    "no seconds": GOOD._replace(seconds="long"),
    "another kind": GOOD._replace(kind="attempt"),
    "no such seconds": GOOD._replace(seconds=10**400),
    "no attempt": GOOD._replace(what="attempt"),
    "no check": GOOD._replace(what="check", kind="", detail=""),
    "a field that came later": pack(Entry(1.0, EntryKind.NOTE, detail=TOLD))._replace(
        detail=json.dumps({**TOLD._asdict(), "later": 1})
    ),
}


TRIED = Attempt("own key", "openai", "openai", (EXCHANGE,), False, "", TOLD)
UNSHOWN = {
    "cause": TOLD._replace(cause="a label of tomorrow"),
    "other cause": TOLD._replace(also=("a label of tomorrow",)),
    "who": TOLD._replace(who="nobody we know"),
    "certainty": TOLD._replace(certainty="perhaps"),
    "cause of a check": dataclasses.replace(CHECK, cause="a label of tomorrow"),
    "wait": TOLD._replace(retry_after=float("inf")),
    "time": dataclasses.replace(TRIED, exchanges=(dataclasses.replace(EXCHANGE, started=1e300),)),
    "time before all": dataclasses.replace(TRIED, afterwards=(dataclasses.replace(EXCHANGE, started=-1e300),)),
    "no time": dataclasses.replace(TRIED, afterwards=(dataclasses.replace(EXCHANGE, started=float("nan")),)),
    "time that nothing takes": dataclasses.replace(
        TRIED, exchanges=(dataclasses.replace(EXCHANGE, timings=Timings(sent=-1e308)),)
    ),
    "time after all": dataclasses.replace(TRIED, exchanges=(dataclasses.replace(EXCHANGE, started=LATEST),)),
    "time that nothing takes so long": dataclasses.replace(
        TRIED, exchanges=(dataclasses.replace(EXCHANGE, timings=Timings(total=LATEST)),)
    ),
    "nothing sent": dataclasses.replace(TRIED, exchanges=()),
    "within": dataclasses.replace(TRIED, explanation=TOLD._replace(cause="")),
}


@pytest.mark.parametrize("detail", UNSHOWN.values(), ids=UNSHOWN)
def test_what_has_the_right_types_and_yet_could_not_be_shown_is_passed_over(
    detail: Explanation | CheckResult | Attempt,
):
    """Else it would end the page that shows it, the command that prints it or the export."""
    with pytest.raises(UnreadableError):
        unpack(pack(Entry(1.0, LINES.get(type(detail), EntryKind.NOTE), detail=detail)))


@pytest.mark.parametrize("row", DAMAGED.values(), ids=DAMAGED)
def test_a_row_that_cannot_be_read_is_said_to_be_so(row: Row):
    with pytest.raises(UnreadableError):
        unpack(row)


def test_a_field_put_between_two_others_since_does_not_shift_them():
    """Files of before hold no such field; the default stands then."""
    row = pack(Entry(1.0, EntryKind.NOTE, detail=TOLD))
    older = {name: value for name, value in json.loads(row.detail).items() if name != "structure"}
    assert unpack(row._replace(detail=json.dumps(older))).detail == TOLD._replace(structure=())


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\x1b]0;x\x07", "one\ntwo"])
def test_texts_that_a_database_or_a_terminal_does_not_take_are_made_plain(text: str):
    row = pack(Entry(1.0, EntryKind.NOTE, text, run=text, credential=text))
    assert all(column.encode() for column in (row.text, row.run, row.credential))
    assert unpack(row).text.isprintable()
    unpack(pack(Entry(1.0, EntryKind.RUN, detail=RunInputs(source=text))))


def test_a_key_that_became_known_since_is_masked_when_it_is_read():
    row = Row(1.0, "note", "it said shortsecretvalue77", "", "", None, 0, "", "")
    held = Secret("shortsecretvalue77")
    assert "shortsecret" not in unpack(row).text
    assert held
    assert not leaked(unpack(row._replace(text=f"x {KEYS['project key']}")).text)
    assert "shortsecret" not in repr(unpack(row._replace(run="shortsecretvalue77", credential="shortsecretvalue77")))


KEY = "sk-proj-" + "Zq7xK2mP9vLw" * 8


def test_every_text_of_a_row_that_somebody_else_wrote_is_redacted_when_it_is_read():
    """However deep it stands: in an explanation's steps, a pair of its structure, a bill."""
    told = TOLD._replace(
        headline=f"a {KEY}", proof=KEY, steps=(STEP._replace(command=f"echo {KEY}"),), structure=(("x", KEY),)
    )
    attempt = Attempt("own key", KEY, "openai", (EXCHANGE,), False, KEY, told)
    check = dataclasses.replace(CHECK, note=KEY, explanation=told)
    for detail, what in ((attempt, EntryKind.ATTEMPT), (check, EntryKind.CHECK), (told, EntryKind.NOTE)):
        back = unpack(pack(Entry(1.0, what, f"said {KEY}", "run", KEY, detail)))
        assert not parts_in(repr(back), KEY)
        assert "sk-proj-…9vLw" in repr(back.detail)
        assert (back.text, back.credential) == ("said sk-proj-…9vLw", "sk-proj-…9vLw")
