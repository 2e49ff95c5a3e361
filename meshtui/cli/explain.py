"""`meshtui explain`: what an error answer means, offline, from a file, standard input or a line a case.

Exit status: it tells of somebody else's failure, so 0 where the cause could be told, whatever it is; 8 where it could
not (of several answers: where none could); 2 for wrong arguments, an unreadable file, or a line of a batch that is no
case.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator

from meshtui.base.redaction import redact_tree
from meshtui.base.text import json_text
from meshtui.cli.arguments import UsageError
from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.model import Explanation, Signal
from meshtui.explain.read import read
from meshtui.presentation.explanation import (
    cause_as_json,
    cause_text,
    explanation_as_json,
    explanation_text,
    list_causes,
)
from meshtui.presentation.schema import number_answer

COULD_NOT_BE_TOLD = 8
EXIT = """\
exit status:
  0  the cause could be told, whatever it is
  1  our own error
  2  usage, an unreadable file, or a line of a batch that is no case
  8  the cause could not be told
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXIT
    parser.add_argument("what", nargs="?", default="", metavar="FILE|-|CAUSE",
                        help="an answer, curl -i output, HAR, stack trace or log; - is standard input; "
                        "or a cause to look up in the catalogue")  # fmt: skip
    parser.add_argument("--provider", choices=("openai", "bedrock", "vertex", "mesh"), default="", help="who answered")
    parser.add_argument("--status", type=int, default=0, metavar="N", help="the HTTP status")
    parser.add_argument("--header", action="append", default=[], metavar="'K: V'", help="a header of the answer")
    parser.add_argument("--batch", metavar="FILE|-", help="cases, one JSON object a line: id, provider, call, status, "
                        "headers, body; answers one a line")  # fmt: skip
    parser.add_argument("--list", action="store_true", help="all causes there are")
    parser.add_argument("--format", choices=("text", "json", "jsonl"), default="", help="text, or JSON (default: text; "
                        "with --batch jsonl)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Prints the explanation. Returns the exit status (module's docstring)."""
    if args.list:
        return _list(args.format)
    if args.batch is not None:
        return _batch(_lines(args.batch))
    text, label = _text(args.what)
    if label:
        return _print_cause(label, args.format)
    found = [explain(signal) for signal in _signals(text, args)]
    _print(found, args.format)
    return COULD_NOT_BE_TOLD if all(one.cause == "unknown" for one in found) else 0


def _signals(text: str, args: argparse.Namespace) -> tuple[Signal, ...]:
    """What the arguments say is believed; the rest is found in the text."""
    from meshtui.explain.anywhere import find

    headers = dict(_header(line) for line in args.header)
    return find(text, provider=args.provider, status=args.status, headers=headers)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"--header {line!r}: write 'Name: value'")
    return name.strip(), value.strip()


def _text(what: str) -> tuple[str, str]:
    """The text to explain and no label, or no text and the label of a cause."""
    if what == "-" or (not what and not sys.stdin.isatty()):
        return sys.stdin.buffer.read().decode("utf-8", "replace"), ""
    if not what:
        raise UsageError("name a file, a cause, or - for standard input; --list shows the causes")
    try:
        with open(what, "rb") as file:
            return file.read().decode("utf-8", "replace"), ""
    except OSError as error:
        if what in CAUSES:
            return "", what
        raise UsageError(
            f"{what}: {error.strerror or error}, and no cause has this name (`meshtui explain --list` shows them)"
        ) from None


def _print(found: list[Explanation], form: str) -> None:
    if form not in ("json", "jsonl"):
        print("\n".join(map(explanation_text, found)), end="")
        return
    answers = [number_answer(explanation_as_json(one)) for one in found]
    if form == "jsonl":
        print("\n".join(map(json_text, answers)))
    else:
        print(json_text(answers[0] if len(answers) == 1 else answers, indent=2))


def _print_cause(label: str, form: str) -> int:
    cause = CAUSES[label]
    if form in ("json", "jsonl"):
        print(json_text(number_answer(cause_as_json(cause)), indent=None if form == "jsonl" else 2))
    else:
        print(cause_text(cause), end="")
    return 0


def _list(form: str) -> int:
    if form == "json":
        print(json_text(number_answer({"causes": [cause_as_json(cause) for cause in CAUSES.values()]}), indent=2))
    elif form == "jsonl":
        print("\n".join(json_text(number_answer(cause_as_json(cause))) for cause in CAUSES.values()))
    else:
        print(list_causes(CAUSES.values()), end="")
    return 0


def _lines(path: str) -> Iterator[str]:
    if path == "-":
        yield from (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
        return
    try:
        with open(path, "rb") as file:
            yield from (line.decode("utf-8", "replace") for line in file)
    except OSError as error:
        raise UsageError(f"--batch {path}: {error.strerror or error}") from None


def _batch(lines: Iterable[str]) -> int:
    status = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = _explain_case(line)
        except ValueError as error:
            answer, status = number_answer({"id": None, "error": f"line {number}: {error}"}), 2
        sys.stdout.write(json_text(answer) + "\n")
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
    signal = read(
        case.get("body", ""),
        provider=str(case.get("provider") or ""),
        call=str(case.get("call") or ""),
        status=status if isinstance(status, int) else 0,
        headers=headers if isinstance(headers, dict) else None,
    )
    return number_answer({"id": redact_tree(case.get("id")), **explanation_as_json(explain(signal))})
