"""Each API's answers, streams and in-band errors are read for what they are."""

from __future__ import annotations

import json
import zlib

import pytest

from meshtui.base.exchange import Failure
from meshtui.base.sse import EVENT_LIMIT, DamagedError, Event, TooLongError
from meshtui.http.decoding import (
    PIECE,
    TEXT_LIMIT,
    VALUES_LIMIT,
    Dialect,
    Reader,
    dig,
    is_error,
    join_strings,
    list_strings,
    make_inflater,
    parse_json,
)
from meshtui.providers import chat_completions as chat
from meshtui.providers.bedrock import event_stream as eventstream
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.vertex import requests as vertex
from tests.providers.frames import event_frame, exception_frame, frame, prelude


def sse(*events: object, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return "".join(f"{head}data: {e if isinstance(e, str) else json.dumps(e)}\n\n" for e in events).encode()


def gemini(text: str) -> dict[str, object]:
    return {"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}}]}


def chunk(text: str) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}}]}


CLAUDE_DELTA = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "pong"}}
WHOLE = [
    (chat.DIALECT, {"choices": [{"message": {"role": "assistant", "content": "pong"}}]}, "pong"),
    (chat.DIALECT, {"choices": [{"message": {"role": "assistant", "content": None}, "finish_reason": "length"}]}, ""),
    (bedrock.DIALECT, {"output": {"message": {"content": [{"reasoningContent": {}}, {"text": "pong"}]}}}, "pong"),
    (vertex.GEMINI, gemini("pong"), "pong"),
    (vertex.GEMINI, {"candidates": [{"finishReason": "MAX_TOKENS", "content": {"role": "model"}}]}, ""),
    (vertex.GEMINI, {"promptFeedback": {"blockReason": "SAFETY"}}, ""),
    (vertex.CLAUDE, {"type": "message", "content": [{"type": "text", "text": "pong"}]}, "pong"),
]


@pytest.mark.parametrize(("dialect", "answer", "words"), WHOLE)
@pytest.mark.parametrize("stream", [False, True], ids=["asked whole", "asked streamed"])
def test_a_whole_answer_is_read(dialect: Dialect, answer: object, words: str, stream: bool):
    reader, body = Reader(dialect, stream=stream), json.dumps(answer).encode()
    assert reader.feed(body) + reader.close(body) == words
    assert (reader.text, reader.understood, reader.refused) == (words, True, False)


STREAMS = [
    (chat.DIALECT, sse(chunk("po"), chunk("ng"), {"choices": [], "usage": {}}, "[DONE]")),
    (bedrock.DIALECT, event_frame("messageStart", {"role": "assistant"})
     + event_frame("contentBlockDelta", {"delta": {"text": "po"}})
     + event_frame("contentBlockDelta", {"delta": {"text": "ng"}}) + event_frame("messageStop", {"stopReason": "end"})),
    (vertex.GEMINI, sse(gemini("po"), gemini("ng"), {"usageMetadata": {"totalTokenCount": 3}})),
    (vertex.CLAUDE, sse({"type": "message_start"}, name="message_start") + sse(CLAUDE_DELTA, name="x_delta")),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "stream"), STREAMS)
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_stream_is_read_word_by_word(dialect: Dialect, stream: bytes, size: int):
    reader = Reader(dialect, stream=True)
    pieces = [reader.feed(stream[at : at + size]) for at in range(0, len(stream), size)]
    assert "".join([*pieces, reader.close(stream)]) == "pong"
    assert (reader.text, reader.understood, reader.refused) == ("pong", True, False)


ERROR = {"error": {"code": "upstream_error", "message": "no"}}
IN_BAND = [
    (chat.DIALECT, sse(chunk("po"), ERROR, "[DONE]")),
    (chat.DIALECT, sse(chunk("po"), {"message": "gone"}, name="error")),
    (chat.DIALECT, sse(chunk("po")) + json.dumps(ERROR, indent=1).encode()),
    (bedrock.DIALECT, event_frame("contentBlockDelta", {"delta": {"text": "po"}})
     + exception_frame("throttlingException", {"message": "Too many tokens"})),
    (bedrock.DIALECT, frame({":message-type": "error", ":error-code": "InternalFailure"}, b"")),
    (vertex.GEMINI, sse(gemini("po"), {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}})),
    (vertex.GEMINI, json.dumps([{"error": {"code": 429}}]).encode()),
    (vertex.CLAUDE, sse(CLAUDE_DELTA) + sse({"type": "error", "error": {"type": "overloaded_error"}}, name="error")),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "stream"), IN_BAND)
def test_an_error_inside_a_stream_is_seen(dialect: Dialect, stream: bytes):
    reader = Reader(dialect, stream=True)
    reader.feed(stream)
    reader.close(stream)
    assert reader.refused


@pytest.mark.parametrize("dialect", [chat.DIALECT, bedrock.DIALECT, vertex.GEMINI, vertex.CLAUDE])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b"null",
        b"[]",
        b'"x"',
        b'{"Output": {"__type": "Unknown"}}',
        b"[" * 9999,
    ],
)
def test_what_is_no_answer_of_that_api_is_not_taken_for_one(dialect: Dialect, body: bytes):
    reader = Reader(dialect, stream=False)
    assert reader.close(body) == ""
    assert not reader.understood


def test_a_damaged_frame_is_told():
    damaged = bytearray(event_frame("contentBlockDelta", {"delta": {"text": "pong"}}))
    damaged[-6] ^= 1
    with pytest.raises(DamagedError):
        Reader(bedrock.DIALECT, stream=True).feed(bytes(damaged))


def test_an_error_frame_is_an_error_with_its_code_and_message():
    broken = frame({":message-type": "error", ":error-code": "InternalFailure", ":error-message": "oh"}, b"")
    decoder = eventstream.FrameDecoder()
    assert list(decoder.feed(b"")) == []
    assert list(decoder.feed(broken + frame({":message-type": "error"}, b"") + event_frame("a", 1))) == [
        Event("error", '{"code": "InternalFailure", "message": "oh"}', is_error=True),
        Event("error", '{"code": "", "message": ""}', is_error=True),
        Event("a", "1"),
    ]
    assert list(decoder.feed(exception_frame("slow", {}))) == [Event("slow", "{}", is_error=True)]


def test_headers_that_are_no_text_are_told_as_one():
    odd = frame({":message-type": "error", ":error-code": b"\x01", ":error-message": "oh"}, b"")
    named = frame({":event-type": b"x", ":message-type": "event"}, b"{}")
    assert list(eventstream.FrameDecoder().feed(odd + named)) == [
        Event("error", json.dumps({"code": "b'\\x01'", "message": "oh"}), is_error=True),
        Event("b'x'", "{}"),
    ]


def test_frames_and_their_headers_may_have_as_much_as_the_limits_and_come_whole_however_they_are_cut():
    payload = b"x" * (1_048_576 - len(frame({}, b"")))
    whole = frame({}, payload) + frame({}, b"y") + frame({":event-type": "z" * 1000, "a": "b" * 15000}, b"")
    decoder = eventstream.FrameDecoder()
    events = [event for at in range(0, len(whole), 65_521) for event in decoder.feed(whole[at : at + 65_521])]
    assert [(event.name, len(event.data)) for event in events] == [("", len(payload)), ("", 1), ("z" * 1000, 0)]
    assert decoder.close() == []
    exact = frame({"a": "b" * (16_384 - 5)}, b"")
    assert len(list(eventstream.FrameDecoder().feed(exact))) == 1
    with pytest.raises(TooLongError, match="the headers of a frame"):
        list(eventstream.FrameDecoder().feed(frame({"a": "b" * (16_384 - 4)}, b"")))


def test_what_is_no_event_stream_is_no_damaged_one():
    decoder = eventstream.FrameDecoder()
    assert list(decoder.feed(b'{"message": "no"}' * 9)) == []
    assert list(decoder.feed(b"\0" * 99)) == []


def test_a_stream_that_breaks_off_without_its_mark_is_no_whole_answer():
    reader = Reader(chat.DIALECT, stream=True)
    stream = sse(chunk("po"))
    assert reader.feed(stream) + reader.close(stream) == "po"
    assert (reader.failure, reader.understood) == (Failure("dropped", reader.failure.message), True)
    assert "without the mark of its end" in reader.failure.message
    for ended in (sse(chunk("po"), "[DONE]"), sse(chunk("po"), ERROR)):
        whole = Reader(chat.DIALECT, stream=True)
        whole.feed(ended)
        assert whole.failure is None


def test_frames_are_shown_as_text():
    stream = event_frame("contentBlockDelta", {"a": 1}) + exception_frame("throttlingException", {"message": "slow"})
    shown = 'event: contentBlockDelta\ndata: {"a": 1}\n\nevent: throttlingException\ndata: {"message": "slow"}\n\n'
    assert eventstream.FramesAsText().feed(stream) == shown
    assert eventstream.FramesAsText().feed(stream + stream[:20]) == shown
    damaged = eventstream.FramesAsText()
    assert damaged.feed(stream + b"x" * 20).startswith(shown + ": the event stream is damaged")
    assert damaged.feed(stream) == ""


@pytest.mark.attack
@pytest.mark.parametrize(
    ("declared", "error", "words"),
    [
        ((EVENT_LIMIT + 1, 0), TooLongError, "a frame of the event stream is longer"),
        ((EVENT_LIMIT, eventstream.HEADERS_LIMIT + 1), TooLongError, "the headers of a frame"),
        ((100, 100), DamagedError, "shorter than its own headers"),
        ((0, 0), DamagedError, "shorter than its own headers"),
    ],
)
def test_a_frame_that_declares_too_much_or_too_little_is_given_up_at_its_first_bytes(
    declared: tuple[int, int], error: type[Exception], words: str
):
    events = eventstream.FrameDecoder().feed(event_frame("messageStart", {}) + prelude(*declared))
    assert next(events).name == "messageStart"
    with pytest.raises(error, match=words):
        next(events)


@pytest.mark.attack
@pytest.mark.parametrize("header", [b"\x01a\x63", b"\x01a\x07\x00", b"\x01\xff\x00"])
def test_a_frame_whose_headers_are_nonsense_is_damaged(header: bytes):
    beginning = prelude(16 + len(header), len(header)) + header
    with pytest.raises(DamagedError):
        list(eventstream.FrameDecoder().feed(beginning + zlib.crc32(beginning).to_bytes(4, "big")))


@pytest.mark.attack
def test_no_more_of_a_models_words_is_taken_than_can_be_shown():
    reader = Reader(chat.DIALECT, stream=True)
    for _ in range(TEXT_LIMIT // 1000):
        reader.feed(sse(chunk("x" * 1000)))
    with pytest.raises(TooLongError, match="the model's words"):
        reader.feed(sse(chunk("x" * 1000)))
    assert TEXT_LIMIT - 1000 <= len(reader.text) <= TEXT_LIMIT


@pytest.mark.attack
def test_a_whole_answer_of_too_many_words_is_a_failure():
    reader = Reader(chat.DIALECT, stream=False)
    body = json.dumps({"choices": [{"message": {"content": "x" * (TEXT_LIMIT + 1)}}]}).encode()
    assert reader.close(body) == ""
    assert reader.failure.kind == "too_long"


def test_a_text_of_as_many_words_as_are_taken_is_whole():
    for more, kind in ((0, None), (1, "too_long")):
        reader = Reader(chat.DIALECT, stream=False)
        words = "x" * (256 * 1024 + more)
        reader.close(json.dumps({"choices": [{"message": {"content": words}}]}).encode())
        assert (reader.failure and reader.failure.kind) == kind
        assert reader.text == ("" if kind else words)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [({"error": {"code": 1}}, True), ({"error": "no"}, True), ({"error": None}, False), ({"error": {}}, False),
     ({}, False), ([{"error": {}}], True), ([{"error": None}], False), ([], False), ([{}, {"error": 1}], False),
     ("error", False)],
)  # fmt: skip
def test_an_error_is_told_by_its_envelope(value: object, wrong: bool):
    assert is_error(value) is wrong


@pytest.mark.parametrize(
    ("path", "found"),
    [((), [{"a": "x"}, {"a": 2}, 3]), ((0, "a"), "x"), ((1, "a"), 2), ((2,), 3), ((3,), None), ((-1,), 3),
     ((-3, "a"), "x"), ((-4,), None), (("a",), None), ((0, 0), None), ((0, "b"), None), ((0, "a", 0), None),
     ((0, "a", "b"), None)],
)  # fmt: skip
def test_a_value_is_found_by_its_path_or_is_none(path: tuple[str | int, ...], found: object):
    assert dig([{"a": "x"}, {"a": 2}, 3], *path) == found


def test_strings_of_a_list_are_found_and_what_is_none_is_passed_over():
    rows = [{"a": {"b": "x"}}, {"a": {"b": 1}}, {}, "y", {"a": {"b": "z"}}]
    assert list_strings(rows, "a", "b") == ["x", "z"]
    assert (list_strings(rows), join_strings(rows, "a", "b")) == (["y"], "xz")
    assert list_strings({"a": "x"}) == list_strings("xy") == list_strings(None) == []


def test_compressed_bytes_come_out_in_pieces_of_a_limited_length():
    whole = bytes(3 * PIECE + 1)
    for encoding, sent in (("", whole), ("Identity", whole), ("gzip", zlib.compress(whole, wbits=31))):
        pieces = list(make_inflater(encoding)(sent))
        assert b"".join(pieces) == whole
        assert max(map(len, pieces)) == PIECE
    for level, checksum in ((1, 4), (6, 5), (9, 5)):
        without = zlib.compress(bytes(PIECE + 1), level)[:-checksum]
        assert sum(map(len, make_inflater("deflate")(without))) == PIECE + 1, "all that came, though no more may follow"
    inflate = make_inflater("gzip")
    twice = zlib.compress(b"abc", wbits=31)
    assert [*inflate(twice[:9]), *inflate(twice[9:]), *inflate(b"what follows")] == [b"abc"]


def test_of_a_stream_in_an_unknown_api_nothing_is_understood():
    reader = Reader(chat.DIALECT, stream=True)
    assert reader.feed(sse({"a": 1})) + reader.close(b"") == ""
    assert (reader.understood, reader.refused, reader.ended, reader.failure) == (False, False, False, None)
    whole = Reader(chat.DIALECT, stream=False)
    assert whole.feed(sse(chunk("po"))) == ""
    assert (whole.text, whole.understood) == ("", False)


@pytest.mark.attack
@pytest.mark.parametrize("as_bytes", [False, True])
def test_json_is_parsed_up_to_a_number_of_values(as_bytes: bool):
    def parsed(text: str) -> object:
        return parse_json(text.encode() if as_bytes else text)

    assert parsed("[" + "[]," * 1000 + "0]") is not None
    assert parsed(json.dumps("x" * 2 * VALUES_LIMIT)) is not None
    assert parsed("[" + "[]," * VALUES_LIMIT + "0]") is None
    for sign in ",[{":
        assert parsed(json.dumps(sign * VALUES_LIMIT)) == sign * VALUES_LIMIT
        assert parsed(json.dumps(sign * (VALUES_LIMIT + 1))) is None
