"""`meshtui send`: fires one test prompt along a path and tells who served it.

A scenario told as text or JSON: its story, what its requests came to, and the truth beside what could be known.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from meshtui.base.credential import Policy
from meshtui.base.redaction import redact
from meshtui.base.text import json_text, plain
from meshtui.cli import UsageError
from meshtui.cli.arguments import shown
from meshtui.cli.output import load_settings
from meshtui.cli.sandbox import add_fault_argument, add_scenario_argument, chosen, faults, introduction
from meshtui.demo import Scene, prompt_of, scene
from meshtui.journal.history import History
from meshtui.presentation import scene as told
from meshtui.presentation.run_text import run_as_text
from meshtui.runs.model import Event, Path, Prompt, Run, TextArrived
from meshtui.session import NoSuchCredentialError, Session

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario


EXPORTS = ("markdown", "har", "curl", "python")
"""What the screen writes into files as well; see `meshtui.exports.export_files`."""
FORMATS = ("text", "json", *EXPORTS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--path", choices=[str(path) for path in Path],
                        help="byok: your key at its provider, then what Mesh would do; mesh: one request to Mesh; "
                             "platform: Mesh's own credentials; compare: all three at once, and one conclusion "
                             "(default: byok; settings may say otherwise, see `meshtui config`)")  # fmt: skip
    parser.add_argument("--credential", metavar="NAME", help="which one to test, as `meshtui check` names them")
    parser.add_argument("--file", metavar="PATH", help="read the credential from this file")
    parser.add_argument("--profile", metavar="NAME", help="take the credential from this AWS profile")
    add_program_argument(parser)
    parser.add_argument("--model", metavar="M", default="", help="the provider's name of the model")
    parser.add_argument("--prompt", metavar="TEXT", help="the test prompt")
    parser.add_argument("--stream", action=argparse.BooleanOptionalAction,
                        help="ask for the answer word by word")  # fmt: skip
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="for the whole attempt")
    parser.add_argument("--exclusive", action="store_true", help="as if the key were set to exclusive use: no fallback")
    parser.add_argument("--sandbox", action="store_true", help="against a sandbox of its own, started for this call")
    add_fault_argument(parser)
    add_scenario_argument(parser)
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="markdown: a report for an issue, names hidden; har: for browsers and proxies; curl, "
                             "python: the same requests again")  # fmt: skip


def add_program_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run-credential-process", action="store_true",
                        help="run the program by which the --profile gets its keys; never done unasked")  # fmt: skip
    parser.add_argument("--env-file", metavar="PATH", default="",
                        help="read this file's variables instead of the working directory's .env files")  # fmt: skip
    parser.add_argument("--no-dotenv", action="store_true", help="read no .env file of the working directory")


def run(args: argparse.Namespace) -> int:
    """Returns the exit status of the run (`meshtui.runs.exit_status`)."""
    from meshtui.presentation.run_json import run_as_json
    from meshtui.runs.exit_status import exit_status

    if args.timeout is not None and args.timeout <= 0:
        raise UsageError(f"--timeout {args.timeout:g}: give a number of seconds above 0")
    scenario = chosen(args)
    if scenario is not None and args.format in EXPORTS:
        raise UsageError(f"--format {args.format} is of one run: a scenario's story is told as text or json")
    session = open_session(args, scenario)
    if scenario is not None:
        return run_story(session, scenario, args)
    done = asyncio.run(_send(session, args))
    tell_of_history(session)
    status = exit_status(done)
    if args.format == "json":
        print(json_text({**run_as_json(done), "exit_status": status}))
    elif args.format in EXPORTS:
        from meshtui.exports.case import of_run
        from meshtui.exports.export_files import text_of

        print(text_of(args.format, of_run(done, session.endpoints)), end="")
    else:
        print(plain(run_as_text(done)))
    return status


def open_session(args: argparse.Namespace, scenario: Scenario | None = None) -> Session:
    """The sandbox's session, or one on the real hosts, of which a history is kept. Raises UsageError where a fault is
    set without a sandbox."""
    if args.fault and not args.sandbox:
        raise UsageError("--fault breaks a sandbox credential: add --sandbox")
    if scenario and not args.sandbox:
        raise UsageError("--scenario sets up a sandbox: add --sandbox")
    settings = load_settings().settings
    if not args.sandbox:
        history = History.of(settings, os.environ, demo=False)
        return Session.live(settings=settings, history=history, dotenv=not args.no_dotenv, env_file=args.env_file)
    # The sandbox has models of its own.
    settings = replace(settings, models={})
    return Session(sandboxed=True, faults=faults(args.fault), scenario=scenario, settings=settings)


def tell_of_history(session: Session) -> None:
    """On standard error, why what happened is not kept, where it is not."""
    if session.history is not None and session.history.problem:
        print(f"meshtui: {shown(session.history.problem)}", file=sys.stderr)


async def _send(session: Session, args: argparse.Namespace) -> Run:
    async with session:
        name = await asyncio.to_thread(_chosen, session, args)
        if args.exclusive:
            session.credentials.set_policy(name, Policy.EXCLUSIVE)
        path, prompt = Path(args.path or session.settings.path), _prompt(session, name, args)
        # Three answers at once would be one jumble.
        shows = prompt.stream and args.format == "text" and path != Path.COMPARE
        done = await session.fire(path, name, prompt, _speak if shows else lambda _: None)
        if shows:
            print(file=sys.stderr)
        return done


def refuse_keys(args: argparse.Namespace) -> None:
    """Raises UsageError where a key stands in what would be sent along. The session has started, so that the keys in
    use are known by their values."""
    for option, text in (("--prompt", args.prompt), ("--model", args.model)):
        if text and redact(text) != text:
            raise UsageError(
                f"{option}: there is a key in it, or what looks like one, so nothing was sent: take it out. Whoever "
                "uses this machine can read arguments, and your shell keeps them, so exchange the key as well"
            )


def _prompt(session: Session, name: str, args: argparse.Namespace) -> Prompt:
    """What the arguments say, and where they are silent, the settings."""
    refuse_keys(args)
    usual, provider = session.settings, session.credentials[name].provider
    return Prompt(
        text=usual.prompt if args.prompt is None else args.prompt,
        model=args.model or usual.models.get(provider, ""),
        max_tokens=usual.max_tokens,
        stream=usual.stream if args.stream is None else args.stream,
        timeout=usual.timeout if args.timeout is None else args.timeout,
    )


def _chosen(session: Session, args: argparse.Namespace) -> str:
    """The credential of the file or profile, or the one named; else the one with a fault, else the first there is."""
    if args.file:
        return session.credentials.add_file(args.file).name
    if args.profile:
        return session.credentials.add_profile(args.profile, program=args.run_credential_process).name
    there = [name for name, credential in session.credentials.items() if credential.provider not in ("mesh", "")]
    broken = [name for name in (pair.partition("=")[0] for pair in args.fault) if name in there]
    wanted = [args.credential] if args.credential else broken + there
    if not wanted:
        raise UsageError(
            "no provider credential found: set OPENAI_API_KEY, AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID or "
            "GOOGLE_APPLICATION_CREDENTIALS, give --file PATH or --profile NAME, or try --sandbox"
        )
    try:
        return session.credentials[wanted[0]].name
    except NoSuchCredentialError as error:
        raise UsageError(f"--credential: {error}") from None


def _speak(event: Event) -> None:
    if isinstance(event, TextArrived):
        print(plain(event.piece), end="", file=sys.stderr, flush=True)


def run_story(session: Session, scenario: Scenario, args: argparse.Namespace) -> int:
    """Fires what the scenario asks, where the arguments of `meshtui send` do not say otherwise. Returns the exit status
    of the last run."""
    from meshtui.runs.exit_status import exit_status

    if args.file or args.profile:
        raise UsageError("--scenario asks with a credential of the sandbox: leave --file and --profile out")
    if args.format == "text":
        print(introduction(scenario), flush=True)
    scenes = asyncio.run(_perform(session, scenario, args))
    status = exit_status(scenes[-1].run)
    if args.format == "json":
        print(json_text({**story_as_json(scenario, scenes), "exit_status": status}))
    else:
        print("\n" + plain(story_as_text(scenario, scenes)))
    return status


async def _perform(session: Session, scenario: Scenario, args: argparse.Namespace) -> tuple[Scene, ...]:
    ask = scenario.ask
    given = {"text": args.prompt, "model": args.model or None, "stream": args.stream, "timeout": args.timeout}
    given = {"timeout": session.settings.timeout, **{name: value for name, value in given.items() if value is not None}}
    prompt = replace(prompt_of(ask), **given)
    async with session:
        refuse_keys(args)
        try:
            name = session.credentials[args.credential or ask.credential].name
        except NoSuchCredentialError as error:
            raise UsageError(f"--credential: {error}") from None
        if args.exclusive:
            session.credentials.set_policy(name, Policy.EXCLUSIVE)
        path = Path(args.path or ask.path)
        return tuple([await scene(session, path, name, prompt, lambda _: None) for _ in range(ask.times)])


def story_as_text(scenario: Scenario, scenes: tuple[Scene, ...]) -> str:
    """The last request whole, those before it in a line each, then the truth and what to look at."""
    parts = [f"request {n} of {len(scenes)}: {told.known(each.run.verdict)}" for n, each in enumerate(scenes[:-1], 1)]
    parts = ["\n".join(parts), *([f"request {len(scenes)} of {len(scenes)}"] if len(scenes) > 1 else [])]
    truths = [
        f"  {told.really(each.run.attempts, each.truths)}; paid: {told.paid(each.run.verdict, each.truths)}"
        for each in scenes
    ]
    look = [f"  {each}" for each in scenario.look]
    parts += [run_as_text(scenes[-1].run), "\n".join(["what really happened", *truths])]
    parts += ["\n".join(["look at", *look])] if look else []
    return "\n\n".join(part for part in parts if part)


def story_as_json(scenario: Scenario, scenes: tuple[Scene, ...]) -> dict[str, object]:
    """`scenario`, and `scenes`: for each request its run, as `send` tells it, and `truth`, the sandbox's records."""
    from meshtui.presentation.run_json import run_as_json

    told_scenes = [{"run": run_as_json(s.run), "truth": [asdict(truth) for truth in s.truths]} for s in scenes]
    return {"scenario": scenario.name, "scenes": told_scenes}
