"""HAR as its specification has it (version 1.2), and as `meshtui explain` reads it back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import FAILURES, UNSENT, Answer, Exchange, Failure, Request, Timings
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.find import find_errors
from meshtui.exports.case import Case, make_case
from meshtui.exports.har import convert_timings, make_entry, write_har
from meshtui.journal.entry import RunInputs
from meshtui.runs.model import Attempt
from meshtui.sandbox.faults import FAULTS
from tests.each import pair_up
from tests.runs.stage import PROVIDERS, Stage

# Field → type, as the specification's tables have them; a ? is optional.
ENTRY = {"startedDateTime": str, "time": (int, float), "request": dict, "response": dict, "cache": dict,
         "timings": dict, "comment?": str}  # fmt: skip
REQUEST = {"method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list,
           "postData?": dict, "headersSize": int, "bodySize": int}  # fmt: skip
RESPONSE = {"status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list, "content": dict,
            "redirectURL": str, "headersSize": int, "bodySize": int}  # fmt: skip
CONTENT = {"size": int, "mimeType": str, "text?": str, "comment?": str}
DATA = {"mimeType": str, "text": str}
PHASES = ("blocked", "dns", "connect", "send", "wait", "receive")


def conforms(value: dict[str, Any], fields: dict[str, Any]) -> None:
    required = {name for name in fields if not name.endswith("?")}
    allowed = {name.removesuffix("?"): kind for name, kind in fields.items()}
    assert required <= set(value)
    for name, item in value.items():
        assert name.startswith("_") or isinstance(item, allowed[name]), name


def checked(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries, each looked at."""
    log = json.loads(json.dumps(told))["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    for entry in log["entries"]:
        conforms(entry, ENTRY)
        conforms(entry["request"], REQUEST)
        conforms(entry["response"], RESPONSE)
        conforms(entry["response"]["content"], CONTENT)
        conforms(entry["request"].get("postData", {"mimeType": "", "text": ""}), DATA)
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
        spans = entry["timings"]
        assert all(spans[phase] >= 0 for phase in ("send", "wait", "receive")), "these are not optional"
        assert entry["time"] == pytest.approx(sum(max(spans[phase], 0) for phase in PHASES))
        for pair in (*entry["request"]["headers"], *entry["response"]["headers"], *entry["request"]["queryString"]):
            assert set(pair) == {"name", "value"}
    return log["entries"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_run_is_har_as_specified(stage: Stage, name: str, stream: bool):
    run = await stage.send_prompt("byok", name, stream=stream)
    entries = checked(write_har(make_case(run, stage.client.endpoints)))
    assert [entry["_meshtui"]["call"] for entry in entries] == ["token", "chat"][name != "vertex" :]
    assert entries[-1]["response"]["status"] == 200
    assert entries[-1]["timings"]["wait"] > 0


async def test_the_three_of_a_comparison_are_in_it_with_what_was_looked_up_after(stage: Stage):
    run = await stage.send_prompt("compare", "openai")
    entries = checked(write_har(make_case(run, stage.client.endpoints)))
    assert [entry["comment"].split(",")[0] for entry in entries][:2] == ["own key", "mesh"]
    assert any(entry["_meshtui"]["call"] == "usage" for entry in entries)


@pytest.mark.parametrize(("name", "fault"), pair_up(PROVIDERS, FAULTS))
async def test_explain_finds_the_same_cause_in_it(stage: Stage, name: str, fault: str):
    stream = fault in ("stream_error", "stream_cut")
    run = await stage.send_prompt("byok", name, fault, exclusive=True, stream=stream, timeout=0.6)
    attempt = run.attempts[0]
    if attempt.explanation is None:
        return  # a fault that only makes it slower
    text = json.dumps(write_har(make_case(run, Endpoints())))
    told = [one.explanation for one in find_errors(text)]
    before = explain_exchange(attempt.exchange)
    assert [(one.cause, one.provider, one.rule) for one in told] == [(before.cause, before.provider, before.rule)]
    assert before.cause == attempt.explanation.cause


def case_of(*exchanges: Exchange) -> Case:
    return Case(0.0, RunInputs(), attempts=(Attempt("own key", "openai", "openai", exchanges, False),))


SENT = Exchange("openai", "chat", Request("POST", "https://api.openai.com/v1/chat/completions"), 1.0)


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_without_an_answer_is_told_as_browsers_do_and_read_back(kind: str):
    failed = replace(SENT, failure=Failure(kind, "it broke"))
    if kind in UNSENT:
        assert checked(write_har(case_of(failed))) == [], "nothing went out"
        return
    told = write_har(case_of(failed))
    assert checked(told)[0]["response"]["status"] == 0
    assert checked(told)[0]["response"]["_error"] == "it broke"
    assert find_errors(json.dumps(told))[0].explanation.rule == explain_exchange(failed).rule


def test_a_stream_that_broke_has_both():
    cut = replace(SENT, answer=Answer(200, (), 'data: {"choices": []}\n\n'), failure=Failure("dropped", "gone"))
    told = write_har(case_of(cut))
    assert checked(told)[0]["response"]["status"] == 200
    assert find_errors(json.dumps(told))[0].explanation.rule == explain_exchange(cut).rule == "local.dropped"


@pytest.mark.parametrize(
    ("times", "spans"),
    [
        (Timings(0.01, 0.02, 0.05, 0.06), (10, 10, 30, 10)),
        (Timings(0.01, 0.02, None, 1.0), (10, 10, 980, 0)),
        (Timings(None, None, None, 0.5), (500, 0, 0, 0)),
        (Timings(0.01, 0.02, 0.05, None), (10, 10, 30, 0)),
        (Timings(), (0, 0, 0, 0)),
        (Timings(None, None, 0.05, None), (50, 0, 0, 0)),
        (Timings(None, 0.02, None, None), (20, 0, 0, 0)),
        (Timings(0.01, None, None, None), (10, 0, 0, 0)),
    ],
)
def test_the_time_goes_into_the_phase_that_it_was_spent_in(times: Timings, spans: tuple[float, ...]):
    told = convert_timings(times)
    assert tuple(told[phase] for phase in ("connect", "send", "wait", "receive")) == spans
    assert told["blocked"] == told["dns"] == told["ssl"] == -1, "these are not measured"


SECONDS = st.none() | st.floats(0, 1e6)


@given(st.tuples(SECONDS, SECONDS, SECONDS, SECONDS))
def test_no_phase_takes_less_than_no_time(marks: tuple[float | None, ...]):
    assert all(
        span >= 0 for name, span in convert_timings(Timings(*marks)).items() if name not in ("blocked", "dns", "ssl")
    )


def test_nothing_is_a_har_too():
    assert checked(write_har(Case(0.0, RunInputs()))) == []


def test_an_address_that_is_none_is_kept_as_it_is():
    asked = Request("GET", "https://[x/y?a=1&b=#c")
    (entry,) = checked(write_har(Case(0.0, RunInputs(), attempts=(Attempt("own key", "c", "openai", (
        Exchange("openai", "chat", asked, 0.0, Answer(400)),), False),))))  # fmt: skip
    assert entry["request"]["url"] == asked.url
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]


def test_all_that_is_known_of_an_exchange_is_in_its_entry():
    asked = Request(
        "POST",
        "https://api.openai.com/v1/x?a=1&b=&a=2#c",
        (("Content-Type", "application/json"), ("X", "y")),
        '{"é": 1}',
    )
    answer = Answer(307, (("LOCATION", "https://b.example"), ("content-type", "text/plain")), "gone")
    exchange = Exchange("openai", "chat", asked, 1_795_435_200.25, answer, None, Timings(0.01, 0.02, 0.03, 0.04))
    assert make_entry(exchange, "why") == {
        "startedDateTime": "2026-11-23T12:00:00.250+00:00", "time": 40.0,
        "request": {
            "method": "POST", "url": "https://api.openai.com/v1/x?a=1&b=&a=2#c",
            "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "X", "value": "y"}],
            "queryString": [
                {"name": "a", "value": "1"}, {"name": "b", "value": ""}, {"name": "a", "value": "2"}],
            "postData": {"mimeType": "application/json", "text": '{"é": 1}'}, "headersSize": -1, "bodySize": -1,
        },
        "response": {
            "status": 307, "statusText": "Temporary Redirect", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [
                {"name": "LOCATION", "value": "https://b.example"}, {"name": "content-type", "value": "text/plain"}],
            "content": {"size": 4, "mimeType": "text/plain", "text": "gone"}, "redirectURL": "https://b.example",
            "headersSize": -1, "bodySize": -1,
        },
        "cache": {},
        "timings": {
            "blocked": -1, "dns": -1, "ssl": -1, "connect": 10.0, "send": 10.0, "wait": 10.0, "receive": 10.0,
            "comment": "connect holds the look-up of the name, TCP and TLS; a phase that was not reached took 0"},
        "comment": "why", "_meshtui": {"provider": "openai", "call": "chat", "failure": None},
    }  # fmt: skip


def test_of_a_call_without_an_answer_the_entry_says_why():
    asked = Request("GET", "https://api.openai.com/v1/models")
    entry = make_entry(Exchange("openai", "models", asked, 0.0, failure=Failure("dns", "no such host")), "")
    assert "postData" not in entry["request"]
    response = entry["response"]
    assert (response["status"], response["statusText"], response["httpVersion"]) == (0, "", "")
    assert (response["content"], response["redirectURL"]) == ({"size": 0, "mimeType": "x-unknown", "text": ""}, "")
    assert (response["_error"], entry["_meshtui"]["failure"]) == ("no such host", "dns")


def test_what_an_answer_says_of_itself_is_told_as_far_as_it_is_known():
    odd = replace(SENT, answer=Answer(299, (), "é\ud800"), failure=Failure("dropped", ""))
    response = make_entry(odd, "")["response"]
    assert (response["status"], response["statusText"], response["_error"]) == (299, "", "dropped")
    assert response["content"]["size"] == 3, "bytes; half a character is sent as one"
    assert "comment" not in response["content"]
    assert "_error" not in make_entry(replace(SENT, answer=Answer(200)), "")["response"]


def test_a_phase_of_less_than_a_millisecond_counts_as_well():
    entry = make_entry(replace(SENT, timings=Timings(0.0004, 0.0008, 0.0011119, 0.0015)), "")
    assert (entry["timings"]["connect"], entry["timings"]["wait"], entry["time"]) == (0.4, 0.312, 1.5)


def test_an_entry_is_called_by_its_part_and_whose_key_went_with_it():
    (entry,) = checked(write_har(case_of(replace(SENT, answer=Answer(200)))))
    assert entry["comment"] == "own key, credential 'openai': chat"


def test_frames_of_aws_are_said_to_be_written_as_events():
    answer = Answer(200, (("content-type", "application/vnd.amazon.eventstream"),), "event: x")
    entry = make_entry(Exchange("bedrock", "chat", Request("POST", ""), 0.0, answer), "")
    assert entry["response"]["content"]["comment"] == "frames, written as server-sent events"
