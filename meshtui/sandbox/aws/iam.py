"""IAM's policy simulator, for the only user of the sandbox (IAM API reference, "SimulatePrincipalPolicy")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from meshtui.sandbox.aws.authentication import AwsRefusal
from meshtui.sandbox.aws.authorization import AwsCaller, format_xml_error, get_user_arn, make_request_headers
from meshtui.sandbox.aws.errors import AwsError
from meshtui.sandbox.http_messages import INVALID_REQUEST
from meshtui.sandbox.world import World

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"

UNKNOWN_IAM_ACTION = AwsError(
    400, "InvalidAction", "Could not find operation {action} for version 2010-05-08", INVALID_REQUEST
)

MISSING_FIELD = AwsError(
    400,
    "ValidationError",
    "1 validation error detected: Value at '{field}' failed to satisfy constraint: Member must not be null",
    INVALID_REQUEST,
)

NO_ENTITY = AwsError(404, "NoSuchEntity", "The {kind} with name {name} cannot be found.", INVALID_REQUEST)
ALLOWED, NOT_ALLOWED, DENIED = "allowed", "implicitDeny", "explicitDeny"
_INVOKE, _STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
# Fault → what the user's policies then say of the actions that run a model.
_DECISIONS_UNDER_FAULT: dict[str, dict[str, str]] = {
    "no_permission": {_INVOKE: NOT_ALLOWED, _STREAM: NOT_ALLOWED},
    "explicit_deny": {_INVOKE: DENIED, _STREAM: DENIED},
    "no_streaming": {_STREAM: NOT_ALLOWED},
}

_ALWAYS_ALLOWED = ("bedrock:List", "bedrock:Get", "iam:SimulatePrincipalPolicy", "sts:GetCallerIdentity")


async def simulate_policy(world: World, request: Request, caller: AwsCaller) -> Response:
    """What the user may do, resource by resource."""
    asked = dict(parse_qsl((await request.body()).decode("utf-8", "replace") or request.url.query))
    action, source = asked.get("Action", ""), asked.get("PolicySourceArn", "")
    if action != "SimulatePrincipalPolicy":
        return format_xml_error(AwsRefusal(UNKNOWN_IAM_ACTION, {"action": action}), NAMESPACE).to_response()
    actions = _read_members(asked, "ActionNames")
    for field, given in (("policySourceArn", source), ("actionNames", actions)):
        if not given:
            return format_xml_error(AwsRefusal(MISSING_FIELD, {"field": field}), NAMESPACE).to_response()
    if source != get_user_arn(world.keys, caller):
        kind, _, name = source.rpartition(":")[2].partition("/")
        return format_xml_error(AwsRefusal(NO_ENTITY, {"kind": kind, "name": name}), NAMESPACE).to_response()
    resources = _read_members(asked, "ResourceArns") or ["*"]
    results = [
        _format_result(name, resource, _decide_action(name, caller.fault or ""))
        for name in actions
        for resource in resources
    ]
    return Response(_format_document("".join(results)), 200, make_request_headers(), "text/xml")


def _read_members(asked: Mapping[str, str], name: str) -> list[str]:
    def numbered() -> Iterator[tuple[int, str]]:
        for key, value in asked.items():
            start, _, number = key.rpartition(".")
            if start == f"{name}.member" and number.isdigit():
                yield int(number), value

    return [value for _, value in sorted(numbered())]


def _decide_action(action: str, fault: str) -> str:
    """The user may list, look and run models, and nothing else."""
    allowed = action in (_INVOKE, _STREAM) or action.startswith(_ALWAYS_ALLOWED)
    return _DECISIONS_UNDER_FAULT.get(fault, {}).get(action, ALLOWED if allowed else NOT_ALLOWED)


def _format_result(action: str, resource: str, decision: str) -> str:
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


def _format_document(results: str) -> str:
    return f"""\
<SimulatePrincipalPolicyResponse xmlns="{NAMESPACE}">
  <SimulatePrincipalPolicyResult>
    <IsTruncated>false</IsTruncated>
    <EvaluationResults>
{results}    </EvaluationResults>
  </SimulatePrincipalPolicyResult>
  <ResponseMetadata>
    <RequestId>{make_request_headers()["x-amzn-requestid"]}</RequestId>
  </ResponseMetadata>
</SimulatePrincipalPolicyResponse>
"""
