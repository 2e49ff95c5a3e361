"""What is told is made once: lines, text and Markdown are the same blocks, and none is wider or says more than they."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.explain.model import Step
from meshtui.presentation.blocks import (
    Block,
    Code,
    Diagram,
    Facts,
    Fold,
    Heading,
    Item,
    Mark,
    Paragraph,
    Quote,
    Steps,
    Title,
)
from meshtui.presentation.lines import count_cells, join_parts, render_lines, render_text, wrap
from meshtui.presentation.markdown import render_markdown

FAILED = Mark("✗", "refused", "bad")
LONG = "arn:aws:iam::123456789012:role/" + "path/" * 30
PAGE: tuple[Block, ...] = (
    Title("OpenAI does not know this key", FAILED, "401 from OpenAI"),
    Facts((("Whose key", "yours: openai"), ("Empty", ""), ("Long", LONG))),
    Heading("What to do"),
    Steps((Step("Make a new key.", f"curl {LONG}", "https://platform.openai.com/api-keys"),)),
    Quote("Incorrect API key", "error.message"),
    Paragraph("words " * 40),
    Item(FAILED, "identity", "not known " * 20, "Make a new key.", "GET /v1/models -> 401"),
    Code('{\n  "a": 1\n}', "json"),
    Diagram(((("your app ─▶ Mesh", "dim"), (" ✗ 401", "bad")),)),
    Fold("More", (Facts((("Rule", "openai.key-unknown"),)),)),
)


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_lines_fit_their_width(width: int):
    for parts in render_lines(PAGE[:-2], width):
        assert count_cells(join_parts(parts)) <= width


def test_a_command_is_never_broken_in_text_that_is_copied():
    text = render_text(PAGE, 60)
    assert f"   $ curl {LONG}\n" in text
    assert "https://platform.openai.com/api-keys\n" in text


def test_what_is_copied_is_what_the_screen_shows():
    screen = " ".join(" ".join(map(join_parts, render_lines(PAGE, 4000))).split())
    copied = " ".join(render_text(PAGE, 4000, glyphs=True).split())
    assert copied == screen.strip()


def test_every_renderer_tells_the_same():
    text, markdown = render_text(PAGE), "\n\n".join(render_markdown(PAGE))
    for words in ("OpenAI does not know this key", "yours: openai", "Make a new key.", "Incorrect API key", "401",
                  "openai.key-unknown", "identity"):  # fmt: skip
        assert words in text
        assert words in markdown
    assert "Empty" not in text + markdown
    assert text.startswith("[x] OpenAI does not know this key\n  401 from OpenAI\n\nWhose key     yours: openai\n")


def test_names_are_hidden_in_every_block():
    shown = render_text(PAGE, show=lambda text: text.replace("123456789012", "<account>"))
    assert "123456789012" not in shown


@given(st.text(), st.integers(8, 60))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int):
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(count_cells(line) <= width or len(line) == 1 for line in lines)


@given(st.text())
def test_no_line_of_text_holds_a_command_to_the_terminal(text: str):
    shown = render_text((Title(text), Paragraph(text), Facts(((text or "x", text or "x"),)), Code(text)))
    assert not any(ord(c) < 32 and c != "\n" for c in shown)
