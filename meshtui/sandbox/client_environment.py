"""Environment variables that point every SDK we know at the sandbox, and at nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

CONFLICTING = (
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_STS", "OPENAI_ORG_ID",
    "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID", "OPENAI_PROJECT", "OPENAI_API_BASE", "GOOGLE_API_KEY",
    "GEMINI_API_KEY", "ANTHROPIC_AUTH_TOKEN",
)  # fmt: skip
"""Variables that would lead a client elsewhere, or away from the sandbox's keys."""


def make_environment(addresses: Mapping[str, Mapping[str, object]], service_account_file: str) -> dict[str, str]:
    """Variable → value, for a sandbox with these addresses. `service_account_file` holds the key of its service
    account.

    Where it speaks TLS, AWS clients are sent there: botocore refuses an API key over plain HTTP. Of an API key and a
    key pair AWS's clients take the API key for Bedrock.
    """
    openai, mesh, aws, vertex = (addresses[name] for name in ("openai", "mesh", "aws", "vertex"))
    tls = addresses.get("tls", {})
    base = str(mesh["base_url"]).removesuffix("/v1")
    found = {
        "OPENAI_API_KEY": openai["key"],
        "OPENAI_BASE_URL": openai["base_url"],
        "MESHAPI_API_KEY": mesh["key"],
        "MESH_API_KEY": mesh["key"],
        "MESHAPI_BASE_URL": base,
        "ANTHROPIC_API_KEY": mesh["key"],
        "ANTHROPIC_BASE_URL": base,
        "AWS_ACCESS_KEY_ID": aws["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": aws["secret_access_key"],
        "AWS_BEARER_TOKEN_BEDROCK": addresses["bedrock"]["api_key"],
        "AWS_REGION": aws["region"],
        "AWS_DEFAULT_REGION": aws["region"],
        "AWS_ENDPOINT_URL": tls.get("aws", aws["endpoint_url"]),
        "AWS_EC2_METADATA_DISABLED": "true",
        "ANTHROPIC_BEDROCK_BASE_URL": aws["endpoint_url"],
        "GOOGLE_APPLICATION_CREDENTIALS": service_account_file,
        "GOOGLE_OAUTH_ACCESS_TOKEN": vertex["access_token"],
        "GOOGLE_CLOUD_PROJECT": _get_project(vertex),
        "GOOGLE_CLOUD_LOCATION": vertex["region"],
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_VERTEX_BASE_URL": vertex["base_url"],
        # google-genai reads this one instead where Vertex is chosen by a variable, and would else call Google.
        "GOOGLE_GEMINI_BASE_URL": vertex["base_url"],
    }
    if tls:
        found |= {"AWS_CA_BUNDLE": tls["ca_file"], "NODE_EXTRA_CA_CERTS": tls["ca_file"]}
    return {name: str(value) for name, value in found.items()}


def format_exports(environment: Mapping[str, str]) -> str:
    """Lines for a POSIX shell: `export NAME=value`, and `unset` for what would lead elsewhere."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    return "\n".join([f"unset {' '.join(CONFLICTING)}", *lines])


def _get_project(vertex: Mapping[str, object]) -> object:
    account = vertex["service_account"]
    return account["project_id"] if isinstance(account, Mapping) else ""
