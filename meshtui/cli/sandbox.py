"""`meshtui sandbox`: Mesh and the three providers on loopback, until interrupted; or what it can be set up to."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Mapping
from queue import SimpleQueue
from typing import TYPE_CHECKING, TextIO

from meshtui.base.text import format_json, make_one_line
from meshtui.cli.arguments import UsageError, add_fault_argument, add_format_argument, add_scenario_argument
from meshtui.cli.scenario_text import describe_request, find_scenario, format_introduction, read_faults
from meshtui.presentation.json_schema import number_answer

if TYPE_CHECKING:
    from meshtui.sandbox.request_log import RequestRecord
    from meshtui.sandbox.scenario import Scenario
    from meshtui.sandbox.server import Sandbox


def list_as_text() -> str:
    from meshtui.sandbox.fault_rules import CONDITIONS
    from meshtui.sandbox.faults import FAULTS, NAMES, POOL, STORED
    from meshtui.sandbox.not_served import LIVE_TESTS, NOT_SERVED
    from meshtui.sandbox.scenario_library import load_library as library

    lines = ["Scenarios, for `meshtui sandbox --scenario NAME` and `meshtui send --sandbox --scenario NAME`:"]
    lines += _align({scenario.name: scenario.title for scenario in library()})
    lines += ["", "Faults, for --fault NAME=FAULT:", *_align(FAULTS)]
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
        "",
        "Not served:",
        *(f"  {endpoint}: {reason}" for endpoint, reason in NOT_SERVED.items()),
        "",
        "Of the live tests of Mesh's own Python SDK these cannot pass here:",
        *(f"  {name}: {reason}" for name, reason in LIVE_TESTS.items()),
    ]
    return "\n".join(lines)


def list_as_json() -> dict[str, object]:
    """`scenarios` (name, title, story, ask, look), `faults` (name → what it does), `names`, and `conditions`."""
    from dataclasses import asdict

    from meshtui.sandbox.fault_rules import CONDITIONS
    from meshtui.sandbox.faults import FAULTS, TARGETS
    from meshtui.sandbox.not_served import LIVE_TESTS, NOT_SERVED
    from meshtui.sandbox.scenario_library import load_library as library

    scenarios = [
        {"name": s.name, "title": s.title, "story": s.story, "ask": asdict(s.ask), "look": list(s.look)}
        for s in library()
    ]
    return {
        "scenarios": scenarios,
        "faults": FAULTS,
        "names": list(TARGETS),
        "conditions": CONDITIONS,
        "not_served": NOT_SERVED,
        "live_tests": LIVE_TESTS,
    }


def _align(rows: Mapping[str, str]) -> list[str]:
    return [f"  {name:<25} {text}" for name, text in rows.items()]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, metavar="N", help="listen here (default: any free port)")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="listen on this IP address")
    parser.add_argument(
        "--exposed", action="store_true", help="allow a --host that other machines and containers can reach"
    )
    add_fault_argument(parser)
    add_scenario_argument(parser)
    parser.add_argument("--list", action="store_true", help="show the scenarios and the faults, and serve nothing")
    parser.add_argument(
        "--env", action="store_true", help="print `export` lines that point every SDK at the sandbox, then serve"
    )
    parser.add_argument("--quiet", action="store_true", help="do not show the requests that come")
    add_format_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Serves until SIGINT or SIGTERM. Returns 0.

    The first line of JSON holds each name's address and secret, and the token of the admin path. They are keys of this
    sandbox alone, made at its start, and worth nothing elsewhere: the one place where meshtui prints a key.
    """
    if args.list:
        print(format_json(number_answer(list_as_json())) if args.format == "json" else list_as_text())
        return 0
    from meshtui.sandbox.routing import check_bind_address
    from meshtui.sandbox.server import Sandbox

    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port}: a port is a number from 0 (any free one) to 65535")
    try:
        host = check_bind_address(args.host, exposed=args.exposed)
    except ValueError as error:
        raise UsageError(f"--host: {error}") from None
    scenario, broken = find_scenario(args), read_faults(args.fault)
    events: SimpleQueue[RequestRecord | None] = SimpleQueue()  # None: interrupted
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: events.put(None))
    # A script reads the first line of JSON and perhaps nothing more: it must not fill its pipe.
    shown = None if args.quiet or args.format == "json" else events.put
    try:
        with Sandbox(port=args.port, host=host, exposed=args.exposed, tls=True, on_request=shown) as sandbox:
            if scenario is not None:
                sandbox.play(scenario)
            for name, fault in broken.items():
                sandbox.set_fault(name, fault)
            print(_announce(args, sandbox, scenario), flush=True)
            _show_requests(events, sys.stderr if args.env else sys.stdout)
    except OSError as error:
        raise UsageError(f"cannot listen on {args.host}:{args.port}: {error}") from None
    return 0


def _announce(args: argparse.Namespace, sandbox: Sandbox, scenario: Scenario | None) -> str:
    from meshtui.sandbox.client_environment import format_exports

    if args.env:
        return format_exports(sandbox.environment)
    if args.format == "json":
        return json.dumps(number_answer(sandbox.addresses))
    return _format_announcement(sandbox, scenario)


def _show_requests(events: SimpleQueue[RequestRecord | None], out: TextIO) -> None:
    """Prints one line for each request, until interrupted. Serves on where the output was closed."""
    from meshtui.sandbox.request_log import format_record

    readable = True
    while (record := events.get()) is not None:
        if not readable:
            continue
        try:
            print(make_one_line(format_record(record)), file=out, flush=True)
        except OSError:
            readable = False


def _format_announcement(sandbox: Sandbox, scenario: Scenario | None) -> str:
    lines = ["The sandbox serves until you press ctrl+c. These keys work nowhere else.", ""]
    if scenario is not None:
        lines += [format_introduction(scenario), f"  ask: {describe_request(scenario.ask)}"]
        lines += [*(f"  look: {each}" for each in scenario.look), ""]
    broken = sandbox.faults
    for name, about in sandbox.addresses.items():
        lines.append(f"{name}{f'   (fault: {broken.pop(name)})' if name in broken else ''}")
        lines += [f"  {key:<18} {_shorten(value)}" for key, value in about.items()]
    lines += ["", *(f"fault of {name}: {fault}" for name, fault in broken.items())] if broken else []
    return "\n".join(
        [*lines, "", "Scripts read the same, whole, from the first line of `meshtui sandbox --format json`."]
    )


def _shorten(value: object) -> str:
    return "(JSON, see --format json)" if isinstance(value, dict) else str(value)
