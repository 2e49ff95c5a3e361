"""Reading one credential: what goes in, the characters that are removed first because nobody sees them and no
credential has them, and how what is read becomes a Credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from meshtui.base.credential import Credential, Finding, Kind, Material, Source
from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.providers.finding_catalogue import make_finding


@dataclass(frozen=True, slots=True)
class Given:
    """What is known besides the text."""

    now: float
    """Unix time in seconds."""
    region: str = ""
    """The region that a person or variable gave; one in the text comes first."""
    variable: str = ""
    """The variable the text was assigned to, or came from; empty where none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text turned out to be."""

    kind: Kind
    material: Material | None = None
    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[Secret, ...] = ()

    def after(self, findings: tuple[Finding, ...]) -> Reading:
        """The same reading, with what was found before it."""
        return replace(self, findings=findings + self.findings) if findings else self


def refuse(kind: Kind, *findings: Finding) -> Reading:
    """A reading with nothing in it that could be sent."""
    return Reading(kind, findings=findings)


def make_credential(reading: Reading, name: str, source: Source) -> Credential:
    """The credential; whatever people will read of it has passed the redactor, which knows its secrets by now."""
    return Credential(
        name=show_path(name),
        kind=reading.kind,
        source=Source(source.kind, show_path(source.where)),
        material=reading.material,
        findings=tuple(redact_finding(finding) for finding in _remove_duplicates(reading.findings)),
        facts={label: redact(value) for label, value in reading.facts.items()},
        hidden=reading.hidden,
    )


_RUN = re.compile(r"[A-Za-z0-9+=]{31,}")


def show_path(path: str) -> str:
    """A path or name that a person gave, fit to be shown: a key typed there by mistake is masked."""
    return _RUN.sub("…", redact(path))


def _remove_duplicates(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same thing said twice (quotes within quotes) is said once."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.title, finding)
    return tuple(first.values())


def redact_finding(finding: Finding) -> Finding:
    """The finding with all secrets masked that are known by now: needed for findings about a finished credential."""
    return replace(finding, title=redact(finding.title), proof=redact(finding.proof), fix=redact(finding.fix))


TEXT_LIMIT = 1 << 20
"""Characters. The largest credential has a few thousand; this leaves room for a whole .env file."""
KEY_LIMIT = 1 << 14
"""Characters of one key. AWS's session tokens are the longest, and end below what a header may hold."""

# Finding, what it looks for, what is put in its place. In this order: a byte-order mark is also a zero-width space.
_STEPS = (
    ("text.bom", re.compile("\\A\ufeff"), ""),
    ("text.control", re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"), ""),
    ("text.crlf", re.compile("\r\n?"), "\n"),
    ("text.spaces", re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"), " "),
    (
        "text.invisible",
        re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"),
        "",
    ),
    ("text.invisible", re.compile("[\u0085\u2028\u2029]"), "\n"),
)


def clean(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The text without invisible characters, its lines ending in LF, its unusual spaces plain; and what was done."""
    findings: dict[str, Finding] = {}
    for row, pattern, instead in _STEPS:
        first = pattern.search(text)
        if first is None:
            continue
        where = describe_place(text, first.start())
        text, count = pattern.subn(instead, text)
        findings.setdefault(row, make_finding(row, count=count, where=where))
    return text, tuple(findings.values())


def describe_place(text: str, index: int) -> str:
    """`line 3, column 14`, counted from 1, as an editor does."""
    line, column = locate(text, index)
    return f"line {line}, column {column}"


def locate(text: str, index: int) -> tuple[int, int]:
    """Line and column of this index, counted from 1."""
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def describe_character(character: str) -> str:
    """Describes the character without revealing part of a secret: punctuation as it is, other characters by their
    kind."""
    if not character:
        return "the end of the text"
    if character.isascii():
        if character.isalpha():
            return "a letter"
        if character.isdigit():
            return "a digit"
        return _ASCII.get(character, f"the character {character}" if character.isprintable() else "a control character")
    import unicodedata

    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name').lower()}"


def find_unfit_character(text: str, field: str = "") -> Finding | None:
    """What keeps a text from being any key: its length, or the first character that is white space or beyond ASCII."""
    if len(text) > KEY_LIMIT:
        return make_finding("text.too-long", length=len(text), where=f"field {field}" if field else "the whole text")
    odd = re.search(r"[^!-~]", text)
    if odd is None:
        return None
    spot = f"character {odd.start() + 1}"
    return make_finding(
        "text.not-ascii", where=f"field {field}, {spot}" if field else spot, character=describe_character(odd[0])
    )


_ASCII = {"\n": "a line break", "\t": "a tab", " ": "a space", '"': 'a double quote "', "'": "a single quote '"}


Form = TypeVar("Form")


def make_required_field(how: str) -> Any:
    """A field that must be there and not be empty; `how`: where it is taken from, half a sentence."""
    return field(metadata={"how": how, "types": (str,)})


def make_optional_field(*types: type) -> Any:
    """A field that may be left out; `types`: what it may be, a text unless they say otherwise."""
    return field(default="", metadata={"types": types or (str,)})


def fill_form(form: type[Form], values: Mapping[str, object], name: str) -> Form | tuple[Finding, ...]:
    """The form filled in, or what keeps it from being so. `name` is what people call the form."""
    given: dict[str, object] = {}
    problems: list[Finding] = []
    for each in fields(form):  # type: ignore[arg-type]  # a form is a dataclass
        how = each.metadata.get("how")
        if row := _find_problem(values, each.name, each.metadata["types"], is_needed=how is not None):
            problems.append(make_finding(row, field=each.name, form=name, how=how))
        elif each.name in values:
            given[each.name] = values[each.name]
    return tuple(problems) if problems else form(**given)


def _find_problem(values: Mapping[str, object], name: str, types: tuple[type, ...], *, is_needed: bool) -> str:
    """The id of the finding for the field; empty where all is well with it."""
    if name not in values:
        return "field.missing" if is_needed else ""
    value = values[name]
    if not isinstance(value, types) or isinstance(value, bool):
        return "field.not-text"
    return "field.empty" if is_needed and value == "" else ""


def add_findings(credential: Credential, findings: tuple[Finding, ...]) -> Credential:
    """The credential with these findings before its own."""
    added = tuple(redact_finding(finding) for finding in findings)
    return replace(credential, findings=(*added, *credential.findings)) if added else credential
