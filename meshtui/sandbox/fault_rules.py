"""Faults as a language: which fault, and which of a credential's requests it meets. Standard library only.

    openai=revoked                          always
    openai=revoked:first-2                  the first two requests
    aws=rate_limited:every-3                every third one
    *=slow:p0.2@7                           every credential, one request in five, drawn with seed 7
    openai=revoked:after-5:first-9          conditions combine: the sixth to the ninth
    openai=revoked:first-2+slow+aws=down    several, joined; a fault without a name goes on with the last name

Each credential counts its own requests, from the moment the rules were set; a service account's token exchanges are
counted apart from its calls. Of its rules the first that hits decides, its own before those for `*`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from meshtui.sandbox.faults import check_fault, check_name

CONDITIONS = "always, first-N, after-N, every-N (N from 1) or pX@SEED (X above 0, at most 1; @SEED may be left out)"
_COUNTED = re.compile(r"(first|after|every)-([1-9][0-9]{0,8})")
_DRAWN = re.compile(r"p([0-9]{0,3}(?:\.[0-9]{1,9})?)(?:@([0-9]{1,18}))?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault and the conditions that must hold together for a request to meet it."""

    fault: str
    first: int | None = None
    """Only requests up to this number."""
    after: int = 0
    """Only requests after this number."""
    every: int = 1
    """Only each one whose number this divides."""
    probability: float = 1.0
    seed: int | None = None
    """Of the rate; None: the sandbox's own."""

    @property
    def always(self) -> bool:
        return self == Rule(self.fault, seed=self.seed)

    def __str__(self) -> str:
        """As it is written, which reads back as the same rule."""
        parts = [
            self.fault,
            f"first-{self.first}" if self.first is not None else "",
            f"after-{self.after}" if self.after else "",
            f"every-{self.every}" if self.every > 1 else "",
        ]
        if self.probability < 1:
            parts.append(f"p{self.probability:.9f}".rstrip("0") + ("" if self.seed is None else f"@{self.seed}"))
        return ":".join(part for part in parts if part)


Rules = tuple[Rule, ...]


def choose_fault(rules: Sequence[Rule], name: str, count: int, seed: int) -> str | None:
    """The fault that a credential's request number `count` (from 1) meets; None: it is served. The same every time."""
    return next((rule.fault for rule in rules if _is_hit(rule, name, count, seed)), None)


def _is_hit(rule: Rule, name: str, count: int, seed: int) -> bool:
    if rule.first is not None and count > rule.first:
        return False
    if count <= rule.after or count % rule.every:
        return False
    return rule.probability >= 1 or _draw_number(rule, name, count, seed) < rule.probability


def _draw_number(rule: Rule, name: str, count: int, seed: int) -> float:
    """From 0 up to 1. Name and fault are mixed in, or all credentials would fail together."""
    text = f"{seed if rule.seed is None else rule.seed}/{name}/{rule.fault}/{count}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest()) / 2**56


def format_rules(rules: Sequence[Rule]) -> str:
    """One credential's rules as text."""
    return "+".join(map(str, rules))


def parse_rules(text: str) -> Rules:
    """One credential's rules, from `revoked:first-2+slow`. Raises ValueError that says what is wrong and allowed."""
    rules = tuple(_parse_rule(part.strip()) for part in text.split("+"))
    for rule, later in pairwise(rules):
        if rule.always:
            raise ValueError(f"{later} in {text!r} would never come, for {rule} before it is always: put it first")
    return rules


def parse_assignments(texts: Sequence[str]) -> dict[str, Rules]:
    """Name → its rules, from texts such as `openai=revoked:first-2+aws=down`, which add up. Raises ValueError."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name = ""
        for part in text.split("+"):
            before, equals, fault = part.strip().rpartition("=")
            name = check_name(before.strip()) if equals else name
            if not name:
                raise ValueError("write NAME=FAULT, such as openai=revoked")
            found.setdefault(name, []).append(fault)
    return {name: parse_rules("+".join(parts)) for name, parts in found.items()}


def _parse_rule(text: str) -> Rule:
    fault, *conditions = (word.strip() for word in text.split(":"))
    kinds = [re.split(r"[-0-9.]", condition)[0] for condition in conditions]
    if len(set(kinds)) < len(kinds):
        raise ValueError(f"{text!r} says {max(kinds, key=kinds.count)} twice")
    rule = Rule(check_fault(fault))
    for condition in conditions:
        rule = _add_condition(rule, condition)
    if rule.first is not None and rule.first <= rule.after:
        raise ValueError(f"{text!r} never hits: first-{rule.first} is over before after-{rule.after} begins")
    return rule


def _add_condition(rule: Rule, condition: str) -> Rule:
    counted, drawn = _COUNTED.fullmatch(condition), _DRAWN.fullmatch(condition)
    number = int(counted[2]) if counted else 0
    match counted and counted[1]:
        case "first":
            return replace(rule, first=number)
        case "after":
            return replace(rule, after=number)
        case "every":
            return replace(rule, every=number)
    if drawn and drawn[1].strip(".") and 0 < float(drawn[1]) <= 1:
        return replace(rule, probability=float(drawn[1]), seed=int(drawn[2]) if drawn[2] else None)
    if condition == "always":
        return rule
    raise ValueError(f"{condition!r} is no condition of {rule.fault}; there is {CONDITIONS}")
