"""Where AWS credentials may be sent (botocore's endpoint rules and its `partitions.json`)."""

from __future__ import annotations

import re

from meshtui.http.hosts import HostRule

_REGION = r"[a-z]{2,5}(?:-[a-z]+)+-\d"
"""A region's name as AWS makes them. Anything looser lets in names of other people's buckets: `portal.sso.s3`."""
_DOMAIN = r"(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)"
_SERVICES = r"(?:bedrock|bedrock-runtime|sts)(?:-fips)?\.[a-z0-9-]+"

HOSTS = {
    "bedrock": HostRule(
        rf"{_SERVICES}\.(?:amazonaws\.com|api\.aws)|sts\.amazonaws\.com", asked=r"iam(?:\.us-gov)?\.amazonaws\.com"
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
