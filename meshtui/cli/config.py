"""`meshtui config`: what is set, and where it came from.

Exit status: 2 where a setting is not valid, 0 otherwise.
"""

from __future__ import annotations

import argparse
import os

from meshtui.base.files import shorten_path, write_new
from meshtui.base.redaction import redact, redact_tree
from meshtui.base.text import format_json, make_one_line, make_plain
from meshtui.cli.arguments import UsageError, add_format_argument
from meshtui.presentation.json_schema import number_answer
from meshtui.settings.loading import DEFAULT, Loaded, find_config_file, load
from meshtui.settings.schema import KEYS, ROWS, find_value, format_value
from meshtui.settings.template import write_template

PROBLEMS = 2
EXIT = """\
exit status:
  0  all settings are valid
  1  an error in meshtui
  2  usage, or a setting is not valid
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXIT
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--path", action="store_true", help="only say where the file is, or would be")
    what.add_argument("--init", action="store_true", help="write a file with every setting, commented out; an existing "
                      "one is left alone")  # fmt: skip
    add_format_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Returns the exit status (module's docstring)."""
    if args.path:
        print(make_plain(redact(str(find_config_file(os.environ)))))
        return 0
    if args.init:
        return _begin()
    loaded = load(os.environ)
    status = PROBLEMS if any(not problem.warning for problem in loaded.problems) else 0
    if args.format == "json":
        print(format_json(redact_tree(number_answer(as_json(loaded, status))), indent=2))
    else:
        print(redact(as_text(loaded)))
    return status


def as_text(loaded: Loaded) -> str:
    """A table of what is in force and from where; problems below it."""
    rows = [
        ("setting", "value", "from"),
        *((key, make_one_line(value, 60), origin) for key, value, origin in _list_rows(loaded)),
    ]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [make_plain(f"{key:<{first}}  {value:<{second}}  {origin}".rstrip()) for key, value, origin in rows]
    state = "" if os.path.isfile(loaded.path) else " (not there; `meshtui config --init` begins it)"
    lines += ["", make_plain(f"file: {shorten_path(loaded.path, os.environ)}{state}")]
    return "\n".join([*lines, *(["", *map(str, loaded.problems)] if loaded.problems else [])])


def as_json(loaded: Loaded, status: int) -> dict[str, object]:
    """The settings as JSON: `{file, exists, settings: {key: {value, from}}, problems: [{where, key, wrong, fix,
    warning}], exit_status}`."""
    keys = {f"{KEYS}.{ident}": names for ident, names in loaded.settings.keys.items()}
    values = {**{row.key: find_value(loaded.settings, row) for row in ROWS}, **keys}
    return {
        "file": str(loaded.path),
        "exists": os.path.isfile(loaded.path),
        "settings": {key: {"value": value, "from": loaded.origins[key]} for key, value in values.items()},
        "problems": [{"where": p.where, "key": p.key or None, "wrong": p.wrong, "fix": p.fix, "warning": p.warning}
                     for p in loaded.problems],
        "exit_status": status,
    }  # fmt: skip


def _list_rows(loaded: Loaded) -> list[tuple[str, str, str]]:
    rows = [(row.key, format_value(find_value(loaded.settings, row)), loaded.origins[row.key]) for row in ROWS]
    return rows + [(f"{KEYS}.{ident}", format_value(names), loaded.origins.get(f"{KEYS}.{ident}", DEFAULT))
                   for ident, names in loaded.settings.keys.items()]  # fmt: skip


def _begin() -> int:
    path = find_config_file(os.environ)
    name = make_plain(redact(shorten_path(path, os.environ)))
    try:
        write_new(path, write_template())
    except OSError as error:
        if os.path.exists(path):
            raise UsageError(f"--init: {name} is there already, and stays as it is") from None
        raise UsageError(f"--init: {name} cannot be written: {error.strerror or error}") from None
    print(f"wrote {name}")
    return 0
