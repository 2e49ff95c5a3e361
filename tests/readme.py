"""The parts of the README made from the code. Run as a script it writes them anew: `python -m tests.readme`."""

from __future__ import annotations

import re
from pathlib import Path

from meshtui.commands import COMMANDS, MAIN, keys

README = Path(__file__).parent.parent / "README.md"
_KEYS = re.compile(r"(<!-- keys: .*? -->\n).*?(<!-- /keys -->)", re.DOTALL)


def key_table() -> str:
    """The keys of the main screen, as the table of commands has them."""
    rows = [
        f"| {' '.join(f'`{key}`' for key in keys(c))} | {c.help} |" for c in COMMANDS if c.where in (MAIN, "everywhere")
    ]
    return "\n".join(["| key | what it does |", "| --- | --- |", *rows]) + "\n"


def with_fresh_parts(text: str) -> str:
    return _KEYS.sub(lambda m: m[1] + key_table() + m[2], text)


if __name__ == "__main__":
    README.write_text(with_fresh_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
