"""Server-sent events are read however they are cut and whichever way a server writes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base.sse import EVENT_LIMIT, Event, SseDecoder, TooLongError


def read(*pieces: bytes) -> list[Event]:
    decoder = SseDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)] + list(decoder.close())


def data(*texts: str) -> list[Event]:
    return [Event("", text) for text in texts]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\ndata: b\n\n", data("a", "b")),
        (b"data:a\n\ndata:b\n\n", data("a", "b")),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", data("a", "b")),
        (b"data: a\r\rdata: b\r\r", data("a", "b")),
        (b"\xef\xbb\xbfdata: a\n\n", data("a")),
        (b": comment\n\ndata: a\n\n:\n\n", data("a")),
        (b"data: a\ndata: b\n\n", data("a\nb")),
        (b"data:  two spaces\n\n", data(" two spaces")),
        (b"id: 1\nretry: 5\nevent: error\ndata: x\n\ndata: y\n\n", [Event("error", "x"), Event("", "y")]),
        (b"event: ping\n\ndata: a\n\n", data("a")),
        (b"data: cut off", data("cut off")),
        (b"data: cut off\r", data("cut off")),
        (b'data: a\n\n{\n  "error": {"code": 429}\n}\n', [*data("a"), Event("", '{\n  "error": {"code": 429}\n}')]),
        (b"data: \xff\n\n", data("\N{REPLACEMENT CHARACTER}")),
        (b"", []),
        (b"\n\n\n", []),
        (b"  \n\t\n", []),
        (b"oops\ndata: a\n\n: x\nagain\n", [*data("a"), Event("", "oops\nagain")]),
        (b"\n\xef\xbb\xbfdata: a\n\n", [Event("", "\ufeffdata: a")]),
        (b"data\n\ndata: a\n\n", data("", "a")),
        (b"event:error\ndata:x", [Event("error", "x")]),
    ],
)
def test_every_spelling_of_a_stream_is_read(stream: bytes, events: list[Event]):
    assert read(stream) == events
    assert read(*(bytes([byte]) for byte in stream)) == events


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), min_size=1), max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_where_the_bytes_are_cut_changes_nothing(texts: list[str], end: str, cuts: list[int]):
    stream = "".join(f"data: {text}{end}{end}" for text in texts).encode()
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    assert read(*(stream[a:b] for a, b in pairwise(edges))) == data(*texts)


def test_a_word_comes_out_as_soon_as_its_event_is_whole():
    decoder = SseDecoder()
    assert list(decoder.feed(b"data: a\n")) == []
    assert list(decoder.feed(b"\nda")) == data("a")


@pytest.mark.attack
@pytest.mark.parametrize(
    ("piece", "what"), [(b"x", "a line"), (b"x" * 1000, "a line"), (b"data: x\n", "an event"), (b"data:\n", "an event")]
)
def test_what_has_no_end_is_given_up_once_it_is_too_long(piece: bytes, what: str):
    decoder, fed = SseDecoder(), []

    def feed_without_end() -> None:
        while sum(fed[-1:]) < 3 * EVENT_LIMIT:
            fed.append(sum(fed[-1:]) + len(piece))
            assert list(decoder.feed(piece)) == []

    assert list(decoder.feed(b"data: before\n\n")) == data("before")
    with pytest.raises(TooLongError, match=what):
        feed_without_end()
    assert fed[-1] < 1.5 * EVENT_LIMIT


@pytest.mark.attack
def test_lines_that_are_no_fields_are_kept_up_to_a_limit_only():
    decoder = SseDecoder()
    for _ in range(4 * EVENT_LIMIT >> 10):
        assert list(decoder.feed(b"x" * 1023 + b"\n")) == []
    (event,) = decoder.close()
    assert len(event.data) <= EVENT_LIMIT


def test_the_events_before_what_is_too_long_are_given_out():
    events = SseDecoder().feed(b"data: a\n\ndata: b\n\n" + b"x" * (EVENT_LIMIT + 1))
    assert [next(events), next(events)] == data("a", "b")
    with pytest.raises(TooLongError):
        next(events)


def test_a_mark_of_byte_order_counts_at_the_very_beginning_alone():
    assert read("\ufeffdata: a\n\n\ufeffdata: b\n\n".encode()) == [*data("a"), Event("", "\ufeffdata: b")]


def test_an_empty_piece_changes_nothing():
    assert read(b"data: a\r", b"", b"\ndata: b\n\n") == data("a\nb")


def test_no_event_is_an_error_by_its_framing():
    assert not any(event.is_error for event in read(b"event: error\ndata: {}\n\n"))


def test_a_line_and_an_event_may_have_as_much_as_the_limit_and_no_more():
    line = b"data: " + b"x" * (1_048_576 - 6)
    assert len(read(line + b"\n\n" + line + b"\n\n")) == 2
    with pytest.raises(TooLongError, match="a line"):
        read(line + b"x")
    half = b"data: " + b"x" * (EVENT_LIMIT // 2 - 6)
    assert len(read(half + b"\n" + half + b"\n\n")) == 1
    with pytest.raises(TooLongError, match="an event"):
        read(half + b"\n" + half + b"x\n\n")


def test_of_lines_that_are_no_fields_as_many_are_kept_as_the_limit_holds_with_their_ends():
    half = "x" * (EVENT_LIMIT // 2 - 1)
    assert read(f"{half}\n{half}\n".encode()) == [Event("", f"{half}\n{half}")]
    assert read(f"{half}\n{half}x\ny\n".encode()) == [Event("", half)]
    assert read(f"{half}x\n{half}\n".encode()) == [Event("", f"{half}x")]
