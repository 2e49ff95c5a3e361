"""A model's words come out word by word, harmless, and with no secret among them however they are cut."""

from __future__ import annotations

import pytest

from meshtui.base.secret import Secret
from meshtui.runs.model import LONGEST, SafeTextStream


def said(*pieces: str) -> list[str]:
    words = SafeTextStream()
    return [*(words.feed(piece) for piece in pieces), words.close()]


def test_a_word_comes_out_with_the_space_after_it():
    assert said("one", " two th", "ree") == ["", "one two ", "", "three"]


@pytest.mark.parametrize("size", [1, 3, 8, 100])
def test_a_secret_is_masked_though_it_comes_in_pieces(size: int):
    secret = Secret("sk-" + "q" * 40)
    text = f"your key {secret.reveal()} is fine"
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join(said(*pieces)) == "your key sk-…qqqq is fine"


def test_control_characters_are_shown_and_line_ends_kept():
    assert (
        "".join(said("a\r", "\nb \x1b[31m", " \u202e"))
        == "a\nb \N{REPLACEMENT CHARACTER}[31m \N{REPLACEMENT CHARACTER}"
    )


def test_a_secret_is_masked_in_a_word_so_long_that_it_is_let_go_before_its_end():
    key, before = "sk-proj-" + "QzX9" * 10, '{"a":1},' * (LONGEST // 8)
    for at in range(len(before) - 60, len(before)):
        text = f'{before[:at]},"{key}","b"'
        shown = "".join(said(text[: LONGEST + 1], text[LONGEST + 1 :]))
        assert "QzX9Qz" not in shown
        assert "sk-proj-…QzX9" in shown


def test_a_word_without_end_is_let_go():
    assert said("x" * (LONGEST + 1))[0] == "x" * (LONGEST + 1)


@pytest.mark.attack
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_loaded_key_in_the_midst_of_a_word_without_end_is_masked(size: int):
    held = Secret(f"{'7' * 10}Zq7xK2mP9vLw{'Zk3' * 20}")
    for before in range(LONGEST - 60, LONGEST + 10, 7):
        text = "x" * before + held.reveal() + "y" * LONGEST
        shown = "".join(said(*(text[at : at + size] for at in range(0, len(text), size))))
        assert shown == text.replace(held.reveal(), held.masked), before
