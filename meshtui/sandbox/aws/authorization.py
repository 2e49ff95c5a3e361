"""Who is calling AWS, and may they? Used by its routes and by the gateway alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import fault_injection, ids
from meshtui.sandbox.aws import errors
from meshtui.sandbox.aws.authentication import (
    AwsRefusal,
    check_bearer,
    check_signature,
    identify_bearer,
    identify_signer,
)
from meshtui.sandbox.aws.errors import AwsError
from meshtui.sandbox.aws.sigv4 import WireRequest
from meshtui.sandbox.http_messages import INVALID_REQUEST, Refusal
from meshtui.sandbox.keys import REGION, Keys
from meshtui.sandbox.world import World

LATENCY_MS = 24
INVOKE_MODEL, INVOKE_MODEL_STREAM = "InvokeModel", "InvokeModelWithResponseStream"
"""The rights to run a model, whole or streamed; Converse has none of its own."""
_NAMESPACE = "http://internal.amazon.com/coral/{}/"


@dataclass(frozen=True, slots=True)
class AwsCaller:
    """`name`: the credential, empty for an unknown one; `bearer`: whether an API key was sent and not a signature."""

    name: str
    bearer: bool
    fault: str | None


def identify_caller(world: World, wire: WireRequest) -> AwsCaller:
    """Whom the request names. Nothing is verified yet: `check_credential` does that."""
    key = read_bearer_key(wire)
    name = identify_signer(world.keys, wire) if key is None else identify_bearer(world.keys, key)
    return AwsCaller(name, key is not None, world.find_fault(name))


def read_bearer_key(wire: WireRequest) -> str | None:
    """None where the Authorization header is not a bearer's."""
    scheme, _, key = wire.header("authorization").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def check_credential(world: World, caller: AwsCaller, wire: WireRequest, service: str) -> AwsRefusal | None:
    """Why the request does not come in at all: its proof fails, or a fault has killed the credential."""
    key = read_bearer_key(wire)
    if key is not None and service != "bedrock":
        return AwsRefusal(errors.NO_CREDENTIAL)  # STS and IAM have no bearer authentication
    row = _find_fault_row(caller)
    if caller.name and row and row.every_call:
        return AwsRefusal(row)
    now = fault_injection.read_server_clock(caller.fault)
    return check_signature(world.keys, wire, service, now) if key is None else check_bearer(world.keys, key, now)


def check_model_access(world: World, caller: AwsCaller, model: str, action: str) -> AwsRefusal | None:
    """Why a credential that came in may not run this model."""
    row = _find_fault_row(caller)
    rate = world.take_token(caller.name, caller.fault)
    if row is None or row.every_call or (rate and rate.granted) or (row.only and row.only != action):
        return None
    return AwsRefusal(
        row, {"user": get_user_arn(world.keys, caller), "action": action, "model": model, "region": REGION}
    )


def check_stored_credential(
    world: World, name: str, fault: str | None, model: str, *, stream: bool = False
) -> Refusal | None:
    """The same two for a copy of the credential that the gateway holds and uses rightly. An empty model: a listing."""
    caller = AwsCaller(name, name == "bedrock", fault)
    row = _find_fault_row(caller)
    if row and row.every_call:
        return format_json_error(AwsRefusal(row))
    refused = (
        check_model_access(world, caller, model, INVOKE_MODEL_STREAM if stream else INVOKE_MODEL) if model else None
    )
    return format_json_error(refused) if refused else None


def get_user_arn(keys: Keys, caller: AwsCaller) -> str:
    """The ARN of the credential's user."""
    name = keys.bedrock_user if caller.name == "bedrock" else "meshtui-sandbox"
    return f"arn:aws:iam::{keys.aws_account}:user/{name}"


def format_json_error(refused: AwsRefusal) -> Refusal:
    """As Bedrock writes it: JSON, with the type in a header."""
    row = refused.row
    message = row.message.format_map(refused.facts)
    space = "com.amazon.coral.service" if row.front else "com.amazon.bedrock"
    return Refusal(
        status=row.status,
        body=_encode_compact({row.key: message}),
        message=message,
        meaning=row.meaning,
        error={"__type": row.type, row.key: message},
        headers={"x-amzn-errortype": f"{row.type}:{_NAMESPACE.format(space)}", **make_request_headers()},
    )


STS = "https://sts.amazonaws.com/doc/2011-06-15/"


def format_xml_error(refused: AwsRefusal, namespace: str = STS) -> Refusal:
    """As STS and IAM write it: XML, with codes of their own."""
    row = refused.row
    code, message = errors.STS_CODES.get(row.type, row.type), row.message.format_map(refused.facts)
    made = make_request_headers()
    body = (
        f'<ErrorResponse xmlns="{namespace}">\n  <Error>\n    <Type>Sender</Type>\n'
        f"    <Code>{code}</Code>\n    <Message>{escape(message)}</Message>\n  </Error>\n"
        f"  <RequestId>{made['x-amzn-requestid']}</RequestId>\n</ErrorResponse>\n"
    )
    return Refusal(row.status, body, message, row.meaning, {}, made, "text/xml")  # Mesh hands on no XML


def make_request_headers() -> dict[str, str]:
    return {"x-amzn-requestid": ids.make_aws_request_id()}


def _find_fault_row(caller: AwsCaller) -> AwsError | None:
    return (errors.API_KEY_FAULTS if caller.bearer else errors.KEY_PAIR_FAULTS).get(caller.fault or "")


def _encode_compact(body: Mapping[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def make_validation_error(message: str, error_type: str = "ValidationException") -> Response:
    """Bedrock's refusal of a request that is not as it should be."""
    return format_json_error(
        AwsRefusal(AwsError(400, error_type, "{message}", INVALID_REQUEST), {"message": message})
    ).to_response()


def answer_json(body: object, **headers: str) -> Response:
    latency = {"x-amzn-bedrock-invocation-latency": str(LATENCY_MS)}
    return JSONResponse(body, headers={**make_request_headers(), **latency, **headers})
