"""What else is set around a credential and changes what programs do with it, unasked and unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from meshtui.base.credential import Credential, Finding
from meshtui.http.hosts import find_host, judge_address
from meshtui.providers.base import Provider
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import find_provider


def find_surroundings(
    credential: Credential, variables: Mapping[str, str], profiles: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The findings for this credential in these surroundings; `variables` are the environment's and those of .env,
    `profiles` the names of AWS's."""
    provider = find_provider(credential.provider)
    if provider is None:
        return ()
    more = provider.forms.find_surroundings
    return (*_find_addresses(provider, variables), *(more(credential, variables, profiles) if more else ()))


def _find_addresses(provider: Provider, variables: Mapping[str, str]) -> list[Finding]:
    """An address that is not the owner's. meshtui obeys none of them: with a foreign one the key is not sent at all, as
    it may be that host's own."""
    findings = []
    for variable in provider.address_variables:
        url = variables.get(variable, "")
        if not url:
            continue
        verdict = judge_address(url, provider.id)
        if verdict == "loopback":
            findings.append(make_finding("env.loopback-address", variable=variable, owner=provider.name))
        elif verdict == "foreign":
            host = find_host(url) or "an address that cannot be read"
            findings.append(make_finding("env.foreign-address", variable=variable, host=host, owner=provider.name))
    return findings
