"""`meshtui check`: what is known of each credential offline, then live calls, one check at a time; and the matrix of
credentials, models and regions."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import textwrap
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential, Source
from meshtui.base.text import format_json, make_plain
from meshtui.cli.arguments import UsageError, add_fault_argument, add_format_argument, add_key_arguments
from meshtui.cli.sessions import open_session, refuse_keys, refuse_unreadable, report_warnings
from meshtui.cli.terminal import WIDEST, write_page
from meshtui.explain.causes import CANNOT_BE_TOLD
from meshtui.presentation.check_blocks import WIDTH as CHECK_WIDTH
from meshtui.presentation.check_blocks import Checked, find_status, format_checked
from meshtui.presentation.json_schema import number_answer
from meshtui.session import NoSuchCredentialError, Session

if TYPE_CHECKING:
    from meshtui.checks.model import CheckResult
    from meshtui.credentials.sources import Found

STANDARD_INPUT = "-"
USAGE = 2
"""Exit status where there is nothing to check."""
WIDTH = 80
"""Columns of the table of sources."""
_MOST_NAMED = 8
WAITING = 1.0
"""Seconds after which it is first said that an answer does not come; said again when it is twice as long."""
_NOTHING = (
    "no credential found: set OPENAI_API_KEY, AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID, "
    "GOOGLE_APPLICATION_CREDENTIALS or MESHAPI_API_KEY, give --file PATH or --profile NAME, "
    "or try --sandbox"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="credentials to check (default: all that are found)")
    add_key_arguments(parser, several=True)
    parser.add_argument(
        "--sources",
        action="store_true",
        help="only list which credentials were found where, and which of them comes first",
    )
    parser.add_argument("--offline", action="store_true", help="send nothing: only what can be read from the text")
    parser.add_argument("--prompt", action="store_true", help="run the last checks too, which cost a few tokens")
    parser.add_argument("--check", default="", metavar="NAME", help="run only this check, whatever it costs")
    parser.add_argument("--matrix", action="store_true", help="a table of credentials, models and regions")
    parser.add_argument("--models", default="", metavar="A,B", help="the models of the --matrix")
    parser.add_argument("--regions", default="", metavar="R,S", help="the regions of the --matrix")
    parser.add_argument("--sandbox", action="store_true", help="check the credentials of a sandbox of its own")
    add_fault_argument(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="show the proof of every line")
    add_format_argument(parser, "junit", "markdown", "csv", text="markdown and csv: of the --matrix")


def run(args: argparse.Namespace) -> int:
    """Returns 0 where all is well, else the status of the first credential that is not."""
    _refuse_combinations(args)
    session = open_session(args)
    if args.sources:
        return _print_sources(session, args.format)
    if args.matrix:
        return _print_matrix(session, args)
    checked = _look(session, args) if args.offline and not args.sandbox else asyncio.run(_check(session, args))
    report_warnings(session)
    named = () if args.sandbox or args.names or args.file or args.profile else list_named(session)
    more = any(row.can_be_checked for row in named)
    nothing = CANNOT_BE_TOLD if more else USAGE
    status = next((s for s in map(find_status, checked) if s), 0) if checked else nothing
    if args.format == "json":
        from meshtui.presentation.json_answers import format_checked_json

        answer = {**format_checked_json(checked, status), "also_found": [_format_named_json(row) for row in named]}
        print(format_json(number_answer(answer)))
    elif args.format == "junit":
        from meshtui.presentation.junit import format_junit

        print(make_plain(format_junit(checked, {row.name: describe_named(row) for row in named})))
    elif checked:
        print(format_checked(checked, verbose=args.verbose, render=partial(write_page, usual=WIDEST)), end="")
    if args.format == "text":
        for row in named[:_MOST_NAMED]:
            print(_wrap_named(row))
        if len(named) > _MOST_NAMED:
            print(f"and {len(named) - _MOST_NAMED} more: meshtui check --sources")
    if not checked:
        unasked = "nothing is checked unless you name it; see above, or meshtui check --sources"
        print(f"meshtui: {unasked if more else _NOTHING}", file=sys.stderr)
    return status


def _refuse_combinations(args: argparse.Namespace) -> None:
    if args.check and args.offline:
        raise UsageError("--check sends something, --offline sends nothing: give one of them")
    if args.run_credential_process and args.offline:
        raise UsageError("--offline starts no program, --run-credential-process does: give one of them")
    if args.format in ("markdown", "csv") and not args.matrix:
        raise UsageError(f"--format {args.format} is of a --matrix")
    if (args.models or args.regions) and not args.matrix:
        raise UsageError("--models and --regions belong to --matrix")
    if args.matrix and (args.offline or args.check or args.format == "junit"):
        raise UsageError("--matrix asks each provider: leave --offline, --check and --format junit out")


def list_named(session: Session) -> tuple[Found, ...]:
    """The credentials that programs on this machine would use and that are checked only by name."""
    from meshtui.credentials.discovery import find_named_only

    return find_named_only(session.found)


def describe_named(row: Found) -> str:
    """What it is, why it is checked only by name, and how to do that."""
    ask = f"meshtui check {shlex.quote(row.name)}"
    if row.unused and row.can_be_checked:
        material = row.credential.material if row.credential else None
        what = material.shown if material else row.how or "no key"
        sentence = f"{row.source} ({what}) is not used: {row.unused}."
        if row.credential is None and row.source.kind == "dotenv":
            return sentence  # a line without a value
        findings = row.credential.findings if row.credential else ()
        public = "".join(f" {finding.title}." for finding in findings if finding.id == "env.public-prefix")
        return f"{sentence}{public} To check it all the same: {ask}"
    if row.credential is not None:
        first = next((finding for finding in row.credential.findings if finding.level == "error"), None)
        return f"{row.source}: {first.title if first else 'no key'}. {first.fix if first else ''}".rstrip()
    return f"{row.source}, keys by {row.how}, read only when you name it: {ask}"


def _wrap_named(row: Found) -> str:
    """The same in lines that keep the command in one piece, so that it can be copied."""
    text, ask, command = make_plain(f"{row.name}: {describe_named(row)}").partition("meshtui check ")
    whole = text + (ask + command).replace(" ", "\0")
    lines = textwrap.wrap(whole, CHECK_WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace("\0", " ")


def _format_named_json(row: Found) -> dict[str, str]:
    return {"name": row.name, "where": str(row.source), "how": row.how, "said": describe_named(row)}


def _find(session: Session) -> None:
    """Finds what there is. Without a sandbox it needs no event loop, which would open a pair of sockets."""
    if not session.sandboxed:
        session.find()
        return

    async def look() -> None:
        async with session:
            pass

    asyncio.run(look())


def _look(session: Session, args: argparse.Namespace) -> tuple[Checked, ...]:
    """What can be read from the texts, with nothing opened and nothing started."""
    session.find()
    return tuple((session.credentials[name], None) for name in _choose(session, args))


def _print_sources(session: Session, form: str) -> int:
    """The table that `aws configure list` would be for everything this machine holds. Returns 0."""
    from meshtui.credentials.discovery import HEADINGS, list_rows

    _find(session)
    rows = list_rows(session.found)
    if form == "json":
        print(format_json(number_answer({"sources": [dict(zip(HEADINGS, row, strict=True)) for row in rows]})))
        return 0
    if not rows:
        print("Nothing found: no such variable, no .env file with one, no AWS profile, no gcloud login.")
        return 0
    width = min(max(len(row[0]) for row in rows), 24)
    for name, key, where, used in rows:
        lines = [line for text in (key, where, f"in use: {used}")
                 for line in textwrap.wrap(make_plain(text), WIDTH - width - 2, break_on_hyphens=False)]  # fmt: skip
        leads = [make_plain(name).ljust(width), *(" " * width for _ in lines)]
        print("\n".join(f"{lead}  {line}" for lead, line in zip(leads, lines, strict=False)))
    return 0


def _print_matrix(session: Session, args: argparse.Namespace) -> int:
    """The table of what each credential may call where. Returns the status of the worst cell."""
    from meshtui.checks import matrix

    filled_cells = 0

    def follow(_: int, cell: matrix.Cell) -> None:
        nonlocal filled_cells
        filled_cells += cell.status != matrix.ASKING
        if sys.stderr.isatty():
            print(f"\r{filled_cells} of {len(plan)}", end="" if filled_cells < len(plan) else "\n", file=sys.stderr,
                  flush=True)  # fmt: skip

    plan: matrix.Matrix = ()

    async def fill() -> matrix.Matrix:
        nonlocal plan
        async with session:
            credentials = [session.credentials[name] for name in await asyncio.to_thread(_choose, session, args)]
            refuse_keys(("--models", args.models), ("--regions", args.regions))
            models, regions = matrix.split_names(args.models), matrix.split_names(args.regions)
            plan = matrix.plan_cells(credentials, models, regions)
            return await matrix.fill_cells(plan, session.client, follow, prompt=args.prompt)

    filled = asyncio.run(fill())
    report_warnings(session)
    from meshtui.presentation.json_answers import format_matrix_json

    render = {"json": format_matrix_json, "markdown": matrix.as_markdown, "csv": matrix.as_csv}.get(
        args.format, matrix.as_text
    )
    print(make_plain(render(filled)))
    return matrix.find_exit_status(filled)


def _choose(session: Session, args: argparse.Namespace) -> list[str]:
    """The names of the credentials to check, after they were added to the list. May block where a profile's keys are
    needed, so it runs in a thread."""
    allowed = {"network": not args.offline, "program": args.run_credential_process}
    wanted = [_add_file(session, path).name for path in args.file]
    try:
        wanted += [session.add_found(name, **allowed).name for name in args.names]
    except NoSuchCredentialError as error:
        raise UsageError(str(error)) from None
    wanted += [session.credentials.add_profile(profile, **allowed).name for profile in args.profile]
    names = wanted or list(session.credentials)
    if not names and args.format == "text" and not list_named(session):
        raise UsageError(_NOTHING)
    return names


async def _check(session: Session, args: argparse.Namespace) -> tuple[Checked, ...]:
    async with session:
        names = await asyncio.to_thread(_choose, session, args)
        credentials = [session.credentials[name] for name in names]
        return tuple(await asyncio.gather(*(_check_one(session, credential, args) for credential in credentials)))


def _add_file(session: Session, path: str) -> Credential:
    """The credential in the file, or in what comes on standard input: `op read … | meshtui check --file -`."""
    if path != STANDARD_INPUT:
        return refuse_unreadable(session.credentials.add_file(path), path)
    from meshtui.providers.credential_reading import TEXT_LIMIT

    data = sys.stdin.buffer.read(TEXT_LIMIT + 1)
    return session.credentials.add(data, Source("file", "standard input"))


async def _check_one(session: Session, credential: Credential, args: argparse.Namespace) -> Checked:
    if args.offline or credential.material is None:
        return credential, None  # --offline with a sandbox, which is started all the same
    from meshtui.checks.runner import NoSuchCheckError

    finished: list[str] = []

    def show(result: CheckResult) -> None:
        finished.append(result.name)
        if sys.stderr.isatty():
            print(make_plain(f"{credential.name}: {result.name} {result.status}"), file=sys.stderr, flush=True)

    waiting = asyncio.create_task(_tell_waiting(credential, finished, args.check))
    try:
        return credential, await session.check(credential.name, show, prompt=args.prompt, only=args.check)
    except NoSuchCheckError as error:
        raise UsageError(f"{credential.name}: {error}") from None
    finally:
        waiting.cancel()


async def _tell_waiting(credential: Credential, finished: Sequence[str], only: str) -> None:
    """Says on standard error which answer is awaited and for how long, until it is received. `finished`: the checks
    that are done."""
    from meshtui.providers.registry import list_checks

    names = [only] if only else [check.name for check in list_checks(credential.kind)]
    done, waited, threshold = 0, 0.0, WAITING
    while True:
        await asyncio.sleep(WAITING)
        waited, threshold = (waited + WAITING, threshold) if done == len(finished) else (0.0, WAITING)
        done = len(finished)
        if waited >= threshold:
            what = names[min(done, len(names) - 1)]
            print(make_plain(f"{credential.name}: {what}: no answer for {waited:.0f} s"), file=sys.stderr, flush=True)
            threshold *= 2
