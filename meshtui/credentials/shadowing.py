"""What else is set around a credential and changes what programs do with it, unasked and unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from meshtui.base.credential import Credential, Finding, Kind, ServiceAccount
from meshtui.base.endpoints import PROVIDER_NAMES
from meshtui.http.hosts import host_of, whose
from meshtui.providers.bedrock.profiles import Profile
from meshtui.providers.finding_catalogue import make_finding

# Provider → variables by which SDKs are sent to another address: OpenAI's SDKs, Mesh's command line, AWS's SDKs
# ("service-specific endpoints"), google-genai.
ADDRESSES: dict[str, tuple[str, ...]] = {
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "mesh": ("MESHAPI_BASE_URL",),
    "bedrock": (
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
        "AWS_ENDPOINT_URL_BEDROCK",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL",
    ),
    "vertex": ("GOOGLE_VERTEX_BASE_URL",),
}
_SENT_UNASKED = ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
_GOOGLE_API_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY")


def find_surroundings(
    credential: Credential, variables: Mapping[str, str], profiles: Sequence[Profile] = ()
) -> tuple[Finding, ...]:
    """The findings for this credential in these surroundings; `variables` are the environment's and those of .env."""
    findings = list(_addresses(credential, variables))
    if credential.kind is Kind.OPENAI_KEY:
        findings += [make_finding("env.sent-unasked", variable=name) for name in _SENT_UNASKED if variables.get(name)]
    if credential.kind is Kind.AWS_KEYS and variables.get("AWS_BEARER_TOKEN_BEDROCK"):
        findings.append(make_finding("env.bearer-beats-keys"))
    if credential.kind is Kind.AWS_KEYS:
        chosen = variables.get("AWS_PROFILE")
        if chosen and chosen not in [profile.name for profile in profiles]:
            findings.append(make_finding("env.profile-unknown"))
    if credential.provider == "bedrock":
        one, other = variables.get("AWS_REGION"), variables.get("AWS_DEFAULT_REGION")
        if one and other and one != other:
            findings.append(make_finding("env.two-regions"))
    if credential.kind is Kind.SERVICE_ACCOUNT:
        findings += [
            make_finding("env.google-api-key", variable=name) for name in _GOOGLE_API_KEYS if variables.get(name)
        ]
        findings += _project(credential, variables.get("GOOGLE_CLOUD_PROJECT", ""))
    return tuple(findings)


def _addresses(credential: Credential, variables: Mapping[str, str]) -> list[Finding]:
    """An address that is not the owner's. meshtui obeys none of them: with a foreign one the key is not sent at all, as
    it may be that host's own."""
    findings = []
    for variable in ADDRESSES.get(credential.provider, ()):
        url = variables.get(variable, "")
        if not url:
            continue
        owner, verdict = PROVIDER_NAMES[credential.provider], whose(url, credential.provider)
        if verdict == "loopback":
            findings.append(make_finding("env.loopback-address", variable=variable, owner=owner))
        elif verdict == "foreign":
            host = host_of(url) or "an address that cannot be read"
            findings.append(make_finding("env.foreign-address", variable=variable, host=host, owner=owner))
    return findings


def _project(credential: Credential, project: str) -> list[Finding]:
    material = credential.material
    if not project or not isinstance(material, ServiceAccount) or material.project_id == project:
        return []
    return [make_finding("env.project-differs", other=project, project=material.project_id)]
