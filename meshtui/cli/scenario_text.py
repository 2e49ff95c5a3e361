"""The sandbox's scenarios and faults on the command line: chosen by arguments, and a story as text and JSON."""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

from meshtui.cli.arguments import UsageError

if TYPE_CHECKING:
    from meshtui.demo import Scene
    from meshtui.sandbox.scenario import Scenario, ScenarioRequest

WIDTH = 100


def find_scenario(args: argparse.Namespace) -> Scenario | None:
    """The requested scenario. Raises UsageError that names the file, the place in it and the fix."""
    if not args.scenario:
        return None
    from meshtui.sandbox.scenario_library import ScenarioError
    from meshtui.sandbox.scenario_library import find_scenario as find

    try:
        return find(args.scenario)
    except ScenarioError as error:
        raise UsageError(f"--scenario: {error}") from None


def read_faults(texts: list[str]) -> dict[str, str]:
    """Name → its fault, out of texts such as `openai=revoked:first-2`. Raises UsageError that lists what there is."""
    from meshtui.sandbox.fault_rules import format_rules, parse_assignments

    try:
        return {name: format_rules(rules) for name, rules in parse_assignments(texts).items()}
    except ValueError as error:
        raise UsageError(f"--fault {' --fault '.join(texts)}: {error}") from None


def format_introduction(scenario: Scenario) -> str:
    """Title and story, before anything is sent."""
    return "\n".join(
        [scenario.title, *textwrap.wrap(scenario.story, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    )


def describe_request(ask: ScenarioRequest) -> str:
    """`send --path mesh --credential openai --stream, 5 times`"""
    words = f"send --path {ask.path} --credential {ask.credential}" + (" --stream" if ask.stream else "")
    return words + (f", {ask.times} times" if ask.times > 1 else "") + (", with the cache on" if ask.cache else "")


def format_story(scenario: Scenario, scenes: tuple[Scene, ...]) -> str:
    """The last request whole, those before it in a line each, then the truth and what to look at."""
    from meshtui.presentation.lines import render_text
    from meshtui.presentation.truth import describe_payment, describe_truth
    from meshtui.presentation.verdict_blocks import describe_verdict, run_blocks

    parts = ["\n".join(
        f"request {n} of {len(scenes)}: {describe_verdict(each.run.verdict)}" for n, each in enumerate(scenes[:-1], 1)
    )]  # fmt: skip
    parts += [f"request {len(scenes)} of {len(scenes)}"] if len(scenes) > 1 else []
    truths = [
        f"  {describe_truth(each.run.attempts, each.truths)}; paid: {describe_payment(each.run.verdict, each.truths)}"
        for each in scenes
    ]
    parts += [render_text(run_blocks(scenes[-1].run)).rstrip("\n"), "\n".join(["what really happened", *truths])]
    parts += ["\n".join(["look at", *(f"  {each}" for each in scenario.look)])] if scenario.look else []
    return "\n\n".join(part for part in parts if part)


def format_story_json(scenario: Scenario, scenes: tuple[Scene, ...]) -> dict[str, object]:
    """`scenario`, and `scenes`: for each request its run, as in the JSON of `send`, and `truth`, the sandbox's
    records."""
    from meshtui.presentation.json_answers import format_run_json

    scenes_as_json = [{"run": format_run_json(s.run), "truth": [asdict(truth) for truth in s.truths]} for s in scenes]
    return {"scenario": scenario.name, "scenes": scenes_as_json}
