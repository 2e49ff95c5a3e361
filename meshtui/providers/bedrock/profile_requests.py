"""The requests that give keys for an AWS profile, and what their answers hold: single sign-on's portal, STS, metadata.

AWS references: "GetRoleCredentials" (IAM Identity Center portal), "AssumeRole" and "AssumeRoleWithWebIdentity" (STS),
"Use IMDSv2", "Container credential provider". Each goes through the one transport, under its own row of hosts.
"""

from __future__ import annotations

import asyncio
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from meshtui.base.endpoints import Endpoints
from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.http.call import JSON, Call
from meshtui.http.decoding import dig
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers.bedrock.credential_process import read_keys
from meshtui.providers.bedrock.hosts import find_aws_domain
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.providers.bedrock.requests import FORM
from meshtui.providers.bedrock.sigv4 import sign

TIMEOUT, NEAR_TIMEOUT = 15.0, 3.0
"""Seconds for one request; the second for metadata, which is on the same machine or nowhere."""
EC2, CONTAINER = "http://169.254.169.254", "http://169.254.170.2"


def send(call: Call) -> PendingRequest:
    """Sends one request and waits for all of its answer. For a thread without an event loop."""
    pending = PendingRequest(call, timeout=NEAR_TIMEOUT if call.provider == "aws-metadata" else TIMEOUT)

    async def once() -> None:
        async with Transport(Endpoints()) as client:
            await client.send(pending)

    asyncio.run(once())
    return pending


def make_role_credentials_call(base: str, region: str, token: Secret, account: str, role: str) -> Call:
    """Single sign-on's GetRoleCredentials. `base` empty: AWS's own address in that region."""
    at = base or f"https://portal.sso.{region}.{find_aws_domain(region)}"
    asked = urlencode({"role_name": role, "account_id": account})
    headers: dict[str, str | Secret] = {"Accept": JSON, "x-amz-sso_bearer_token": token}
    return Call("aws-sso", "sso", "GET", f"{at}/federation/credentials?{asked}", headers)


def make_assume_role_call(base: str, keys: AwsKeys, wanted: Mapping[str, str]) -> Call:
    """STS AssumeRole, signed with the source's keys in their region. `wanted`: RoleArn, RoleSessionName, …"""
    return sign(_make_sts_call(base, keys.region, "AssumeRole", wanted), keys, "sts")


def make_web_identity_call(base: str, region: str, token: Secret, wanted: Mapping[str, str]) -> Call:
    """STS AssumeRoleWithWebIdentity: the token takes the place of a signature."""
    return _make_sts_call(base, region, "AssumeRoleWithWebIdentity", {**wanted, "WebIdentityToken": token.reveal()})


def _make_sts_call(base: str, region: str, action: str, wanted: Mapping[str, str]) -> Call:
    at = base or f"https://sts.{region}.{find_aws_domain(region)}"
    body = urlencode({"Action": action, "Version": "2011-06-15", **wanted}).encode()
    return Call("aws-sts", "sts", "POST", f"{at}/", {"Content-Type": FORM}, body=body)


def make_metadata_token_call(base: str) -> Call:
    """EC2's metadata, second version: a token first."""
    headers = {"X-aws-ec2-metadata-token-ttl-seconds": "300"}
    return Call("aws-metadata", "metadata", "PUT", f"{base}/latest/api/token", headers)


def make_metadata_call(base: str, token: Secret, role: str = "") -> Call:
    """The name of the machine's role, or that role's keys."""
    path = f"/latest/meta-data/iam/security-credentials/{quote(role, safe='')}"
    return Call("aws-metadata", "metadata", "GET", f"{base}{path}", {"X-aws-ec2-metadata-token": token})


def make_container_call(url: str, authorization: Secret | None) -> Call:
    """The keys of a container's task or pod."""
    headers: dict[str, str | Secret] = {"Accept": JSON}
    if authorization:
        headers["Authorization"] = authorization
    return Call("aws-metadata", "metadata", "GET", url, headers)


def read_sso_keys(pending: PendingRequest, region: str) -> AwsKeys | None:
    """The keys in GetRoleCredentials' answer; None where it has none."""
    found = dig(_parse_json(pending.body), "roleCredentials")
    names = {"accessKeyId": "AccessKeyId", "secretAccessKey": "SecretAccessKey", "sessionToken": "SessionToken"}
    return read_keys({names.get(k, k): v for k, v in found.items()}, region) if isinstance(found, dict) else None


def read_sts_keys(pending: PendingRequest, region: str) -> AwsKeys | None:
    """The keys in STS's answer; None where it has none."""
    return read_keys(_read_element_texts(pending.body), region)


def read_metadata_keys(pending: PendingRequest, region: str) -> AwsKeys | None:
    """The keys in the metadata's answer; None where it has none."""
    return read_keys(_parse_json(pending.body), region)


def describe_refusal(pending: PendingRequest) -> str:
    """What the service says against it: status, code and message, redacted."""
    answer = _parse_json(pending.body)
    fields = answer if isinstance(answer, dict) else _read_element_texts(pending.body)
    header = next((v for k, v in pending.headers if k.lower() == "x-amzn-errortype"), "")
    code = header or fields.get("__type") or fields.get("Code") or fields.get("code") or ""
    message = fields.get("message") or fields.get("Message") or ""
    return redact(f"HTTP {pending.status} {str(code).partition(':')[0]}: {message}".rstrip(": "))


def _parse_json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _read_element_texts(body: bytes) -> dict[str, str]:
    """The local name of each element → its text; empty for what is no XML. A document type could define entities
    without end, and STS sends none."""
    if b"<!" in body:
        return {}
    try:
        root = ET.fromstring(body)  # noqa: S314 - no document type gets here
    except (ET.ParseError, ValueError, LookupError):
        return {}
    return {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root.iter()}
