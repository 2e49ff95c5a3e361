"""IAM's policy simulator, for the one user that the sandbox knows (IAM API reference, "SimulatePrincipalPolicy")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from meshtui.sandbox.aws.check import Refused
from meshtui.sandbox.aws.gate import Caller, request_ids, user, xml_refusal
from meshtui.sandbox.aws.rows import Row
from meshtui.sandbox.refusal import INVALID_REQUEST
from meshtui.sandbox.world import World

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
UNKNOWN_ACTION = Row(400, "InvalidAction", "Could not find operation {action} for version 2010-05-08", INVALID_REQUEST)
MISSING = Row(400, "ValidationError", "1 validation error detected: Value at '{field}' failed to satisfy constraint: "
              "Member must not be null", INVALID_REQUEST)  # fmt: skip
NO_ENTITY = Row(404, "NoSuchEntity", "The {kind} with name {name} cannot be found.", INVALID_REQUEST)

ALLOWED, NOT_ALLOWED, DENIED = "allowed", "implicitDeny", "explicitDeny"
_INVOKE, _STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
# Fault → what the user's policies then say of the actions that run a model.
_UNDER: dict[str, dict[str, str]] = {
    "no_permission": {_INVOKE: NOT_ALLOWED, _STREAM: NOT_ALLOWED},
    "explicit_deny": {_INVOKE: DENIED, _STREAM: DENIED},
    "no_streaming": {_STREAM: NOT_ALLOWED},
}
_FREE = ("bedrock:List", "bedrock:Get", "iam:SimulatePrincipalPolicy", "sts:GetCallerIdentity")


async def simulate(world: World, request: Request, caller: Caller) -> Response:
    """What the user may do, resource by resource."""
    asked = dict(parse_qsl((await request.body()).decode("utf-8", "replace") or request.url.query))
    action, source = asked.get("Action", ""), asked.get("PolicySourceArn", "")
    if action != "SimulatePrincipalPolicy":
        return xml_refusal(Refused(UNKNOWN_ACTION, {"action": action}), NAMESPACE).response()
    actions = _members(asked, "ActionNames")
    for field, given in (("policySourceArn", source), ("actionNames", actions)):
        if not given:
            return xml_refusal(Refused(MISSING, {"field": field}), NAMESPACE).response()
    if source != user(world.keys, caller):
        kind, _, name = source.rpartition(":")[2].partition("/")
        return xml_refusal(Refused(NO_ENTITY, {"kind": kind, "name": name}), NAMESPACE).response()
    resources = _members(asked, "ResourceArns") or ["*"]
    results = [
        _result(name, resource, _decision(name, caller.fault or "")) for name in actions for resource in resources
    ]
    return Response(_document("".join(results)), 200, request_ids(), "text/xml")


def _members(asked: Mapping[str, str], name: str) -> list[str]:
    def numbered() -> Iterator[tuple[int, str]]:
        for key, value in asked.items():
            start, _, number = key.rpartition(".")
            if start == f"{name}.member" and number.isdigit():
                yield int(number), value

    return [value for _, value in sorted(numbered())]


def _decision(action: str, fault: str) -> str:
    """The user may list, look and run models, and nothing else."""
    allowed = action in (_INVOKE, _STREAM) or action.startswith(_FREE)
    return _UNDER.get(fault, {}).get(action, ALLOWED if allowed else NOT_ALLOWED)


def _result(action: str, resource: str, decision: str) -> str:
    matched = ""
    if decision != NOT_ALLOWED:
        policy = "ServiceControlPolicy" if decision == DENIED else "user_meshtui-sandbox_bedrock"
        matched = (
            f"<member><SourcePolicyId>{policy}</SourcePolicyId>"
            "<StartPosition><Line>1</Line><Column>1</Column></StartPosition>"
            "<EndPosition><Line>1</Line><Column>1</Column></EndPosition></member>"
        )
    return f"""\
      <member>
        <EvalResourceName>{escape(resource)}</EvalResourceName>
        <EvalActionName>{escape(action)}</EvalActionName>
        <EvalDecision>{decision}</EvalDecision>
        <MatchedStatements>{matched}</MatchedStatements>
        <MissingContextValues/>
        <OrganizationsDecisionDetail>
          <AllowedByOrganizations>{str(decision != DENIED).lower()}</AllowedByOrganizations>
        </OrganizationsDecisionDetail>
      </member>
"""


def _document(results: str) -> str:
    return f"""\
<SimulatePrincipalPolicyResponse xmlns="{NAMESPACE}">
  <SimulatePrincipalPolicyResult>
    <IsTruncated>false</IsTruncated>
    <EvaluationResults>
{results}    </EvaluationResults>
  </SimulatePrincipalPolicyResult>
  <ResponseMetadata>
    <RequestId>{request_ids()["x-amzn-requestid"]}</RequestId>
  </ResponseMetadata>
</SimulatePrincipalPolicyResponse>
"""
