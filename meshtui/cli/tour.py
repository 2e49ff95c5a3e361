"""`meshtui demo --tour --headless`: the guided tour as text, for a terminal recording."""

from __future__ import annotations

import asyncio
import sys
import textwrap
import time

from meshtui.base.redaction import redact
from meshtui.demo import CHANGES, PROGRAM, STEPS, Scene, Step, find_session_changes, perform, run_program
from meshtui.presentation.lines import render_text
from meshtui.presentation.truth import (
    describe_arrival,
    describe_departure,
    describe_inside,
    describe_payment,
    describe_truth,
)
from meshtui.presentation.verdict_blocks import describe_verdict
from meshtui.runs.model import AttemptEnded, Event
from meshtui.sandbox.scenario_library import find_scenario as find
from meshtui.session import Session

WIDTH = 100
READING = 3.0
"""Seconds for reading each piece of text; none where the output is not a terminal."""


def run() -> int:
    """Walks all steps. Returns 0."""
    pause = READING if sys.stdout.isatty() else 0.0
    asyncio.run(_walk(pause))
    return 0


async def _walk(pause: float) -> None:
    print("meshtui: who served this request, your key or Mesh? A guided tour, on a sandbox of its own.")
    async with Session.demo() as session:
        for number, step in enumerate(STEPS, 1):
            _say(["", f"{number}/{len(STEPS)}  {step.title}", *(f"     {line}" for line in step.tells), ""], pause)
            _say([*await _play(session, step), "", f"     => {step.learns}"], pause)
    _say(["", "Break keys yourself: `meshtui demo`. Let your own program meet them: `meshtui sandbox --list`."], 0)


async def _play(session: Session, step: Step) -> list[str]:
    """Plays the step and returns its result."""
    if step.plays == CHANGES:
        page = find_session_changes(session)
        return ["     " + line for line in render_text(page or (), WIDTH - 5).splitlines()]
    if step.plays == PROGRAM:
        return ["     " + redact(line) for line in (await asyncio.to_thread(run_program)).splitlines()]
    return _list_outcome(await perform(session, find(step.plays), _print_event))


def _print_event(event: Event) -> None:
    """Prints each attempt with its result on a line, because those of a comparison run at the same time."""
    if isinstance(event, AttemptEnded):
        attempt = event.attempt
        left = describe_departure(attempt.role, attempt.credential, attempt.provider)
        print(f"     {left:<36} {describe_arrival(attempt)}", flush=True)


def _list_outcome(scenes: tuple[Scene, ...]) -> list[str]:
    """The lines of the last scene, which decides; those of earlier scenes were printed already."""
    last = scenes[-1]
    hidden = [line for truth in last.truths if last.run.attempts[-1].role == "mesh" for line in describe_inside(truth)]
    return [
        *(f"       behind Mesh, {line}" for line in hidden),
        "",
        *_wrap_text("you can see:", describe_verdict(last.run.verdict)),
        *_wrap_text("what happened:", describe_truth(last.run.attempts, last.truths)),
        *_wrap_text("who paid:", describe_payment(last.run.verdict, last.truths)),
    ]


def _wrap_text(head: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"     {head:<16}", subsequent_indent=" " * 21)


def _say(lines: list[str], pause: float) -> None:
    print("\n".join(lines), flush=True)
    time.sleep(pause)
