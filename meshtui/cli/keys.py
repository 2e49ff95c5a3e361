"""`meshtui keys`: every command of the screen with the keys in force, and the names by which a settings file changes
them."""

from __future__ import annotations

import argparse

from meshtui.base.text import format_json, make_plain
from meshtui.cli.arguments import add_format_argument
from meshtui.cli.output import load_settings
from meshtui.presentation.json_schema import number_answer
from meshtui.settings.commands import COMMANDS, PLACES, Command, list_commands, list_keys
from meshtui.settings.keymap import resolve
from meshtui.settings.loading import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (parser.epilog or "") + (
        '\nChange them in the settings file (`meshtui config --path`):\n  [keys]\n  "main.fire" = "ctrl+f,f5"\n'
    )
    add_format_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the table. Returns 0; `meshtui config` is what judges the settings."""
    loaded = load_settings()
    table = resolve(loaded.settings.keys).commands
    if args.format == "json":
        origins = {c.ident: loaded.origins.get(f"keys.{c.ident}", DEFAULT) for c in table}
        rows = [_make_row(command, origins[command.ident]) for command in table]
        print(format_json(number_answer({"commands": rows}), indent=2))
    else:
        print(make_plain(as_text(table)))
    return 0


def as_text(table: tuple[Command, ...]) -> str:
    """A block a place: ident, keys, what it does."""
    rows = {c.ident: (c.ident, " ".join(list_keys(c)) or "no key", c.help) for c in table}
    first, second = (max(len(row[column]) for row in rows.values()) for column in (0, 1))
    blocks = []
    for where, title in PLACES.items():
        lines = [f"  {ident:<{first}}  {names:<{second}}  {about}"
                 for ident, names, about in (rows[c.ident] for c in list_commands(where, table=table))]  # fmt: skip
        blocks.append("\n".join([title, *lines]))
    return "\n\n".join(blocks)


def _make_row(command: Command, origin: str) -> dict[str, object]:
    default = next(c for c in COMMANDS if c.ident == command.ident)
    return {"command": command.ident, "where": command.where, "title": command.title, "help": command.help,
            "keys": [k for k in command.keys.split(",") if k], "default_keys": default.keys.split(","),
            "demo_only": command.demo, "from": origin}  # fmt: skip
