"""Blocks as Markdown that shows text from outside and does nothing else (CommonMark; GitHub's mentions and references).

Headings are of the second level: the first is the report's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import indent

from meshtui.base.text import make_one_line, make_plain
from meshtui.presentation.blocks import (
    Block,
    Code,
    Columns,
    Diagram,
    Facts,
    Fold,
    Heading,
    Item,
    Paragraph,
    Quote,
    Steps,
    Title,
)  # fmt: skip
from meshtui.presentation.lines import join_parts

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")
_BAR, _NO_BAR = re.compile(r"(?<!\\)\|"), r"\\|"


def render_markdown(blocks: Iterable[Block]) -> Iterator[str]:
    """The parts of the page, to be joined by blank lines. Neighbouring items become one list."""
    items: list[str] = []
    for block in blocks:
        if isinstance(block, Item):
            items.append(_write_item(block))
            continue
        if items:
            yield "\n".join(items)
            items = []
        if part := _WRITERS[type(block)](block):
            yield part
    if items:
        yield "\n".join(items)


def _write_title(block: Title) -> str:
    """Bold: the heading of the whole page is the report's own."""
    mark = f"{block.mark.glyph} " if block.mark else ""
    note = f"\n\n{write_inline(block.note)}" if block.note else ""
    return f"**{write_inline(mark + block.text)}**{note}"


def _write_paragraph(block: Paragraph) -> str:
    return write_inline(block.text)


def _write_heading(block: Heading) -> str:
    return f"## {write_inline(block.text)}"


def _write_facts(block: Facts) -> str:
    return "\n".join(f"- {write_inline(label)}: {_write_value(text)}" for label, text in block.rows if text)


def _write_value(text: str) -> str:
    """A label or an address as code or a link; else text."""
    if re.fullmatch(r"https?://[^\s<>]+", text):
        return write_link(text)
    return write_quoted(text) if re.fullmatch(r"[a-z0-9]+(?:[_.-][a-z0-9]+)+", text) else write_inline(text)


def _write_quote(block: Quote) -> str:
    return f"{write_inline(block.source)}\n\n{write_fenced(block.text)}" if block.source else write_fenced(block.text)


def _write_steps(block: Steps) -> str:
    lines = []
    for number, step in enumerate(block.steps, 1):
        lines.append(f"{number}. {write_inline(step.text)}")
        blocks = [write_fenced(step.command, "sh")] * bool(step.command) + [write_link(step.url)] * bool(step.url)
        lines += ["\n" + indent(each, " " * len(f"{number}. ")) for each in blocks]
    return "\n".join(lines)


def _write_item(block: Item) -> str:
    text = ": ".join(write_inline(part) for part in (block.name, block.text) if part)
    lines = [f"- {block.mark.glyph} {write_inline(block.mark.word)}: {text}"]
    lines += [f"  - fix: {write_inline(block.fix)}"] if block.fix else []
    return "\n".join(lines)


def _write_code(block: Code) -> str:
    return write_fenced(block.text, block.language)


def _write_columns(block: Columns) -> str:
    """The blocks for narrow screens: a Markdown page is as wide as its reader's window."""
    return "\n\n".join(render_markdown(block.narrow))


def _write_diagram(block: Diagram) -> str:
    return write_fenced("\n".join(map(join_parts, block.lines)), "text")


def _write_fold(block: Fold) -> str:
    body = "\n\n".join(render_markdown(block.blocks))
    return write_folded(block.title, body) if body else ""


# Each writer takes the block of its own type.
_WRITERS: dict[type, Callable[..., str]] = {
    Title: _write_title, Paragraph: _write_paragraph, Heading: _write_heading, Facts: _write_facts,
    Quote: _write_quote, Steps: _write_steps, Code: _write_code,
    Diagram: _write_diagram, Columns: _write_columns, Fold: _write_fold,
}  # fmt: skip


def write_inline(text: str) -> str:
    """One line of text that is no markup: no mark, no HTML, no link to a person or an issue."""
    return _break_links(_SPECIAL.sub(r"\\\1", make_one_line(text)))


def write_quoted(text: str) -> str:
    """One line between backticks, as code is; it cannot end them."""
    shown = make_one_line(text)
    ticks = "`" * (_measure_longest_run(shown) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{space}{shown}{space}{ticks}" if shown else ""


def write_fenced(text: str, language: str = "") -> str:
    """A block of code with any content: its fence is longer than any in the text."""
    shown = make_plain(text).rstrip("\n")
    fence = "`" * max(3, _measure_longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def write_folded(summary: str, body: str) -> str:
    """A part that opens on a click; `summary` is text, `body` Markdown."""
    return f"<details>\n<summary>{_write_html(summary)}</summary>\n\n{body}\n\n</details>"


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The cells are Markdown already. A bar that divides nothing is escaped, within code too."""
    return "\n".join(_write_row(line) for line in (headings, ["---"] * len(headings), *rows))


def _write_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_BAR.sub(_NO_BAR, cell) for cell in cells)} |"


def write_link(address: str) -> str:
    """A link that shows where it leads; where it is no whole address, code."""
    return f"<{address}>" if re.fullmatch(r"https?://[^\s<>]+", address) else write_quoted(address)


def _measure_longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _write_html(text: str) -> str:
    shown = make_one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _break_links(shown)


def _break_links(shown: str) -> str:
    """`@name` and `#12` would call a person, and be noted at that issue; with a comment within they are only text."""
    return re.sub(r"(@|#)(?=\w)", r"\1<!-- -->", shown)
