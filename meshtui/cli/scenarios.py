"""`--scenario` and `--list`: what the sandbox can be set up to, chosen and shown."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from meshtui.cli import UsageError

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Asking, Scenario

WIDTH = 100


def add_scenario_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scenario",
        metavar="NAME|FILE",
        help="set the sandbox up as a scenario of the library or a TOML file of yours says "
        "(`meshtui sandbox --list` shows them)",
    )


def chosen(args: argparse.Namespace) -> Scenario | None:
    """The scenario that was asked for. Raises UsageError that names the file, the place in it and the mend."""
    if not args.scenario:
        return None
    from meshtui.sandbox.library import ScenarioError, find

    try:
        return find(args.scenario)
    except ScenarioError as error:
        raise UsageError(f"--scenario: {error}") from None


def introduction(scenario: Scenario) -> str:
    """Title and story, before anything is sent."""
    return "\n".join(
        [scenario.title, *textwrap.wrap(scenario.story, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    )


def ask_as_text(ask: Asking) -> str:
    """`send --path mesh --credential openai --stream, 5 times`"""
    words = f"send --path {ask.path} --credential {ask.credential}" + (" --stream" if ask.stream else "")
    return words + (f", {ask.times} times" if ask.times > 1 else "") + (", with the cache on" if ask.cache else "")


def listing_as_text() -> str:
    from meshtui.sandbox.faults import FAULTS, NAMES, POOL, STORED
    from meshtui.sandbox.library import library
    from meshtui.sandbox.rules import CONDITIONS

    lines = ["Scenarios, for `meshtui sandbox --scenario NAME` and `meshtui send --sandbox --scenario NAME`:"]
    lines += _table({scenario.name: scenario.title for scenario in library()})
    lines += ["", "Faults, for --fault NAME=FAULT:", *_table(FAULTS)]
    lines += [
        "",
        "Names:",
        f"  {', '.join(NAMES)}: the keys it gives out; bedrock is the API key, aws the key pair",
        f"  {', '.join(POOL)}: Mesh's own credentials",
        f"  {', '.join(STORED)}: Mesh's copies of your keys",
        "  *: every credential",
        "",
        "A fault may meet some requests only, FAULT:CONDITION, combined by more colons. Conditions:",
        f"  {CONDITIONS}",
        "Several are joined by +, and the first that hits decides: openai=revoked:first-2+slow:p0.2@7",
    ]
    return "\n".join(lines)


def listing_as_json() -> dict[str, object]:
    """`scenarios` (name, title, story, ask, look), `faults` (name → what it does), `names`, and `conditions`."""
    from dataclasses import asdict

    from meshtui.sandbox.faults import FAULTS, TARGETS
    from meshtui.sandbox.library import library
    from meshtui.sandbox.rules import CONDITIONS

    told = [
        {"name": s.name, "title": s.title, "story": s.story, "ask": asdict(s.ask), "look": list(s.look)}
        for s in library()
    ]
    return {"scenarios": told, "faults": FAULTS, "names": list(TARGETS), "conditions": CONDITIONS}


def _table(rows: Mapping[str, str]) -> list[str]:
    return [f"  {name:<25} {text}" for name, text in rows.items()]
