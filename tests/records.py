"""Writes anew what tests keep written down apart from the code: `python -m tests.records`, then read the difference.

A line that changed without your meaning it is what these files are for.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from meshtui.explain.engine import explain
from meshtui.explain.find import find_errors
from meshtui.explain.rule_tables import list_rules
from tests.credentials import test_findings, test_readings, test_rows_found
from tests.explain import test_found, test_nearly
from tests.providers import test_aws_profiles

HERE = Path(__file__).parent


def list_near_misses() -> Iterable[tuple[str, str]]:
    """Rule and literal, where the rule has a pattern or a test without which the literal is not told by it."""
    for rule in list_rules():
        if rule.pattern or rule.test:
            for literal in dict.fromkeys((*rule.says, *rule.or_says) or ("",)):
                if explain(test_nearly.make_near_miss(rule, literal)).rule != rule.id:
                    yield rule.id, literal


def list_blocks(names: Iterable[str], describe: Callable[[str, Path], list[str]]) -> Iterable[str]:
    """For each name a heading and what is said of it in an empty folder."""
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            yield f"## {name}"
            yield from describe(name, Path(folder))


def describe_resolution(name: str, folder: Path) -> list[str]:
    with test_aws_profiles.serve() as services:
        return test_aws_profiles.describe_resolution(test_aws_profiles.CASES[name], folder, services)


def describe_place(name: str, folder: Path) -> list[str]:
    return [f"{name}\t{test_findings.tell_place(name, folder)}"]


def write(path: str, what: str, lines: Iterable[str]) -> None:
    (HERE / path).write_text("\n".join([f"# {what}", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    for variable in [name for name in os.environ if name.startswith(("AWS_", "OPENAI_"))]:
        del os.environ[variable]
    write(
        "credentials/places.txt",
        "finding, tab, what it tells in its place",
        (line for line in list_blocks(test_findings.PLACES, describe_place) if not line.startswith("## ")),
    )
    write(
        "credentials/rows_found.txt",
        "= is taken, ? only named: name (slot), place: key; whether used [what is said of it], region from",
        list_blocks(
            test_rows_found.MACHINES,
            lambda name, folder: test_rows_found.describe(test_rows_found.MACHINES[name], folder),
        ),
    )
    write(
        "providers/resolutions.txt",
        "the credential (its region, from where) [what is said of it]; each request: method, path | headers | body",
        list_blocks(test_aws_profiles.CASES, describe_resolution),
    )
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
