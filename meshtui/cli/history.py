"""`meshtui history`: past runs and checks, one of them, or what changed since it worked.

Exit status: 0; 1 where the history cannot be read; 2 usage, or there is no such run.
"""

from __future__ import annotations

import argparse
import os
import sys

from meshtui.base.files import shorten_path
from meshtui.base.text import format_json, make_plain
from meshtui.cli.arguments import UsageError, add_format_argument, mask_text
from meshtui.cli.output import load_settings
from meshtui.journal.changes import find_changes, summarize_changes
from meshtui.journal.database import HistoryError, Store
from meshtui.journal.history_store import find_history_file
from meshtui.journal.past_runs import Past, find_last_success, find_newest_failure
from meshtui.presentation.history_blocks import list_past, tell_changes, tell_cleared, tell_no_comparison, tell_past
from meshtui.presentation.json_schema import Json, number_answer

LIMIT = 20
EXIT = """\
exit status:
  0  fine, even where there is nothing to show
  1  the history cannot be read
  2  usage, or there is no such run
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXIT
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--run",
        dest="wanted",
        metavar="ID",
        help="show this run as it was explained then; the beginning of its id is enough",
    )
    what.add_argument("--changes", nargs="?", const="", metavar="NAME",
                      help="compare the newest failure (of this credential) with when it last worked")  # fmt: skip
    what.add_argument("--clear", action="store_true", help="delete the whole history, from the file too")
    parser.add_argument("--yes", action="store_true", help="do not ask before --clear")
    parser.add_argument("--limit", type=int, default=LIMIT, metavar="N",
                        help=f"how many runs to list, the newest first (default: {LIMIT}; 0: all)")  # fmt: skip
    parser.add_argument("--demo", action="store_true", help="the history of `meshtui demo`")
    add_format_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Returns the exit status (module's docstring)."""
    if args.limit < 0:
        raise UsageError(f"--limit {args.limit}: give a number of runs, or 0 for all")
    settings = load_settings().settings
    store = Store(find_history_file(os.environ, demo=args.demo), settings.keep)
    try:
        _show(store, args, kept=settings.history)
    except HistoryError as problem:
        print(f"meshtui history: the history cannot be read: {mask_text(str(problem))}", file=sys.stderr)
        return 1
    finally:
        store.close()
    return 0


def _is_meant(args: argparse.Namespace) -> bool:
    """Asks for confirmation at a terminal; a script is not asked."""
    if args.yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    which = "of the demo " if args.demo else ""
    try:
        return input(f"Delete every run and check {which}for good? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _show(store: Store, args: argparse.Namespace, *, kept: bool) -> None:
    if args.clear:
        if not _is_meant(args):
            print("Nothing was deleted.")
            return
        _print(args, *tell_cleared(store.clear()))
    elif args.wanted is not None:
        _print(args, *tell_past(_find_run(store, args.wanted)))
    elif args.changes is not None:
        _print(args, *_compare_runs(store, args.changes))
    else:
        where = shorten_path(store.path, os.environ) + (
            "" if kept else "; the settings say that nothing is added to it"
        )
        _print(args, *list_past(store.runs(args.limit or -1), where))


def _print(args: argparse.Namespace, text: str, data: Json) -> None:
    print(format_json(number_answer(data)) if args.format == "json" else make_plain(text))


def _find_run(store: Store, wanted: str) -> Past:
    """The run with this id, or the only one whose id has this prefix. Raises UsageError."""
    ids = [past.run for past in store.runs().runs if past.run.startswith(wanted)]
    if len(ids) > 1 and wanted not in ids:
        raise UsageError(f"--run {wanted}: the ids of {len(ids)} runs begin so; give more of it")
    if not ids or not wanted:
        raise UsageError(f"--run {wanted}: the history has no such run; `meshtui history` lists the ids")
    run = wanted if wanted in ids else ids[0]
    return Past(run, store.run(run))


def _compare_runs(store: Store, name: str) -> tuple[str, Json]:
    runs = store.runs().runs
    failed = find_newest_failure(runs, name)
    if failed is None:
        return tell_no_comparison(
            f"No run {f'of {mask_text(name)!r} ' if name else ''}in the history has failed.", None
        )
    worked = find_last_success(runs, failed)
    if worked is None:
        what = f"{failed.credential!r} on the path {failed.inputs.path!r}"
        return tell_no_comparison(f"The history has no run of {what} that worked before.", failed)
    before, after = (Past(past.run, store.run(past.run)) for past in (worked, failed))
    found = find_changes(before, after, store.notes(before.at, after.at))
    return tell_changes(before, after, found, summarize_changes(found, before, after))
