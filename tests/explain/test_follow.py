"""A log that is still being written: whatever pieces it comes in, each failure in it is found, once for each kind."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tracemalloc

import pytest

from meshtui.explain.find import find_errors
from meshtui.explain.follow import MAX_LINE, LineReader, LogFollower, find_in_log, is_worth_telling
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
    assert ("".join(lines), reader.cut) == ("a" * (MAX_LINE + 10) + "b", 1)


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
}


@pytest.mark.parametrize("line", TOLD_AT_ONCE)
def test_what_a_server_answered_to_its_own_callers_and_what_says_nothing_is_counted_only(line: str):
    assert is_worth_telling(find_errors(line)[0]) is TOLD_AT_ONCE[line]
