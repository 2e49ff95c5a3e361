"""The JSON forms of credentials as pydantic models. Loaded on use: importing pydantic costs a fifth of a second.

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


class AwsForm(Form):
    """A key pair as AWS's tools, SDKs and Mesh's form write it."""

    access_key_id: Text
    secret_access_key: Text
    session_token: str = ""
    region: str = ""
    expiration: str | int | float = ""
    """ISO 8601, or milliseconds since 1970 as `aws sso get-role-credentials` gives them."""
    status: str = ""


class BedrockForm(Form):
    """A Bedrock API key as Mesh's form or `aws iam create-service-specific-credential` writes it."""

    api_key: Text
    region: str = ""
    expiration: str | int | float = ""
    status: str = ""


class ServiceAccountForm(Form):
    """Google's service account file. Google's libraries need the first three; Mesh asks for the full file."""

    client_email: Text
    private_key: Text
    token_uri: str = ""
    project_id: str = ""
    private_key_id: str = ""
    universe_domain: str = ""
    type: str = ""
    region: str = ""


F = TypeVar("F", bound=Form)

_HOW = {
    "access_key_id": "the id that begins with AKIA; aws iam list-access-keys names it.",
    "secret_access_key": "it was shown once, when the key was made; if it is lost, make a new pair.",
    "api_key": "the key itself, ABSK… or bedrock-api-key-… for Bedrock.",
    "client_email": "take it from the original file; it ends in gserviceaccount.com.",
    "private_key": "take it from the original file, or make a new key.",
}
_ROWS = {"missing": "field.missing", "string_too_short": "field.empty"}


def fill_form(form: type[F], values: Mapping[str, object], name: str) -> F | tuple[Finding, ...]:
    """The form filled in, or what keeps it from being so. `name` is what people call the form."""
    try:
        return form.model_validate(dict(values))
    except ValidationError as error:
        problems = {str(e["loc"][0]): _ROWS.get(e["type"], "field.not-text") for e in error.errors(include_input=False)}
    how = "take it from where the credential was made."
    return tuple(make_finding(row, field=field, form=name, how=_HOW.get(field, how)) for field, row in problems.items())
