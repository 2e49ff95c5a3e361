"""The demo's tour as one moving picture for the README, made of a recording: `python -m tests.tui.animation`.

`meshtui demo --play --cast FILE` plays the tour and records what it paints. The recording is replayed here into a
terminal of pyte's, and the screen that stands still at the end of a step is a frame. Frames are laid over each other
in one SVG; its style sheet shows one after another. Whoever asks for less motion sees the frame that tells most, and
it stands still. Times and the ends of the made-up keys are those of the recording; all else is the same each time.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyte
from pyte.screens import Char
from rich.color import ColorParseError
from rich.console import Console
from rich.style import Style
from rich.text import Text

from meshtui.demo import STEPS
from tests.tui.pictures import FOLDER

FILE = FOLDER / "demo.svg"
ROOT = Path(__file__).parents[2]
SPEED = 4.0
"""That the tour is played at while it is recorded."""
AT_REST = 0.3
"""Seconds without a change after which a screen counts as painted."""
SECONDS = 5.0
"""That a frame stays."""
SHOWN = (1, 2, 4, 5, 6, 7, 8)
"""Steps of the tour, from 1, that are frames."""
STILL = 1
"""The frame that is shown where nothing may move."""
PLAYED = ("enter next step", "enter ends the tour")
"""What the tour's frame offers once a step has come out."""
_KEYBOARD = re.compile(r"\x1b\[[<=>?][\d;]*u")
"""What asks for another way of sending keys; pyte takes the letter for text."""
_TITLE = re.compile(r"Tour (\d+)/\d+")
_RULE = re.compile(r"^[ ]*\.terminal-(r\d+) \{(.*)\}$", re.MULTILINE)
_CLASS = re.compile(r'class="terminal-(r\d+)"')

Cells = list[list[Char]]


class Frame(NamedTuple):
    caption: str
    cells: Cells

    @property
    def text(self) -> str:
        return "\n".join("".join(cell.data for cell in row).rstrip() for row in self.cells)


def record(speed: float = SPEED) -> str:
    """The recording of a tour that is played now, by a process with a home of its own."""
    with TemporaryDirectory() as home:
        file = Path(home) / "demo.cast"
        words = ("demo", "--play", "--speed", f"{speed:g}", "--cast", str(file))
        environ = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        environ |= {"HOME": home, "TZ": "UTC", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-m", "meshtui", *words], check=True, env=environ, stdout=subprocess.DEVNULL)
        return file.read_text(encoding="utf-8")


def choose_frames(cast: str) -> list[Frame]:
    """The last screen at rest of each of the steps that are shown."""
    ended = replay(cast)
    return [Frame(f"meshtui demo --play · {STEPS[number - 1].title}", ended[number]) for number in SHOWN]


def replay(cast: str) -> Mapping[int, Cells]:
    """Step → the last screen at rest once it had come out."""
    head, *lines = map(json.loads, cast.splitlines())
    screen = pyte.Screen(head["width"], head["height"])
    stream = pyte.Stream(screen)
    found: dict[int, Cells] = {}
    following = [at for at, _, _ in lines[1:]] + [float("inf")]
    for (at, _, text), after in zip(lines, following, strict=True):
        stream.feed(_KEYBOARD.sub("", text))
        if after - at < AT_REST:
            continue
        shown = "\n".join(screen.display)
        if (title := _TITLE.search(shown)) and any(offer in shown for offer in PLAYED):
            found[int(title[1])] = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]
    return found


def draw(frame: Frame) -> str:
    """The frame as SVG, as Textual draws its screenshots."""
    console = Console(width=len(frame.cells[0]), height=len(frame.cells), file=io.StringIO(), force_terminal=True,
                      color_system="truecolor", record=True, legacy_windows=False, safe_box=False)  # fmt: skip
    for row in frame.cells:
        line = Text(end="\n", no_wrap=True)
        for style, cells in groupby(row, _make_style):
            line.append("".join(cell.data for cell in cells), style)
        console.print(line)
    return console.export_svg(title=frame.caption, unique_id="terminal")


def _make_style(cell: Char) -> Style:
    return Style(color=_name_colour(cell.fg), bgcolor=_name_colour(cell.bg), bold=cell.bold, italic=cell.italics,
                 underline=cell.underscore, reverse=cell.reverse)  # fmt: skip


def _name_colour(named: str) -> str | None:
    """pyte's name of a colour as Rich has it; None for the terminal's own."""
    if named == "default":
        return None
    if re.fullmatch("[0-9a-f]{6}", named):
        return f"#{named}"
    try:
        Style(color=named)
    except ColorParseError:
        return None
    return named


def together(pictures: Sequence[str]) -> str:
    """One SVG of several of the same size. Colours are named once for all."""
    head, _, rest = pictures[0].partition("<style>")
    sheet, _, rest = rest.partition("</style>")
    defs = rest[: rest.index("</defs>") + len("</defs>")]
    classes: dict[str, str] = {}
    frames = []
    for number, svg in enumerate(pictures):
        own = {name: classes.setdefault(rule, f"c{len(classes)}") for name, rule in _RULE.findall(svg)}
        body = svg[svg.index("</defs>") + len("</defs>") : svg.rindex("</svg>")].strip()
        body = _CLASS.sub(lambda m, own=own: f'class="{own[m[1]]}"', body)  # type: ignore[misc]
        frames.append(f'<g class="frame f{number}">\n{body}\n</g>')
    rules = [f".{name} {{{rule}}}" for rule, name in classes.items()]
    style = "\n".join([_RULE.sub("", sheet).rstrip(), *rules, *_motion(len(pictures))])
    return f"{head}<style>{style}\n</style>{defs}\n" + "\n".join(frames) + "\n</svg>\n"


def _motion(count: int) -> list[str]:
    whole = count * SECONDS
    return [
        f"@keyframes turn {{ 0% {{ visibility: visible }} {100 / count:.3f}%, 100% {{ visibility: hidden }} }}",
        f".frame {{ visibility: hidden; animation: turn {whole:g}s steps(1, end) infinite }}",
        *(f".f{n} {{ animation-delay: {n * SECONDS - whole:g}s }}" for n in range(count)),
        "@media (prefers-reduced-motion: reduce) {",
        f".frame {{ animation: none }} .f{STILL} {{ visibility: visible }}",
        "}",
    ]


def main() -> None:
    FILE.write_text(together([draw(frame) for frame in choose_frames(record())]), encoding="utf-8")


if __name__ == "__main__":
    main()
