"""AWS Bedrock's descriptor, and what its two kinds of credential hold. Variables: AWS's SDKs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from meshtui.base.credential import Kind, Material
from meshtui.base.secret import Secret
from meshtui.providers.base import AtMesh, Provider, Slot

BEDROCK_KEY = Kind("bedrock_api_key", "Bedrock API key", "bedrock")
AWS_KEYS = Kind("aws_keys", "AWS key pair", "bedrock", slot="aws")
SHORT_TERM, LONG_TERM = "bedrock-api-key-", "ABSK"
"""How a Bedrock API key begins."""
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_ADDRESSES = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME",)


@dataclass(frozen=True, slots=True)
class BedrockKey(Material):
    """A Bedrock API key, long-term (`ABSK…`) or short-term (`bedrock-api-key-…`); it works in one region."""

    key: Secret
    region: str

    @property
    def secret(self) -> Secret:
        return self.key

    @property
    def is_short_term(self) -> bool:
        """Whether it is a presigned request, which contains a time."""
        return self.key.reveal().startswith(SHORT_TERM)


@dataclass(frozen=True, slots=True)
class AwsKeys(Material):
    """An AWS key pair; with a session token a temporary one."""

    access_key_id: Secret
    secret_access_key: Secret
    region: str
    session_token: Secret | None = None

    @property
    def secret(self) -> Secret:
        return self.access_key_id

    @property
    def fingerprint(self) -> str:
        """Of both: a secret that was copied wrongly keeps its id."""
        return f"{self.access_key_id.fingerprint}/{self.secret_access_key.fingerprint}"


AwsMaterial = AwsKeys | BedrockKey


def _name_at_mesh(model: str) -> str:
    """Amazon's and Anthropic's models only: how Mesh spells the others follows no rule."""
    from meshtui.providers.default_models import name_claude

    found = re.fullmatch(r"(?:[a-z-]+\.)?(amazon|anthropic)\.([\w.-]+?)(?::\d+)?", model)
    if not found:
        return ""
    brand, name = found.groups()
    return name_claude(re.sub(r"-v[0-9]+$", "", name)) if brand == "anthropic" else f"{brand}/{name}"


def _find_region(url: str) -> str:
    from meshtui.providers.bedrock.hosts import find_region_in_address

    return find_region_in_address(url)


PROVIDER = Provider(
    id="bedrock",
    kinds=(BEDROCK_KEY, AWS_KEYS),
    slots=(
        # AWS's libraries prefer a Bedrock API key in the environment to any key pair (botocore's handlers).
        # OpenAI's SDK talks to Bedrock with a Bedrock API key in OpenAI's variable.
        Slot("bedrock", ("AWS_BEARER_TOKEN_BEDROCK",), region_variables=_REGIONS, beats="aws", also_from="openai",
             find_region=_find_region, region_addresses=_ADDRESSES),
        Slot("aws", ("AWS_ACCESS_KEY_ID",), region_variables=_REGIONS, find_region=_find_region,
             region_addresses=_ADDRESSES, fields={
                 "AWS_ACCESS_KEY_ID": "access_key_id",
                 "AWS_SECRET_ACCESS_KEY": "secret_access_key",
                 "AWS_SECURITY_TOKEN": "session_token",  # the first of the two is taken, as botocore has it
                 "AWS_SESSION_TOKEN": "session_token",
             }),
    ),
    address_variables=(
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL",
    ),
    at_mesh=AtMesh("amazon-bedrock", "aws", ("amazon/", "anthropic/"), _name_at_mesh),
)  # fmt: skip
