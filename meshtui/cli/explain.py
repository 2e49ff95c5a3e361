"""`meshtui explain`: what an error answer means, offline, from a file, standard input or a line a case.

Exit status: it tells of somebody else's failure, so 0 where the cause could be told, whatever it is; 8 where it could
not (of several answers: where none could); 2 for wrong arguments, an unreadable file, or a line of a batch that is no
case. With `--follow` see `meshtui.cli.following`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO

from meshtui.base.redaction import redact_tree
from meshtui.base.text import format_json
from meshtui.cli.arguments import UsageError
from meshtui.cli.terminal import Progress, write_page
from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.find import FoundError, find_errors
from meshtui.explain.model import STALE_DAYS
from meshtui.explain.parse import parse_response
from meshtui.presentation.explanation_blocks import (
    cause_as_json,
    cause_text,
    format_explanation_json,
    format_found,
    format_found_json,
    list_causes,
)
from meshtui.presentation.json_schema import number_answer

COULD_NOT_BE_TOLD = 8
LARGE = 8_000_000
"""Size in bytes from which a file is read as a log, one record at a time."""
PIECE = 256 * 1024
EXIT = """\
exit status:
  0  the cause is known, whatever it is
  1  an error in meshtui
  2  usage, a file that cannot be read, or a line of a batch that is not valid
  8  the cause is not known
  with --follow: 0 at the end of the input, or where nobody reads the output any more;
  130 after ctrl+c, 143 after SIGTERM; 2 as above
"""
EXAMPLES = """\
examples:
  meshtui explain error.log                     the errors in a file, the root cause first
  pbpaste | meshtui explain                     what was copied
  curl -i … | meshtui explain -                 an answer with its headers
  meshtui explain --status 403 body.json        a body alone, and the status that came with it
  meshtui explain quota_exhausted               what a cause means
  myapp 2>&1 | meshtui explain --follow -       what a program prints, explained as it fails
  meshtui explain --follow app.log worker.log   what is written to files, also when they are rotated
  kubectl logs -f app | meshtui explain -f --format jsonl 2>failures.jsonl

"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLES + EXIT
    parser.add_argument("what", nargs="*", default=[], metavar="FILE|-|CAUSE",
                        help="an answer, curl -i output, HAR, stack trace or log; - is standard input; "
                        "or a cause to look up in the catalogue; with --follow one or several logs")  # fmt: skip
    parser.add_argument("--follow", "-f", action="store_true",
                        help="pass on to standard output what is written to the files, or what standard input "
                        "brings, unchanged; explain each new kind of failure on standard error meanwhile")  # fmt: skip
    parser.add_argument("--from-end", action="store_true",
                        help="with --follow: leave out what the files hold already")  # fmt: skip
    parser.add_argument("--provider", choices=("openai", "bedrock", "vertex", "mesh"), default="", help="who answered")
    parser.add_argument("--status", type=int, default=0, metavar="N", help="the HTTP status")
    parser.add_argument("--header", action="append", default=[], metavar="'K: V'", help="a header of the answer")
    parser.add_argument("--batch", metavar="FILE|-", help="cases, one JSON object a line: id, provider, call, status, "
                        "headers, body; answers one a line")  # fmt: skip
    parser.add_argument("--list", action="store_true", help="all causes there are")
    parser.add_argument("--stale", nargs="?", type=int, const=STALE_DAYS, metavar="DAYS",
                        help=f"the steps whose source was read more than DAYS ago (default: {STALE_DAYS})")  # fmt: skip
    parser.add_argument("--format", choices=("text", "json", "jsonl"), default="", help="text, or JSON (default: text; "
                        "with --batch jsonl); with --follow text or jsonl")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Prints the explanation. Returns the exit status (module's docstring)."""
    if args.list:
        return _list(args.format)
    if args.stale is not None:
        return _list_stale(args.stale, args.format)
    if args.batch is not None:
        return _explain_batch(_read_lines(args.batch))
    if args.follow:
        return _follow(args)
    if args.from_end:
        raise UsageError("--from-end goes with --follow")
    if len(args.what) > 1:
        raise UsageError("one FILE at a time; several logs can be followed with --follow")
    what = args.what[0] if args.what else ""
    found = _find_in_log(what, args)
    if not found:
        data, label = _read_data(what)
        if label:
            return _print_cause(label, args.format)
        found = _find_errors(data, args)
    _print(found, args.format)
    return COULD_NOT_BE_TOLD if all(one.explanation.cause == "unknown" for one in found) else 0


def _follow(args: argparse.Namespace) -> int:
    """Follows the logs until they end. Returns the exit status."""
    from meshtui.cli import follow_report
    from meshtui.cli.following import Output, follow
    from meshtui.tap.run_report import find_width

    names = args.what or ([] if sys.stdin.isatty() else ["-"])
    if not names:
        raise UsageError("--follow needs one or several files, or - for standard input: myapp 2>&1 | meshtui explain "
                         "--follow -")  # fmt: skip
    if args.status or args.header:
        raise UsageError("--status and --header say something of one answer, and --follow reads many")
    if args.format == "json":
        raise UsageError("--follow prints as it goes, so its JSON is --format jsonl")
    if len(set(names)) < len(names):
        raise UsageError("each log can be followed once")
    output, several = Output(several=len(names) > 1), len(names) > 1

    def end_line() -> str:
        """A line break where the program's output, in the same terminal, has not ended its line."""
        broken, output.in_line = output.is_terminal and output.in_line, False
        return "\n" if broken and sys.stderr.isatty() else ""

    report: follow_report.Report
    if args.format == "jsonl":
        report = follow_report.JsonReport(sys.stderr, several=several, before=str)
    else:
        width = find_width(sys.stderr)
        report = follow_report.TextReport(sys.stderr, several=several, before=end_line, width=width)
    return follow(names, report, output, provider=args.provider, from_end=args.from_end)


def _find_in_log(what: str, args: argparse.Namespace) -> tuple[FoundError, ...]:
    """The errors of a large file, which is read piece by piece; empty for any other."""
    try:
        if os.path.getsize(what) < LARGE or args.status or args.header:
            return ()
        with open(what, "rb") as file, Progress(f"reading {what}"):
            return _find_in_pieces(file.read(PIECE), file, args.provider)
    except OSError:
        return ()


def _find_in_pieces(first: bytes, rest: BinaryIO, provider: str) -> tuple[FoundError, ...]:
    """The errors of a log whose beginning was read already. Where it has none, the beginning is explained as
    unknown."""
    from itertools import chain

    from meshtui.explain.follow import find_in_log

    found = find_in_log(chain((first,), iter(partial(rest.read, PIECE), b"")), provider=provider)
    return found or find_errors(first[:PIECE], provider=provider)


def _find_errors(data: bytes, args: argparse.Namespace) -> tuple[FoundError, ...]:
    """What the arguments say is believed; the rest is found in the text. Of standard input there may be more."""
    if len(data) == LARGE and not (args.status or args.header):
        return _find_in_pieces(data, sys.stdin.buffer, args.provider)
    headers = dict(_parse_header(line) for line in args.header)
    return find_errors(data, provider=args.provider, status=args.status, headers=headers)


def _parse_header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"--header {line!r}: write 'Name: value'")
    return name.strip(), value.strip()


def _read_data(what: str) -> tuple[bytes, str]:
    """What is to be explained and no label, or nothing and the label of a cause. Of standard input no more than `LARGE`
    bytes."""
    if what == "-" or (not what and not sys.stdin.isatty()):
        return sys.stdin.buffer.read(LARGE), ""
    if not what:
        raise UsageError("name a file, a cause, or - for standard input; --list shows the causes")
    try:
        with open(what, "rb") as file:
            return file.read(), ""
    except OSError as error:
        if what in CAUSES:
            return b"", what
        from difflib import get_close_matches

        near = get_close_matches(what, CAUSES, 1)
        meant = f"; did you mean the cause {near[0]}?" if near else " (`meshtui explain --list` shows them)"
        raise UsageError(f"{what}: {error.strerror or error}, and no cause has this name{meant}") from None


def _print(found: tuple[FoundError, ...], form: str) -> None:
    if form == "jsonl":
        for one in found:
            print(format_json(number_answer(format_found_json(one))))
    elif form == "json":
        root = format_explanation_json(found[0].explanation)
        print(format_json(number_answer({**root, "errors": [format_found_json(one) for one in found]}), indent=2))
    else:
        print(format_found(found, write_page), end="")


def _print_cause(label: str, form: str) -> int:
    cause = CAUSES[label]
    if form in ("json", "jsonl"):
        print(format_json(number_answer(cause_as_json(cause)), indent=None if form == "jsonl" else 2))
    else:
        print(cause_text(cause, write_page), end="")
    return 0


def _list_stale(days: int, form: str) -> int:
    """A source a paragraph, or a line of JSON. Nothing is printed where none is so old."""
    from datetime import UTC, datetime

    from meshtui.explain.step_sources import find_old_sources

    for old in find_old_sources(datetime.now(UTC).date(), days):
        if form in ("json", "jsonl"):
            print(format_json(number_answer(old._asdict())))
        else:
            print(
                f"{old.source}\n  read {old.read}, {old.days} days ago", *(f"  - {what}" for what in old.what), sep="\n"
            )
    return 0


def _list(form: str) -> int:
    if form == "json":
        print(format_json(number_answer({"causes": [cause_as_json(cause) for cause in CAUSES.values()]}), indent=2))
    elif form == "jsonl":
        print("\n".join(format_json(number_answer(cause_as_json(cause))) for cause in CAUSES.values()))
    else:
        print(list_causes(CAUSES.values()), end="")
    return 0


def _read_lines(path: str) -> Iterator[str]:
    if path == "-":
        yield from (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
        return
    try:
        with open(path, "rb") as file:
            yield from (line.decode("utf-8", "replace") for line in file)
    except OSError as error:
        raise UsageError(f"--batch {path}: {error.strerror or error}") from None


def _explain_batch(lines: Iterable[str]) -> int:
    status = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = _explain_case(line)
        except ValueError as error:
            answer, status = number_answer({"id": None, "error": f"line {number}: {error}"}), 2
        sys.stdout.write(format_json(answer) + "\n")
    return status


def _explain_case(line: str) -> dict[str, object]:
    """The answer to one line. Raises ValueError that says what is wrong with the line."""
    try:
        case = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(case, dict) or not isinstance(case.get("body", ""), str):
        raise ValueError("not an object with a body as a string")
    headers, status = case.get("headers"), case.get("status")
    error = parse_response(
        case.get("body", ""),
        provider=str(case.get("provider") or ""),
        call=str(case.get("call") or ""),
        status=status if isinstance(status, int) else 0,
        headers=headers if isinstance(headers, dict) else None,
    )
    return number_answer({"id": redact_tree(case.get("id")), **format_explanation_json(explain(error))})
