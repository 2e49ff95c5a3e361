"""A scenario: what is broken, how Mesh is set up, what is asked, and what to look at. Files in TOML tell it.

`read` is the one judge of what stands in a file, in JSON from the admin path, or in Python. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType

from meshtui.sandbox.faults import NAMES, check_name
from meshtui.sandbox.rules import read as read_rules
from meshtui.sandbox.settings import AS_DOCUMENTED, Behaviour

PATHS = ("byok", "mesh", "platform", "compare")
PROVIDER_KEYS = NAMES[:4]
POLICIES = ("fallback", "exclusive")
MOST_TIMES = 100

Switches = Mapping[str, bool | int | str]


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asking:
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
    faults: Mapping[str, str] = field(default_factory=_nothing)
    """Name → fault or rules (`meshtui.sandbox.rules`)."""
    policies: Mapping[str, str] = field(default_factory=_nothing)
    """Provider key → fallback or exclusive; fallback where it is not named."""
    behaviour: Switches = field(default_factory=_nothing)
    """Switches of `Behaviour` that are not as documented."""
    ask: Asking = field(default_factory=Asking)

    @property
    def exclusive(self) -> frozenset[str]:
        return frozenset(name for name, policy in self.policies.items() if policy == "exclusive")

    def behave(self) -> Behaviour:
        return Behaviour(**self.behaviour)  # type: ignore[arg-type]  # `read` has compared names and types


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


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different from now on. None: it stays."""

    faults: Mapping[str, str | None] = field(default_factory=_nothing)
    """Name → fault or rules; None mends it."""
    policies: Mapping[str, str] = field(default_factory=_nothing)
    behaviour: Switches = field(default_factory=_nothing)
    active: str | None = None


def read_change(data: Mapping[str, object]) -> Change:
    """Some of a scenario's keys: faults, policies, behaviour, active. Raises WrongValueError."""
    given = dict(data)
    faults = given.get("faults")
    mended = [name for name, fault in faults.items() if fault is None] if isinstance(faults, Mapping) else []
    if isinstance(faults, Mapping) and mended:
        for name in mended:
            _faults({name: "slow"})  # a name that there is not is a mistake here too
        given["faults"] = {name: fault for name, fault in faults.items() if fault is not None}
    found = _fields("", given, {key: _TOP[key] for key in ("faults", "policies", "behaviour", "active")})
    change = Change(**found)  # type: ignore[arg-type]  # _TOP has the fields' types
    return replace(change, faults={**dict.fromkeys(mended), **change.faults})


def _fields(
    table: str, data: Mapping[str, object], known: Mapping[str, Callable[[object], object]]
) -> dict[str, object]:
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
    found: dict[str, str] = {}
    for name, text in _table(value).items():
        try:
            check_name(name)
            read_rules(text if isinstance(text, str) else "")
        except ValueError as error:
            raise WrongValueError("faults", name, str(error)) from None
        found[name] = str(text)
    return MappingProxyType(found)


def _policies(value: object) -> Mapping[str, str]:
    known = dict.fromkeys(PROVIDER_KEYS, _one_of(*POLICIES))
    return MappingProxyType({name: str(policy) for name, policy in _fields("policies", _table(value), known).items()})


def _behaviour(value: object) -> Switches:
    switches = {each.name: _like(getattr(AS_DOCUMENTED, each.name)) for each in fields(Behaviour)}
    return MappingProxyType(_fields("behaviour", _table(value), switches))  # type: ignore[arg-type]  # see _like


def _like(default: object) -> Callable[[object], object]:
    """A reader of values of the default's type."""

    def same_kind(value: object) -> object:
        if type(value) is not type(default):
            shown = str(default).lower() if isinstance(default, bool) else repr(default)
            raise ValueError(f"write a value such as {shown}")
        return value

    return same_kind


def _asking(value: object) -> Asking:
    return Asking(**_fields("ask", _table(value), _ASK))  # type: ignore[arg-type]  # _ASK has the fields' types


_ASK: Mapping[str, Callable[[object], object]] = {
    "path": _one_of(*PATHS),
    "credential": _one_of(*PROVIDER_KEYS),
    "stream": _yes_no,
    "cache": _yes_no,
    "times": _number(1, MOST_TIMES),
    "prompt": _text,
}
_TOP: Mapping[str, Callable[[object], object]] = {
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
