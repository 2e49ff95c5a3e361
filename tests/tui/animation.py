"""The demo's story as one moving picture for the README: `python -m tests.tui.animation`.

Frames are scenes as `pictures` takes them, laid over each other in one SVG; its style sheet shows one after another.
Whoever asks for less motion sees the frame that tells most, and it stands still.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Sequence
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.tui.pictures import FOLDER, picture
from tests.tui.recorded import OWN_KEY, Recorded, attempt, demo, fallen_back
from tests.tui.scenes import Scene

FILE = FOLDER / "demo.svg"
SIZE = (100, 30)
SECONDS = 3.5
"""That a frame stays."""
_RULE = re.compile(r"^[ ]*\.terminal-(r\d+) \{(.*)\}$", re.MULTILINE)
_CLASS = re.compile(r'class="terminal-(r\d+)"')


class Frame(NamedTuple):
    caption: str
    scene: Scene


def served() -> Recorded:
    """Before anything was broken."""
    session = demo()
    session.play("openai", OWN_KEY, attempt("own key", "openai", "openai", took=0.187))
    return session


STORY = (
    Frame("meshtui demo: four provider keys in a sandbox, no account needed", Scene(demo, SIZE)),
    Frame("f sends a prompt: your own key serves", Scene(served, SIZE, ("3",))),
    Frame("b breaks a key: revoked", Scene(served, SIZE, ("b", "down"))),
    Frame("f again: still 200, but not by your key", Scene(fallen_back, SIZE, ("3",))),
    Frame("enter: why the key failed, and how to fix it", Scene(fallen_back, SIZE, ("3", "end", "up", "up", "enter"))),
    Frame("the verdict: who served, who paid, and how that is known", Scene(fallen_back, SIZE, ("3", "end", "enter"))),
)
STILL = 3
"""The frame that is shown where nothing may move."""


def together(pictures: Sequence[str], captions: Sequence[str]) -> str:
    """One SVG of several of the same size. Colours are named once for all."""
    head, _, rest = pictures[0].partition("<style>")
    sheet, _, rest = rest.partition("</style>")
    defs = rest[: rest.index("</defs>") + len("</defs>")]
    classes: dict[str, str] = {}
    frames = []
    for number, (svg, caption) in enumerate(zip(pictures, captions, strict=True)):
        own = {name: classes.setdefault(rule, f"c{len(classes)}") for name, rule in _RULE.findall(svg)}
        body = svg[svg.index("</defs>") + len("</defs>") : svg.rindex("</svg>")].strip()
        body = _CLASS.sub(lambda m, own=own: f'class="{own[m[1]]}"', body)  # type: ignore[misc]
        frames.append(f'<g class="frame f{number}">\n{body.replace(">meshtui</text>", f">{caption}</text>", 1)}\n</g>')
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


async def animation() -> str:
    return together([await picture(frame.scene) for frame in STORY], [frame.caption for frame in STORY])


def main() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    with TemporaryDirectory() as home:
        os.environ["HOME"] = home
        FILE.write_text(asyncio.run(animation()), encoding="utf-8")


if __name__ == "__main__":
    main()
