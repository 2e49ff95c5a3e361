"""Lines that assign: .env files, shell exports, AWS's ini files, the CSV that AWS's console gives for a new key; and
which credential the assignments hold, as one variable or several that belong together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from meshtui.base.credential import UNRECOGNISED, Finding, Kind
from meshtui.credentials.bare_text import HEADERS
from meshtui.credentials.field_names import find_variable_kind, rename_fields, show_variable
from meshtui.credentials.json_objects import read_object
from meshtui.credentials.shapes import find_kind_by_look, list_shapes
from meshtui.providers.credential_reading import Given, Reading
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_forms, list_key_forms

_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,80}"
_VALUE = r"(?:\"[^\"\n]{0,4000}\"|'[^'\n]{0,4000}'|[^\s;&\"']{0,4000})"
_FISH = re.compile(rf"[ \t]*set(?:[ \t]+-{{1,2}}[A-Za-z]{{1,12}})+[ \t]+({_NAME})[ \t]+(\S.*)")
_SETX = re.compile(rf"[ \t]*setx[ \t]+({_NAME})[ \t]+(\S.*?)(?:[ \t]+/[mM])?[ \t]*")
_CMD = re.compile(rf'[ \t]*set[ \t]+"({_NAME})=([^"\n]*)"[ \t]*')
_POWERSHELL = re.compile(rf"[ \t]*\$env:({_NAME})[ \t]*=[ \t]*(\S.*)", re.IGNORECASE)
_ENV = rf"\$env:{_NAME}[ \t]*=[ \t]*{_VALUE}"
_SEVERAL_POWERSHELL = re.compile(rf"[ \t]*{_ENV}(?:[ \t]*;[ \t]*{_ENV})+[ \t;]*", re.IGNORECASE)
_EACH_POWERSHELL = re.compile(rf"\$env:({_NAME})[ \t]*=[ \t]*({_VALUE})", re.IGNORECASE)
_DOCKER = re.compile(rf"[ \t]*(?:-e|--env)[ \t=]+({_NAME})=(\S.*)")
_SIGNS = ("set", "$env:", "-e", "--env")
"""How a line begins, in small letters, that may be more than `NAME=value`."""
_ONE = rf"(?:(?:export|set|env)[ \t]+)?{_NAME}={_VALUE}"
_SEVERAL = re.compile(rf"[ \t]*{_ONE}(?:(?:[ \t]*(?:;|&&)[ \t]*|[ \t]+){_ONE})+[ \t;]*")
_EACH = re.compile(rf"({_NAME})=({_VALUE})")


def split_statements(line: str) -> list[str]:
    """The assignments that a line makes, as `NAME=value` lines."""
    if line.count("=") < 2 and not line.lstrip()[:5].lower().startswith(_SIGNS):
        return [line]
    if _SEVERAL_POWERSHELL.fullmatch(line):
        return [f"{name}={value}" for name, value in _EACH_POWERSHELL.findall(line)]
    for form in (_CMD, _POWERSHELL, _FISH, _SETX, _DOCKER):
        if match := form.fullmatch(line):
            return [f"{match[1]}={match[2]}"]
    if _SEVERAL.fullmatch(line):
        return [f"{name}={value}" for name, value in _EACH.findall(line)]
    return [line]


_LINE = re.compile(
    r"[ \t]*(?:export[ \t]+|set[ \t]+|(?:const|let|var)[ \t]+|\$env:|-[ \t]+)?"
    r"([A-Za-z_][A-Za-z0-9_.-]{0,80})(?:[ \t]*=|:(?=[ \t]|\Z))[ \t]*(.*)"
)
_SECTION = re.compile(r"[ \t]*\[([^\]\n]{1,100})\][ \t]*")


@dataclass(frozen=True, slots=True)
class Assignment:
    name: str
    value: str
    line: int
    """Counted from 1."""
    section: str = ""


def split_assignments(text: str) -> tuple[Assignment, ...]:
    """Every assignment, in order; none at all where some line is neither one, nor a comment, a section or blank."""
    if csv := _read_csv(text):
        return csv
    found: list[Assignment] = []
    lines, numbers = _split_lines(text)
    section, number = "", 0
    beginnings = list_shapes().beginnings
    while number < len(lines):
        line, begun, number = lines[number], numbers[number], number + 1
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        if header := _SECTION.fullmatch(line):
            section = header[1].strip()
            continue
        match = _LINE.fullmatch(line)
        if match is None or _is_padding(match[1], match[2], beginnings):
            return ()
        raw = match[2]
        if _opens_quote(raw):
            end = next((i for i in range(number, len(lines)) if raw[0] in lines[i]), None)
            if end is not None:
                raw, number = "\n".join([raw, *lines[number : end + 1]]), end + 1
        found.append(Assignment(match[1], remove_quotes(raw), begun, section))
    return tuple(found)


def _split_lines(text: str) -> tuple[list[str], list[int]]:
    """Each assignment on a line of its own, and the number of the line that it was on."""
    lines: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        for part in split_statements(line):
            lines.append(part)
            numbers.append(number)
    return lines, numbers


def remove_quotes(raw: str) -> str:
    """A value as a shell or dotenv would have it: quotes off, escaped quotes plain, a comment after it dropped."""
    raw = raw.strip()
    if raw[:1] in ('"', "'"):
        end = raw.find(raw[0], 1)
        while end != -1 and raw[end - 1] == "\\" and raw[0] == '"':
            end = raw.find(raw[0], end + 1)
        if end != -1 and _is_value_end(raw[end + 1 :]):
            inside = raw[1:end]
            return inside.replace('\\"', '"') if raw[0] == '"' else inside
        return raw
    return re.split(r"[ \t]+#", raw)[0].rstrip()


def _is_value_end(rest: str) -> bool:
    return not rest.strip(" \t;,") or rest.lstrip(" \t;,").startswith("#")


def _opens_quote(raw: str) -> bool:
    """Whether a quote begins the value and no second one closes it on this line."""
    return raw[:1] in ('"', "'") and raw.count(raw[0]) == 1


def _is_padding(name: str, value: str, beginnings: tuple[str, ...]) -> bool:
    """Whether `name = value` is really a key that ends in base64's padding."""
    return name.startswith(beginnings) or (len(name) > 24 and not value.strip("="))


def _read_csv(text: str) -> tuple[Assignment, ...] | None:
    head, _, rest = text.lstrip().partition("\n")
    columns = [column.strip().strip('"').lower() for column in head.split(",")]
    if not any(forms.csv_header and forms.csv_header in ",".join(columns) for forms in list_forms()):
        return None
    row = next((line for line in rest.split("\n") if line.strip()), "")
    values = [value.strip().strip('"') for value in row.split(",")]
    return tuple(Assignment(c.replace(" ", "_"), v, 2) for c, v in zip(columns, values, strict=False))


ReadValue = Callable[[str, Given], Reading]


def read_lines(lines: Sequence[Assignment], given: Given, read_value: ReadValue) -> Reading:
    """The reading of these assignments. Where they hold several credentials, the first; the others are named."""
    section = _choose_section(lines)
    notes: tuple[Finding, ...] = ()
    if len({line.section for line in lines}) > 1:
        count = len({line.section for line in lines})
        notes = (make_finding("aws.several-profiles", used=section or "the part without a name", count=count),)
    chosen = {line.name: line.value for line in lines if line.section == section}
    fields, _ = rename_fields(chosen)
    given = replace(given, region=_find_region(fields) or given.region)
    kinds = _list_kinds(chosen, fields)
    if len(kinds) > 1:
        others = ", ".join(kind.title for kind in kinds[1:])
        notes = (*notes, make_finding("text.several", others=others))
    kind = kinds[0] if kinds else UNRECOGNISED
    if any(form.fields for form in list_key_forms() if form.kind is kind):
        variables = {name: value for name, value in chosen.items() if find_variable_kind(name) in (kind, UNRECOGNISED)}
        return read_object(variables, given, kind).after((*notes, *_list_form_findings(variables, lines)))
    name = _find_carrier(chosen, kind)
    if not name:
        return read_object(chosen, given).after(notes)
    variable = name if kind is not UNRECOGNISED else given.variable
    reading = read_value(chosen[name], replace(given, variable=variable))
    return reading.after((*notes, *_list_form_findings({name: ""}, lines)))


def _choose_section(lines: Sequence[Assignment]) -> str:
    """AWS's ini files have one section a profile; `default` is what is used unless something else is said."""
    sections = [line.section for line in lines]
    return "default" if "default" in sections else sections[0]


def _list_kinds(chosen: Mapping[str, str], fields: Mapping[str, object]) -> list[Kind]:
    """The kinds of credential among the assignments that have a value, in their order."""
    kinds = [find_variable_kind(name) for name, value in chosen.items() if value]
    in_parts = [form.kind for form in list_key_forms() if any(field in fields for field in form.fields)]
    kinds += [kind for kind in in_parts if kind not in kinds]
    return [kind for kind in dict.fromkeys(kinds) if kind is not UNRECOGNISED] or (
        [find_variable_kind(name) for name in chosen if find_variable_kind(name) is not UNRECOGNISED][:1]
    )


def _find_carrier(chosen: Mapping[str, str], kind: Kind) -> str:
    """The variable whose value is the credential: of this kind by its name, else by the form of its value; empty for
    none."""
    if kind is not UNRECOGNISED:
        named = [name for name in chosen if find_variable_kind(name) is kind]
        return next((name for name in named if chosen[name]), named[0])
    if len(chosen) == 1:
        return next(iter(chosen))
    return next((name for name, value in chosen.items() if find_kind_by_look(value.strip()) is not UNRECOGNISED), "")


def _find_region(fields: Mapping[str, object]) -> str:
    region = fields.get("region", "")
    return region if isinstance(region, str) else ""


def _list_form_findings(names: Mapping[str, str], lines: Sequence[Assignment]) -> tuple[Finding, ...]:
    """The findings about the form of the text: none for AWS's own files, whose fields are in lower case."""
    line = next(line for line in lines if line.name in names)
    if line.section:
        return ()
    if line.name.lower() in HEADERS:
        return (make_finding("text.header"),)
    return (make_finding("text.variable", variable=show_variable(line.name), where=f"line {line.line}"),)
