"""The JSON forms of AWS credentials. Loaded on use: see `meshtui.providers.json_forms`."""

from __future__ import annotations

from pydantic import Field

from meshtui.providers.json_forms import Form, Text


class AwsForm(Form):
    """A key pair as AWS's tools, SDKs and Mesh's form write it."""

    access_key_id: Text = Field(description="the id that begins with AKIA; aws iam list-access-keys names it.")
    secret_access_key: Text = Field(
        description="it was shown once, when the key was made; if it is lost, make a new pair."
    )
    session_token: str = ""
    region: str = ""
    expiration: str | int | float = ""
    """ISO 8601, or milliseconds since 1970 as `aws sso get-role-credentials` gives them."""
    status: str = ""


class BedrockForm(Form):
    """A Bedrock API key as Mesh's form or `aws iam create-service-specific-credential` writes it."""

    api_key: Text = Field(description="the key itself, ABSK… or bedrock-api-key-… for Bedrock.")
    region: str = ""
    expiration: str | int | float = ""
    status: str = ""
