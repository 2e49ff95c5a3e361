"""Which service a request is for: by the prefix of its path on loopback, or by the provider's name in `Host`.

A page in a browser may reach loopback under a name of its own, so that any other `Host` is refused.
"""

from __future__ import annotations

import ipaddress
import re

from meshtui.sandbox.keys import REGION

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
LOCAL_NAMES = ("localhost", "host.docker.internal")
LOOPBACK_NAMES = frozenset({*LOOPBACK_ADDRESSES, "localhost"})

HOSTS = {
    "api.meshapi.ai": "/mesh",
    "api.openai.com": "/openai",
    "us.api.openai.com": "/openai",
    "eu.api.openai.com": "/openai",
    f"bedrock-runtime.{REGION}.amazonaws.com": "/aws",
    f"bedrock.{REGION}.amazonaws.com": "/aws",
    f"bedrock-mantle.{REGION}.api.aws": "/aws/openai",
    "sts.amazonaws.com": "/aws",
    f"sts.{REGION}.amazonaws.com": "/aws",
    "iam.amazonaws.com": "/aws",
    "oauth2.googleapis.com": "/google",
    "accounts.google.com": "/google",
    "www.googleapis.com": "/google",
    "iamcredentials.googleapis.com": "/google",
    "aiplatform.googleapis.com": "/vertex",
    "aiplatform.us.rep.googleapis.com": "/vertex",
    "aiplatform.eu.rep.googleapis.com": "/vertex",
    "us-central1-aiplatform.googleapis.com": "/vertex",
    "us-east4-aiplatform.googleapis.com": "/vertex",
    "us-east5-aiplatform.googleapis.com": "/vertex",
    "us-west1-aiplatform.googleapis.com": "/vertex",
    "europe-west1-aiplatform.googleapis.com": "/vertex",
    "europe-west4-aiplatform.googleapis.com": "/vertex",
    "asia-southeast1-aiplatform.googleapis.com": "/vertex",
    "cloudresourcemanager.googleapis.com": "/vertex",
}
"""Host of a provider → the prefix of the same service on loopback."""

_AWS_HOST = re.compile(
    r"(bedrock-runtime|bedrock|sts)\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com|bedrock-mantle\.[a-z0-9-]+\.api\.aws"
)
_GOOGLE_HOST = re.compile(r"[a-z]+-[a-z]+\d+-aiplatform\.googleapis\.com")
_NAME_IN_NETWORK = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?|host\.docker\.internal")


def split_host(host: str) -> str:
    """The name in a `Host` header, in lower case, without port and brackets."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].rstrip(".")


def find_prefix(name: str) -> str | None:
    """The prefix of the service that a provider's host name means; None for any other name."""
    prefix = HOSTS.get(name)
    if prefix is None and _AWS_HOST.fullmatch(name):
        return "/aws/openai" if name.startswith("bedrock-mantle") else "/aws"
    if prefix is None and _GOOGLE_HOST.fullmatch(name):
        return "/vertex"
    return prefix


def is_own_name(name: str, *, exposed: bool) -> bool:
    """Whether this is a name of the sandbox itself: one of loopback, and where it is exposed to a network of
    containers also an address or a name without a dot, which no page on the internet can have."""
    if name in LOOPBACK_NAMES:
        return True
    if not exposed:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _NAME_IN_NETWORK.fullmatch(name) is not None
    return True


def check_bind_address(host: str, *, exposed: bool) -> str:
    """The IP address to listen on. Raises ValueError for one beyond loopback that was not asked for by an explicit
    word, and for a public one in any case."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ValueError(f"{host!r} is no IP address; write 127.0.0.1, ::1, or 0.0.0.0 for a container") from None
    if address.is_loopback:
        return str(address)
    if address.is_global:
        raise ValueError(f"{host} is a public address; the sandbox is for this machine and its containers only")
    if not exposed:
        raise ValueError(f"{host} can be reached from other machines; add --exposed if that is what you want")
    return str(address)
