"""A scenario: what is broken, how Mesh is set up, what is sent, and what to look at; and the reader of it.

One reader for TOML files and for the admin path's JSON: each key has its reader in a table; what it
refuses is reported with the place and what is allowed. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from meshtui.sandbox.fault_rules import parse_rules
from meshtui.sandbox.faults import NAMES, check_name
from meshtui.sandbox.settings import AS_DOCUMENTED, SWITCHES, Behaviour

PATHS = ("byok", "mesh", "platform", "compare")
PROVIDER_KEYS = NAMES[:4]
POLICIES = ("fallback", "exclusive")
Switches = Mapping[str, bool | int | str]


def _make_empty() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ScenarioRequest:
    """The request that shows the story. A client fires it; the sandbox does not."""

    path: str = "mesh"
    credential: str = "openai"
    stream: bool = False
    cache: bool = False
    """Whether Mesh's response cache may answer, as for a program that does not switch it off."""
    times: int = 1
    prompt: str = ""
    """Empty: the client's own smallest one."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`name` is its file's, without the ending."""

    name: str
    title: str
    story: str
    look: tuple[str, ...] = ()
    """What to look at, a line each."""
    active: str = "bedrock"
    """Which credential Mesh uses for Bedrock: bedrock or aws."""
    seed: int = 0
    faults: Mapping[str, str] = field(default_factory=_make_empty)
    """Name → fault or rules (`meshtui.sandbox.fault_rules`)."""
    policies: Mapping[str, str] = field(default_factory=_make_empty)
    """Provider key → fallback or exclusive; fallback where it is not named."""
    behaviour: Switches = field(default_factory=_make_empty)
    """Switches of `Behaviour` that are not as documented."""
    ask: ScenarioRequest = field(default_factory=ScenarioRequest)

    def make_behaviour(self) -> Behaviour:
        return Behaviour(**self.behaviour)  # type: ignore[arg-type]  # `read_scenario` compares names and types


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different from now on. None: it stays."""

    faults: Mapping[str, str | None] = field(default_factory=_make_empty)
    """Name → fault or rules; None removes it."""
    policies: Mapping[str, str] = field(default_factory=_make_empty)
    behaviour: Switches = field(default_factory=_make_empty)
    active: str | None = None


MAX_TIMES = 100
OPEN_SWITCHES = ("fallback_header", "byok_retries", "fee_free_tokens")
"""Switches that take any text or number, not only the plausible ones."""
Reader = Callable[[object], object]


class WrongValueError(ValueError):
    """`table` and `key` name the place; the text says what is wrong and what is allowed."""

    def __init__(self, table: str, key: str, problem: str) -> None:
        super().__init__(f"{'.'.join(part for part in (table, key) if part)}: {problem}")
        self.table, self.key = table, key


def read_scenario(name: str, data: Mapping[str, object]) -> Scenario:
    """The scenario in a table of TOML or an object of JSON. Raises WrongValueError."""
    top = _read_fields("", data, _SCENARIO_READERS)
    for needed in ("title", "story"):
        if needed not in top:
            raise WrongValueError("", needed, f'is missing; write {needed} = "…"')
    return Scenario(name, **top)  # type: ignore[arg-type]  # _TOP has the fields' types


def read_change(data: Mapping[str, object]) -> Change:
    """Some of a scenario's keys: faults, policies, behaviour, active. Raises WrongValueError."""
    return Change(**_read_fields("", data, _CHANGE_READERS))  # type: ignore[arg-type]  # _CHANGE has the fields' types


def _read_fields(table: str, data: Mapping[str, object], known: Mapping[str, Reader]) -> dict[str, object]:
    """Each value read by its reader, with the place in front of its ValueError."""
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


def _read_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write a text in quotes")
    return " ".join(value.split())


def _read_lines(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError('write a list of texts, such as ["the first", "the second"]')
    return tuple(map(_read_text, value))


def _read_boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def _make_number_reader(least: int, most: int) -> Callable[[object], int]:
    def number(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return value

    return number


def _make_choice_reader(*words: str) -> Callable[[object], str]:
    def word(value: object) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(words)}")
        return str(value)

    return word


def _read_table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("is a table")
    return value


def _read_faults(value: object) -> Mapping[str, str]:
    return MappingProxyType({name: fault for name, fault in _read_faults_or_none(value).items() if fault is not None})


def _read_faults_or_none(value: object) -> Mapping[str, str | None]:
    """None, which is JSON's null, for a fault that is to be removed."""
    found: dict[str, str | None] = {}
    for name, fault in _read_table(value).items():
        try:
            check_name(name)
            if fault is not None:
                parse_rules(fault if isinstance(fault, str) else "")
        except ValueError as error:
            raise WrongValueError("faults", name, str(error)) from None
        found[name] = None if fault is None else str(fault)
    return MappingProxyType(found)


def _read_policies(value: object) -> Mapping[str, str]:
    known = dict.fromkeys(PROVIDER_KEYS, _make_choice_reader(*POLICIES))
    return MappingProxyType(
        {name: str(policy) for name, policy in _read_fields("policies", _read_table(value), known).items()}
    )


def _read_behaviour(value: object) -> Switches:
    switches = {each.name: _make_switch_reader(each.name) for each in fields(Behaviour)}
    return MappingProxyType(_read_fields("behaviour", _read_table(value), switches))  # type: ignore[arg-type]  # see _switch


def _make_switch_reader(name: str) -> Reader:
    """A reader of one switch's values: of the default's type, and one of the plausible where these are all."""
    default, plausible = getattr(AS_DOCUMENTED, name), SWITCHES[name].values

    def switch(value: object) -> object:
        fits = type(value) is type(default) and (name in OPEN_SWITCHES or value in plausible)
        if not fits or (isinstance(value, int) and value < 0):
            shown = [str(each).lower() if isinstance(each, bool) else repr(each) for each in plausible]
            raise ValueError(f"write {' or '.join(shown)}{', or another' if name in OPEN_SWITCHES else ''}")
        return value

    return switch


def _read_request(value: object) -> ScenarioRequest:
    return ScenarioRequest(**_read_fields("ask", _read_table(value), _REQUEST_READERS))  # type: ignore[arg-type]  # _ASK has the fields' types


_REQUEST_READERS: Mapping[str, Reader] = {
    "path": _make_choice_reader(*PATHS),
    "credential": _make_choice_reader(*PROVIDER_KEYS),
    "stream": _read_boolean,
    "cache": _read_boolean,
    "times": _make_number_reader(1, MAX_TIMES),
    "prompt": _read_text,
}

_SCENARIO_READERS: Mapping[str, Reader] = {
    "title": _read_text,
    "story": _read_text,
    "look": _read_lines,
    "active": _make_choice_reader("bedrock", "aws"),
    "seed": _make_number_reader(0, 10**18),
    "faults": _read_faults,
    "policies": _read_policies,
    "behaviour": _read_behaviour,
    "ask": _read_request,
}

_CHANGE_READERS: Mapping[str, Reader] = {
    "faults": _read_faults_or_none,
    **{key: _SCENARIO_READERS[key] for key in ("policies", "behaviour", "active")},
}
