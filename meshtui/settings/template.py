"""The settings file to begin with: every setting with its default, commented out, and the table of the README."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from meshtui.settings.schema import KEYS, PRESETS, ROWS, Row, Settings, find_value, format_value

HEAD = """\
# Settings of meshtui. `meshtui config` shows what is in force and from where.
# Every line below is a default: take the # before a setting away and change it.
# Secrets do not belong here; keys come from the environment or from files of their own.
"""
FOOT = f"""
[{PRESETS}]
# Prompts of your own for the editor of the screen, by name.
# haiku = "Write a haiku about keys"

[{KEYS}]
# Keys by command, as `meshtui keys` names them. Several are separated by commas; "none" leaves a command without.
# "main.fire" = "f,f5"
"""


def write_template() -> str:
    """The file's text. As it is, it changes nothing."""
    return "\n".join([HEAD, *_list_lines()]) + FOOT


def format_default(row: Row) -> str:
    """The default as TOML writes it."""
    return format_value(find_value(Settings(), row))


def write_readme_table() -> str:
    """The settings as a table in Markdown."""
    rows = [f"| `{row.key} = {format_default(row)}` | `{row.variable}` | {row.about} |" for row in ROWS]
    return "\n".join(["| setting and default | or the variable | what it is |", "| --- | --- | --- |", *rows]) + "\n"


def _list_lines() -> Iterator[str]:
    for table, rows in groupby(ROWS, key=lambda row: row.key.rpartition(".")[0]):
        if table:
            yield f"[{table}]"
        for row in rows:
            about = f"{row.about}. Or {row.variable}."
            yield from textwrap.wrap(about, 100, initial_indent="# ", subsequent_indent="# ")
            yield f"# {row.key.rpartition('.')[2]} = {format_default(row)}"
            yield ""
