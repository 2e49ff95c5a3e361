"""Reads a scenario, or a change of one: the one judge of what stands in a TOML file and in JSON for the admin path.

Each key has its reader in a table; what it refuses is told with the place and what is allowed. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType

from meshtui.sandbox.behaviour import AS_DOCUMENTED, Behaviour
from meshtui.sandbox.faults import check_name
from meshtui.sandbox.rules import read as read_rules
from meshtui.sandbox.scenario import PATHS, POLICIES, PROVIDER_KEYS, Asking, Change, Scenario, Switches
from meshtui.sandbox.switches import SWITCHES

MOST_TIMES = 100
OPEN = ("fallback_header", "byok_retries", "fee_free_tokens")
"""Switches that take any text or number, not only the plausible ones."""
Reader = Callable[[object], object]


class WrongValueError(ValueError):
    """`table` and `key` name the place; the text says what is wrong and what is allowed."""

    def __init__(self, table: str, key: str, problem: str) -> None:
        super().__init__(f"{'.'.join(part for part in (table, key) if part)}: {problem}")
        self.table, self.key = table, key


def read(name: str, data: Mapping[str, object]) -> Scenario:
    """The scenario in a table of TOML or an object of JSON. Raises WrongValueError."""
    top = _fields("", data, _TOP)
    for needed in ("title", "story"):
        if needed not in top:
            raise WrongValueError("", needed, f'is missing; write {needed} = "…"')
    return Scenario(name, **top)  # type: ignore[arg-type]  # _TOP has the fields' types


def read_change(data: Mapping[str, object]) -> Change:
    """Some of a scenario's keys: faults, policies, behaviour, active. Raises WrongValueError."""
    return Change(**_fields("", data, _CHANGE))  # type: ignore[arg-type]  # _CHANGE has the fields' types


def _fields(table: str, data: Mapping[str, object], known: Mapping[str, Reader]) -> dict[str, object]:
    """Each value read by its reader, whose ValueError gets the place in front."""
    found: dict[str, object] = {}
    for key, value in data.items():
        if key not in known:
            raise WrongValueError(table, str(key), f"is not a key here; there is {', '.join(known)}")
        try:
            found[key] = known[key](value)
        except WrongValueError:
            raise
        except ValueError as error:
            raise WrongValueError(table, key, str(error)) from None
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write a text in quotes")
    return " ".join(value.split())


def _lines(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError('write a list of texts, such as ["the first", "the second"]')
    return tuple(map(_text, value))


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def _number(least: int, most: int) -> Callable[[object], int]:
    def number(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return value

    return number


def _one_of(*words: str) -> Callable[[object], str]:
    def word(value: object) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(words)}")
        return str(value)

    return word


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("is a table")
    return value


def _faults(value: object) -> Mapping[str, str]:
    return MappingProxyType({name: fault for name, fault in _faults_or_none(value).items() if fault is not None})


def _faults_or_none(value: object) -> Mapping[str, str | None]:
    """None, which is JSON's null, for what is to be mended."""
    found: dict[str, str | None] = {}
    for name, fault in _table(value).items():
        try:
            check_name(name)
            if fault is not None:
                read_rules(fault if isinstance(fault, str) else "")
        except ValueError as error:
            raise WrongValueError("faults", name, str(error)) from None
        found[name] = None if fault is None else str(fault)
    return MappingProxyType(found)


def _policies(value: object) -> Mapping[str, str]:
    known = dict.fromkeys(PROVIDER_KEYS, _one_of(*POLICIES))
    return MappingProxyType({name: str(policy) for name, policy in _fields("policies", _table(value), known).items()})


def _behaviour(value: object) -> Switches:
    switches = {each.name: _switch(each.name) for each in fields(Behaviour)}
    return MappingProxyType(_fields("behaviour", _table(value), switches))  # type: ignore[arg-type]  # see _switch


def _switch(name: str) -> Reader:
    """A reader of one switch's values: of the default's type, and one of the plausible where these are all."""
    default, plausible = getattr(AS_DOCUMENTED, name), SWITCHES[name].values

    def switch(value: object) -> object:
        fits = type(value) is type(default) and (name in OPEN or value in plausible)
        if not fits or (isinstance(value, int) and value < 0):
            shown = [str(each).lower() if isinstance(each, bool) else repr(each) for each in plausible]
            raise ValueError(f"write {' or '.join(shown)}{', or another' if name in OPEN else ''}")
        return value

    return switch


def _asking(value: object) -> Asking:
    return Asking(**_fields("ask", _table(value), _ASK))  # type: ignore[arg-type]  # _ASK has the fields' types


_ASK: Mapping[str, Reader] = {
    "path": _one_of(*PATHS),
    "credential": _one_of(*PROVIDER_KEYS),
    "stream": _yes_no,
    "cache": _yes_no,
    "times": _number(1, MOST_TIMES),
    "prompt": _text,
}
_TOP: Mapping[str, Reader] = {
    "title": _text,
    "story": _text,
    "look": _lines,
    "active": _one_of("bedrock", "aws"),
    "seed": _number(0, 10**18),
    "faults": _faults,
    "policies": _policies,
    "behaviour": _behaviour,
    "ask": _asking,
}
_CHANGE: Mapping[str, Reader] = {
    "faults": _faults_or_none,
    **{key: _TOP[key] for key in ("policies", "behaviour", "active")},
}
