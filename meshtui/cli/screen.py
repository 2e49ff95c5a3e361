"""`meshtui` and `meshtui demo`: the screen."""

from __future__ import annotations

import argparse
import sys

from meshtui.cli import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser  # the screen takes no arguments: everything is chosen on it


def run(args: argparse.Namespace) -> int:
    """Opens the screen; returns its exit status when it is left."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the screen needs a terminal; `meshtui check`, `send`, `explain` and `sandbox` do without")
    from meshtui.tui.start import start

    return start(demo=args.command == "demo")
