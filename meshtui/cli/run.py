"""`meshtui run -- COMMAND…`: starts a program unchanged and explains its calls to providers while they happen."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from meshtui.base.files import find_working_directory
from meshtui.cli.arguments import UsageError, mask_text
from meshtui.cli.terminal import describe_missing_terminal
from meshtui.tap.run_report import FAIL_ON, JsonReport, Report, TextReport, find_status, find_width

if TYPE_CHECKING:
    from meshtui.tap.injected_faults import InjectedFaults
    from meshtui.tap.program_run import Follower, RunOptions
    from meshtui.tap.sandbox_hosts import SandboxHosts

EXPORT_ENDINGS = (".har", ".md")
EPILOG = """\
examples:
  meshtui run -- python app.py                       explain its failed calls while they happen
  meshtui run --screen -- python app.py              the same on a screen, the program in a pane beside it
  meshtui run --quiet --fail-on fallback,refused -- pytest        for CI: the summary, and our exit status
  meshtui run --sandbox --fault openai=rate_limited:every-3 -- pytest     each third call limited; no network
  meshtui run --sandbox --base-urls -- node app.mjs  the same where a library ignores proxies
  meshtui run --fault mesh=down:every-10 -- python app.py         a fault now and then in real traffic
  meshtui run --export calls.har --export report.md -- python app.py
  eval "$(meshtui run --env)"                        all that this shell starts; kill $MESHTUI_RUN_PID ends it

exit status:
  the program's own, and 128 + N where signal N ended it; 126 and 127 where it could not be started
  with --fail-on, where the program itself ended with 0:
    3  fallback: Mesh fell back
    4  refused: a credential was refused
    6  limited: a rate limit or a quota was met
       any: the lowest of these that was met, or 5 (not permitted) or 7 (provider or network failure)
  2 usage, 1 an error in meshtui before the program was started
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.usage = 'meshtui run [options] -- COMMAND…\n       eval "$(meshtui run --env [options])"'
    parser.add_argument("command_line", nargs=argparse.REMAINDER, metavar="-- COMMAND…",
                        help="the program and its arguments, as you would type them")  # fmt: skip
    parser.add_argument("--screen", action="store_true",
                        help="open the screen: its calls in the Log, the program in a pane of its own")  # fmt: skip
    parser.add_argument("--env", action="store_true",
                        help="run nothing: print `export` lines for a shell, and listen to what it starts")  # fmt: skip
    parser.add_argument("--base-urls", action="store_true",
                        help="also set the address variables of SDKs (OPENAI_BASE_URL, AWS_ENDPOINT_URL_…), for what "
                             "obeys no proxy: the AWS SDK for JavaScript, Node before 22.21; boto3 refuses a "
                             "Bedrock API key at such an address")  # fmt: skip
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--quiet", action="store_true", help="print the summary alone")
    shown.add_argument("--all", action="store_true", help="print a line for each success too")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text",
                        help="jsonl: an object a line on standard error, each with its type")  # fmt: skip
    parser.add_argument("--fail-on", action="append", default=[], metavar="WHAT",
                        help=f"exit with our status (below) where the program ended well and this was seen: "
                             f"{', '.join(FAIL_ON)}; may be given several times")  # fmt: skip
    parser.add_argument("--export", action="append", default=[], metavar="FILE",
                        help="write the calls into this new file when the program has ended: .har, or .md for a report "
                             "with names hidden")  # fmt: skip
    parser.add_argument("--sandbox", action="store_true",
                        help="give the program made-up keys, and answer the providers' real host names from this "
                             "machine: nothing is sent to them")  # fmt: skip
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=FAULT",
                        help="break one of the sandbox's credentials, such as openai=revoked, or some of its requests, "
                             "such as openai=rate_limited:every-3; without --sandbox those requests are answered "
                             "from here, all others go on; `meshtui sandbox --list` shows what there is")  # fmt: skip
    parser.add_argument("--scenario", metavar="NAME|FILE",
                        help="set the sandbox up as a scenario says (`meshtui sandbox --list`)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Returns the program's own exit status, 128 + N where signal N ended it, or one of ours with `--fail-on`."""
    command = args.command_line[1:] if args.command_line[:1] == ["--"] else args.command_line
    if bool(command) == args.env:
        raise UsageError("give the program behind --, such as `meshtui run -- python app.py`; --env takes none")
    from meshtui.http.hosts import tell_key_log

    fail_on = _read_fail_on(args.fail_on)
    options = _make_options(args, command)
    if args.screen:
        return _run_on_screen(args, options, fail_on)
    make_report = partial(_make_report, args)
    if told := tell_key_log(os.environ):  # the program's own calls too, as it has the variable
        _tell(told)
    if args.env:
        from meshtui.tap.shell import listen_for_shell

        return listen_for_shell(options, make_report)
    from meshtui.tap.child import StartError
    from meshtui.tap.program_run import listen

    try:
        status, summary = asyncio.run(listen(options, make_report()))
    except StartError as problem:
        print(f"meshtui run: {mask_text(str(problem))}", file=sys.stderr)
        return problem.status
    except ValueError as problem:
        raise UsageError(str(problem)) from None
    for path in args.export:
        if not summary.calls:
            _tell(f"{path} was not written: no call was seen")
    return find_status(fail_on, status, summary)


def _run_on_screen(args: argparse.Namespace, options: RunOptions, fail_on: tuple[str, ...]) -> int:
    """The same with the screen; the summary is printed when the screen is left."""
    if os.name != "posix":
        raise UsageError("--screen needs a terminal as Unix has them; `meshtui run` without it needs none")
    if missing := describe_missing_terminal():
        raise UsageError(f"--screen needs a terminal: {missing}; `meshtui run` without --screen needs none")
    if args.env or args.quiet or args.all or args.format == "jsonl":
        raise UsageError("--screen shows every call: --env, --quiet, --all and --format are for a run without it")
    if not shutil.which(options.command[0]):
        from meshtui.tap.child import NOT_FOUND

        print(f"meshtui run: {options.command[0]}: there is no such command", file=sys.stderr)
        return NOT_FOUND
    from meshtui.tui.start import start_program

    hosts = _choose_sandbox(args)() if args.sandbox else None
    if hosts is not None:
        options = replace(options, open_hosts=lambda: nullcontext(hosts))
    control = start_program(options, hosts, hide_names=args.hide_names)
    summary = control.print_report(TextReport(sys.stderr, quiet=True))
    return find_status(fail_on, control.status, summary) if summary else control.status


def _read_fail_on(texts: Sequence[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for text in texts for word in text.split(","))
    for word in words:
        if word not in FAIL_ON:
            raise UsageError(f"--fail-on {word}: there is {', '.join(FAIL_ON)}")
    return words


def _make_report(args: argparse.Namespace) -> Report:
    if args.format == "jsonl":
        return JsonReport(sys.stderr)
    return TextReport(sys.stderr, quiet=args.quiet, everything=args.all, width=find_width(sys.stderr))


def _make_options(args: argparse.Namespace, command: Sequence[str]) -> RunOptions:
    from meshtui.tap.program_run import RunOptions

    for path in args.export:
        if not path.endswith(EXPORT_ENDINGS):
            raise UsageError(f"--export {path}: the ending tells what to write, {' or '.join(EXPORT_ENDINGS)}")
        if os.path.lexists(path):
            raise UsageError(f"--export {path}: there is such a file already, and it is left alone")
    if args.scenario and not args.sandbox:
        raise UsageError("--scenario sets up a sandbox: add --sandbox")
    environ = dict(os.environ)
    return RunOptions(
        command,
        environ,
        find_working_directory(),
        base_urls=args.base_urls,
        open_hosts=_choose_sandbox(args) if args.sandbox else None,
        open_faults=_choose_faults(args) if args.fault and not args.sandbox else None,
        make_followers=partial(_make_followers, args, command),
    )


def _choose_sandbox(args: argparse.Namespace) -> Callable[[], SandboxHosts]:
    """What makes the sandbox. Raises UsageError for a fault or scenario that there is not."""
    from meshtui.cli.scenario_text import find_scenario, read_faults
    from meshtui.tap.sandbox_hosts import SandboxHosts

    return partial(SandboxHosts, dict(os.environ), read_faults(args.fault), find_scenario(args))


def _choose_faults(args: argparse.Namespace) -> Callable[[], InjectedFaults]:
    """What makes the faults in real traffic. Raises UsageError for a name or fault that there is not."""
    from meshtui.cli.scenario_text import read_faults
    from meshtui.sandbox.fault_rules import parse_rules
    from meshtui.tap.injected_faults import InjectedFaults

    rules = {name: parse_rules(text) for name, text in read_faults(args.fault).items()}
    try:
        made = InjectedFaults(rules)
    except ValueError as problem:
        raise UsageError(f"--fault: {problem}") from None
    return lambda: made


def _make_followers(args: argparse.Namespace, command: Sequence[str]) -> Sequence[Follower]:
    """The history, unless the settings or `--sandbox` say no, and the requested files. Called on the event loop with
    the first call, as it loads what most programs' starts do not need."""
    from meshtui.base.privacy import hide_names
    from meshtui.cli.output import are_names_hidden, load_settings
    from meshtui.exports.program_calls import HarFile, ReportFile
    from meshtui.journal.history_store import History
    from meshtui.journal.journal import Journal
    from meshtui.tap.call_recording import BOUND, ProgramRecorder

    program = os.path.basename(command[0]) if command else "your shell"
    made: list[Follower] = []
    # The screen's own session keeps the history and sends spans, of whatever happens on it.
    history = None if args.sandbox or args.screen else History.of(load_settings().settings, os.environ, demo=False)
    journal, spans = Journal(BOUND), None
    if not args.screen and any(name.startswith("OTEL_EXPORTER_OTLP") for name in os.environ):
        from meshtui.exports.spans import make_span_writer

        spans = make_span_writer(journal, os.environ, _tell, sandboxed=args.sandbox)
    if history is not None or spans is not None:
        made.append(ProgramRecorder(journal, program, history, _tell, spans))
    for path in args.export:
        if path.endswith(".har"):
            made.append(HarFile(path, hide_names if are_names_hidden() else None, _tell))
        else:
            made.append(ReportFile(path, program, _tell))
    return made


def _tell(text: str) -> None:
    print(f"meshtui: {mask_text(text)}", file=sys.stderr)
