"""Addresses and defaults that all of meshtui shares. Only addresses differ between the sandbox and the real hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses without a trailing slash. `{region}` is replaced by the region, `{location}` by Vertex's location.

    The defaults are the real hosts (facts: Mesh documentation "authentication", botocore's endpoint rules,
    google-genai's source for the Vertex hosts).
    """

    mesh: str = "https://api.meshapi.ai/v1"
    openai: str = "https://api.openai.com/v1"
    bedrock_runtime: str = "https://bedrock-runtime.{region}.amazonaws.com"
    bedrock: str = "https://bedrock.{region}.amazonaws.com"
    sts: str = "https://sts.{region}.amazonaws.com"
    iam: str = "https://iam.amazonaws.com"
    """One for all regions of the commercial partition."""
    google_token: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    google_certificates: str = "https://www.googleapis.com/robot/v1/metadata/x509"
    resource_manager: str = "https://cloudresourcemanager.googleapis.com"
    vertex: str = ""
    """Empty: the host follows from the location, see `vertex_base`."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Addresses of providers that are not named here, by the name that their package looks for."""

    def find(self, name: str, real: str) -> str:
        """The address that replaces the real one of this name, else the real one."""
        return self.others.get(name, real)

    def vertex_base(self, location: str) -> str:
        """Where `/v1/projects/…` is appended for this location."""
        if self.vertex:
            return self.vertex
        if location == "global":
            return "https://aiplatform.googleapis.com"
        if location in ("us", "eu"):
            return f"https://aiplatform.{location}.rep.googleapis.com"
        return f"https://{location}-aiplatform.googleapis.com"

    @classmethod
    def of_sandbox(cls, addresses: Mapping[str, Mapping[str, object]]) -> Endpoints:
        """The addresses in the first line that `meshtui sandbox --format json` prints."""

        def at(name: str, key: str) -> str:
            return str(addresses[name][key])

        aws = at("aws", "endpoint_url")
        return cls(
            mesh=at("mesh", "base_url"),
            openai=at("openai", "base_url"),
            bedrock_runtime=aws,
            bedrock=aws,
            sts=aws,
            iam=aws,
            google_token=at("vertex", "token_uri"),
            google_certificates=at("vertex", "token_uri").removesuffix("/token") + "/robot/v1/metadata/x509",
            resource_manager=at("vertex", "base_url"),
            vertex=at("vertex", "base_url"),
        )


DEFAULT_PROMPT = "Reply with the single word: pong"
DEFAULT_MAX_TOKENS = 16  # OpenAI models on Bedrock refuse less than 16
DEFAULT_TIMEOUT = 30.0

MESH_FEE = "5 % of the provider's price, by Mesh's documentation of 2026-08-10"
