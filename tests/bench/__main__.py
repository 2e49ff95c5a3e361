"""Measures, and prints a table: `python -m tests.bench [NAME…]`. The exit status is 0 whatever comes out.

Each figure stands beside a baseline from the same run: machines differ, and other work goes on beside it. Run it alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from tests.bench import engine, network, screen, tap
from tests.bench.figure import Figure, Measurement

MEASUREMENTS: dict[str, Measurement] = {
    "first-paint": screen.measure_first_paint,
    "explain-start": engine.measure_start,
    "offline": engine.measure_offline,
    "explain": engine.measure_explanations,
    "follow": engine.measure_following,
    "redaction": engine.measure_redaction,
    "privacy": engine.measure_privacy,
    "filter": engine.measure_filter,
    "keys": screen.measure_keys,
    "append": screen.measure_appending,
    "repaint": screen.measure_repaint,
    "memory": screen.measure_memory,
    "rest": screen.measure_rest,
    "checks": network.measure_checks,
    "cancel": network.measure_cancelling,
    "sandbox": network.measure_sandbox,
    "run": tap.measure_run,
    "tap": tap.measure_tap,
}
ROW = "{:<44} {:>12} {:>12} {:>8}  {:<8} {}"


def measure(names: list[str]) -> Iterator[str]:
    """The lines of the table, each as soon as it is known."""
    yield ROW.format("what", "ours", "baseline", "ratio", "aim", "baseline is")
    for name in names:
        try:
            yield from map(format_row, MEASUREMENTS[name]())
        except Exception as error:  # one that cannot be taken here takes no other away
            yield f"{name}: could not be measured: {type(error).__name__}: {error}"


def format_row(figure: Figure) -> str:
    numbers = [f"{value:,.2f} {figure.unit}" for value in (figure.ours, figure.baseline)]
    return ROW.format(figure.name, *numbers, f"{figure.ratio:.2f} x", figure.aim, figure.baseline_name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(MEASUREMENTS)}; all by default")
    names = parser.parse_args().names
    if unknown := set(names) - set(MEASUREMENTS):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    for line in measure(names or list(MEASUREMENTS)):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
