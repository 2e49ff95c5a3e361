"""Where AWS credentials may be sent (botocore's endpoint rules and its `partitions.json`)."""

from __future__ import annotations

import re

from meshtui.http.hosts import HostRule, find_host, judge_address

_REGION = r"[a-z]{2,5}(?:-[a-z]+)+-\d"
"""A region's name as AWS makes them. Anything looser lets in names of other people's buckets: `portal.sso.s3`."""
_DOMAIN = r"(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)"
_SERVICES = rf"(?:bedrock|bedrock-runtime|bedrock-mantle|sts)(?:-fips)?\.{_REGION}"
_VPC = rf"vpce-[a-z0-9-]+\.{_SERVICES}\.vpce\.{_DOMAIN}"
"""A VPC endpoint of such a service: AWS's own, only its first label is the account's (AWS PrivateLink)."""
_IN_ADDRESS = re.compile(rf"(?:[\w-]+\.)?bedrock[a-z-]*\.({_REGION})\.(?:vpce\.)?(?:{_DOMAIN}|api\.aws)")

HOSTS = {
    "bedrock": HostRule(
        rf"{_SERVICES}\.(?:{_DOMAIN}|api\.aws)|sts\.amazonaws\.com|{_VPC}", asked=r"iam(?:\.us-gov)?\.amazonaws\.com"
    ),
    # What an AWS profile asks for its keys, each with its own secret.
    "aws-sts": HostRule(rf"sts(?:-fips)?\.{_REGION}\.{_DOMAIN}|sts\.amazonaws\.com"),
    "aws-sso": HostRule(rf"(?:portal\.sso|oidc)\.{_REGION}\.{_DOMAIN}"),
    # Fixed link-local addresses, plain http by design: EC2; ECS; EKS ("IMDS endpoints", "Container credential
    # provider").
    "aws-metadata": HostRule(
        fixed=frozenset({"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"}),
        what="AWS's metadata",
    ),
}


def is_aws_region(text: str) -> bool:
    """Whether the text is spelt as AWS spells regions, and so can be part of a host's name."""
    return re.fullmatch(_REGION, text) is not None


def find_aws_domain(region: str) -> str:
    """The domain in which AWS's services of this region are."""
    partition = region.partition("-")[0]
    return {"cn": "amazonaws.com.cn", "eusc": "amazonaws.eu"}.get(partition, "amazonaws.com")


def fill_region(url: str, region: str) -> str:
    """The address of AWS's with its `{region}` filled in, in the domain of that region's partition."""
    return url.replace("{region}.amazonaws.com", f"{region}.{find_aws_domain(region)}").replace("{region}", region)


def find_region_in_address(url: str) -> str:
    """The region in the host name of one of Bedrock's own addresses; empty for any other."""
    match = _IN_ADDRESS.fullmatch(find_host(url)) if judge_address(url, "bedrock") == "own" else None
    return match[1] if match else ""
