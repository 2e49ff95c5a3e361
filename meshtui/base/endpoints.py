"""Addresses, dates and settings that the rooms share. Only addresses differ between the sandbox and the real hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from meshtui.base.names import PROVIDER_NAMES, PROVIDERS

__all__ = ["DEFAULT_MAX_TOKENS", "DEFAULT_MODELS", "DEFAULT_PROMPT", "DEFAULT_TIMEOUT", "MESH_FEE", "PROVIDERS",
           "PROVIDER_NAMES", "Endpoints"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses without a trailing slash. `{region}` stands for the region, `{location}` for Vertex's location.

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


def _choose_models() -> dict[str, tuple[str, str]]:
    """Of each provider's table, the first model that has not ended today. The tables are light, and loaded by name: the
    providers' packages stand above this one."""
    choose = import_module("meshtui.providers.default_models").choose_model
    tables = {name: import_module(f"meshtui.providers.{name}.models").MODELS for name in PROVIDERS if name != "mesh"}
    chosen = {name: choose(table, date.today()) for name, table in tables.items()}
    return {name: (model.name, model.at_mesh) for name, model in chosen.items()}


DEFAULT_MODELS = _choose_models()
"""Provider → the model of the smallest test prompt: what the provider calls it, what Mesh calls it."""
DEFAULT_PROMPT = "Reply with the single word: pong"
DEFAULT_MAX_TOKENS = 16  # OpenAI models on Bedrock refuse less than 16
DEFAULT_TIMEOUT = 30.0

MESH_FEE = "0 % of the provider's price as Mesh's BYOK page first had it; 5 % in its pages since 2026-08-10"
