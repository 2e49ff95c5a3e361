"""The parts of the README made from the code. Run as a script it writes them anew: `python -m tests.readme`."""

from __future__ import annotations

import re
from pathlib import Path

from meshtui.settings.commands import COMMANDS, EVERYWHERE, LIST, MAIN, list_keys
from meshtui.settings.template import write_readme_table

README = Path(__file__).parent.parent / "README.md"
PARTS = re.compile(r"(<!-- (keys|settings): .*? -->\n).*?(<!-- /\2 -->)", re.DOTALL)


def key_table() -> str:
    """The keys of the main screen and of its lists, as the table of commands has them."""
    there = [c for where in ((MAIN, EVERYWHERE), (LIST,)) for c in COMMANDS if c.where in where]
    rows = [f"| {' '.join(f'`{key}`' for key in list_keys(c))} | {c.help} |" for c in there]
    return "\n".join(["| key | what it does |", "| --- | --- |", *rows]) + "\n"


def with_fresh_parts(text: str) -> str:
    made = {"keys": key_table, "settings": write_readme_table}
    return PARTS.sub(lambda part: part[1] + made[part[2]]() + part[3], text)


if __name__ == "__main__":
    README.write_text(with_fresh_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
