"""`meshtui check`: what is known of each credential offline, then live calls, one check at a time."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial

from meshtui.base.credential import Credential
from meshtui.base.text import json_text, plain
from meshtui.cli import UsageError
from meshtui.cli.sandbox import add_fault_argument
from meshtui.cli.send import add_program_argument, open_session, tell_of_history
from meshtui.presentation import check as report
from meshtui.presentation.check import Checked
from meshtui.session import NoSuchCredentialError, Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="credentials to check (default: all that are found)")
    parser.add_argument("--file", action="append", default=[], metavar="PATH", help="check the credential in this file")
    parser.add_argument("--profile", action="append", default=[], metavar="NAME", help="check this AWS profile")
    add_program_argument(parser)
    parser.add_argument("--sources", action="store_true", help="only list what was found where, and what hides what")
    parser.add_argument("--offline", action="store_true", help="send nothing: only what can be read from the text")
    parser.add_argument("--prompt", action="store_true", help="run the last checks too, which cost a few tokens")
    parser.add_argument("--check", default="", metavar="NAME", help="run this check alone again, whatever it costs")
    parser.add_argument("--sandbox", action="store_true", help="check the credentials of a sandbox of its own")
    add_fault_argument(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="with the proof of every line")
    parser.add_argument("--format", choices=("text", "json", "junit"), default="text")


def run(args: argparse.Namespace) -> int:
    """Returns 0 where all is well, else the status of the first credential that is not."""
    if args.check and args.offline:
        raise UsageError("--check sends something, --offline sends nothing: give one of them")
    if args.run_credential_process and args.offline:
        raise UsageError("--offline starts no program, --run-credential-process does: give one of them")
    if args.sources:
        return _print_sources(open_session(args), args.format)
    session = open_session(args)
    checked = asyncio.run(_check(session, args))
    tell_of_history(session)
    status = next((s for s in map(report.status, checked) if s), 0)
    if args.format == "json":
        print(json_text(report.as_json(checked, status)))
    elif args.format == "junit":
        print(plain(report.as_junit(checked)))
    else:
        print(plain(report.as_text(checked, verbose=args.verbose)))
    return status


def _print_sources(session: Session, form: str) -> int:
    """The table that `aws configure list` would be for everything this machine holds. Returns 0."""
    from meshtui.credentials.discovery import HEADINGS, list_rows

    async def look() -> None:
        async with session:
            pass

    asyncio.run(look())
    rows = list_rows(session.found)
    if form == "json":
        print(json_text([dict(zip(HEADINGS, row, strict=True)) for row in rows]))
        return 0
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    for row in (HEADINGS, tuple("-" * width for width in widths), *rows):
        print(plain("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()))
    return 0


async def _check(session: Session, args: argparse.Namespace) -> tuple[Checked, ...]:
    async with session:
        wanted = [session.credentials.add_file(path).name for path in args.file] + args.names
        wanted += [await _add_profile(session, profile, args) for profile in args.profile]
        names = wanted or list(session.credentials)
        if not names:
            raise UsageError(
                "no credential found: set OPENAI_API_KEY, AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID, "
                "GOOGLE_APPLICATION_CREDENTIALS or MESHAPI_API_KEY, give --file PATH or --profile NAME, "
                "or try --sandbox"
            )
        try:
            credentials = [session.credentials[name] for name in names]
        except NoSuchCredentialError as error:
            raise UsageError(str(error)) from None
        return tuple(await asyncio.gather(*(_one(session, credential, args) for credential in credentials)))


async def _add_profile(session: Session, profile: str, args: argparse.Namespace) -> str:
    add = partial(session.credentials.add_profile, network=not args.offline, program=args.run_credential_process)
    return (await asyncio.to_thread(add, profile)).name


async def _one(session: Session, credential: Credential, args: argparse.Namespace) -> Checked:
    if args.offline or credential.material is None:
        return credential, None
    from meshtui.checks.runner import NoSuchCheckError

    try:
        return credential, await session.check(credential.name, lambda _: None, prompt=args.prompt, only=args.check)
    except NoSuchCheckError as error:
        raise UsageError(f"{credential.name}: {error}") from None
