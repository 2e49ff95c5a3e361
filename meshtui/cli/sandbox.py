"""`--scenario` and `--list`: what the sandbox can be set up to, chosen and shown.

`meshtui sandbox`: Mesh and the three providers on loopback, until interrupted.
"""

from __future__ import annotations

import argparse
import json
import signal
import textwrap
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from meshtui.base.text import json_text
from meshtui.cli import UsageError

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Asking, Scenario
    from meshtui.sandbox.server import Sandbox


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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, metavar="N", help="listen here on 127.0.0.1 (default: any free)")
    add_fault_argument(parser)
    add_scenario_argument(parser)
    parser.add_argument("--list", action="store_true", help="show the scenarios and the faults, and serve nothing")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Serves until SIGINT or SIGTERM. Returns 0.

    The first line of JSON holds each name's address and secret, and the token of the admin path. They are keys of this
    sandbox alone, made at its start, and worth nothing elsewhere: the one place where meshtui prints a key.
    """
    if args.list:
        print(json_text(listing_as_json()) if args.format == "json" else listing_as_text())
        return 0
    from meshtui.sandbox.server import Sandbox

    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port}: a port is a number from 0 (any free one) to 65535")
    scenario, broken = chosen(args), faults(args.fault)
    interrupted = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())
    try:
        with Sandbox(port=args.port) as sandbox:
            if scenario is not None:
                sandbox.play(scenario)
            for name, fault in broken.items():
                sandbox.set_fault(name, fault)
            announced = json.dumps(sandbox.addresses) if args.format == "json" else _announcement(sandbox, scenario)
            print(announced, flush=True)
            interrupted.wait()
    except OSError as error:
        raise UsageError(f"cannot listen on 127.0.0.1:{args.port}: {error}") from None
    return 0


def add_fault_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=FAULT",
        help="break one of the sandbox's credentials, such as openai=revoked, or some of its requests, such as "
        "openai=revoked:first-2; may be given several times, and `meshtui sandbox --list` shows what there is",
    )


def faults(texts: list[str]) -> dict[str, str]:
    """Name → its fault, out of texts such as `openai=revoked:first-2`. Raises UsageError that lists what there is."""
    from meshtui.sandbox.rules import read_all, write

    try:
        return {name: write(rules) for name, rules in read_all(texts).items()}
    except ValueError as error:
        raise UsageError(f"--fault {' --fault '.join(texts)}: {error}") from None


def _announcement(sandbox: Sandbox, scenario: Scenario | None) -> str:
    lines = ["The sandbox serves until you press ctrl+c. These keys work nowhere else.", ""]
    if scenario is not None:
        lines += [introduction(scenario), f"  ask: {ask_as_text(scenario.ask)}"]
        lines += [*(f"  look: {each}" for each in scenario.look), ""]
    broken = sandbox.faults
    for name, about in sandbox.addresses.items():
        lines.append(f"{name}{f'   (fault: {broken.pop(name)})' if name in broken else ''}")
        lines += [f"  {key:<18} {_short(value)}" for key, value in about.items()]
    lines += ["", *(f"fault of {name}: {fault}" for name, fault in broken.items())] if broken else []
    return "\n".join(
        [*lines, "", "Scripts read the same, whole, from the first line of `meshtui sandbox --format json`."]
    )


def _short(value: object) -> str:
    return "(JSON, see --format json)" if isinstance(value, dict) else str(value)
