"""Whatever goes wrong on the way is a failure of its kind; a mistake of ours is none."""

from __future__ import annotations

import httpcore
import httpx
import pytest

from meshtui.base.exchange import Failure
from meshtui.http.failures import find_failure, make_timeout
from meshtui.http.timing import Stopwatch


def caused(problem: Exception, cause: Exception) -> Exception:
    problem.__cause__ = cause
    return problem


PROBLEMS = {
    "our own headers": (httpx.LocalProtocolError("bad header"), Failure("not_sent", "bad header")),
    "our own scheme": (httpx.UnsupportedProtocol("no ftp"), Failure("not_sent", "no ftp")),
    "our own address": (httpx.InvalidURL("no host"), Failure("not_sent", "no host")),
    "a proxy that refuses": (httpx.ProxyError("407 Proxy Authentication Required"),
                             Failure("proxy", "407 Proxy Authentication Required")),
    "nobody listens": (caused(httpx.ConnectError("all failed"), ConnectionRefusedError(111, "Connection refused")),
                       Failure("refused", "Connection refused: [Errno 111] Connection refused")),
    "no answer in time": (httpx.ReadTimeout("slow"), Failure("read_timeout", "slow")),
    "headers without end": (
        httpx.RemoteProtocolError("Receive buffer too long"),
        Failure("too_long", "the headers of the answer, or its trailers, are longer than is read")),
    "an answer that is none": (
        httpx.RemoteProtocolError("illegal status line"), Failure("network", "illegal status line")),
    "an answer that ends early": (
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        Failure("dropped", "peer closed connection without sending complete message body")),
    "a connection that breaks": (httpx.ReadError("reset"), Failure("dropped", "reset")),
    "anything else of httpx": (httpx.DecodingError("bad gzip"), Failure("network", "bad gzip")),
    "anything else of the system": (OSError("the disk is gone"), Failure("network", "the disk is gone")),
    "a mistake of ours": (KeyError("x"), None),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_went_wrong_is_a_failure_of_its_kind(name: str):
    problem, failure = PROBLEMS[name]
    assert find_failure(problem, Stopwatch(lambda *_: None), "api.openai.com") == failure


def test_the_innermost_words_are_told():
    inner = httpcore.ConnectError("outer")
    inner.__context__ = OSError(101, "Network is unreachable")
    problem = caused(httpx.ConnectError("all connection attempts failed"), inner)
    failure = find_failure(problem, Stopwatch(lambda *_: None), "api.openai.com")
    assert failure is not None
    assert failure.message == "Network is unreachable: [Errno 101] Network is unreachable"


def test_what_was_not_reached_in_time_is_said():
    assert make_timeout(Stopwatch(lambda *_: None), 2.5) == Failure("connect_timeout", "no connection within 2.5 s")
    securing = Stopwatch(lambda *_: None)
    securing.securing = True
    assert make_timeout(securing, 3) == Failure("connect_timeout", "no secure connection within 3 s")
