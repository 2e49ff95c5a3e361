"""Regions: how AWS and Google spell them. A region becomes part of a host name, so its characters matter.

AWS's list: botocore's endpoint data (1.44). Google's: the locations of Vertex AI in its documentation. A name that is
well formed and not listed is only warned of: regions are added faster than releases of meshtui.
"""

from __future__ import annotations

import re

from meshtui.base.credential import Finding
from meshtui.providers.finding_catalogue import is_plain, make_finding

ASSUMED_REGION = "us-east-1"
"""Where no region is given: the one in which Bedrock has the most models."""

_AWS = """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
    ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
    cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
    eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1
    us-gov-west-1 us-west-1 us-west-2
"""
_GOOGLE = """
    global us eu africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1
    asia-south2 asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1
    europe-southwest1 europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9
    europe-west12 me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2 southamerica-east1
    southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4
"""
AWS_REGIONS = frozenset(_AWS.split())
_PARTITIONS = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d|cn-[a-z]+-\d|us-gov-[a-z]+-\d|eusc-de-[a-z]+-\d")
"""How botocore's partitions spell regions, those without access to the internet left out."""
GOOGLE_LOCATIONS = frozenset(_GOOGLE.split())
_SAFE = re.compile(r"[a-z](?:[a-z0-9-]{0,24}[a-z0-9])?")
_AWS_SHAPE = re.compile(r"[a-z]{2,5}(?:-[a-z]+)+-\d")
_GOOGLE_SHAPE = re.compile(r"([a-z]+-[a-z]+)(\d{1,2})")

Judged = tuple[str, tuple[Finding, ...]]


def judge_aws_region(text: str) -> Judged:
    """The region to use and the findings about it. An empty text gives the assumed region; an invalid one gives
    none."""
    if not text.strip():
        return ASSUMED_REGION, (make_finding("region.missing", assumed=ASSUMED_REGION),)
    region, findings = _tidy_region(text)
    if not _is_safe(region):
        return "", (*findings, make_finding("region.unsafe", length=len(region)))
    if region in AWS_REGIONS:
        return region, findings
    if region[:-1] in AWS_REGIONS and region[-1] in "abcdef":
        return region, (*findings, make_finding("region.zone", region=region, right=region[:-1]))
    if google := _GOOGLE_SHAPE.fullmatch(region):
        return region, (
            *findings,
            make_finding("region.google-spelling", region=region, right=f"{google[1]}-{google[2]}"),
        )
    unknown = make_finding("region.unknown", region=region, perhaps=_suggest_region(region, AWS_REGIONS))
    if _PARTITIONS.fullmatch(region):
        return region, (*findings, unknown)
    return "", (*findings, unknown, make_finding("region.unsafe", length=len(region)))


def judge_google_location(text: str) -> Judged:
    """The same for Vertex AI, where an empty text means global."""
    if not text.strip():
        return "global", ()
    location, findings = _tidy_region(text)
    if not _is_safe(location):
        return "", (*findings, make_finding("region.unsafe", length=len(location)))
    if location in GOOGLE_LOCATIONS:
        return location, findings
    if location[:-2] in GOOGLE_LOCATIONS and location[-2] == "-":
        return location, (*findings, make_finding("region.zone", region=location, right=location[:-2]))
    if _AWS_SHAPE.fullmatch(location):
        return location, (*findings, make_finding("region.aws-spelling", region=location))
    return location, (
        *findings,
        make_finding("region.unknown", region=location, perhaps=_suggest_region(location, GOOGLE_LOCATIONS)),
    )


def describe_region(region: str, findings: tuple[Finding, ...]) -> str:
    """The region for people: one that was only assumed says so."""
    return f"{region} (assumed)" if any(f.id == "region.missing" for f in findings) else region or "unknown"


def _is_safe(region: str) -> bool:
    return _SAFE.fullmatch(region) is not None and is_plain(region)


def _tidy_region(text: str) -> Judged:
    tidy = text.strip().strip("\"'").lower()
    spelt_otherwise = tidy != text.strip() and _is_safe(tidy) and is_plain(text)
    return tidy, (make_finding("region.case", region=tidy),) if spelt_otherwise else ()


def _suggest_region(region: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(region, sorted(known), n=1)
    return f"Perhaps {near[0]}." if near else "If it is a new region, all is well."
