"""A key that a server streams back in pieces is in nothing that joins them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from meshtui.base import body_redaction
from meshtui.base.body_redaction import blank_edge, redact_body
from meshtui.base.exchange import Answer
from meshtui.base.secret import Secret
from tests.canaries import KEYS, parts_in
from tests.each import each

Write = Callable[[list[str]], str]


def chat(piece: str) -> str:
    delta = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
    return json.dumps({"id": "chatcmpl-7xKqP2", "object": "chat.completion.chunk", "choices": [delta]})


def events(write: Callable[[str], str]) -> Write:
    return lambda pieces: "".join(f"data: {write(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n"


def claude(piece: str) -> str:
    return json.dumps({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})


def coded(piece: str) -> str:
    return json.dumps({"bytes": base64.b64encode(claude(piece).encode()).decode()})


def named(piece: str) -> str:
    return f"x\nevent: contentBlockDelta\ndata: {json.dumps({'delta': {'text': piece}})}"


STREAMS: dict[str, Write] = {
    "chat completions": events(chat),
    "Anthropic": events(claude),
    "responses": events(lambda piece: json.dumps({"type": "response.output_text.delta", "delta": piece})),
    "Gemini": events(lambda piece: json.dumps({"candidates": [{"content": {"parts": [{"text": piece}]}}]})),
    "Converse": events(named),
    "Bedrock's bytes": events(coded),
    "text alone": events(lambda piece: piece),
    "a list": json.dumps,
    "a list over lines": lambda pieces: json.dumps(pieces, indent=2),
    "lines of JSON": lambda pieces: "\n".join(json.dumps({"response": piece}) for piece in pieces),
    "fields of different names": lambda pieces: json.dumps({f"part{n}": piece for n, piece in enumerate(pieces)}),
    "escaped": events(lambda piece: '{"text": "' + "".join(f"\\u{ord(c):04x}" for c in piece) + '"}'),
    "behind a stray quote": lambda pieces: ': "\n\n' + events(chat)(pieces),
    "base64 in pieces": lambda pieces: events(chat)(cut(base64.b64encode("".join(pieces).encode()).decode(), 7)),
    "percent in pieces": lambda pieces: events(chat)(cut("".join(f"%{ord(c):02X}" for c in "".join(pieces)), 5)),
    "with white space between": events(lambda piece: chat(f"{piece} ")),
}


def cut(key: str, size: int) -> list[str]:
    return [key[at : at + size] for at in range(0, len(key), size)]


def read(body: str) -> str:
    """All that any reader could join: the strings, and the lines that are no JSON."""
    texts = []
    for line in body.removeprefix('"').splitlines():
        value = line.removeprefix("data: ")
        try:
            texts.append(words_of(json.loads(value)))
        except ValueError:
            texts.append(value.strip().strip('",'))
    return "".join(texts)


def words_of(value: object) -> str:
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in ("id", "object", "type", "finish_reason")}
        return "".join(words_of(each) for each in kept.values())
    if isinstance(value, list):
        return "".join(map(words_of, value))
    if isinstance(value, str) and value.startswith("eyJ"):
        return words_of(json.loads(base64.b64decode(value)))
    return value if isinstance(value, str) else ""


@pytest.mark.attack
@pytest.mark.parametrize("size", [1, 3, 11, 40])
@pytest.mark.parametrize("write", STREAMS.values(), ids=STREAMS)
def test_a_loaded_key_in_pieces_is_blanked(write: Write, size: int):
    for kind, key in KEYS.items():
        if kind == "PEM":
            continue
        held = Secret(key)
        body = write(["pong ", *cut(key, size), " and so on"])
        shown = Answer(200, (), body).body
        assert not parts_in(read(shown), key), kind
        assert not parts_in(shown, key), kind
        if "pong" in body:
            assert "pong" in shown
            assert "and so on" in shown
        assert Answer(200, (), shown).body == shown, "it is redacted again when it is read from the history"
        del held


@pytest.mark.attack
@pytest.mark.parametrize("kind", ["project key", "Mesh key", "long-term Bedrock key", "access token", "JWT"])
def test_a_key_in_pieces_that_was_never_seen_is_known_by_its_shape(kind: str):
    for write in (STREAMS["chat completions"], STREAMS["Anthropic"], STREAMS["text alone"]):
        shown = Answer(200, (), write(["pong ", *cut(KEYS[kind], 3), " and so on"])).body
        assert not parts_in(read(shown), KEYS[kind])


@pytest.mark.attack
def test_a_key_in_pieces_that_are_encoded_twice_is_blanked():
    held = Secret(KEYS["project key"])
    twice = events(lambda piece: json.dumps({"bytes": base64.b64encode(coded(piece).encode()).decode()}))
    shown = redact_body(twice(["pong ", *cut(held.reveal(), 9), " and so on"]))
    assert not parts_in(read(shown), held.reveal())
    assert "pong" in read(shown)


@pytest.mark.attack
def test_a_word_longer_than_is_held_back_hides_no_key():
    held = Secret(KEYS["project key"])
    body = STREAMS["chat completions"](cut("x" * 4090 + held.reveal() + "y" * 5000, 3))
    shown = Answer(200, (), body).body
    assert not parts_in(read(shown), held.reveal())


def test_the_search_sees_a_key_that_is_not_blanked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(body_redaction, "find_keys", lambda _: [])
    held = Secret(KEYS["project key"])
    passed = [
        name
        for name, write in STREAMS.items()
        if parts_in(read(redact_body(write(cut(held.reveal(), 3)))), held.reveal())
    ]
    assert len(passed) > 8, passed


def test_a_stream_without_a_key_stays_as_it_is():
    held = Secret(KEYS["project key"])
    words = [
        "The",
        "quick",
        "brown",
        "fox",
        "jumps",
        "over",
        "task-proj-12",
        "and",
        "AKIA",
        "are",
        "words;",
        "so",
        "is",
        "sk-.",
    ]
    for write in STREAMS.values():
        body = write([f"{word} " for word in words] * 20)
        assert redact_body(body) == body
    assert held


def test_a_blanked_stream_is_still_a_stream():
    held = Secret(KEYS["project key"])
    shown = redact_body(STREAMS["chat completions"](["pong ", *cut(held.reveal(), 9), " on"]))
    lines = [line.removeprefix("data: ") for line in shown.split("\n\n") if line and "DONE" not in line]
    said = [json.loads(line)["choices"][0]["delta"]["content"] for line in lines]
    assert said[0] == "pong "
    assert said[-1] == " on"
    assert set(said[1:-1]) == {"…"}


@pytest.mark.usefixtures("ends")
@pytest.mark.parametrize("length", [100_000, pytest.param(1_000_000, marks=pytest.mark.sweep)])
@pytest.mark.parametrize(
    "piece", ['"', '\\"', '"a":', '"a":"', '"\\', "data:", "data: x\n", '{"a":"b"},', '"eyJ",', '"eyJhIjoiYiJ9",']
)
def test_a_megabyte_of_what_is_worst_is_redacted_to_its_end(piece: str, length: int):
    """A tenth of it in every run."""
    held = Secret(KEYS["project key"])
    redact_body(piece * (length // len(piece)))
    assert held


@pytest.mark.attack
def test_a_key_beside_one_that_is_blanked_is_not_cut_in_two():
    one, other = Secret(KEYS["old OpenAI key"]), Secret(KEYS["project key"])
    body = json.dumps(["x", other.reveal() + one.reveal()[:20], one.reveal()[20:] + other.reveal(), "y"])
    shown = redact_body(body)
    assert not parts_in(shown, one.reveal())
    assert not parts_in(shown, other.reveal())


IN_PIECES = {
    "words around it": (("say sk-proj-Zq7xK2", "mP9vLwZq7xK2mP9vLw and more"), ("say …", "… and more")),
    "what may belong to it": (("say abc/sk-proj-Zq7xK2", "mP9vLwZq7xK2mP9vLw/x and more"), ("say …", "… and more")),
    "two that meet in a piece": (
        ("sk-proj-Zq7xK2", "mP9vLwZq7xK2", "mP9vLw, or sk-ant-Zq7xK2mP9v", "LwZq7x done"),
        ("…", "…", "…, or …", "… done")),
    "one whole in each": (
        ("a sk-proj-Zq7xK2mP9vLwZq7x b", "c sk-proj-Zq7xK2mP9vLwZq7x d"), ("a sk-proj-…Zq7x b", "c sk-proj-…Zq7x d")),
    "escapes beside it": (('q"\nsk-proj-Zq7xK2', "mP9vLwZq7xK2mP9vLw\tz"), ('q"…', "…")),
}  # fmt: skip


@each("case", IN_PIECES)
def test_of_each_piece_only_what_belongs_to_a_key_is_blanked(case: str):
    given, left = IN_PIECES[case]
    shown = redact_body("".join(f"data: {json.dumps({'t': text})}\n\n" for text in given))
    assert [json.loads(line.removeprefix("data: "))["t"] for line in shown.split("\n\n") if line] == list(left)


def test_lines_of_a_stream_that_are_no_json_are_joined_as_strings_are():
    assert redact_body("data: say sk-proj-Zq7xK2\n\ndata:mP9vLwZq7xK2mP9vLw and\n\n") == "data: say …\n\ndata:… and\n\n"
    assert redact_body("data: sk-proj-Zq7xK2mP9vLw\n") == "data: sk-proj-…9vLw\n", "one alone is a key as it is"


def test_strings_of_different_fields_are_joined_in_their_order_and_names_are_not():
    body = json.dumps({"a": "x sk-proj-Zq7xK2", "b": "mP9vLwZq7xK2mP9vLw y", "c": 1, "sk-proj-Zq7": ["xK2mP9vLwZq7"]})
    shown = json.loads(redact_body(body))
    assert shown == {"a": "x …", "b": "… y", "c": 1, "sk-proj-Zq7": ["xK2mP9vLwZq7"]}
    two = json.dumps({"a": "x sk-proj-Zq7xK2", "b": "mP9vLwZq7xK2mP9vLw y"})
    assert json.loads(redact_body(two)) == {"a": "x …", "b": "… y"}


@pytest.mark.parametrize("words", [("a ", "b ", "c "), ("a ", "b ", "c ", "d ")])
def test_what_is_the_same_in_every_event_is_joined_by_nobody(words: tuple[str, ...]):
    events = "".join(f'data: {{"id": "sk-Zq7", "n": "{word}"}}\n\n' for word in words)
    assert redact_body(events) == events


def test_two_events_may_be_halves():
    events = "".join(f'data: {{"n": "{half}"}}\n\n' for half in ("sk-Zq7xK2m", "Zq7xK2m9vLw"))
    assert "xK2m" not in redact_body(events)


def test_at_a_cut_the_pieces_up_to_a_space_are_blanked_and_no_others():
    """Not what is the same in every event, nor what stands once."""
    given = [("a b", "one"), ("c", "id-1"), ("d e", "id-1"), ("f", "id-1")]
    body = "".join(f'data: {{"id": "{id_}", "t": "{text}", "n{n}": "x"}}\n\n' for n, (text, id_) in enumerate(given))
    same = body.replace("one", "id-1")
    assert blank_edge(same, at_start=False) == same.replace('"t": "f"', '"t": "…"').replace('"t": "d e"', '"t": "…"')
    assert blank_edge(same, at_start=True) == same.replace('"t": "a b"', '"t": "…"')
    assert blank_edge(body, at_start=True).count('"id": "…"') == 4
    assert blank_edge("data: a\n\ndata: b c\n\ndata: d\n\n", at_start=True) == "data: …\n\ndata: …\n\ndata: d\n\n"


def test_base64_that_is_neither_text_nor_json_is_left_and_what_is_beside_it_is_blanked():
    coded = base64.b64encode(b'{"\x7f\xfe": \x80}').decode()
    assert coded.startswith("eyJ")
    body = json.dumps({"image": coded, "a": "x sk-proj-Zq7xK2", "b": "mP9vLwZq7xK2mP9vLw y"})
    assert json.loads(redact_body(body)) == {"image": coded, "a": "x …", "b": "… y"}
