"""`meshtui` and `meshtui demo`: the screen."""

from __future__ import annotations

import argparse
import os
import sys

from meshtui.cli.arguments import UsageError
from meshtui.cli.terminal import describe_missing_terminal

SLOWEST, FASTEST = 0.1, 50.0
"""Speeds at which the tour plays by itself."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without a command everything is chosen on the screen; `demo` has its tour."""
    if parser.get_default("command") == "demo":
        parser.add_argument(
            "--tour", action="store_true", help="a guided tour, forward and back, skippable at any time"
        )
        parser.add_argument("--headless", action="store_true", help="the tour as text, for scripts")
        parser.add_argument("--play", action="store_true", help="the tour plays by itself; space pauses it")
        parser.add_argument("--speed", type=float, default=0.0, metavar="N",
                            help="how fast --play goes: 2 is twice as fast as one reads (default: 1)")  # fmt: skip
        parser.add_argument("--cast", metavar="FILE", help="record --play into this new file, in asciinema's format")
        parser.add_argument("--leave", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Opens the screen; returns its exit status when it is left. The headless tour and a recording need none."""
    if args.command != "demo":
        return _open(args)
    if args.headless and not args.tour:
        raise UsageError("--headless tells the tour as text: give --tour with it, or neither for the screen")
    if args.speed and not args.play:
        raise UsageError("--speed is that of --play: add it")
    if args.speed and not SLOWEST <= args.speed <= FASTEST:
        raise UsageError(f"--speed {args.speed:g}: give a number from {SLOWEST:g} to {FASTEST:g}")
    if args.cast is not None:
        if not args.play:
            raise UsageError("--cast records what plays by itself: add --play")
        from meshtui.cli.recording_cast import record

        return record(args.cast, args.speed or 1.0)
    if args.headless:
        from meshtui.cli.tour import run as walk

        return walk()
    return _open(args, tour=args.tour or args.play, speed=(args.speed or 1.0) if args.play else 0.0, leaves=args.leave)


def _open(args: argparse.Namespace, *, tour: bool = False, speed: float = 0.0, leaves: bool = False) -> int:
    served = "web_driver" in os.environ.get("TEXTUAL_DRIVER", "")  # by `textual serve`, to a browser
    if not served and (missing := describe_missing_terminal()):
        needs = f"the screen needs a terminal: {missing}"
        if sys.stdout.isatty():
            print(f"meshtui: {needs}")  # what is said on standard error, nobody would see
        raise UsageError(f"{needs}; `meshtui check`, `send`, `explain` and `sandbox` need none")
    from meshtui.tui.start import start

    return start(demo=args.command == "demo", tour=tour, hide_names=args.hide_names, speed=speed, leaves=leaves)
