"""JSON forms of credentials as pydantic models; each provider's are in its `forms` module. Loaded on use: importing
pydantic costs a fifth of a second.

Every spelling of a field has become one name before it comes here (`meshtui.credentials.field_names`). Pydantic's own
messages are never shown, as they may quote what was given: only the field's name and the sort of error are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from meshtui.base.credential import Finding
from meshtui.providers.finding_catalogue import make_finding

Text = Annotated[str, StringConstraints(min_length=1)]


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


F = TypeVar("F", bound=Form)

_ROWS = {"missing": "field.missing", "string_too_short": "field.empty"}


def fill_form(form: type[F], values: Mapping[str, object], name: str) -> F | tuple[Finding, ...]:
    """The form filled in, or what keeps it from being so. `name` is what people call the form."""
    try:
        return form.model_validate(dict(values))
    except ValidationError as error:
        problems = {str(e["loc"][0]): _ROWS.get(e["type"], "field.not-text") for e in error.errors(include_input=False)}
    return tuple(
        make_finding(row, field=field, form=name, how=_say_how(form, field)) for field, row in problems.items()
    )


def _say_how(form: type[Form], field: str) -> str:
    """Where the field is taken from: its description, which is half a sentence."""
    return form.model_fields[field].description or "take it from where the credential was made."
