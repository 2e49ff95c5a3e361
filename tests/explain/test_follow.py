"""A log that is still being written: whatever pieces it comes in, each failure in it is found, once for each kind."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tracemalloc

import pytest

from meshtui.explain.find import find_errors
from meshtui.explain.follow import MAX_LINE, Change, LineReader, LogFollower, Tallies, find_in_log, is_worth_telling
from meshtui.explain.formats.logs import reports_no_failure

REFUSED = (
    "2026-10-05 08:11:10 ERROR Error code: 401 - {'error': {'message': 'Incorrect API key provided: undefined.', "
    "'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}"
)
SPENT = {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": None,
                   "code": "insufficient_quota"}}  # fmt: skip
PRETTY = f"2026-10-05 08:11:12 ERROR OpenAI API error: 429 {json.dumps(SPENT, indent=2)}"
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/app/main.py", line 31, in ask\n'
    "    client.chat()\n"
    "google.auth.exceptions.RefreshError: ('invalid_grant: Invalid JWT Signature.', {'error': 'invalid_grant', "
    "'error_description': 'Invalid JWT Signature.'})"
)
DULL = "2026-10-05 08:11:11 INFO GET /healthz 200 3ms"
LOG = "\n".join([DULL, REFUSED, DULL, PRETTY, DULL, TRACE, DULL, REFUSED, DULL, ""])
KINDS = {("credential_missing", "openai"): 2, ("quota_exhausted", "openai"): 1, ("credential_invalid", "vertex"): 1}


def count(follower: LogFollower) -> dict[tuple[str, str], int]:
    return {(one.explanation.cause, one.explanation.provider): one.occurrences for one in follower.collect()}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 10_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_pieces_in_which_a_log_comes_change_nothing(size: int, encoding: str):
    data, follower = LOG.encode(encoding), LogFollower()
    for at in range(0, len(data), size):
        follower.feed(data[at : at + size])
    follower.end()
    assert count(follower) == KINDS
    assert follower.lines == LOG.count("\n")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(ending: str):
    choice, data, follower = random.Random(ending), LOG.replace("\n", ending).encode(), LogFollower()
    while data:
        size = choice.randint(1, 40)
        follower.feed(data[:size])
        data = data[size:]
    follower.end()
    assert count(follower) == KINDS
    assert follower.lines == LOG.count("\n")


def test_what_came_last_is_told_as_soon_as_nothing_more_comes():
    follower = LogFollower()
    follower.feed(f"{PRETTY}\n".encode())
    assert follower.changes() == (), "the next line may belong to it"
    follower.pause()
    (change,) = follower.changes()
    assert (change.kind, change.came, change.is_new) == (("quota_exhausted", "openai"), 1, True)
    assert change.found.explanation.status == 429
    follower.feed(f"{PRETTY}\n{PRETTY}\n".encode())
    follower.pause()
    (again,) = follower.changes()
    assert (again.came, again.is_new, again.found.occurrences) == (2, False, 3)
    assert follower.changes() == ()


def test_a_failure_is_found_as_it_is_in_the_whole_text():
    for text in (REFUSED, PRETTY, TRACE):
        whole = find_errors(text)[0].explanation
        assert find_in_log([text.encode()])[0].explanation == whole


def test_a_file_that_begins_anew_has_lines_of_its_own():
    follower = LogFollower()
    follower.feed(f"{DULL}\n{REFUSED}".encode(), part=0)  # cut in the middle of a line, as far as anybody knows
    follower.feed(f"{PRETTY}\n".encode("utf-16"), part=1)
    follower.end()
    assert count(follower) == {("credential_missing", "openai"): 1, ("quota_exhausted", "openai"): 1}


def test_what_a_server_answers_itself_is_counted_and_not_told():
    follower = LogFollower()
    follower.feed(b'INFO: 127.0.0.1:4711 - "GET /favicon.ico HTTP/1.1" 404 Not Found\n')
    follower.end()
    assert follower.changes() == ()
    assert sum(one.occurrences for one in follower.collect()) == 1


def test_a_line_without_an_end_is_read_in_bounded_memory():
    follower = LogFollower()
    tracemalloc.start()
    for _ in range(400):
        follower.feed(b"x" * 100_000)
    follower.feed(f"\n{REFUSED}\n".encode())
    follower.end()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
    assert count(follower) == {("credential_missing", "openai"): 1}
    assert follower.collect()[0].first_line == 2


def test_many_different_failures_are_followed_in_bounded_memory():
    follower = LogFollower()
    tracemalloc.start()
    for n in range(60):
        word = "".join(chr(97 + n // 26**digit % 26) for digit in range(3))
        block = [f"{DULL[:19]} ERROR {word}{line} {'y' * 900} could not {word}: {REFUSED[26:]}" for line in range(200)]
        follower.feed("\n".join([*block, ""]).encode())
    follower.end()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
    assert count(follower) == {("credential_missing", "openai"): 12_000}


def test_bytes_that_are_no_text_end_nothing():
    follower, choice = LogFollower(), random.Random(7)
    for _ in range(50):
        follower.feed(choice.randbytes(2_000))
    follower.feed(f"\n{REFUSED}\n".encode())
    follower.end()
    assert ("credential_missing", "openai") in count(follower)


def test_a_long_line_is_cut_and_nothing_of_it_is_lost():
    reader = LineReader()
    lines = reader.feed(b"a" * (MAX_LINE + 10) + b"\nb\n")
    assert ("".join(lines), reader.cut) == ("a" * (MAX_LINE + 10) + "b", [0])


@pytest.mark.parametrize(("length", "pieces"), [
    (0, 1), (MAX_LINE - 1, 1), (MAX_LINE, 1), (MAX_LINE + 1, 2), (2 * MAX_LINE, 2), (2 * MAX_LINE + 1, 3),
])  # fmt: skip
def test_a_line_is_cut_at_its_bound_and_counts_as_one(length: int, pieces: int):
    reader, line = LineReader(), "a" * length
    lines = reader.feed(f"first\n{line}\nlast\n".encode())
    assert (len(lines), reader.cut) == (pieces + 2, list(range(1, pieces)))
    assert (lines[0], lines[-1]) == ("first", "last")
    assert "".join(lines[1:-1]) == line
    assert (reader.feed(b"more\n"), reader.cut) == (["more"], [])
    reader = LineReader()
    lines = reader.feed(line.encode())
    cut = len(reader.cut)
    lines += reader.feed(b"\nlast\n")
    assert ("".join(lines), cut + len(reader.cut)) == (line + "last", pieces - 1)
    follower = LogFollower()
    follower.feed(f"{line}\n{REFUSED}\n".encode())
    follower.end()
    assert follower.collect()[0].first_line == 2


def test_lines_are_read_from_the_first_four_bytes_on_and_the_last_one_at_the_end():
    reader = LineReader()
    assert reader.feed(b"a\n") == []
    assert reader.feed(b"b\n") == ["a", "b"]
    assert reader.end() == []
    short = LineReader()
    assert short.feed(b"a\nb") == []
    assert short.end() == ["a", "b"]
    cut = LineReader()
    assert cut.feed(b"a\0b\x1b[0m\nc\r") == ["ab"]
    assert cut.feed(b"") == []
    assert cut.feed(b"\nd\xc3") == ["c"]
    assert cut.end() == ["d\N{REPLACEMENT CHARACTER}"]
    assert LineReader().end() == []
    assert LineReader().feed(b"abc\rdef\r\nghi\rj") == ["abc", "def", "ghi"]


def make_change(text: str, came: int = 1) -> Change:
    follower = LogFollower()
    follower.feed(f"{text}\n".encode())
    follower.end()
    (change,) = follower.changes()
    return change._replace(came=came)


def test_a_failure_that_goes_on_is_reported_at_growing_intervals():
    tallies, change, reports = Tallies(), make_change(REFUSED), []
    (tally,) = tallies.add([change], "a.log", 0.0)
    assert tallies.take_due(1_000.0) == [], "nothing came since the first report"
    for second in range(1, 400):
        assert tallies.add([change], "a.log", float(second)) == []
        reports += [second for due in tallies.take_due(float(second)) if due is tally]
    gaps = [later - sooner for sooner, later in zip([0, *reports], reports, strict=False)]
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]
    assert (tally.count, tally.reported, tally.first, tally.last) == (400, 364, 0.0, 399.0)
    assert tallies.all == [tally]


def test_how_often_it_came_since_the_last_report_is_told():
    tallies, change = Tallies(), make_change(REFUSED, came=3)
    (tally,) = tallies.add([change], "a.log", 0.0)
    tallies.add([change], "b.log", 0.5)
    assert (tally.take_due(0.9), tally.take_due(1.0), tally.take_due(9.0)) == (0, 3, 0)
    assert (tally.count, tally.source, tally.last) == (6, "b.log", 0.5)
    other = make_change(PRETTY)
    assert [new.kind for new in tallies.add([change, other], "a.log", 2.0)] == [other.kind]
    assert [tally.kind for tally in tallies.all] == [change.kind, other.kind]


def test_of_a_failure_that_comes_again_the_one_with_a_status_is_kept():
    bare = make_change("10:00:01 ERROR openai: You exceeded your current quota.")
    whole = make_change(f"10:00:02 ERROR Error code: 429 - {SPENT}")
    assert bare.kind == whole.kind
    again = make_change("10:00:03 ERROR openai: You exceeded your current quota.")
    tallies = Tallies()
    (tally,) = tallies.add([bare], "a.log", 0.0)
    tallies.add([again], "a.log", 1.0)
    assert tally.found == again.found, "the last, where none has a status"
    tallies.add([whole], "a.log", 2.0)
    tallies.add([bare], "a.log", 3.0)
    assert tally.found == whole.found


def test_the_time_of_a_failure_is_the_logs_own_or_the_clocks():
    timed, untimed = make_change(REFUSED), make_change("HTTP 429: too many requests, slow down")
    tallies = Tallies()
    own, clock = tallies.add([timed, untimed], "a.log", 0.0)
    assert own.span == "2026-10-05 08:11:10"
    once = clock.span
    assert re.fullmatch(r"\d\d:\d\d:\d\d", once)
    later = make_change(REFUSED.replace("08:11:10", "08:30:01"))
    tallies.add([later, untimed], "a.log", 7.0)
    assert own.span == "2026-10-05 08:11:10 to 2026-10-05 08:30:01"
    assert clock.span == f"{once} to {once[:-1]}7"
    tallies.add([later._replace(found=later.found._replace(last_time="x" * 200))], "a.log", 8.0)
    assert len(own.span) == 120


def test_a_given_provider_is_believed_of_a_log_too():
    (found,) = find_in_log([f"{REFUSED}\n".encode()], provider="mesh")
    assert found.error.provider == "mesh"


def test_a_log_on_standard_input_is_explained_whatever_its_length():
    """Beyond what is held of it, it is read piece by piece."""
    log = f"{DULL}\n".encode() * 180_000 + f"{REFUSED}\n".encode()
    command = [sys.executable, "-m", "meshtui", "explain", "-", "--format", "json"]
    told = json.loads(subprocess.run(command, input=log, capture_output=True, check=True).stdout)
    assert (told["cause"], told["errors"][0]["first_line"]) == ("credential_missing", 180_001)


COUNTERS = {
    "done errors=0 failed=0": True,
    "errors: 0 and all is well": True,
    "exceptions=0": True,
    "0 errors, 3 failures": False,
    "error_count=0 timeout": False,
    "failed=0 but 401 unauthorized": False,
    "rate limit errors=0": False,
    "denied before errors=0": False,
    "unauthorized; errors=0; failed=0": False,
    "timeouts=0 errors=1": False,
    "no counter at all": False,
}


@pytest.mark.parametrize("line", COUNTERS)
def test_counters_that_say_none_failed_are_no_failure_and_what_stands_beside_them_may_be_one(line: str):
    assert reports_no_failure(line) is COUNTERS[line]


TOLD_AT_ONCE = {
    "openai: 401 Incorrect API key provided: x": True,
    "HTTP 429 Too Many Requests": True,
    "error: 500": True,
    '127.0.0.1 - - [x] "GET /a HTTP/1.1" 401 12': False,
    "2026-10-05 08:11:10 INFO GET /v1/x 403 3ms": False,
    "it failed": False,
    "connection refused": True,
    "request failed with status code 403": True,
    "too many requests": True,
    '{"error": {"code": "some_code_of_somebodys", "message": "x"}}': True,
    '"GET /a HTTP/1.1" connection refused': True,
    '"GET /a HTTP/1.1" 429 too many requests': False,
    'OpenAI API "GET /a HTTP/1.1" 401 12': True,
}


@pytest.mark.parametrize("line", TOLD_AT_ONCE)
def test_what_a_server_answered_to_its_own_callers_and_what_says_nothing_is_counted_only(line: str):
    assert is_worth_telling(find_errors(line)[0]) is TOLD_AT_ONCE[line]
