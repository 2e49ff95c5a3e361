"""Whose host an address is: a credential goes only to its owner's hosts, or to this machine.

Where a credential may go: its own hosts over TLS, or this machine. Anything else is refused before it is sent.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from meshtui.base.endpoints import PROVIDER_NAMES

GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_OLD_TOKEN_URIS = ("https://accounts.google.com/o/oauth2/token", "https://www.googleapis.com/oauth2/v4/token",
                   "https://www.googleapis.com/oauth2/v3/token")  # fmt: skip

_REGION = r"[a-z]{2,5}(?:-[a-z]+)+-\d"
"""A region's name as AWS makes them. Anything looser lets in names of other people's buckets: `portal.sso.s3`."""
_AWS_DOMAIN = r"(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)"
_AWS = rf"(?:bedrock|bedrock-runtime|bedrock-mantle|sts)(?:-fips)?\.{_REGION}"
_VPC = rf"vpce-[a-z0-9-]+\.{_AWS}\.vpce\.{_AWS_DOMAIN}"
"""A VPC endpoint of such a service: AWS's own, only its first label is the account's (AWS PrivateLink)."""
# Where each provider's credential belongs. OpenAI: its page on data residency. Mesh: documentation
# "Authentication". AWS: botocore's endpoint rules. Google: google-genai's source.
OWN = {
    "openai": re.compile(r"(?:[a-z]{2,12}\.)?api\.openai\.com"),
    "mesh": re.compile(r"api(?:-dev)?\.meshapi\.ai"),
    "bedrock": re.compile(rf"{_AWS}\.(?:{_AWS_DOMAIN}|api\.aws)|sts\.amazonaws\.com|{_VPC}"),
    # What an AWS profile asks for its keys, each with its own secret. Partitions: botocore's `partitions.json`.
    "aws-sts": re.compile(rf"sts(?:-fips)?\.{_REGION}\.{_AWS_DOMAIN}|sts\.amazonaws\.com"),
    "aws-sso": re.compile(rf"(?:portal\.sso|oidc)\.{_REGION}\.{_AWS_DOMAIN}"),
    "vertex": re.compile(r"(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com|aiplatform\.(?:us|eu)\.rep\.googleapis\.com"),
}

# Fixed link-local addresses of AWS's metadata, plain http by design: EC2; ECS; EKS ("IMDS endpoints", "Container
# credential provider").
METADATA_HOSTS = frozenset({"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"})


def is_aws_region(text: str) -> bool:
    """Whether the text is spelt as AWS spells regions, and so can be part of a host's name."""
    return re.fullmatch(_REGION, text) is not None


def aws_domain(region: str) -> str:
    """The domain in which AWS's services of this region are."""
    partition = region.partition("-")[0]
    return {"cn": "amazonaws.com.cn", "eusc": "amazonaws.eu"}.get(partition, "amazonaws.com")


def fill_region(url: str, region: str) -> str:
    """The address of AWS's with its `{region}` filled in, in the domain of that region's partition."""
    return url.replace("{region}.amazonaws.com", f"{region}.{aws_domain(region)}").replace("{region}", region)


def whose(url: str, provider: str) -> str:
    """`own`, `loopback` or `foreign`: what sending this provider's credential to the address would mean."""
    host = host_of(url)
    if is_loopback(host):
        return "loopback"
    own = OWN[provider].fullmatch(host) and urlsplit(url).scheme == "https"
    return "own" if own else "foreign"


def host_of(url: str) -> str:
    """The host, in small letters; empty where the address has none or cannot be read."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    return "" if parts.scheme not in ("http", "https") or parts.username is not None else host


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: where the sandbox is, and where TLS is not asked for."""
    return host in ("localhost", "::1") or re.fullmatch(r"127(?:\.\d{1,3}){3}", host) is not None


def is_old_token_uri(uri: str) -> bool:
    """Whether it is one of the addresses that Google's own files had in earlier years."""
    return uri in _OLD_TOKEN_URIS


# Besides the hosts that a credential is for: those that its checks ask (Google's IAM and Resource Manager reference,
# botocore's endpoint rules for IAM).
_ASKED = {
    "bedrock": re.compile(r"iam(?:\.us-gov)?\.amazonaws\.com"),
    "vertex": re.compile(r"(?:oauth2|cloudresourcemanager|www)\.googleapis\.com"),
}
_GOOGLE_TOKEN_HOSTS = ("oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com")


def refusal(provider: str, scheme: str, host: str, port: int | None, userinfo: str = "") -> str:
    """Why a credential of this provider must not go there; empty where it may. `port` is None for the scheme's own."""
    where = f"{scheme}://{host}" + (f":{port}" if port else "")
    if userinfo:
        return f"{where} comes with a user name in the address"
    if scheme not in ("http", "https"):
        return f"{where} is not an http address"
    if is_loopback(host):
        return ""
    if provider == "aws-metadata":
        fits = scheme == "http" and host in METADATA_HOSTS and port in (None, 80)
        return "" if fits else f"{where} is not an address of AWS's metadata"
    if not is_own(provider, host) or port not in (None, 443):
        return f"{where} is not a host of {PROVIDER_NAMES.get(provider, provider)}"
    if scheme != "https":
        return f"{where} is not encrypted: a credential goes over https only"
    return ""


def is_own(provider: str, host: str) -> bool:
    """Whether the host is one that this provider's credential may be sent to."""
    return any(table[provider].fullmatch(host) for table in (OWN, _ASKED) if provider in table)


def is_foreign_token_uri(uri: str, ours: str) -> bool:
    """Whether a service account's `token_uri` is neither Google's, in any form it has had over the years, nor the
    address in use. It is only judged, never called: what is signed for Google could be replayed there for an hour."""
    if uri in ("", ours):
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return True
    return parts.scheme != "https" or parts.netloc not in _GOOGLE_TOKEN_HOSTS
