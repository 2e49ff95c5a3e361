"""Which credential a set of assignments holds: one variable with any value, or several that belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from meshtui.credentials.bare import kind_by_look
from meshtui.credentials.findings import tell
from meshtui.credentials.lines import Assignment
from meshtui.credentials.model import KIND_NAMES, Finding, Kind
from meshtui.credentials.objects import read_object
from meshtui.credentials.peel import HEADERS
from meshtui.credentials.reading import Given, Reading
from meshtui.credentials.spelling import canonical, kind_for

ReadValue = Callable[[str, Given], Reading]

_AWS_FIELDS = ("access_key_id", "secret_access_key")


def read_lines(lines: Sequence[Assignment], given: Given, read_value: ReadValue) -> Reading:
    """The reading of these assignments. Where they hold several credentials, the first; the others are named."""
    section = _section(lines)
    told: tuple[Finding, ...] = ()
    if len({line.section for line in lines}) > 1:
        count = len({line.section for line in lines})
        told = (tell("aws.several-profiles", used=section or "the part without a name", count=count),)
    chosen = {line.name: line.value for line in lines if line.section == section}
    fields, _ = canonical(chosen)
    given = replace(given, region=_region(fields) or given.region)
    kinds = _kinds(chosen, fields)
    if len(kinds) > 1:
        others = ", ".join(KIND_NAMES[kind] for kind in kinds[1:])
        told = (*told, tell("text.several", others=others))
    kind = kinds[0] if kinds else Kind.UNRECOGNISED
    if kind is Kind.AWS_KEYS:
        own = (Kind.AWS_KEYS, Kind.UNRECOGNISED)
        variables = {name: value for name, value in chosen.items() if kind_for(name) in own}
        return read_object(variables, given, Kind.AWS_KEYS).after((*told, *_came_as(variables, lines)))
    name = _carrier(chosen, kind)
    if not name:
        return read_object(chosen, given).after(told)
    variable = name if kind is not Kind.UNRECOGNISED else given.variable
    reading = read_value(chosen[name], replace(given, variable=variable))
    return reading.after((*told, *_came_as({name: ""}, lines)))


def _section(lines: Sequence[Assignment]) -> str:
    """AWS's ini files have one section a profile; `default` is what is used unless something else is said."""
    sections = [line.section for line in lines]
    return "default" if "default" in sections else sections[0]


def _kinds(chosen: Mapping[str, str], fields: Mapping[str, object]) -> list[Kind]:
    """The kinds of credential among the assignments that have a value, in their order."""
    kinds = [kind_for(name) for name, value in chosen.items() if value]
    if any(field in fields for field in _AWS_FIELDS) and Kind.AWS_KEYS not in kinds:
        kinds.append(Kind.AWS_KEYS)
    return [kind for kind in dict.fromkeys(kinds) if kind is not Kind.UNRECOGNISED] or (
        [kind_for(name) for name in chosen if kind_for(name) is not Kind.UNRECOGNISED][:1]
    )


def _carrier(chosen: Mapping[str, str], kind: Kind) -> str:
    """The variable whose value is the credential: of this kind by its name, else by the look of its value; or none."""
    if kind is not Kind.UNRECOGNISED:
        named = [name for name in chosen if kind_for(name) is kind]
        return next((name for name in named if chosen[name]), named[0])
    if len(chosen) == 1:
        return next(iter(chosen))
    return next((name for name, value in chosen.items() if kind_by_look(value) is not Kind.UNRECOGNISED), "")


def _region(fields: Mapping[str, object]) -> str:
    region = fields.get("region", "")
    return region if isinstance(region, str) else ""


def _came_as(names: Mapping[str, str], lines: Sequence[Assignment]) -> tuple[Finding, ...]:
    """What is told of the form: nothing of AWS's own files, whose fields are in small letters."""
    line = next(line for line in lines if line.name in names)
    if line.section:
        return ()
    if line.name.lower() in HEADERS:
        return (tell("text.header"),)
    return (tell("text.variable", variable=line.name, where=f"line {line.line}"),)
