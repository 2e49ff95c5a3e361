"""`meshtui` and `meshtui demo`: the screen."""

from __future__ import annotations

import argparse
import os
import sys

from meshtui.cli.arguments import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without a command everything is chosen on the screen; `demo` has its tour."""
    if parser.get_default("command") == "demo":
        parser.add_argument("--tour", action="store_true", help="a guided tour of five steps, skippable at any time")
        parser.add_argument("--headless", action="store_true", help="the tour as text, for a terminal recording")


def run(args: argparse.Namespace) -> int:
    """Opens the screen; returns its exit status when it is left. The headless tour needs none."""
    tour, headless = getattr(args, "tour", False), getattr(args, "headless", False)
    if headless and not tour:
        raise UsageError("--headless tells the tour as text: give --tour with it, or neither for the screen")
    if headless:
        from meshtui.cli.tour import run as walk

        return walk()
    served = "web_driver" in os.environ.get("TEXTUAL_DRIVER", "")  # by `textual serve`, to a browser
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the screen needs a terminal; `meshtui check`, `send`, `explain` and `sandbox` do without")
    from meshtui.tui.start import start

    return start(demo=args.command == "demo", tour=tour, hide_names=args.hide_names)
