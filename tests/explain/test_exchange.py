"""An exchange is explained whatever became of it: a failure, an error inside a 200's stream, or no answer at all."""

from __future__ import annotations

from meshtui.base.exchange import Answer, Exchange, Failure, Request
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.model import Context
from tests.explain.table import openai

REQUEST = Request("POST", "https://api.openai.com/v1/chat/completions")
WORDS = 'data: {"choices": [{"delta": {"content": "po"}}]}\n\n'


def exchange(answer: Answer | None = None, failure: Failure | None = None) -> Exchange:
    return Exchange("openai", "chat", REQUEST, 0.0, answer=answer, failure=failure)


def test_an_answer_is_read_with_its_headers_and_the_context():
    answer = Answer(429, (("Retry-After", "20"), ("X-Request-Id", "req_1"), ("x-request-id", "req_2")),
                    openai("Rate limit reached on requests per min.", "requests"))  # fmt: skip
    told = explain_exchange(exchange(answer), Context(model="gpt-9"))
    assert (told.cause, told.retry_after, told.request_id) == ("rate_limited_requests", 20.0, "req_1")


def test_an_error_inside_a_stream_goes_before_its_200():
    body = WORDS + 'data: {"error": {"code": "server_is_overloaded"}}\n\n'
    assert explain_exchange(exchange(Answer(200, (), body))).cause == "capacity_exhausted"


def test_an_error_inside_a_stream_that_broke_goes_before_the_break():
    body = WORDS + 'data: {"error": {"code": "insufficient_quota"}}\n\n'
    told = explain_exchange(exchange(Answer(200, (), body), Failure("dropped", "peer closed")))
    assert told.cause == "quota_exhausted"


def test_a_stream_that_broke_without_an_error_is_explained_by_the_break():
    told = explain_exchange(exchange(Answer(200, (), WORDS), Failure("dropped", "peer closed connection")))
    assert (told.cause, told.rule, told.proof) == ("connection_failed", "local.dropped", "peer closed connection")


def test_no_answer_says_that_the_key_is_untested():
    told = explain_exchange(exchange(failure=Failure("dns", "[Errno -2] Name or service not known")))
    assert (told.cause, told.status, told.provider) == ("connection_failed", 0, "openai")
    assert "nothing about the key" in told.not_this


def test_neither_answer_nor_failure_cannot_be_told():
    assert explain_exchange(exchange()).cause == "unknown"
