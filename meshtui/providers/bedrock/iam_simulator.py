"""IAM's policy simulator: what an identity's policies allow, without doing it (IAM API reference,
"SimulatePrincipalPolicy"). Free; needs the right iam:SimulatePrincipalPolicy."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from urllib.parse import urlencode

from meshtui.base.endpoints import Endpoints
from meshtui.http.call import Call
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.providers.bedrock.requests import FORM, strip_profile
from meshtui.providers.bedrock.sigv4 import sign

SIMULATE = "iam:SimulatePrincipalPolicy"
INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
"""Converse and ConverseStream have no actions of their own: they are checked as these."""


class Decision(StrEnum):
    """From best to worst."""

    ALLOWED = "allowed"
    DEPENDS = "depends"
    """Not allowed, but with condition keys that the simulation had no value for."""
    NOT_ALLOWED = "implicitDeny"
    DENIED = "explicitDeny"


def find_principal(arn: str) -> str:
    """The user or role whose policies count for the caller that STS names; empty for what IAM does not simulate: the
    root user and federated users. The path of a role is not in STS's name of it."""
    found = re.fullmatch(r"arn:(aws[\w-]*):sts::(\d{12}):assumed-role/([^/]+)/.*", arn)
    if found:
        return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}"
    return arn if re.fullmatch(r"arn:aws[\w-]*:iam::\d{12}:user/.+", arn) else ""


def list_resources(model: str, region: str, arn: str) -> tuple[str, ...]:
    """The resources of the call: the model, and for an inference profile both it and its model."""
    if model.startswith("arn:"):
        return (model,)
    partition, account = arn.split(":")[1], arn.split(":")[4]
    bare = strip_profile(model)
    behind = f"arn:{partition}:bedrock:{region}::foundation-model/{bare}"
    if bare == model:
        return (behind,)
    return f"arn:{partition}:bedrock:{region}:{account}:inference-profile/{model}", behind


def make_simulate_call(endpoints: Endpoints, keys: AwsKeys, who: str, touched: Iterable[str]) -> Call:
    """Asks about both actions at once. IAM has one address for a partition, and one region that it is signed for."""
    fields = {"Action": "SimulatePrincipalPolicy", "Version": "2010-05-08", "PolicySourceArn": who}
    fields |= {f"ActionNames.member.{n}": action for n, action in enumerate((INVOKE, STREAM), 1)}
    fields |= {f"ResourceArns.member.{n}": resource for n, resource in enumerate(touched, 1)}
    government = keys.region.startswith("us-gov-")
    host = "https://iam.us-gov.amazonaws.com" if government and endpoints.iam == Endpoints().iam else endpoints.iam
    call = Call(
        "bedrock", "simulate", "POST", f"{host}/", {"Content-Type": FORM}, body=urlencode(fields).encode()
    )  # fmt: skip
    return sign(call, replace(keys, region="us-gov-west-1" if government else "us-east-1"), "iam")


def read_decisions(answer: object) -> Mapping[str, Decision] | None:
    """Action → the worst decision on any of the resources; None where the answer is not a simulation."""
    # A document type could define entities without end, and IAM sends none.
    if not isinstance(answer, str) or "<!" in answer:
        return None
    try:
        root = ET.fromstring(answer)  # noqa: S314 - no document type gets here
    except ET.ParseError:
        return None
    results = [member for list_ in _find_elements(root, "EvaluationResults") for member in list_]
    found: dict[str, Decision] = {}
    for result in results:
        action = next((e.text or "" for e in result if _name(e) == "EvalActionName"), "")
        decisions = [_read_decision(e.text, result) for e in result.iter() if _name(e) in _DECISIONS]
        found[action] = max([found.get(action, Decision.ALLOWED), *decisions], key=list(Decision).index)
    return found or None


_DECISIONS = ("EvalDecision", "EvalResourceDecision")


def _read_decision(text: str | None, result: ET.Element) -> Decision:
    if text not in list(Decision):
        return Decision.DEPENDS
    missing = any(len(e) for e in _find_elements(result, "MissingContextValues"))
    return Decision.DEPENDS if missing and text == Decision.NOT_ALLOWED else Decision(text)


def _find_elements(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (e for e in element.iter() if _name(e) == name)


def _name(element: ET.Element) -> str:
    """Without its namespace."""
    return element.tag.rpartition("}")[2]
