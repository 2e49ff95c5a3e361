"""How text that is selected with the mouse looks in a list. Imported when something is."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget


def style_on(widget: Widget) -> Style:
    """Textual's own. Where it leaves the colour of the text alone, that is the plain one, for the contrast."""
    style = widget.screen.get_component_rich_style("screen--selection")
    plain = style.color == style.bgcolor
    return Style(color=widget.rich_style.color, bgcolor=style.bgcolor) if plain else style


def lit(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """The strip with the characters from the one to the other (-1: to its end) shown as selected."""
    start, end = span
    before = cell_len(strip.text[:start])
    after = strip.cell_length if end < 0 else cell_len(strip.text[:end])
    selected = strip.crop(before, after)
    lit_up = Strip([Segment(s.text, (s.style or Style.null()) + style) for s in selected], selected.cell_length)
    return Strip.join([strip.crop(0, before), lit_up, strip.crop(after)])
