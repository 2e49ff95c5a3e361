"""Whatever goes wrong on the way is a failure of its kind; a mistake of ours is none."""

from __future__ import annotations

import socket
import ssl

import httpcore
import httpx
import pytest

from meshtui.base.exchange import Failure
from meshtui.http.failures import find_failure, is_untrusted_certificate, make_timeout
from meshtui.http.timing import Stopwatch
from tests.each import each


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


def watch(**reached: object) -> Stopwatch:
    made = Stopwatch(lambda *_: None)
    for name, value in reached.items():
        setattr(made, name, value)
    return made


REFUSED = caused(httpx.ConnectError("all failed"), ConnectionRefusedError(111, "Connection refused"))
HANDSHAKE = caused(httpx.ConnectError("handshake"), ssl.SSLError(1, "wrong version number"))
UNKNOWN_HOST = caused(httpx.ConnectError("no host"), socket.gaierror(-2, "Name or service not known"))
FAR, NEAR = {"peer": "api.openai.com"}, {"peer": "proxy.example"}


@each(
    "problem, reached, kind, message",
    [
        (UNKNOWN_HOST, FAR, "dns", "[Errno -2] Name or service not known"),
        (HANDSHAKE, FAR, "tls", "wrong version number"),
        (httpx.ConnectError("gone"), {**FAR, "securing": True}, "tls", "gone"),
        (httpx.ConnectTimeout("slow"), FAR, "connect_timeout", "slow"),
        (httpx.ConnectTimeout("slow"), {**FAR, "securing": True}, "tls", "slow"),
        (REFUSED, FAR, "refused", "Connection refused: [Errno 111] Connection refused"),
        (httpx.ConnectError("all failed"), FAR, "network", "all failed"),
        (httpx.ConnectError(""), FAR, "network", "ConnectError"),
        (REFUSED, {}, "refused", "Connection refused: [Errno 111] Connection refused"),
        (REFUSED, NEAR, "proxy",
         "the proxy proxy.example could not be reached: Connection refused: [Errno 111] Connection refused"),
        (UNKNOWN_HOST, NEAR, "proxy",
         "the proxy proxy.example could not be reached: [Errno -2] Name or service not known"),
        (httpx.ConnectError("gone"), {**NEAR, "securing": True}, "tls",
         "TLS with the proxy proxy.example itself failed: gone"),
        (httpx.ConnectError("gone"), {**NEAR, "securing": True, "tunnelled": True}, "tls",
         "the proxy proxy.example let the request through; behind it, TLS with api.openai.com failed: gone"),
    ],
)  # fmt: skip
def test_where_a_connection_failed_is_told_and_with_whom(
    problem: Exception, reached: dict[str, object], kind: str, message: str
):
    failure = find_failure(problem, watch(**reached), "api.openai.com")
    assert failure is not None
    assert (failure.kind, failure.message) == (kind, message)


@each(
    "words, kind",
    [("Server disconnected without sending a response.", "dropped"), ("peer closed connection", "dropped"),
     ("illegal header line", "network")],
)  # fmt: skip
def test_a_message_that_ends_early_is_told_from_one_that_is_none(words: str, kind: str):
    failure = find_failure(httpx.RemoteProtocolError(words), watch(), "h")
    assert failure == Failure(kind, words)


def test_the_last_of_the_systems_words_go_before_all_others():
    inner = caused(OSError(104, "Connection reset by peer"), ValueError("deeper"))
    problem = caused(httpx.ConnectError("outer"), inner)
    failure = find_failure(problem, watch(), "h")
    assert failure is not None
    assert failure.message == "Connection reset by peer: [Errno 104] Connection reset by peer"
    group = caused(
        httpx.ConnectError(""), BaseExceptionGroup("several", [ValueError(""), ConnectionRefusedError(111, "x")])
    )
    several = find_failure(group, watch(), "h")
    assert several is not None
    assert several.kind == "refused"
    quiet = find_failure(caused(httpx.ConnectError(""), ValueError("")), watch(), "h")
    assert quiet == Failure("network", "ConnectError")


@each("code, untrusted", [(18, True), (19, True), (20, True), (21, True), (24, True), (10, False), (17, False),
                          (22, False), (23, False), (25, False), (62, False)])  # fmt: skip
def test_a_certificate_is_untrusted_where_its_authority_is_unknown_and_not_where_it_is_expired(
    code: int, untrusted: bool
):
    """OpenSSL's numbers: 10 is expired, 62 another host's."""
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refused.verify_code = code
    assert is_untrusted_certificate(caused(httpx.ConnectError("x"), refused)) is untrusted
    assert not is_untrusted_certificate(HANDSHAKE)


async def test_how_far_it_had_come_says_what_was_not_in_time():
    connected = watch()
    await connected.trace("http11.send_request_headers.started", {})
    assert make_timeout(connected, 2.5) == Failure("read_timeout", "no answer within 2.5 s")
    await connected.trace("http11.receive_response_headers.complete", {})
    assert make_timeout(connected, 2.5) == Failure("read_timeout", "the answer was not whole within 2.5 s")


def test_what_was_not_reached_in_time_is_said():
    assert make_timeout(Stopwatch(lambda *_: None), 2.5) == Failure("connect_timeout", "no connection within 2.5 s")
    securing = Stopwatch(lambda *_: None)
    securing.securing = True
    assert make_timeout(securing, 3) == Failure("connect_timeout", "no secure connection within 3 s")
