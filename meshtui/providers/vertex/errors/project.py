"""Vertex AI: what the sentence says about permission, project, bill and policy, where no ErrorInfo says it first.

Older APIs, gRPC clients and log lines keep only the sentence, so the sentences stand here in their own right.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.vertex import fixes as google_key
from meshtui.providers.vertex import fixes as google_project

_ACCESS = "https://docs.cloud.google.com/vertex-ai/docs/general/access-control"
_BILLING = "https://docs.cloud.google.com/billing/docs/how-to/modify-project"
_SERVICES = "https://docs.cloud.google.com/service-usage/docs/enable-disable"
_PROJECTS = "https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects"
_ORG_POLICY = "https://docs.cloud.google.com/resource-manager/docs/organization-policy/overview"
_VPC = "https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting"
_NO_GRANT = "{status}, but no permission is missing: granting roles changes nothing."
_PROJECT = r"[`'\"#\[]{0,2}(?P<project>[\w.:-]{1,100})"

# The project: off, unpaid, shut, wrong.
PROJECT = (
    Rule(
        "vertex.api-unused", "api_not_enabled",
        reads=r"apis/(?:api|library)/(?P<service>[\w.-]+\.googleapis\.com)",
        pattern=rf"(?P<api>[A-Za-z][\w() ]{{1,60}} API) has not been used in project {_PROJECT} before or it is "
                r"disabled",
        says=("has not been used in project",), also=("account_mismatch",),
        headline="{api} is not enabled in project {project}",
        not_this="{status}, but no role is missing: the API is off in the project that Google charged.",
        reference=_SERVICES,
    ),
    Rule(
        "vertex.api-off", "api_not_enabled",
        reason=("SERVICE_DISABLED", "accessNotConfigured", "MCP_SERVER_DISABLED"),
        or_says=("has not been used in project", "it is disabled. enable it by visiting", "api is not enabled",
                 "is not enabled for project"),
        reads=r"apis/(?:api|library)/(?P<service>[\w.-]+\.googleapis\.com)", also=("account_mismatch",),
        headline="The API is not enabled in the project that Google charged",
        not_this="{status}, but no role is missing: the API is off in the project that Google charged.",
        reference=_SERVICES,
    ),
    Rule(
        "vertex.billing-unpaid", "billing_inactive", says=("dunning decision is deny",),
        headline="Google has stopped the project over an unpaid bill",
        not_this="{status}, but no role is missing. Billing may be linked and the API on: the account behind it "
                 "owes money.",
        reference=_BILLING,
    ),
    Rule(
        "vertex.billing-needed", "billing_inactive",
        pattern=r"billing (?:account )?.{0,80}?(?:\bdisabled|\bclosed|not active|not enabled|not been enabled"
                r"|to be enabled|be enabled|is inactive|not found)"
                r"|(?:enable|activate) billing|(?:absent|closed|delinquent|invalid) billing account",
        says=("billing",),
        headline="Billing is off for the project",
        not_this="No role is missing: nobody pays for the project.",
        reference=_BILLING,
    ),
    Rule(
        "vertex.user-project-said", "account_mismatch",
        pattern=r"(?:user|quota|consumer) project .{0,60}?(?:is invalid|not found|does not exist)",
        says=("user project", "quota project", "consumer project"), who="caller", certainty="likely",
        also=("request_invalid", "permission_missing"),
        headline="The project that the request names as the one to charge does not exist",
        not_this="The request is well formed: x-goog-user-project, or the login's quota project, is wrong.",
        steps=google_project.QUOTA_PROJECT, reference="https://docs.cloud.google.com/docs/quotas/set-quota-project",
    ),
    Rule(
        "vertex.suspended", "credential_disabled",
        pattern=r"(?:consumer|project|account) .{0,120}?(?:has been|was|is) (?P<state>suspended|deleted|disabled"
                r"|shut down)",
        says=("suspended", "deleted", "disabled", "shut down"),
        word=("PERMISSION_DENIED", "NOT_FOUND", "UNAUTHENTICATED"),
        headline="The project or account was {state}",
        not_this=_NO_GRANT, steps=google_project.APPEAL,
        reference="https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines",
    ),
    Rule(
        "vertex.terms", "credential_disabled", certainty="likely",
        says=("violation of terms of service", "violation of the terms of service", "violating our terms of service",
              "violates our terms of service", "violation of our terms", "violated our terms", "terms of service "
                                                                                               "violation"),
        also=("permission_denied_explicitly",),
        headline="Google has shut this account or project out for a breach of its terms of service",
        not_this=_NO_GRANT, steps=google_project.APPEAL,
        reference="https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines",
    ),
    Rule(
        "vertex.access-denied", "credential_disabled", certainty="likely", says=("has been denied access",),
        also=("permission_denied_explicitly", "model_access_not_granted", "permission_missing"),
        headline="Google has shut this project out of the service",
        not_this="{status}, but no role is missing: Google has closed the service to the project as a whole.",
        steps=google_project.APPEAL,
        reference="https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines",
    ),
    Rule(
        "vertex.use-project", "permission_missing",
        pattern=rf"permission to use project {_PROJECT}",
        says=("permission to use project",), also=("account_mismatch",),
        headline="The credential may not charge project {project}",
        steps=google_project.USE_PROJECT, reference="https://docs.cloud.google.com/docs/quotas/set-quota-project",
    ),
    Rule(
        "vertex.project-denied", "account_mismatch",
        pattern=r"permission denied on resource project [`'\"#]{0,2}(?P<project>[^\n`'\"\[\]]{1,100}?)"
                r"(?=[`'\"\]]|\.?(?:\s*$|\s*\[|\n)|\.\s|, )",
        says=("on resource project",),
        also=("permission_missing",),
        headline="{project} is no project that this credential may use",
        not_this="{status}, but usually no role is missing: a display name, a placeholder or a foreign project was "
                 "named.",
        reference=_PROJECTS,
    ),
    Rule(
        "vertex.project-unknown", "account_mismatch",
        pattern=r"(?:^|\s)project (?:id )?\S{1,100} (?:was not found|is not found|not found|does not exist"
                r"|may not exist"
                r"|is invalid|is not a valid)|invalid (?:resource field value|project|resource name)\b|unknown project",
        says=("project",), certainty="likely", word=("NOT_FOUND", "INVALID_ARGUMENT", "PERMISSION_DENIED"),
        also=("permission_missing", "request_invalid", "model_not_found"),
        headline="Google knows no project by the name in the request",
        reference=_PROJECTS,
    ),
)  # fmt: skip

# Rules above the project.
POLICY = (
    Rule(
        "vertex.perimeter-unnamed", "network_blocked",
        says=("prohibited by organization's policy", "vpc service controls", "context-aware access", "organization "
                                                                                                     "restriction"),
        also=("permission_denied_explicitly",),
        headline="The organization's perimeter stops this network",
        not_this=_NO_GRANT, reference=_VPC,
    ),
    Rule(
        "vertex.constraint", "permission_denied_explicitly",
        pattern=r"(?P<constraint>constraints/[\w.-]+)", says=("constraints/",),
        headline="The organization policy {constraint} forbids this",
        not_this="No role is missing and the request is well formed: a constraint above the project says no.",
        reference=_ORG_POLICY,
    ),
    Rule(
        "vertex.iam-deny", "permission_denied_explicitly", says=("denied by an iam deny", "iam deny policy"),
        reads=r"permissions? [`'\"]?(?P<permission>[a-z]\w+\.[\w.]+\w)",
        headline="An IAM deny policy forbids this",
        not_this="No role is missing: a deny policy wins over every role.",
        steps=google_project.IAM_DENY, reference="https://docs.cloud.google.com/iam/docs/deny-overview",
    ),
    Rule(
        "vertex.policy", "permission_denied_explicitly",
        reason=("RESOURCE_USAGE_RESTRICTION_VIOLATED", "LOCATION_ORG_POLICY_VIOLATED"),
        or_says=("organization policy", "organization policies", "organizational policy", "org policy", "org policies",
                 "blocked by your admin", "disabled by your administrator", "restricted by your administrator"),
        headline="A policy of the organization forbids this",
        not_this="{status}, but no role is missing and the API need not be off: a policy above the project says no.",
        reference=_ORG_POLICY,
    ),
)  # fmt: skip

# Permissions.
PERMISSION = (
    Rule(
        "vertex.endpoint-is-model", "model_not_found",
        pattern=r"denied on resource .{0,8}?(?://[\w.]+/)?projects/(?P<project>[\w.:-]+)/locations/(?P<region>[\w-]+)"
                r"/endpoints/(?P<model>[a-z](?!penapi\b)[\w.@-]*\d[\w.@-]*)",
        says=("/endpoints/",), certainty="likely", also=("permission_missing", "account_mismatch"),
        headline="{model} was called as an endpoint of your own; it is a model of a publisher",
        not_this="{status}, but a role is hardly missing: Google denies what does not exist in the same words.",
        steps=google_project.PUBLISHER_PATH, reference="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    ),
    Rule(
        "vertex.predict", "permission_missing",
        pattern=r"permission [`'\"]?(?P<permission>aiplatform\.[\w.]+)[`'\"]? "
                r"denied.{0,60}?projects/(?P<project>[\w.:-]+)"
                r"(?:/locations/(?P<region>[\w-]+))?",
        says=("permission",), also=("account_mismatch",),
        headline="{permission} is missing in project {project}, or there is no such project",
        reference=_ACCESS,
    ),
    Rule(
        "vertex.permission", "permission_missing",
        pattern=r"permissions? [`'\"]?(?P<permission>[a-z]\w+\.[\w.]+\w)[`'\"]? denied", says=("denied",),
        also=("account_mismatch",),
        headline="{permission} is missing on this resource, or there is no such resource",
        reference=_ACCESS,
    ),
    Rule(
        "vertex.permission-needed", "permission_missing",
        pattern=r"(?:required|does not have|lacks)(?: the)?(?: iam)?(?: permission)? [`'\"\[]{0,2}"
                r"(?P<permission>[a-z]\w+\.\w+[\w.]*)[`'\"\]]{0,2} (?:(?:iam )?permission|access|for|on)",
        says=("permission", "access"), also=("account_mismatch",),
        headline="{permission} is missing on this resource",
        reference=_ACCESS,
    ),
    Rule(
        "vertex.permission-reason", "permission_missing", reason=("IAM_PERMISSION_DENIED",), also=("account_mismatch",),
        headline="The identity is known and lacks a permission on this resource",
        reference=_ACCESS,
    ),
    Rule(
        "vertex.no-permission", "permission_missing", shape=("json", "sse", "text"),
        says=("does not have permission", "insufficient permission", "does not have the required permission",
              "lacks permission"),
        also=("account_mismatch",),
        headline="The identity is known and lacks a permission; Google does not say which",
        reference=_ACCESS,
    ),
)  # fmt: skip

# The credential, where only the sentence is left.
CREDENTIAL = (
    Rule(
        "vertex.credential-refused", "credential_invalid",
        says=("invalid authentication credentials", "invalid credentials"),
        who="caller", certainty="likely",
        also=("credential_expired", "credential_malformed", "credential_wrong_kind", "permission_missing"),
        headline="Google does not accept the access token and does not say why",
        not_this="The key behind the token may be good: a token that ran out reads the same.",
        steps=google_key.FRESH_TOKEN, reference="https://docs.cloud.google.com/docs/authentication",
    ),
)  # fmt: skip
