"""What else is set around a credential and changes what programs do with it, unasked and unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from meshtui.base.credential import BearerKey, Credential, Finding, Kind, ServiceAccount
from meshtui.base.endpoints import PROVIDER_NAMES
from meshtui.http.hosts import host_of, whose
from meshtui.providers.bedrock.profiles import Configuration
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.openai.credentials import MARKER

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
_OPENAI_VARIABLES = ("OPENAI_API_KEY",)
_SENT_UNASKED = ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
_GOOGLE_API_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY")


def find_surroundings(
    credential: Credential, variables: Mapping[str, str], configuration: Configuration, variable: str = ""
) -> tuple[Finding, ...]:
    """The findings for this credential in these surroundings; `variables` are the environment's and those of .env, and
    `variable` is the one that it stands in."""
    findings = list(_addresses(credential, variables, variable))
    if credential.kind is Kind.OPENAI_KEY:
        findings += [make_finding("env.sent-unasked", variable=name) for name in _SENT_UNASKED if variables.get(name)]
    if credential.kind is Kind.AWS_KEYS and variables.get("AWS_BEARER_TOKEN_BEDROCK"):
        findings.append(make_finding("env.bearer-beats-keys"))
    if credential.kind is Kind.AWS_KEYS:
        chosen = variables.get("AWS_PROFILE")
        if chosen and chosen not in configuration.profiles:
            findings.append(make_finding("env.profile-unknown"))
        other = variables.get("AWS_DEFAULT_PROFILE")
        if chosen and other and chosen != other:
            findings.append(make_finding("env.two-profiles"))
        findings += configuration.findings
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


def _addresses(credential: Credential, variables: Mapping[str, str], stands_in: str) -> list[Finding]:
    """An address that is not the owner's. meshtui obeys none of them: with a foreign one the key is not sent at all, as
    it may be that host's own. One that has not the form of the owner's keys is taken for the host's."""
    findings = []
    own = ADDRESSES["openai"] if stands_in in _OPENAI_VARIABLES else ADDRESSES.get(credential.provider, ())
    for variable in own:
        url = variables.get(variable, "").strip()
        if not url or not credential.provider:
            continue
        owner, verdict = PROVIDER_NAMES[credential.provider], whose(url, credential.provider)
        host = host_of(url) or "an address that cannot be read"
        if verdict != "own" and _has_other_form(credential):
            findings.append(make_finding("env.gateway-key", variable=variable, host=host, owner=owner))
        elif verdict == "loopback":
            findings.append(make_finding("env.loopback-address", variable=variable, owner=owner))
        elif verdict == "foreign":
            findings.append(make_finding("env.foreign-address", variable=variable, host=host, owner=owner))
    return findings


def _has_other_form(credential: Credential) -> bool:
    """Whether it is taken for an OpenAI key by its first letters or its variable alone, as keys of gateways are."""
    material = credential.material
    return (
        credential.kind is Kind.OPENAI_KEY and isinstance(material, BearerKey) and MARKER not in material.key.reveal()
    )


def is_at_home(credential: Credential, variables: Mapping[str, str]) -> bool:
    """Whether OpenAI's variable for an address names the host of this key, which OpenAI's SDK then talks to."""
    addresses = [variables[name] for name in ADDRESSES["openai"] if variables.get(name)]
    return bool(addresses) and all(whose(url.strip(), credential.provider) == "own" for url in addresses)


_SENT_PLAIN = {
    "text.whitespace": "white space around the key", "text.crlf": "a carriage return", "text.bom": "a byte order mark",
    "text.quotes": "quotes around the key", "text.invisible": "an invisible character in the key",
    "text.spaces": "an unusual space in the key", "text.control": "a control character in the key",
    "text.bearer": "the word Bearer before the key", "text.punctuation": "a comma or semicolon behind the key",
    "field.white-space": "white space or quotes around a part of the key", "text.brackets": "brackets around the key",
    "text.line-breaks": "line breaks inside the key", "text.fence": "a code block's marks around the key",
    "text.header": "a header's name before the key", "text.variable": "a variable's name before the key",
}  # fmt: skip
"""Finding of what is cleaned off a paste → what a program sends along where it stands in a variable."""


def judge_sent(credential: Credential, sent: Sequence[str], variable: str) -> Credential:
    """The credential with a warning for each thing that was cleaned off a variable's value: no program cleans it.
    `sent`: the values as they stand."""
    if credential.material is None or not sent or credential.kind is Kind.SERVICE_ACCOUNT:
        return credential
    findings = []
    cleaned = list(dict.fromkeys(_SENT_PLAIN[f.id] for f in credential.findings if f.id in _SENT_PLAIN))
    if any(value.endswith("\n") for value in sent):
        cleaned = ["a line break at the end", *(what for what in cleaned if not what.startswith("white space"))]
    findings = [make_finding("env.sent-as-is", what=what, variable=variable) for what in cleaned]
    kept = tuple(finding for finding in credential.findings if finding.id not in _SENT_PLAIN)
    return replace(credential, findings=(*findings, *kept))


def _project(credential: Credential, project: str) -> list[Finding]:
    material = credential.material
    if not project or not isinstance(material, ServiceAccount) or material.project_id == project:
        return []
    return [make_finding("env.project-differs", other=project, project=material.project_id)]
