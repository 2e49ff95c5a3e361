"""Who is calling AWS, and may they? Used by its routes and by the gateway alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from meshtui.sandbox import edge, ids
from meshtui.sandbox.aws import rows
from meshtui.sandbox.aws.check import Refused, check_bearer, check_signature, maker_of, signer_of
from meshtui.sandbox.aws.rows import Row
from meshtui.sandbox.aws.sigv4 import Wire
from meshtui.sandbox.keys import REGION, Keys
from meshtui.sandbox.refusal import Refusal
from meshtui.sandbox.world import World

INVOKE, STREAM = "InvokeModel", "InvokeModelWithResponseStream"
"""The rights to run a model, whole or streamed; Converse has none of its own."""
_NAMESPACE = "http://internal.amazon.com/coral/{}/"


@dataclass(frozen=True, slots=True)
class Caller:
    """`name`: whose faults apply, empty for a stranger; `bearer`: whether an API key was sent and not a signature."""

    name: str
    bearer: bool
    fault: str | None


def caller_of(world: World, wire: Wire) -> Caller:
    """Whom the request names. Nothing is believed yet: `refuse_entry` looks at the proof."""
    key = bearer_key(wire)
    name = signer_of(world.keys, wire) if key is None else maker_of(world.keys, key)
    return Caller(name, key is not None, world.fault(name))


def bearer_key(wire: Wire) -> str | None:
    """None where the Authorization header is not a bearer's."""
    scheme, _, key = wire.header("authorization").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def refuse_entry(world: World, caller: Caller, wire: Wire, service: str) -> Refused | None:
    """Why the request does not come in at all: its proof fails, or a fault has killed the credential."""
    key = bearer_key(wire)
    if key is not None and service != "bedrock":
        return Refused(rows.NO_CREDENTIAL)  # STS and IAM have no bearer authentication
    row = _row(caller)
    if caller.name and row and row.every_call:
        return Refused(row)
    now = edge.now(caller.fault)
    return check_signature(world.keys, wire, service, now) if key is None else check_bearer(world.keys, key, now)


def refuse_call(world: World, caller: Caller, model: str, action: str) -> Refused | None:
    """Why a credential that came in may not run this model."""
    row = _row(caller)
    draw = world.draw(caller.name, caller.fault)
    if row is None or row.every_call or (draw and draw.granted) or (row.only and row.only != action):
        return None
    return Refused(row, {"user": user(world.keys, caller), "action": action, "model": model, "region": REGION})


def refuse_stored(world: World, name: str, fault: str | None, model: str, *, stream: bool = False) -> Refusal | None:
    """The same two for a copy of the credential that the gateway holds and uses rightly. An empty model: a listing."""
    caller = Caller(name, name == "bedrock", fault)
    row = _row(caller)
    if row and row.every_call:
        return refusal(Refused(row))
    refused = refuse_call(world, caller, model, STREAM if stream else INVOKE) if model else None
    return refusal(refused) if refused else None


def user(keys: Keys, caller: Caller) -> str:
    """The ARN of the user behind the credential."""
    name = keys.bedrock_user if caller.name == "bedrock" else "meshtui-sandbox"
    return f"arn:aws:iam::{keys.aws_account}:user/{name}"


def refusal(refused: Refused) -> Refusal:
    """As Bedrock writes it: JSON, with the type in a header."""
    row = refused.row
    message = row.message.format_map(refused.facts)
    space = "com.amazon.coral.service" if row.front else "com.amazon.bedrock"
    return Refusal(
        status=row.status,
        body=_compact({row.key: message}),
        message=message,
        meaning=row.meaning,
        error={"__type": row.type, row.key: message},
        headers={"x-amzn-errortype": f"{row.type}:{_NAMESPACE.format(space)}", **request_ids()},
    )


STS = "https://sts.amazonaws.com/doc/2011-06-15/"


def xml_refusal(refused: Refused, namespace: str = STS) -> Refusal:
    """As STS and IAM write it: XML, with codes of their own."""
    row = refused.row
    code, message = rows.STS_CODES.get(row.type, row.type), row.message.format_map(refused.facts)
    made = request_ids()
    body = (
        f'<ErrorResponse xmlns="{namespace}">\n  <Error>\n    <Type>Sender</Type>\n'
        f"    <Code>{code}</Code>\n    <Message>{escape(message)}</Message>\n  </Error>\n"
        f"  <RequestId>{made['x-amzn-requestid']}</RequestId>\n</ErrorResponse>\n"
    )
    return Refusal(row.status, body, message, row.meaning, {"Code": code, "Message": message}, made, "text/xml")


def request_ids() -> dict[str, str]:
    return {"x-amzn-requestid": ids.aws_request_id()}


def _row(caller: Caller) -> Row | None:
    return (rows.API_KEY_ROWS if caller.bearer else rows.KEY_PAIR_ROWS).get(caller.fault or "")


def _compact(body: Mapping[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
