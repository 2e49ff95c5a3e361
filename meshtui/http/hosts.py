"""Whose host an address is: a credential goes only to its owner's hosts over TLS, or to this machine.

Anything else is refused before it is sent. Each provider's `hosts` module lists its hosts under the provider name that
a call has; a call whose name has no rule may only go to this machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from meshtui.base.provider_names import PROVIDER_NAMES, PROVIDER_ROWS, load_part
from meshtui.base.text import make_one_line


@dataclass(frozen=True, slots=True)
class HostRule:
    """Where calls of one name may go; patterns are for the whole host."""

    own: str = ""
    """The hosts that the credential is for."""
    asked: str = ""
    """Further hosts that its checks call."""
    fixed: frozenset[str] = frozenset()
    """Addresses that are spoken to in clear, at port 80 and without a proxy: a machine's metadata. There are no others
    then."""
    what: str = ""
    """What those are, in words."""


_NO_HOSTS = HostRule()


def _load_rules() -> Mapping[str, HostRule]:
    return _gather_rules(tuple(PROVIDER_ROWS))


@cache
def _gather_rules(providers: tuple[str, ...]) -> Mapping[str, HostRule]:
    found: dict[str, HostRule] = {}
    for provider in providers:
        for name, rule in load_part(provider, "hosts").HOSTS.items():
            if name in found:
                raise ValueError(f"two providers say where {name} may go")
            found[name] = rule
    return found


def judge_address(url: str, name: str) -> str:
    """`own`, `loopback` or `foreign`: what sending the credential of this name to the address would mean."""
    host = find_host(url)
    if is_loopback(host):
        return "loopback"
    own = re.fullmatch(_load_rules()[name].own, host) and urlsplit(url).scheme == "https"
    return "own" if own else "foreign"


def find_owner(host: str) -> str:
    """The provider whose credentials are for this host; empty for any other."""
    names = (name for name, rule in _load_rules().items() if name in PROVIDER_NAMES and re.fullmatch(rule.own, host))
    return next(names, "")


def find_host(url: str) -> str:
    """The host, in small letters; empty where the address has none or cannot be read."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    return "" if parts.scheme not in ("http", "https") or parts.username is not None else host


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, where the sandbox is and TLS is not required."""
    return host in ("localhost", "::1") or re.fullmatch(r"127(?:\.\d{1,3}){3}", host) is not None


def is_near(host: str) -> bool:
    """Whether no proxy may be used: for this machine, and for its own metadata service."""
    return is_loopback(host) or any(host in rule.fixed for rule in _load_rules().values())


def find_refusal(name: str, scheme: str, host: str, port: int | None, userinfo: str = "") -> str:
    """Why a call of this name must not go there; empty where it may. `port` is None for the scheme's own."""
    where = f"{scheme}://{host}" + (f":{port}" if port else "")
    rule = _load_rules().get(name, _NO_HOSTS)
    if userinfo:
        return f"{where} comes with a user name in the address"
    if scheme not in ("http", "https"):
        return f"{where} is not an http address"
    if is_loopback(host):
        return ""
    if rule.fixed:
        fits = scheme == "http" and host in rule.fixed and port in (None, 80)
        return "" if fits else f"{where} is not an address of {rule.what}"
    if not is_own(name, host) or port not in (None, 443):
        return f"{where} is not a host of {PROVIDER_NAMES.get(name, name)}"
    if scheme != "https":
        return f"{where} is not encrypted: a credential goes over https only"
    return ""


def is_own(name: str, host: str) -> bool:
    """Whether the host is one that a call of this name may go to."""
    rule = _load_rules().get(name, _NO_HOSTS)
    return any(pattern and re.fullmatch(pattern, host) for pattern in (rule.own, rule.asked))


def tell_key_log(environ: Mapping[str, str]) -> str:
    """That TLS keys are written into a file, where SSLKEYLOGFILE names one: Python's ssl and OpenSSL obey it. Empty
    where it does not."""
    file = environ.get("SSLKEYLOGFILE", "")
    if not file:
        return ""
    return (
        f"SSLKEYLOGFILE is set: with {make_one_line(file, 200)} others can decrypt every call, and read the keys in it"
    )
