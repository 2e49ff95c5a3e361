"""A scenario told as text or JSON: its story, what its requests came to, and the truth beside what could be known."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from meshtui.cli import UsageError
from meshtui.cli.report import run_as_text
from meshtui.cli.scenarios import introduction
from meshtui.credentials.model import Policy
from meshtui.runs.model import Path
from meshtui.sanitize import json_text, plain
from meshtui.session import NoSuchCredentialError, Session
from meshtui.tour import told
from meshtui.tour.perform import Scene, prompt_of, scene

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario


def run(session: Session, scenario: Scenario, args: argparse.Namespace) -> int:
    """Fires what the scenario asks, where the arguments of `meshtui send` do not say otherwise. Returns the exit status
    of the last run."""
    from meshtui.runs.status import exit_status

    if args.file or args.profile:
        raise UsageError("--scenario asks with a credential of the sandbox: leave --file and --profile out")
    if args.format == "text":
        print(introduction(scenario), flush=True)
    scenes = asyncio.run(_perform(session, scenario, args))
    status = exit_status(scenes[-1].run)
    if args.format == "json":
        print(json_text({**as_json(scenario, scenes), "exit_status": status}))
    else:
        print("\n" + plain(as_text(scenario, scenes)))
    return status


async def _perform(session: Session, scenario: Scenario, args: argparse.Namespace) -> tuple[Scene, ...]:
    ask = scenario.ask
    given = {"text": args.prompt, "model": args.model or None, "stream": args.stream, "timeout": args.timeout}
    given = {"timeout": session.settings.timeout, **{name: value for name, value in given.items() if value is not None}}
    prompt = replace(prompt_of(ask), **given)
    async with session:
        try:
            name = session.credentials[args.credential or ask.credential].name
        except NoSuchCredentialError as error:
            raise UsageError(f"--credential: {error}") from None
        if args.exclusive:
            session.credentials.set_policy(name, Policy.EXCLUSIVE)
        path = Path(args.path or ask.path)
        return tuple([await scene(session, path, name, prompt, lambda _: None) for _ in range(ask.times)])


def as_text(scenario: Scenario, scenes: tuple[Scene, ...]) -> str:
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


def as_json(scenario: Scenario, scenes: tuple[Scene, ...]) -> dict[str, object]:
    """`scenario`, and `scenes`: for each request its run, as `send` tells it, and `truth`, the sandbox's records."""
    from meshtui.runs.as_json import run_as_json

    told_scenes = [{"run": run_as_json(s.run), "truth": [asdict(truth) for truth in s.truths]} for s in scenes]
    return {"scenario": scenario.name, "scenes": told_scenes}
