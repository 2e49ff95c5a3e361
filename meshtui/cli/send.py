"""`meshtui send`: sends one test prompt along a path and reports who served it; or plays a scenario of the sandbox."""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential, Policy
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_json, make_plain
from meshtui.cli.arguments import (
    UsageError,
    add_fault_argument,
    add_format_argument,
    add_key_arguments,
    add_scenario_argument,
)
from meshtui.cli.scenario_text import find_scenario, format_introduction, format_story, format_story_json
from meshtui.cli.sessions import open_session, refuse_keys, refuse_unreadable, report_warnings
from meshtui.cli.terminal import Progress, write_page
from meshtui.demo import Scene, make_prompt, play_scene
from meshtui.presentation.json_schema import number_answer
from meshtui.presentation.verdict_blocks import run_blocks
from meshtui.runs.model import AttemptStarted, Event, Path, Prompt, Run, TextArrived
from meshtui.session import NoSuchCredentialError, Session

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario


EXPORTS = ("markdown", "har", "curl", "python")
"""What the screen writes into files as well; see `meshtui.exports.export_files`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--path", choices=[str(path) for path in Path],
                        help="byok: your key at its provider, then what Mesh would do; mesh: one request to Mesh; "
                             "platform: Mesh's own credentials; compare: all three at once, and one conclusion "
                             "(default: byok; settings may say otherwise, see `meshtui config`)")  # fmt: skip
    parser.add_argument("--credential", metavar="NAME", help="which one to test, as `meshtui check` names them")
    add_key_arguments(parser, several=False)
    parser.add_argument("--model", metavar="M", default="", help="the provider's name of the model")
    parser.add_argument("--prompt", metavar="TEXT", help="the test prompt")
    parser.add_argument("--stream", action=argparse.BooleanOptionalAction,
                        help="ask for the answer word by word")  # fmt: skip
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="for the whole attempt")
    parser.add_argument("--exclusive", action="store_true", help="as if the key were set to exclusive use: no fallback")
    parser.add_argument("--sandbox", action="store_true", help="against a sandbox of its own, started for this call")
    add_fault_argument(parser)
    add_scenario_argument(parser)
    add_format_argument(parser, *EXPORTS,
                        text="markdown: a report for an issue, names hidden; har: for browsers and proxies; curl, "
                             "python: the same requests again")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Returns the exit status of the run (`meshtui.runs.exit_status`)."""
    from meshtui.presentation.json_answers import format_run_json
    from meshtui.runs.exit_status import find_exit_status

    if args.timeout is not None and args.timeout <= 0:
        raise UsageError(f"--timeout {args.timeout:g}: give a number of seconds above 0")
    scenario = find_scenario(args)
    if scenario is not None and args.format in EXPORTS:
        raise UsageError(f"--format {args.format} is of one run: a scenario's story is told as text or json")
    session = open_session(args, scenario)
    if scenario is not None:
        return _run_story(session, scenario, args)
    done = asyncio.run(_send(session, args))
    report_warnings(session)
    status = find_exit_status(done)
    if args.format == "json":
        print(format_json(number_answer({**format_run_json(done), "exit_status": status})))
    elif args.format in EXPORTS:
        from meshtui.exports.case import make_case
        from meshtui.exports.export_files import write_text

        print(write_text(args.format, make_case(done, session.endpoints)), end="")
    else:
        print(write_page(run_blocks(done)), end="")
    return status


async def _send(session: Session, args: argparse.Namespace) -> Run:
    async with session:
        name = await asyncio.to_thread(_choose_credential, session, args)
        if args.exclusive:
            session.credentials.set_policy(name, Policy.EXCLUSIVE)
        path, prompt = Path(args.path or session.settings.path), _make_prompt(session, name, args)
        # Three answers at once would be one jumble.
        shows = prompt.stream and args.format == "text" and path != Path.COMPARE
        if shows:
            done = await session.send_prompt(path, name, prompt, _print_event)
            print(file=sys.stderr)
        else:
            with Progress("sending") as progress:
                done = await session.send_prompt(path, name, prompt, partial(_follow, progress))
        if args.format == "text":
            await _suggest_model(session, done, prompt.model)
        return done


def _follow(progress: Progress, event: Event) -> None:
    if isinstance(event, AttemptStarted):
        progress.say(f"calling {PROVIDER_NAMES.get(event.provider, event.provider)}")


async def _suggest_model(session: Session, done: Run, model: str) -> None:
    """Where the model is not known there, says which one of the provider's own list was meant, if one is near."""
    refused = [a.explanation for a in done.attempts if a.explanation and a.explanation.cause == "model_not_found"]
    if not refused or not model or done.request.credential is None:
        return
    names = (await session.models(done.request.credential.name, done.request.path)).names
    if near := get_close_matches(model, names, 1):
        print(
            make_plain(f"meshtui send: did you mean {near[0]}? It is on the list of models for this key"),
            file=sys.stderr,
        )


def _make_prompt(session: Session, name: str, args: argparse.Namespace) -> Prompt:
    """What the arguments say, and where they are silent, the settings."""
    refuse_keys(("--prompt", args.prompt), ("--model", args.model))
    usual, provider = session.settings, session.credentials[name].provider
    return Prompt(
        text=usual.prompt if args.prompt is None else args.prompt,
        model=args.model or usual.models.get(provider, ""),
        max_tokens=usual.max_tokens,
        stream=usual.stream if args.stream is None else args.stream,
        timeout=usual.timeout if args.timeout is None else args.timeout,
    )


def _choose_credential(session: Session, args: argparse.Namespace) -> str:
    """The credential of the file or profile, or the one named; else the one with a fault, else the first there is."""
    if args.file:
        return refuse_unreadable(session.credentials.add_file(args.file), args.file).name
    if args.profile:
        return session.credentials.add_profile(args.profile, program=args.run_credential_process).name
    if args.credential:
        try:
            asked_for: Credential = session.add_found(args.credential, program=args.run_credential_process)
            return asked_for.name
        except NoSuchCredentialError as error:
            raise UsageError(f"--credential: {error}") from None
    there = [name for name, credential in session.credentials.items() if credential.provider not in ("mesh", "")]
    broken = [name for name in (pair.partition("=")[0] for pair in args.fault) if name in there]
    wanted: list[str] = broken + there
    if not wanted:
        raise UsageError(
            "no provider credential found: set OPENAI_API_KEY, AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID or "
            "GOOGLE_APPLICATION_CREDENTIALS, give --file PATH or --profile NAME, or try --sandbox"
        )
    return wanted[0]


def _print_event(event: Event) -> None:
    if isinstance(event, TextArrived):
        print(make_plain(event.piece), end="", file=sys.stderr, flush=True)


def _run_story(session: Session, scenario: Scenario, args: argparse.Namespace) -> int:
    """Sends what the scenario asks, where the arguments of `meshtui send` do not say otherwise. Returns the exit status
    of the last run."""
    from meshtui.runs.exit_status import find_exit_status

    if args.file or args.profile:
        raise UsageError("--scenario asks with a credential of the sandbox: leave --file and --profile out")
    if args.format == "text":
        print(format_introduction(scenario), flush=True)
    scenes = asyncio.run(_perform(session, scenario, args))
    status = find_exit_status(scenes[-1].run)
    if args.format == "json":
        print(format_json(number_answer({**format_story_json(scenario, scenes), "exit_status": status})))
    else:
        print("\n" + make_plain(format_story(scenario, scenes)))
    return status


async def _perform(session: Session, scenario: Scenario, args: argparse.Namespace) -> tuple[Scene, ...]:
    ask = scenario.ask
    given = {"text": args.prompt, "model": args.model or None, "stream": args.stream, "timeout": args.timeout}
    given = {"timeout": session.settings.timeout, **{name: value for name, value in given.items() if value is not None}}
    prompt = replace(make_prompt(ask), **given)
    async with session:
        refuse_keys(("--prompt", args.prompt), ("--model", args.model))
        try:
            name = session.credentials[args.credential or ask.credential].name
        except NoSuchCredentialError as error:
            raise UsageError(f"--credential: {error}") from None
        if args.exclusive:
            session.credentials.set_policy(name, Policy.EXCLUSIVE)
        path = Path(args.path or ask.path)
        return tuple([await play_scene(session, path, name, prompt, lambda _: None) for _ in range(ask.times)])
