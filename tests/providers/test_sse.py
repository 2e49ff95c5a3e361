"""Server-sent events are read however they are cut and whichever way a server writes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.http.sse import Event, SseDecoder


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
