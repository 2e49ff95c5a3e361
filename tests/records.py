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


def list_words() -> Iterable[tuple[str, str, str, bool]]:
    """Rule, column and value, and whether an error with this value alone is told by that rule."""
    for rule in list_rules():
        columns = [
            (name, getattr(rule, name)) for name in ("code", "type", "word", "reason", "provider_code", "status")
        ]
        columns += [("code", rule.named), ("says", (*rule.says, *rule.or_says) or ("",))]
        for column, values in columns:
            for value in dict.fromkeys(map(str, values)):
                yield rule.id, column, value, explain(test_nearly.make_with(rule, column, value)).rule == rule.id


def write(path: str, what: str, lines: Iterable[str]) -> None:
    (HERE / path).write_text("\n".join([f"# {what}", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    write(
        "credentials/readings.txt",
        "text: kind, usable, refused or unread, secrets hidden in it, [findings with their numbers], facts",
        (f"{name}: {test_readings.describe(name)}" for name in test_readings.GIVEN),
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
        "explain/rows.txt",
        "rule: what else its row has, by `describe_row` of test_nearly.py",
        (f"{rule.id}: {test_nearly.describe_row(rule)}" for rule in list_rules()),
    )
    words = list(list_words())
    write(
        "explain/enough.txt",
        "rule, column or `says`, a value by which alone it is told",
        (f"{rule}\t{column}\t{value}" for rule, column, value, is_enough in words if is_enough),
    )
    narrow = {rule.id for rule in list_rules() if rule.pattern or rule.test}
    write(
        "explain/nearly.txt",
        "rule, a literal of it that is not enough by itself",
        (f"{rule}\t{value}" for rule, column, value, is_enough in words
         if column == "says" and not is_enough and rule in narrow),
    )  # fmt: skip
