"""Writes anew what tests keep written down apart from the code: `python -m tests.records`, then read the difference.

A line that changed without your meaning it is what these files are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from meshtui.explain.engine import explain
from meshtui.explain.find import find_errors
from meshtui.explain.rule_tables import list_rules
from tests.credentials import test_readings
from tests.explain import test_found, test_nearly

HERE = Path(__file__).parent


def list_near_misses() -> Iterable[tuple[str, str]]:
    """Rule and literal, where the rule has a pattern or a test without which the literal is not told by it."""
    for rule in list_rules():
        if rule.pattern or rule.test:
            for literal in dict.fromkeys((*rule.says, *rule.or_says) or ("",)):
                if explain(test_nearly.make_near_miss(rule, literal)).rule != rule.id:
                    yield rule.id, literal


def write(path: str, what: str, lines: Iterable[str]) -> None:
    (HERE / path).write_text("\n".join([f"# {what}", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    write(
        "credentials/readings.txt",
        "text, tab, kind, usable, refused or unread, secrets hidden in it, [findings with what they tell], facts",
        (f"{name}\t{test_readings.describe(name)}" for name in test_readings.GIVEN),
    )
    write(
        "explain/found.txt",
        "text: what is found in it, by `describe` of test_found.py",
        (
            f"{name}: {' | '.join(map(test_found.describe, find_errors(text)))}"
            for name, text in test_found.TEXTS.items()
        ),
    )
    write(
        "explain/nearly.txt",
        "rule, a literal of it that is not enough by itself",
        (f"{rule}\t{literal}" for rule, literal in list_near_misses()),
    )
