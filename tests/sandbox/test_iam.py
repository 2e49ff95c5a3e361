"""IAM's simulator in the sandbox: boto3 reads it, and it says what the fault of the moment would do."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.exceptions
import httpx
import pytest
from botocore.config import Config

from meshtui.sandbox.server import Sandbox

INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
RESOURCE = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0"


def client(sandbox: Sandbox, service: str, **changes: str) -> Any:
    about = sandbox.addresses["aws"]
    made = {
        "endpoint_url": about["endpoint_url"],
        "region_name": about["region"],
        "aws_access_key_id": about["access_key_id"],
        "aws_secret_access_key": about["secret_access_key"],
        **changes,
    }
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}, signature_version="v4"), **made)


def simulate(sandbox: Sandbox, *actions: str, resources: tuple[str, ...] = (RESOURCE,)) -> list[dict[str, Any]]:
    arn = client(sandbox, "sts").get_caller_identity()["Arn"]
    sandbox_iam = client(sandbox, "iam")
    answer = sandbox_iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=list(actions), ResourceArns=list(resources)
    )
    assert answer["IsTruncated"] is False
    results: list[dict[str, Any]] = answer["EvaluationResults"]
    return results


ALLOWED, NOT_ALLOWED, DENIED = "allowed", "implicitDeny", "explicitDeny"


@pytest.mark.parametrize(
    ("fault", "invoke", "stream"),
    [
        (None, ALLOWED, ALLOWED),
        ("no_permission", NOT_ALLOWED, NOT_ALLOWED),
        ("no_streaming", ALLOWED, NOT_ALLOWED),
        ("explicit_deny", DENIED, DENIED),
        ("quota_empty", ALLOWED, ALLOWED),
    ],
)
def test_the_simulator_foretells_what_the_fault_does(sandbox: Sandbox, fault: str | None, invoke: str, stream: str):
    sandbox.set_fault("aws", fault)
    results = simulate(sandbox, INVOKE, STREAM)
    assert [(r["EvalActionName"], r["EvalDecision"]) for r in results] == [(INVOKE, invoke), (STREAM, stream)]
    assert {r["EvalResourceName"] for r in results} == {RESOURCE}
    assert all(bool(r["MatchedStatements"]) == (r["EvalDecision"] != NOT_ALLOWED) for r in results)


def test_each_resource_has_a_result_of_its_own_and_other_rights_are_not_held(sandbox: Sandbox):
    results = simulate(sandbox, INVOKE, "s3:GetObject", resources=(RESOURCE, "*"))
    assert [(r["EvalActionName"], r["EvalResourceName"], r["EvalDecision"]) for r in results] == [
        (INVOKE, RESOURCE, ALLOWED),
        (INVOKE, "*", ALLOWED),
        ("s3:GetObject", RESOURCE, NOT_ALLOWED),
        ("s3:GetObject", "*", NOT_ALLOWED),
    ]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda iam: iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:role/none", ActionNames=[INVOKE]), "NoSuchEntity"),
        (lambda iam: iam.list_users(), "InvalidAction"),
    ],
)  # fmt: skip
def test_what_it_does_not_know_it_refuses_as_iam_does(sandbox: Sandbox, call: Any, code: str):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(client(sandbox, "iam"))
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("fault", "changes", "code"),
    [
        ("revoked", {}, "InvalidClientTokenId"),
        ("expired", {}, "ExpiredToken"),
        ("clock_skew", {}, "SignatureDoesNotMatch"),
        (None, {"aws_secret_access_key": "s" * 40}, "SignatureDoesNotMatch"),
        (None, {"aws_access_key_id": "AKIA" + "Q" * 16}, "InvalidClientTokenId"),
    ],
)
def test_it_looks_at_the_signature_first(sandbox: Sandbox, fault: str | None, changes: dict[str, str], code: str):
    sandbox.set_fault("aws", fault)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client(sandbox, "iam", **changes).simulate_principal_policy(PolicySourceArn=RESOURCE, ActionNames=[INVOKE])
    assert caught.value.response["Error"]["Code"] == code


def test_a_bedrock_api_key_is_none_for_iam(sandbox: Sandbox, http: httpx.Client):
    about = sandbox.addresses["bedrock"]
    answer = http.post(f"{about['endpoint_url']}/", headers={"Authorization": f"Bearer {about['api_key']}"})
    assert (answer.status_code, "MissingAuthenticationToken" in answer.text) == (403, True)
