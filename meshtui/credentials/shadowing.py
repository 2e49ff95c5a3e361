"""Other settings around a credential that change what programs do with it without a visible sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from meshtui.base.credential import Credential, Finding, Kind
from meshtui.base.secret import Secret
from meshtui.credentials.shapes import find_kind_by_look
from meshtui.http.hosts import find_host, judge_address
from meshtui.providers.base import Provider
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import find_provider, list_providers


def find_surroundings(
    credential: Credential, variables: Mapping[str, str], profiles: Mapping[str, str], variable: str
) -> tuple[Finding, ...]:
    """The findings for this credential in these surroundings; `variables` are those of the environment and of .env
    files, `profiles` AWS's by name with their regions, and `variable` is the one that has the credential, empty for a
    file or profile."""
    provider = find_provider(credential.provider)
    if provider is None:
        return ()
    more = provider.forms.find_surroundings
    addresses = find_addresses(variable) or provider.address_variables
    found = _find_addresses(credential, provider, variables, addresses)
    return (*found, *(more(credential, variables, profiles) if more else ()))


def _find_owner(variable: str) -> Provider | None:
    """The provider whose SDKs look into this variable."""
    return next((each for each in list_providers() for slot in each.slots if variable in slot.variables), None)


def _find_addresses(
    credential: Credential, provider: Provider, variables: Mapping[str, str], addresses: Sequence[str]
) -> list[Finding]:
    """The finding for an address that is not its owner's. meshtui uses none of them: with a foreign address the key is
    not sent at all, because it may be that host's. A key without its owner's mark is taken for the host's."""
    findings = []
    unmarked = provider.forms.is_unmarked
    for variable in addresses:
        url = variables.get(variable, "").strip()
        if not url:
            continue
        verdict, host = judge_address(url, provider.id), find_host(url) or "an address that cannot be read"
        if verdict != "own" and unmarked is not None and unmarked(credential):
            findings.append(make_finding("env.gateway-key", variable=variable, host=host, owner=provider.name))
        elif verdict == "loopback":
            findings.append(make_finding("env.loopback-address", variable=variable, owner=provider.name))
        elif verdict == "foreign":
            findings.append(make_finding("env.foreign-address", variable=variable, host=host, owner=provider.name))
    return findings


def find_addresses(variable: str) -> tuple[str, ...]:
    """The variables by which the SDK that looks into this one is sent to another address."""
    owner = _find_owner(variable)
    return owner.address_variables if owner else ()


def is_at_home(credential: Credential, variables: Mapping[str, str], variable: str) -> bool:
    """Whether the addresses of the SDK that looks into this variable are this key's own hosts."""
    addresses = [variables[name] for name in find_addresses(variable) if variables.get(name)]
    return addresses != [] and all(judge_address(url.strip(), credential.provider) == "own" for url in addresses)


_SENT_PLAIN = {
    "text.whitespace": "white space around the key", "text.crlf": "a carriage return", "text.bom": "a byte order mark",
    "text.quotes": "quotes around the key", "text.invisible": "an invisible character in the key",
    "text.spaces": "an unusual space in the key", "text.control": "a control character in the key",
    "text.bearer": "the word Bearer before the key", "text.punctuation": "a comma or semicolon behind the key",
    "field.white-space": "white space or quotes around a part of the key", "text.brackets": "brackets around the key",
    "text.line-breaks": "line breaks inside the key", "text.fence": "a code block's marks around the key",
    "text.percent": "percent signs in the key",
    "text.header": "a header's name before the key", "text.variable": "a variable's name before the key",
}  # fmt: skip
"""Finding for what is removed from a paste → what a program sends when it is in a variable."""


def _is_bare(secret: Secret, kind: Kind) -> bool:
    """Whether it is one word: programs that take JSON from a variable often decode it themselves."""
    return find_kind_by_look(secret.reveal()) is kind


def judge_sent(credential: Credential, sent: Sequence[str], variable: str) -> Credential:
    """The credential with a warning for each thing that was removed from a variable's value, because no program removes
    it. `sent`: the original values."""
    if credential.material is None or not sent or any(value.lstrip().startswith("{") for value in sent):
        return credential
    cleaned = list(dict.fromkeys(_SENT_PLAIN[f.id] for f in credential.findings if f.id in _SENT_PLAIN))
    if any(value.endswith("\n") for value in sent):
        cleaned = ["a line break at the end", *(what for what in cleaned if not what.startswith("white space"))]
    findings = [make_finding("env.sent-as-is", what=what, variable=variable) for what in cleaned]
    encoded = any(finding.id == "text.base64" for finding in credential.findings)
    if encoded and _is_bare(credential.material.secret, credential.kind):
        findings.append(make_finding("env.sent-encoded", variable=variable))
        cleaned.append("base64")
    excluded = (*_SENT_PLAIN, "text.base64") if "base64" in cleaned else tuple(_SENT_PLAIN)
    kept = tuple(finding for finding in credential.findings if finding.id not in excluded)
    return replace(credential, findings=(*findings, *kept))
