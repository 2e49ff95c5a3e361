"""The JSON forms of AWS credentials. Loaded on use; none prints what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.providers.json_forms import needed, optional


@dataclass(frozen=True, repr=False)
class AwsForm:
    """A key pair as AWS's tools, SDKs and Mesh's form write it."""

    access_key_id: str = needed("the id that begins with AKIA; aws iam list-access-keys names it.")
    secret_access_key: str = needed("it was shown once, when the key was made; if it is lost, make a new pair.")
    session_token: str = optional()
    region: str = optional()
    expiration: str | int | float = optional(str, int, float)
    """ISO 8601, or milliseconds since 1970 as `aws sso get-role-credentials` gives them."""
    status: str = optional()


@dataclass(frozen=True, repr=False)
class BedrockForm:
    """A Bedrock API key as Mesh's form or `aws iam create-service-specific-credential` writes it."""

    api_key: str = needed("the key itself, ABSK… or bedrock-api-key-… for Bedrock.")
    region: str = optional()
    expiration: str | int | float = optional(str, int, float)
    status: str = optional()
