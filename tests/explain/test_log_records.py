"""A log is taken apart into records: which lines belong together, when each was written, and of which request it is."""

from __future__ import annotations

import json

import pytest

from meshtui.explain.formats.logs import (
    MAX_CHARACTERS,
    MAX_LINES,
    Record,
    RecordSplitter,
    is_whole,
    may_fail,
    reports_no_failure,
    split_records,
)


def split(*lines: str) -> list[Record]:
    return list(split_records(lines))


def read_texts(*lines: str) -> list[str]:
    return [record.text for record in split(*lines)]


def read_one(*lines: str) -> Record:
    (record,) = split(*lines)
    return record


WORDS = (
    "an err", "an exception", "it fails", "denied", "unauthorized", "may not ", "permission", "a policy", "forbidden",
    "invalid", "expired", "quota", "limit", "too many", "refused", "timed out", "timeout", "time-out", "Traceback",
    "panic", "overloaded", "throttled", "suspended", "disabled", "deactivated", "missing", "insufficient", "blocked",
    "unavailable", "unable", "cannot", "can't ", "credential", "HTTP/1", "reset", "hang up", "no such host", "balance",
    "billing", "incorrect", "revoked", "terminated", "unsupported",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_a_record_with_a_word_of_failure_is_kept(word: str):
    assert may_fail(f"so {word.upper()}so")
    assert read_texts("good", f"so {word}so", "good") == [f"so {word}so"]


@pytest.mark.parametrize("status", ["400", "404", "429", "431", "440", "499", "500", "511", "520", "530", "599"])
def test_a_record_with_nothing_but_a_status_of_failure_is_kept(status: str):
    assert may_fail(f"it said {status}")
    assert read_texts(f"it said {status}.") == [f"it said {status}."]


@pytest.mark.parametrize(
    "line", ["all is well", "it said 200", "it said 4000", "it said 14290", "it said 443", "it said 600"]
)
def test_a_record_that_speaks_of_no_failure_is_left_out(line: str):
    assert read_texts(line) == []


CONTINUED = (
    "}", "]", ")", '"x', "'x", "`x", "^", "|", "~", "<x", "Caused by: x", "During handling x", "The above exception x",
    "Traceback (most recent x", "Details: x", "reason: x", "domain: x", "metadata {", "---> x", "--- End x", "+ x",
    "note: x", "Response body x", "Response headers x", "b'x", 'b"x', "[{x", " x", "\tx", "", "at x.y(z)", "... 4 more",
    "... 12 more", "[", "{", "{ 'a'", "{'a': 1", '{"a": 1', "\u00a0x",
)  # fmt: skip


@pytest.mark.parametrize("line", CONTINUED)
def test_a_line_that_continues_the_one_before_it_is_of_its_record(line: str):
    assert read_texts("it failed", line) == [f"it failed\n{line}"]


@pytest.mark.parametrize(
    "line", ["x", "at", "attic failed", "... more", "[x", "{x", "both failed", "a failed", "7 failed"]
)
def test_any_other_line_is_a_record_of_its_own(line: str):
    assert read_texts("it failed", line)[0] == "it failed"


@pytest.mark.parametrize("end", "{[(,:=>\\")
def test_a_line_that_opens_something_is_continued_by_the_next_one(end: str):
    assert read_texts(f"it failed {end}", "so") == [f"it failed {end}\nso"]
    assert read_texts(f"it failed {end}  ", "so", "failed too") == [f"it failed {end}  \nso", "failed too"]


def test_a_line_of_json_is_a_record_of_its_own():
    one, other = '{"error": "a"}', '{ "error": "b" }  '
    assert read_texts("it failed:", one, other, " more") == ["it failed:", one, f"{other}\n more"]
    assert read_texts("it failed", "{'error': 'a'}") == ["it failed\n{'error': 'a'}"]


TIMED = "2026-10-05 08:11:10 "


def test_in_a_log_with_times_every_line_without_one_belongs_to_the_one_before_it():
    assert read_texts(f"{TIMED}it failed", "x", "y", f"{TIMED}failed", "z") == ["it failed\nx\ny", "failed\nz"]
    assert read_texts("it failed", "x", f"{TIMED}failed", "z") == ["it failed", "failed\nz"]


def test_a_traceback_is_one_record_with_what_it_ends_in_and_what_led_to_it():
    trace = ["Traceback (most recent call last):", '  File "a.py", line 1', "ValueError: it failed"]
    whole = "\n".join(trace)
    assert read_texts("good", *trace, "good") == [f"good\n{whole}"]
    assert read_texts("it failed", *trace) == [f"it failed\n{whole}"]
    assert read_texts(*trace, *trace) == [whole, whole]
    for link in ("During handling of the above exception, x:", "The above exception was the direct cause x:"):
        assert read_texts(*trace, "", link, "", *trace) == ["\n".join([*trace, "", link, "", *trace])]
        assert len(read_texts(*trace, link, "", "", "", *trace)) == 2
    assert read_texts(*trace, " more", "failed") == [f"{whole}\n more", "failed"]


def test_a_record_is_cut_where_it_grows_without_end():
    lines = ["it failed", *[" x"] * (MAX_LINES + 1)]
    assert [text.count("\n") for text in read_texts(*lines, "failed")] == [MAX_LINES - 1, 0]
    fits = ["it failed", " " * (MAX_CHARACTERS - 11)]
    assert len(read_texts(*fits, " failed")) == 1
    assert len(read_texts(*fits, " ", " failed")) == 2


def test_the_records_have_their_first_line_and_what_stood_before_the_words_is_left_out():
    found = split("good", f"{TIMED}it failed", "x", f"{TIMED}fails", "good")
    assert [(record.line, record.text, record.time) for record in found] == [
        (2, "it failed\nx", TIMED.strip()), (4, "fails\ngood", TIMED.strip())]  # fmt: skip
    assert read_one("it failed", f"  {TIMED}x").time == ""
    assert read_one(f"> {TIMED}it failed", " x").time == TIMED.strip()


TIMES = ("timestamp", "@timestamp", "time", "ts", "eventTime", "asctime", "date", "datetime", "log_timestamp",
         "started_at", "startedat")  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_a_json_line_has_its_time_in_one_of_these_fields(name: str):
    for line in (f'{{"{name}": "2026-10-05", "error": "x"}}', f'{{"error": "x", "{name}" :"2026-10-05"}}'):
        assert read_one(line).time == "2026-10-05"
        assert read_one(line, " x").time == "2026-10-05"
    assert read_one(f'{{"{name}": 1790000000.5, "error": "x"}}').time == "1790000000.5"
    assert read_one(f'err="{{\\"{name}\\": \\"2026-10-05\\"}}"').time == "2026-10-05"
    assert read_one(f'{{"{name}": 7, "error": "x"}}').time == ""
    assert read_one(f'{TIMED}it failed {{"{name}": "2025-01-01"}}').time == TIMED.strip()


REQUESTS = ("request_id", "req_id", "requestId", "request-id", "trace_id", "traceId", "correlation_id",
            "correlation-id", "x-request-id", "span_id", "job_id", "job-id", "run_id", "task_id")  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_a_record_names_its_request_in_one_of_these_ways(name: str):
    for line in (f"it failed {name}=r-12:3.4", f'{{"error": "x", "{name}": "r-12:3.4"}}',
                 f"it failed '{name}' : 'r-12:3.4'", f'err="{{\\"{name}\\":\\"r-12:3.4\\"}}"'):  # fmt: skip
        assert read_one(line).request == "r-12:3.4"
        assert read_one("it failed:", f" {line}").request == "r-12:3.4"
    assert read_one(f"it failed {name}=abc").request == ""
    assert read_one(f"it failed {name} r-1234").request == ""


def test_of_several_lines_the_first_request_counts():
    assert read_one("it failed:", " request_id=r-0001", " request_id=r-0002").request == "r-0001"


ATTEMPTS = {
    "attempt 2/3": True, "attempt 1/3": False, "Attempt #2 of 5": True, "try 2/3": True, "retry 2 / 3": True,
    "retries 3/3": True, "retrying in 2s (2/3)": False, "retrying (2/3)": True, "attempt=2": True, "attempt: 1": False,
    '"attempt": 2': True, '"retry": 2': True, "retry_count=2": True, "retrycount: 2": True, "retries=2": True,
    "attempts=2": True, "attempts: 0": False, "tries=2": False, "attempt 2": False, "entry 2/3": False,
    "attempt 12/20": True,
}  # fmt: skip


@pytest.mark.parametrize("words", ATTEMPTS)
def test_a_record_tells_whether_it_is_a_later_attempt(words: str):
    assert read_one(f"it failed, {words}").retry is ATTEMPTS[words]
    assert read_one("it failed:", f" {words}", " x").retry is ATTEMPTS[words]


def test_records_that_differ_in_digits_alone_are_alike_but_for_a_status():
    one, other, status = split(f"{TIMED}job 17 failed", f"{TIMED}job 42 failed", f"{TIMED}job 17 failed: 429")
    assert one.sketch == other.sketch != status.sketch
    alike, unlike = split(f"{TIMED}job 18 failed: 429", f"{TIMED}job 18 failed: 401")
    assert alike.sketch == status.sketch != unlike.sketch
    assert split("it failed: 200")[0].sketch == split("it failed: 201")[0].sketch


def test_a_line_of_dockers_json_file_is_what_the_program_printed():
    for gap in ("", " "):
        line = f'{{"log"{gap}:"it failed\\n","stream":"stderr","time":"2026-10-05T08:11:10.5Z"}}'
        found = read_one(line)
        assert (found.text, found.time) == ("it failed", "2026-10-05T08:11:10.5Z")
    assert read_one('{"log":"it failed"}').text == " it failed"
    for line in ('{"log":{"error": "it failed"}}', '{"log":"it failed'):
        assert read_one(line).text == line


def test_the_last_record_is_kept_until_it_is_known_to_be_complete():
    splitter = RecordSplitter()
    assert list(splitter.feed(["it failed"])) == []
    assert splitter.holds
    assert [record.text for record in splitter.feed([" x", "good"])] == ["it failed\n x"]
    assert list(splitter.flush()) == []
    assert not splitter.holds
    assert list(splitter.flush()) == []
    assert splitter.number == 3
    assert list(splitter.feed(["it failed"])) == []
    assert [record.line for record in splitter.flush()] == [4]


def test_a_whole_text_is_one_record_whatever_it_speaks_of():
    (record,) = split_records(["all", "is", f"{TIMED}well"], whole=True)
    assert (record.text, record.line, record.time) == ("all\nis\nwell", 1, TIMED.strip())


@pytest.mark.parametrize(("lines", "whole"), [
    (["x"] * 120, True), (["x"] * 121, False), ([f"{TIMED}x"] * 9, True),
    ([f"{TIMED}x", "2026-10-05 08:11:11 x"], False),
    (['{"a": 1}', "x"], True), (['{"a": 1}', '{ "b": 1} '], False), (["{'a': 1}", "{'a': 1}"], True),
    (['{"a": 1', '"b": 1}'], True), (["x", f"{TIMED}x"], True),
])  # fmt: skip
def test_a_short_text_with_one_time_and_one_object_speaks_of_one_matter(lines: list[str], whole: bool):
    assert is_whole("\n".join(lines)) is whole


COUNTERS = ("error", "errors", "err", "failed", "failure", "failures", "timeout", "timeouts", "exception", "exceptions")


@pytest.mark.parametrize("name", COUNTERS)
def test_each_counter_of_failures_that_has_none_says_so(name: str):
    for line in (f"done {name}=0", f"done {name}: 000", f'{{"{name}":null}}', f"{name.upper()}=None",
                 f"{name}=false", f'{name}=""',
                 f"{name}_count=0", f'{{\\"{name}\\":0}}', f"'{name}' : 0", f"many_{name}=0"):  # fmt: skip
        assert reports_no_failure(line)
    for line in (f"{name}=0.5", f"{name}=x", f"{name} 0", f"{name}=nullable", f"quota=0 {name}", f"{name}=0 denied"):
        assert not reports_no_failure(line)
    assert not reports_no_failure("done=0 and more words in between, and quota")


def test_no_record_is_lost_where_lines_are_so_many_that_what_is_known_of_them_is_forgotten():
    splitter = RecordSplitter()
    words = ["".join(chr(97 + n // 26**digit % 26) for digit in range(3)) for n in range(150)]
    lines = [f"{word}{'x' * 60_000} failed" for word in words]
    texts = [record.text for line in lines for record in splitter.feed([line])]
    assert [*texts, *(record.text for record in splitter.flush())] == lines


def test_json_of_a_log_is_read_as_it_is_written():
    record = {"level": "error", "time": "2026-10-05T08:11:10Z", "request_id": "r-1234", "msg": "attempt 2/3 failed"}
    found = read_one(json.dumps(record))
    assert (found.time, found.request, found.retry) == ("2026-10-05T08:11:10Z", "r-1234", True)
