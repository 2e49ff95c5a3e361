"""Blocks rendered as lines of at most a width: as parts, which the screen draws in colour, and as the plain text that
the command line prints and that is copied from the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.base.text import make_plain
from meshtui.presentation.blocks import (
    Block,
    Code,
    Columns,
    Diagram,
    Facts,
    Fold,
    Heading,
    Item,
    Mark,
    Paragraph,
    Part,
    Parts,
    Quote,
    Steps,
    Title,
)  # fmt: skip

Lines = list[Parts]
BLANK: Parts = ()
NARROWEST = 20
"""Columns: for less nothing is laid out."""
LABEL_WIDTH = 14
"""Columns of the labels of facts, including the space after them, unless one is longer."""
COLUMN_LEAST = 26
"""Columns of the terminal that each of several things side by side has at least."""
GAP = "   "
NAME_WIDTH = 17
"""Columns of the name of a check or a finding."""
JOINTS = "/:,;?&="
"""Characters in a long word after which a line may end."""
FIRST_ODD = "\u0300"
"""The first character that does not take one column."""
SHORTEST = 8
"""Characters: less of a long word is not left at the end of a line."""
_JSON_NAME = Pattern(r'\s*"(?:[^"\\]|\\.)*":(?= |$)')
"""The name of a field at the beginning of a line of indented JSON."""


class Look(NamedTuple):
    """How lines are written."""

    width: int
    glyphs: bool
    """Signs as the screen has them; else such as `[x]`, and headings without lines."""
    whole: bool
    """Whether commands, addresses and other long words are never broken, however wide."""
    show: Callable[[str], str]
    """Applied to every text first, as to hide names."""

    def clean(self, text: str) -> str:
        return self.show(make_plain(text)).expandtabs(4)

    def sign(self, mark: Mark) -> str:
        return mark.glyph if self.glyphs else mark.ascii


def render_lines(
    blocks: Iterable[Block], width: int, *, glyphs: bool = True, whole: bool = False,
    show: Callable[[str], str] = str,
) -> Lines:  # fmt: skip
    """The blocks one below the other, with blank lines between those that do not belong together."""
    look = Look(max(width, NARROWEST), glyphs, whole, show)
    lines: Lines = []
    last: Block | None = None
    for block in blocks:
        made = _WRITERS[type(block)](block, look)
        if made and lines and _stand_apart(last, block):
            lines.append(BLANK)
        lines += made
        last = block
    return lines


def _stand_apart(above: Block | None, below: Block) -> bool:
    """Whether a blank line is between them."""
    if isinstance(below, (Heading, Fold)):
        return True
    if isinstance(above, (Heading, Fold)) or (isinstance(above, Paragraph) and isinstance(below, Paragraph)):
        return False
    return type(above) is not type(below)


BESIDE, DIAGRAM_INDENT = 22, 2
"""Columns that texts beside a drawing need; how far below it they are indented."""


def wrap(text: str, width: int, *, whole: bool = False, hang: str = "") -> list[str]:
    """The text's lines, each broken where it is wider than `width`; continuation lines are indented by `hang`."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _wrap_line(line, max(SHORTEST, width), whole, hang)
    return lines


def _wrap_line(line: str, width: int, whole: bool, hang: str) -> Iterator[str]:
    if count_cells(line) <= width:  # nearly every line, and its own spaces stay as they are
        yield line.rstrip()
        return
    now = line[: len(line) - len(line.lstrip())]
    empty = True
    for word in line.split():
        now, empty = (now, True) if empty else (f"{now} ", False)
        if count_cells(now) + count_cells(word) > width and not empty:
            fits_below = count_cells(hang) + count_cells(word) <= width
            cut = 0 if whole or fits_below else find_break(word, width - count_cells(now))
            yield (now + word[:cut]).rstrip()
            now, word, empty = hang, word[cut:], True  # noqa: PLW2901 - what is left of it
        while not whole and count_cells(now) + count_cells(word) > width:
            cut = find_break(word, width - count_cells(now), force=True)
            yield now + word[:cut]
            now, word = hang, word[cut:]  # noqa: PLW2901 - what is left of it
        now, empty = now + word, False
    yield now.rstrip() if not empty else ""


def find_break(word: str, room: int, *, force: bool = False) -> int:
    """How many characters of a word that is too long for its line stay there: up to one of its own marks, so that an
    ARN or an address can be read on; 0 where it had better go on the next line whole."""
    fit = room
    while fit > 0 and count_cells(word[:fit]) > room:
        fit -= 1
    if force and fit <= 0:
        return 1
    end = max(word.rfind(mark, 0, max(fit, 0)) for mark in JOINTS) + 1
    return end if end > SHORTEST else fit if force else 0


def count_cells(text: str) -> int:
    """Columns that the text takes in a terminal: East Asian wide characters take two, combining ones none."""
    if text.isascii() or max(text) < FIRST_ODD:
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def write_paragraph(text: str, look: Look, role: str = "", indent: int = 0, hang: int = 0) -> Lines:
    """The text, wrapped. Every line is indented by `indent`, and those after the first further by `hang`; nothing for
    no text."""
    if not text:
        return []
    lines = wrap(look.clean(text), look.width - indent, whole=look.whole, hang=" " * hang)
    return [((" " * indent + line, role),) for line in lines]


def write_whole(text: str, look: Look, role: str, indent: int) -> Lines:
    """A command or an address: one line where it is to be copied, else wrapped."""
    if look.whole:
        return [((" " * indent + look.clean(text), role),)]
    return write_paragraph(text, look, role, indent)


def _write_title(block: Title, look: Look) -> Lines:
    mark = block.mark
    lead = f"{look.sign(mark)} " if mark else ""
    lines = write_paragraph(lead + block.text, look, f"{mark.role} strong" if mark else "strong", hang=len(lead))
    return lines + write_paragraph(block.note, look, "dim", 2)


def _write_paragraph_block(block: Paragraph, look: Look) -> Lines:
    return write_paragraph(block.text, look, block.role, block.indent, block.hang)


def _write_heading(block: Heading, look: Look) -> Lines:
    """`── What to do ─────`; without glyphs `What to do`, and a line of dashes."""
    text = look.clean(block.text)
    if not look.glyphs:
        return [((text, "strong"),), (("-" * min(count_cells(text), look.width), "line"),)]
    return [(("── ", "line"), (text, "strong"), (" " + "─" * max(0, look.width - count_cells(text) - 4), "line"))]


def _write_facts(block: Facts, look: Look) -> Lines:
    rows = [(label, text) for label, text in block.rows if text]
    return align_facts(rows, look, max([LABEL_WIDTH, *(len(label) + 2 for label, _ in rows)]))


def align_facts(rows: Iterable[tuple[str, str]], look: Look, column: int, role: str = "dim") -> Lines:
    """`label  text`, all texts in one column; where that leaves too little room, each text below its label."""
    lines: Lines = []
    beside = look.width - column >= NARROWEST
    for label, text in rows:
        lead = look.clean(label)
        room = look.width - (column if beside else 2)
        first, *rest = wrap(look.clean(text), room, whole=look.whole)
        if beside:
            lines += [
                ((f"{lead:<{column}}", role), (first, "")),
                *(((" " * column, role), (line, "")) for line in rest),
            ]
        else:
            lines += [((lead, role),), *((("  ", role), (line, "")) for line in (first, *rest))]
    return lines


def _write_quote(block: Quote, look: Look) -> Lines:
    lines = write_paragraph(f'"{block.text}"', look, "", 2)
    return lines + (write_paragraph(block.source, look, "dim", 2) if block.source else [])


def _write_steps(block: Steps, look: Look) -> Lines:
    lines: Lines = []
    for number, step in enumerate(block.steps, 1):
        lead = f"{number}. "
        first, *rest = write_paragraph(step.text, look, "", len(lead)) or [((" " * len(lead), ""),)]
        lines += [((lead, "accent"), (first[0][0][len(lead) :], "")), *rest]
        lines += write_whole(f"$ {step.command}", look, "strong", len(lead)) if step.command else []
        lines += write_whole(step.url, look, "accent", len(lead)) if step.url else []
    return lines


def _write_item(block: Item, look: Look) -> Lines:
    sign = look.sign(block.mark)
    lead = f"{sign:<4} " if not look.glyphs else f"{sign} {block.mark.word:<9} "
    name = f"{look.clean(block.name):<{NAME_WIDTH}} " if block.name else ""
    text, column = look.clean(block.text), len(lead) + len(name)
    if look.width - column < NARROWEST:  # the text stands below the name
        lines: Lines = [((lead, block.mark.role), (name.rstrip(), ""))]
        rest, column = wrap(text, look.width - 2, whole=look.whole), 2
    else:
        first, *rest = wrap(text, look.width - column, whole=look.whole)
        lines = [((lead, block.mark.role), (name, ""), (first, ""))]
    lines += [((" " * column + line, ""),) for line in rest]
    lines += write_paragraph(f"fix: {block.fix}", look, "", len(lead)) if block.fix else []
    for line in block.proof.splitlines():
        lines += write_paragraph(f"| {line}", look, "dim", len(lead))
    return lines


def _write_code(block: Code, look: Look) -> Lines:
    """Its lines, indented. The name of a JSON field or of a header is dimmed, and what is broken off is indented."""
    lines: Lines = []
    width = look.width - 2
    for line in look.clean(block.text).rstrip("\n").split("\n"):
        name_end, hang = _measure_name(line, block.language, width)
        first, *rest = wrap(line, width, whole=look.whole, hang=" " * hang)
        name_end = min(name_end, len(first))
        named = ((f"  {first[:name_end]}", "dim"), (first[name_end:], block.role))
        lines.append(named if block.language else ((f"  {first}", block.role),))
        lines += [((f"  {part}", block.role),) for part in rest]
    return lines


def _measure_name(line: str, language: str, width: int) -> tuple[int, int]:
    """Where the name at the beginning of a line of this language ends, and how far what is broken off is indented."""
    if language == "http":
        return line.find(":") + 1, 2
    if language == "json":
        indent = len(line) - len(line.lstrip())
        return name.end() if (name := _JSON_NAME.match(line)) else 0, min(indent + 2, width // 2)
    return 0, 0


def _write_diagram(block: Diagram, look: Look) -> Lines:
    """The texts to the right of their part of the drawing; where the first of one is too wide for that, all below."""
    rows = [[(look.clean(text), role) for text, role in line] for line in block.lines]
    beside = all(_measure(parts[:3]) <= look.width and look.width - _measure(parts[:2]) >= BESIDE for parts in rows)
    return [line for parts in rows for line in _break_diagram(parts[:2], parts[2:], look.width, beside=beside)]


def _break_diagram(
    drawing: Sequence[Part], texts: Sequence[Part], width: int, *, beside: bool
) -> Iterator[tuple[Part, ...]]:
    """The drawing whole, and the texts, each on lines of its own where one line is too narrow for them."""
    before, indent = list(drawing), _measure(drawing)
    if not beside:
        yield tuple(drawing)
        before, indent = [(" " * DIAGRAM_INDENT, "dim")], DIAGRAM_INDENT
    if indent + _measure(texts) <= width:
        yield *before, *texts
        return
    for text, role in texts:
        for row in wrap(text.strip(), width - indent - 2, hang="  ") if text.strip() else ():
            yield *before, (f"  {row}", role)
            before = [(" " * indent, "dim")]


def _measure(parts: Iterable[Part]) -> int:
    return count_cells("".join(text for text, _ in parts))


def _write_columns(block: Columns, look: Look) -> Lines:
    """Columns side by side, each with a line below its title; `narrow` where one would be too narrow."""
    count = len(block.columns)
    width = (look.width - len(GAP) * (count - 1)) // max(count, 1)
    if width < COLUMN_LEAST:
        return render_lines(block.narrow, look.width, glyphs=look.glyphs, whole=look.whole, show=look.show)
    cells: list[list[Part]] = []
    for column in block.columns:
        cells.append([(column.title, "strong"), ("─" * width if look.glyphs else "-" * width, "line")])
        for text, role in column.lines:
            cells[-1] += [(line, role) for line in wrap(look.clean(text), width, hang="  ")]
    rows = zip_longest(*cells, fillvalue=("", ""))
    return [tuple(part for text, role in row for part in ((f"{text}{' ' * (width - count_cells(text))}", role),
                                                          (GAP, "")))[:-1] for row in rows]  # fmt: skip


def _write_fold(block: Fold, look: Look) -> Lines:
    inner = render_lines(block.blocks, look.width, glyphs=look.glyphs, whole=look.whole, show=look.show)
    return [*_write_heading(Heading(block.title), look), *inner] if inner else []


# Each writer takes the block of its own type.
_WRITERS: dict[type, Callable[..., Lines]] = {
    Title: _write_title, Paragraph: _write_paragraph_block, Heading: _write_heading, Facts: _write_facts,
    Quote: _write_quote, Steps: _write_steps, Item: _write_item,
    Code: _write_code, Diagram: _write_diagram, Columns: _write_columns, Fold: _write_fold,
}  # fmt: skip


def join_parts(parts: Iterable[Part]) -> str:
    return "".join(text for text, _ in parts).rstrip()


WIDTH = 80
_COLOURS = {
    "ok": "32",
    "warn": "33",
    "bad": "31",
    "accent": "36",
    "dim": "2",
    "strong": "1",
    "line": "2",
    "alarm": "1;7",
}
"""Role → the terminal's own colour or style, by number."""


def colour_parts(parts: Iterable[Part]) -> str:
    """The line with the terminal's codes for its roles."""
    line = ""
    for text, role in parts:
        codes = ";".join(_COLOURS[name] for name in role.split() if name in _COLOURS)
        line += f"\x1b[{codes}m{text}\x1b[0m" if codes and text.strip() else text
    return line.rstrip()


def render_text(
    blocks: Iterable[Block], width: int = WIDTH, *, glyphs: bool = False, show: Callable[[str], str] = str,
    colour: bool = False,
) -> str:  # fmt: skip
    """Lines of at most `width` columns, with a line break at the end; commands and addresses are never broken, so that
    they can be copied. `show` is applied to every text first, as to hide names."""
    lines = render_lines(blocks, width, glyphs=glyphs, whole=True, show=show)
    return "\n".join(map(colour_parts if colour else join_parts, lines)).strip("\n") + "\n"
