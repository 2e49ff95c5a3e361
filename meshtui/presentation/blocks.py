"""The blocks of which an explanation, a verdict, a check report or an exchange is made: content, apart from how it
looks.

A page is a tuple of blocks, made once by the `…_blocks` modules of this package. The same page is rendered as lines
for the screen and as plain text (`presentation.lines`) and as Markdown (`presentation.markdown`), so that what is
copied, printed and exported is what was shown. Texts are as they came: a renderer makes control characters and markup
harmless.

Named tuples and no imports beyond `typing`, for `meshtui explain` loads this on every call (see `explain.model`).
Annotations are not postponed: each postponed one of a named tuple is compiled when its class is made.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from meshtui.explain.model import Step

Part: TypeAlias = tuple[str, str]
"""A piece of a line and its role: `ok`, `warn`, `bad`, `accent`, `dim`, `strong`, `line`, `alarm`, several of them with
spaces between, or empty. The role adds colour only; the text alone says everything."""
Parts: TypeAlias = Sequence[Part]


class Mark(NamedTuple):
    """A state: its sign on the screen, its word of at most nine letters, and its role."""

    glyph: str
    word: str
    role: str

    @property
    def ascii(self) -> str:
        """The sign in output that scripts and any terminal read."""
        return _ASCII[self.glyph]


_ASCII = {"✓": "[ok]", "·": "[i]", "✗": "[x]", "!": "[!]", "?": "[?]", "-": "[-]", "■": "[-]", "≡": "[?]",
          "↩": "[!]", "◌": "[-]"}  # fmt: skip


class Title(NamedTuple):
    """The page in one sentence; `note` says below it where that comes from."""

    text: str
    mark: Mark | None = None
    note: str = ""


class Paragraph(NamedTuple):
    text: str
    role: str = ""
    indent: int = 0
    hang: int = 0
    """How far the second line and those after it are indented further."""


class Heading(NamedTuple):
    text: str


class Facts(NamedTuple):
    """One `label  text` a row. A row without text is left out."""

    rows: tuple[tuple[str, str], ...]


class Quote(NamedTuple):
    """A quotation from an answer, and where in it it is."""

    text: str
    source: str = ""


class Steps(NamedTuple):
    """What to do, in order."""

    steps: "tuple[Step, ...]"


class Item(NamedTuple):
    """One thing that was looked at: a check, a finding, an attempt."""

    mark: Mark
    name: str
    text: str = ""
    fix: str = ""
    proof: str = ""
    """May have several lines."""


class Code(NamedTuple):
    """Text that keeps its lines and spaces: a body, a request."""

    text: str
    language: str = ""
    """`json`, `http` (headers), or empty."""
    role: str = ""


class Diagram(NamedTuple):
    """Lines that are drawn already and never wrapped."""

    lines: tuple[Parts, ...]


class Column(NamedTuple):
    title: str
    lines: Parts
    """Each is wrapped to the column."""


class Columns(NamedTuple):
    """Things to be compared, side by side."""

    columns: tuple[Column, ...]
    narrow: tuple["Block", ...]
    """The blocks used instead where there is no room for the columns."""


class Fold(NamedTuple):
    """Blocks that are read only by people who want to know more."""

    title: str
    blocks: tuple["Block", ...]


Block: TypeAlias = Title | Paragraph | Heading | Facts | Quote | Steps | Item | Code | Diagram | Columns | Fold
Page: TypeAlias = tuple[Block, ...]
