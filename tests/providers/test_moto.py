"""A foreign judge: moto's server, with authentication enforced, recomputes our signatures and applies IAM policies.

It is a judge of signatures and rights alone: its refusals are XML, other than AWS's, it knows InvokeModel and not
Converse, and of IAM's simulator nothing. Runs where the extra `clients` is installed.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import JSON, Call
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.providers.bedrock.sigv4 import sign

pytestmark = [pytest.mark.clients, pytest.mark.slow]
REGION = "us-east-1"
MODEL = "amazon.nova-micro-v1:0"
POLICIES = {
    "may-invoke": [{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}],
    "may-nothing": [],
}


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """The address of a server in which nobody has been given a key yet; its first calls are not checked."""
    pytest.importorskip("moto", reason="moto is not installed: pip install 'meshapi-tui[clients]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    calls_of_ours = str(3 * len(POLICIES))
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": calls_of_ours},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _await_port(port: int) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("moto's server did not start")


@pytest.fixture(scope="module")
def users(moto: str) -> dict[str, AwsKeys]:
    """Name of a user → a key pair of his, made by boto3."""
    iam: Any = boto3.client(
        "iam", endpoint_url=moto, region_name=REGION, aws_access_key_id="setup", aws_secret_access_key="setup",
        config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    made = {}
    for name, statements in POLICIES.items():
        iam.create_user(UserName=name)
        document = {"Version": "2012-10-17", "Statement": statements or [
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}  # fmt: skip
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        made[name] = AwsKeys(Secret(key["AccessKeyId"]), Secret(key["SecretAccessKey"]), REGION)
    return made


async def send(call: Call) -> tuple[int, str]:
    async with Transport(Endpoints()) as client:
        pending = PendingRequest(call, timeout=10.0)
        await client.send(pending)
    assert pending.exchange.failure is None, pending.exchange.failure
    return pending.status, pending.body.decode()


def who(moto: str, keys: AwsKeys) -> Call:
    return bedrock.make_identity_call(Endpoints(sts=moto), keys)


def invoke(moto: str, keys: AwsKeys) -> Call:
    """Signed as every call to Bedrock is; the model's id holds a colon, which is encoded twice in the signature."""
    url = f"{moto}/model/{quote(MODEL, safe='')}/invoke"
    call = Call("bedrock", "chat", "POST", url, {"Content-Type": JSON}, body=b'{"messages": []}')
    return sign(call, keys, "bedrock")


async def test_sts_knows_us_by_our_signature(moto: str, users: dict[str, AwsKeys]):
    for name, keys in users.items():
        status, said = await send(who(moto, keys))
        assert (status, f":user/{name}</Arn>" in said) == (200, True), said


async def test_bedrock_takes_our_signature_where_the_policy_allows_it(moto: str, users: dict[str, AwsKeys]):
    status, said = await send(invoke(moto, users["may-invoke"]))
    assert status == 200, said


async def test_bedrock_refuses_the_right_that_is_lacking_and_not_the_signature(moto: str, users: dict[str, AwsKeys]):
    status, said = await send(invoke(moto, users["may-nothing"]))
    assert (status, "is not authorized to perform: bedrock:InvokeModel" in said) == (403, True), said


@pytest.mark.parametrize("build", [who, invoke])
async def test_another_secret_or_another_key_is_found_out(moto: str, users: dict[str, AwsKeys], build: Any):
    keys = users["may-invoke"]
    status, said = await send(build(moto, replace(keys, secret_access_key=Secret("s" * 40))))
    assert (status, "signature we calculated does not match" in said) == (403, True), said
    status, said = await send(build(moto, replace(keys, access_key_id=Secret("AKIA" + "Q" * 16))))
    assert (status, "security token included in the request is invalid" in said) == (403, True), said


@pytest.mark.parametrize("build", [who, invoke])
async def test_a_body_changed_on_its_way_is_found_out(moto: str, users: dict[str, AwsKeys], build: Any):
    call = build(moto, users["may-invoke"])
    status, said = await send(replace(call, body=call.body + b" "))
    assert (status, "signature we calculated does not match" in said) == (403, True), said
