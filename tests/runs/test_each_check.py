"""What single checks make of an answer: rights that are lacking, keys of two files, scopes, keys stored with Mesh."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from meshtui.base.credential import Credential
from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.checks.runner import CheckRunner, run_checks
from meshtui.http.call import PromptRequest
from meshtui.http.transport import Transport
from meshtui.providers.check import CheckStatus
from meshtui.providers.openai import checks as openai
from meshtui.sandbox.settings import Behaviour
from tests.providers.wire import answer, serving
from tests.runs.stage import Stage

STREAM = "bedrock:InvokeModelWithResponseStream"
ROLE = "arn:aws:sts::123456789012:assumed-role/app/session"


def check(check_report: CheckReport, name: str) -> CheckResult:
    return next(r for r in check_report.checks if r.name == name)


async def check_against(
    stage: Stage, credential: Credential, reply: bytes, *, prompt: bool = False, **addresses: Callable[[str], str]
) -> CheckReport:
    """Runs on the sandbox, but for the addresses named, which give `reply` to everything."""
    async with serving(reply) as wire:
        here = {name: make(wire.url) for name, make in addresses.items()}
        endpoints = replace(Endpoints.of_sandbox(stage.sandbox.addresses), **here)
        async with Transport(endpoints) as client:
            return await run_checks(credential, client, lambda _: None, prompt=prompt)


def same(url: str) -> str:
    return url


def denied(arn: str, action: str) -> str:
    because = f"because no identity-based policy allows the {action} action"
    return f"User: {arn} is not authorized to perform: {action} {because}"


# AWS


async def test_what_iam_foretells_of_streaming_is_told_without_spending(stage: Stage):
    check_report = await stage.run_checks("aws", "no_streaming", prompt=False)
    assert check_report.sentence == (
        "This key is valid and may call amazon.nova-micro-v1:0 in us-east-1, but not stream: "
        f"the user lacks {STREAM}, as IAM simulates it."
    )
    assert check_report.deciding.fix == (
        f"let an administrator allow {STREAM} on arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0"
    )
    assert check_report.exit_status == 5


@pytest.mark.parametrize("name", ["aws", "bedrock"])
async def test_a_key_that_may_call_but_not_stream_is_told_so_by_the_stream(stage: Stage, name: str):
    check_report = await stage.run_checks(name, "no_streaming")
    assert check(check_report, "prompt").status is CheckStatus.PASSED
    assert check(check_report, "streaming").note == f"the user lacks {STREAM}"
    assert "may call amazon.nova-micro-v1:0 in us-east-1, but not stream: the user lacks" in check_report.sentence


async def test_a_role_is_called_a_role(stage: Stage):
    refusal = answer(json.dumps({"Message": denied(ROLE, "bedrock:InvokeModel")}).encode(), status="403 Forbidden")
    check_report = await check_against(stage, stage.credentials["bedrock"], refusal, prompt=True, bedrock_runtime=same)
    assert check(check_report, "prompt").note == "the role lacks bedrock:InvokeModel"
    assert check_report.sentence.endswith(
        "may not call amazon.nova-micro-v1:0 in us-east-1: the role lacks bedrock:InvokeModel."
    )


IAM_SAYS = """<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>
<Code>{}</Code><Message>{}</Message></Error><RequestId>x</RequestId></ErrorResponse>"""
IAM_REFUSES = IAM_SAYS.format("AccessDenied", denied(ROLE, "iam:SimulatePrincipalPolicy"))
NO_SUCH_ROLE = IAM_SAYS.format("NoSuchEntity", "The role with name app cannot be found.")


@pytest.mark.parametrize(
    ("reply", "status", "says"),
    [
        (IAM_REFUSES, "403 Forbidden", "iam:SimulatePrincipalPolicy"),
        (NO_SUCH_ROLE, "404 Not Found", "IAM does not know the role"),
        ("<a/>", "200 OK", "not a simulation"),
        ("<!DOCTYPE a><a/>", "200 OK", "not a simulation"),
        ("{}", "200 OK", "not a simulation"),
    ],
)
async def test_a_key_that_may_not_ask_iam_is_none_the_worse(stage: Stage, reply: str, status: str, says: str):
    check_report = await check_against(stage, stage.credentials["aws"], answer(reply.encode(), status=status), iam=same)
    assert check(check_report, "permission").status is CheckStatus.UNCLEAR
    assert says in check(check_report, "permission").note
    assert check(check_report, "stream permission").status is CheckStatus.SKIPPED
    assert check_report.deciding is None
    assert check_report.exit_status == 0


def simulated(*results: tuple[str, str, str]) -> bytes:
    members = "".join(
        f"<member><EvalDecision>{decision}</EvalDecision><EvalActionName>bedrock:{action}</EvalActionName>"
        f"<MissingContextValues>{missing}</MissingContextValues></member>"
        for action, decision, missing in results
    )
    return answer(f"<R xmlns='x'><EvaluationResults>{members}</EvaluationResults></R>".encode())


ASKS_MORE = "<member>aws:SourceIp</member>"


@pytest.mark.parametrize(
    ("results", "status", "cause"),
    [
        ([("InvokeModel", "allowed", "")], CheckStatus.PASSED, ""),
        ([("InvokeModel", "implicitDeny", "")], CheckStatus.FAILED, "permission_missing"),
        ([("InvokeModel", "explicitDeny", ASKS_MORE)], CheckStatus.FAILED, "permission_denied_explicitly"),
        ([("InvokeModel", "implicitDeny", ASKS_MORE)], CheckStatus.UNCLEAR, "unknown"),
        (
            [("InvokeModel", "allowed", ""), ("InvokeModel", "implicitDeny", "")],
            CheckStatus.FAILED,
            "permission_missing",
        ),
        ([("InvokeModel", "perhaps", "")], CheckStatus.UNCLEAR, "unknown"),
        ([("ListModels", "allowed", "")], CheckStatus.UNCLEAR, "unknown"),
    ],
)
async def test_the_worst_decision_on_any_resource_counts(
    stage: Stage, results: list[tuple[str, str, str]], status: CheckStatus, cause: str
):
    check_report = await check_against(stage, stage.credentials["aws"], simulated(*results), iam=same)
    assert (check(check_report, "permission").status, check(check_report, "permission").cause) == (status, cause)


async def test_what_happens_beats_what_iam_foretold(stage: Stage):
    refuses = simulated(("InvokeModel", "implicitDeny", ""), ("InvokeModelWithResponseStream", "implicitDeny", ""))
    check_report = await check_against(stage, stage.credentials["aws"], refuses, prompt=True, iam=same)
    assert check(check_report, "permission").status is CheckStatus.FAILED
    assert check_report.deciding is None
    assert check_report.sentence.endswith("streaming too.")


async def test_a_key_that_may_not_list_is_alive_all_the_same(stage: Stage):
    text = json.dumps({"Message": denied(ROLE, "bedrock:ListFoundationModels")}).encode()
    refused = answer(text, "x-amzn-errortype: AccessDeniedException", status="403 Forbidden")
    check_report = await check_against(
        stage, stage.credentials["bedrock"], refused, bedrock_runtime=same, bedrock=same
    )  # fmt: skip
    assert [r.status for r in check_report.checks if r.name in ("models", "availability")] == [CheckStatus.UNCLEAR] * 2
    assert check_report.sentence.startswith("This key is valid, but whether it may call")
    assert check_report.exit_status == 8


# Google


@pytest.fixture(scope="module")
def other_pem() -> Secret:
    key = rsa.generate_private_key(65537, 2048)
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "Google publishes this key"),
        ({"private_key_id": ""}, "Google publishes this key"),
        ({"private_key_id": "f" * 40}, "come from two files: this private key is"),
        ({"private_key": None}, "come from two files: Google publishes another key under this id"),
        ({"private_key": None, "private_key_id": "f" * 40}, "Google does not publish this key: it was deleted"),
    ],
    ids=["live", "no id", "foreign id", "foreign key", "deleted"],
)
async def test_the_published_certificate_tells_a_live_key_from_a_mixed_and_a_deleted_one(
    stage: Stage, other_pem: Secret, change: dict[str, str | None], says: str
):
    made = {name: other_pem if value is None else value for name, value in change.items()}
    credential = stage.credentials["vertex"]
    changed = replace(credential, material=replace(credential.material, **made))
    check_report = await run_checks(changed, stage.client, lambda _: None, prompt=False)
    found = check(check_report, "certificate")
    assert says in found.note
    assert found.status is (CheckStatus.PASSED if "this key" in says and "not" not in says else CheckStatus.FAILED)
    assert check_report.exit_status == (0 if found.status is CheckStatus.PASSED else 4)
    assert (found.status is CheckStatus.PASSED) == (not found.fix)


async def test_a_new_key_that_is_not_published_yet_is_proved_by_its_token(stage: Stage):
    check_report = await check_against(stage, stage.credentials["vertex"], answer(b"{}"), google_certificates=same)
    assert check(check_report, "certificate").status is CheckStatus.FAILED
    assert check_report.deciding is None


@pytest.mark.parametrize("reply", [b'{"error": "Not found"}', b"<html>", b"[]", b'{"k": "no PEM"}', b'{"k": 1}'])
async def test_what_is_no_list_of_certificates_says_nothing(stage: Stage, reply: bytes):
    status = "404 Not Found" if b"error" in reply else "200 OK"
    check_report = await check_against(
        stage, stage.credentials["vertex"], answer(reply, status=status), google_certificates=same
    )  # fmt: skip
    assert check(check_report, "certificate").status is CheckStatus.UNCLEAR
    assert check_report.deciding is None


ANTHROPIC = {"type": "error", "error": {"type": "invalid_request_error", "message": "messages: at least one message"}}
GOOGLE = {"error": {"code": 400, "message": "is not allowed to use Publisher Model", "status": "FAILED_PRECONDITION"}}


@pytest.mark.parametrize(("body", "status"), [(ANTHROPIC, CheckStatus.PASSED), (GOOGLE, CheckStatus.FAILED)])
async def test_anthropics_models_are_asked_nothing_to_prove_access(stage: Stage, body: object, status: CheckStatus):
    reply = answer(json.dumps(body).encode(), status="400 Bad Request")
    credential = stage.credentials["vertex"]
    async with serving(reply) as wire:
        endpoints = replace(Endpoints.of_sandbox(stage.sandbox.addresses), vertex=wire.url)
        async with Transport(endpoints) as client:
            check_report = await run_checks(
                credential, client, lambda _: None, prompt=False, model="claude-haiku-4-5@20251001"
            )
    found = check(check_report, "model")
    assert (found.status, found.cost) == (status, "nothing")
    assert found.exchange.request.url.endswith("publishers/anthropic/models/claude-haiku-4-5%4020251001:rawPredict")
    assert json.loads(found.exchange.request.body)["messages"] == []


# OpenAI


async def test_what_is_said_about_image_models_is_not_held_against_the_key(stage: Stage):
    about = {"error": {"message": "Project `p` does not have access to model `dall-e-2`", "code": "model_not_found"}}
    reply = answer(json.dumps(about).encode(), status="403 Forbidden")
    async with serving(reply) as wire, Transport(replace(Endpoints(), openai=wire.url)) as client:
        runner = CheckRunner(
            stage.credentials["openai"], client, PromptRequest("m", "x"), 5.0, spend=False, surroundings={}
        )
        found = await runner.run(openai.SCOPE)
    assert (found.status, found.cause) == (CheckStatus.UNCLEAR, "unknown")


def scopes(*missing: str, status: str = "403 Forbidden") -> bytes:
    message = f"You have insufficient permissions for this operation. Missing scopes: {', '.join(missing)}. Check that"
    return answer(json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode(), status=status)


async def test_a_key_that_may_not_list_openais_models_is_unclear_and_valid(stage: Stage):
    refused = scopes("api.model.read")
    check_report = await check_against(stage, stage.credentials["openai"], refused, openai=same)
    assert check(check_report, "identity").status is CheckStatus.UNCLEAR
    assert not any(r.status is CheckStatus.FAILED for r in check_report.checks)
    assert check_report.exit_status == 8
    assert "valid" in check_report.sentence


async def test_the_scope_for_models_is_proved_without_making_anything(stage: Stage):
    good = check(await stage.run_checks("openai", prompt=False), "scope")
    assert (good.status, good.cost, good.exchange.status) == (CheckStatus.PASSED, "nothing", 400)
    lacking = await stage.run_checks("openai", "no_permission", prompt=False)
    assert check(lacking, "scope").note == "the key lacks the scope model.request"
    assert lacking.exit_status == 5


async def test_a_project_that_an_sdk_would_send_unasked_is_tried(stage: Stage):
    async def project(**variables: str) -> CheckResult:
        credential = stage.credentials["openai"]
        check_report = await run_checks(credential, stage.client, lambda _: None, prompt=False, surroundings=variables)
        return check(check_report, "project")

    plain = await project()
    assert (plain.status, plain.exchange) == (CheckStatus.PASSED, None)
    assert plain.note.startswith("organization org-")
    for variable in ("OPENAI_PROJECT_ID", "OPENAI_ORG_ID"):
        foreign = await project(**{variable: "somebody-elses"})
        assert (foreign.status, foreign.cause) == (CheckStatus.FAILED, "account_mismatch")
        assert "OPENAI_PROJECT_ID" in foreign.fix


# Mesh


@pytest.mark.parametrize(("name", "word"), [("openai", "openai"), ("bedrock", "aws"), ("vertex", "vertex")])
async def test_a_provider_key_that_fails_behind_mesh_is_found_from_meshs_side(stage: Stage, name: str, word: str):
    stage.sandbox.set_fault(name, "revoked")
    check_report = await stage.run_checks("mesh", prompt=False)
    assert check_report.deciding.name == f"stored {word}"
    assert check_report.sentence.startswith(f"This key is valid, but the {word} key stored with Mesh fails there: ")
    assert "store it with Mesh anew" in check_report.deciding.fix
    assert check_report.exit_status == 4


async def test_where_mesh_wants_the_dashboards_token_the_key_is_none_the_worse(stage: Stage):
    stage.sandbox.behaviour = Behaviour(provider_keys_realm="dashboard")
    check_report = await stage.run_checks("mesh", prompt=False)
    stored = check(check_report, "provider keys")
    assert stored.status is CheckStatus.UNCLEAR
    assert "dashboard's token" in stored.note
    assert "under BYOK" in stored.fix
    assert [r.status for r in check_report.checks if r.name.startswith("stored")] == [CheckStatus.SKIPPED] * 3
    assert check_report.exit_status == 0


async def test_a_mesh_key_tells_balance_limits_model_and_stored_keys(stage: Stage):
    check_report = await stage.run_checks("mesh", prompt=False)
    assert check(check_report, "identity").note.endswith("USD left")
    limits = check(check_report, "limits").note
    assert limits.startswith("rpm ")
    assert all(part.endswith(" used") for part in limits.split(", ")), "used, where others say what is left"
    assert check(check_report, "model").exchange.request.url.endswith("/models/openai/gpt-4o-mini")
    assert check(check_report, "provider keys").note == "active: openai, aws, vertex"
