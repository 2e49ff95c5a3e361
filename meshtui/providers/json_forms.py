"""JSON forms of credentials: dataclasses, each provider's in its `forms` module, and how one is filled in.

Every spelling of a field has become one name before it comes here (`meshtui.credentials.field_names`). What was given
is never repeated: only the field's name and the sort of error are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, TypeVar

from meshtui.base.credential import Finding
from meshtui.providers.finding_catalogue import make_finding

Form = TypeVar("Form")


def needed(how: str) -> Any:
    """A field that must be there and not be empty; `how`: where it is taken from, half a sentence."""
    return field(metadata={"how": how})


def optional(*types: type) -> Any:
    """A field that may be left out; `types`: what it may be, a text unless they say otherwise."""
    return field(default="", metadata={"types": types or (str,)})


def fill_form(form: type[Form], values: Mapping[str, object], name: str) -> Form | tuple[Finding, ...]:
    """The form filled in, or what keeps it from being so. `name` is what people call the form."""
    given: dict[str, object] = {}
    problems: list[Finding] = []
    for each in fields(form):  # type: ignore[arg-type]  # a form is a dataclass
        how = each.metadata.get("how", "")
        if row := _find_problem(values, each.name, each.metadata.get("types", (str,)), is_needed=bool(how)):
            how = how or "take it from where the credential was made."
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
