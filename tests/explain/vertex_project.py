"""Google: project, policy and permission, by ErrorInfo and by sentence."""

from __future__ import annotations

import json

from tests.explain.answers_google import REFUSED, denied, google
from tests.explain.table import Case

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"

# What ErrorInfo says of project and policy.
PROJECT: tuple[Case, ...] = (
    Case("vertex.quota-project",
         google(403, "PERMISSION_DENIED", "Your application is authenticating by using local Application Default "
             "Credentials. The aiplatform.googleapis.com API requires a quota project.", "SERVICE_DISABLED"),
         "account_mismatch", CALLER, False, ("set-quota-project",)),
    Case("vertex.api-off", google(403, "PERMISSION_DENIED", "Not on.", "SERVICE_DISABLED"),
         "api_not_enabled", ADMIN, False, ("services enable aiplatform.googleapis.com --project p-123",)),
    Case("vertex.api-hidden", google(403, "PERMISSION_DENIED", "Not visible.", "SERVICE_NOT_VISIBLE"),
         "api_not_enabled", ADMIN, False),
    Case("vertex.billing-missing",
         {"body": json.dumps({"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": "It must be on.",
                                        "details": [{"@type": "x.PreconditionFailure", "violations": [
                                            {"type": "googleapis.com/billing-enabled"}]}]}}), "status": 400},
         "billing_inactive", ADMIN, False, ("nobody pays",)),
    Case("vertex.billing-needed",
         google(400, "FAILED_PRECONDITION", "Billing must be enabled for activation of service 'x' to proceed."),
         "billing_inactive", ADMIN, False),
    Case("vertex.billing-off",
         google(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", "BILLING_DISABLED"),
         "billing_inactive", ADMIN, False, ("billing projects link p-123",)),
    Case("vertex.project-deleted",
         google(403, "PERMISSION_DENIED", "Project #123 has been deleted.", "CONSUMER_INVALID"),
         "credential_disabled", ADMIN, False, ("undelete",)),
    Case("vertex.project-wrong",
         google(403, "PERMISSION_DENIED", "Permission denied on resource project [my project].", "CONSUMER_INVALID"),
         "account_mismatch", OWNER, False, ("display name",)),
    Case("vertex.project-suspended",
         google(403, "PERMISSION_DENIED", "Consumer has been suspended.", "CONSUMER_SUSPENDED"),
         "credential_disabled", ADMIN, False),
    Case("vertex.user-project-unknown",
         google(400, "INVALID_ARGUMENT", "User project specified in the request is invalid.", "USER_PROJECT_DENIED"),
         "account_mismatch", ADMIN, False),
    Case("vertex.user-project",
         google(403, "PERMISSION_DENIED", "Caller does not have required permission to use project "
             "p-123.", "USER_PROJECT_DENIED"),
         "permission_missing", ADMIN, False, ("serviceUsageConsumer",)),
    Case("vertex.perimeter",
         google(403, "PERMISSION_DENIED", "Request is prohibited by organization's "
             "policy.", "SECURITY_POLICY_VIOLATED", {"uid": "abc123"}),
         "network_blocked", ADMIN, False, ("abc123", "Mesh calls from")),
    Case("vertex.org-restriction",
         google(403, "PERMISSION_DENIED", "Access denied by organization restriction.", "ORG_RESTRICTION_VIOLATION"),
         "network_blocked", ADMIN, False),
    Case("vertex.policy", google(403, "PERMISSION_DENIED", "Disallowed.", "RESOURCE_USAGE_RESTRICTION_VIOLATED"),
         "permission_denied_explicitly", ADMIN, False, ("no role is missing",)),
    Case("vertex.connection-policy", google(403, "PERMISSION_DENIED", "Disallowed.", "TLS_ORG_POLICY_VIOLATED"),
         "permission_denied_explicitly", ADMIN, False),
    Case("vertex.location-policy", google(403, "PERMISSION_DENIED", "Disallowed.", "LOCATION_TAX_POLICY_VIOLATED"),
         "permission_denied_explicitly", ADMIN, False),
    Case("vertex.user-blocked",
         google(403, "PERMISSION_DENIED", "Access is blocked by administrator.", "USER_BLOCKED_BY_ADMIN"),
         "permission_denied_explicitly", ADMIN, False),
    Case("vertex.header-refused", google(400, "INVALID_ARGUMENT", "Bad header.", "ORG_RESTRICTION_HEADER_INVALID"),
         "request_invalid", CALLER, False),
)  # fmt: skip

# Project, policy and permission, where only the sentence is left.
SENTENCE: tuple[Case, ...] = (
    Case("vertex.perimeter",
         google(403, "PERMISSION_DENIED", "Request is prohibited by organization's policy. "
             "vpcServiceControlsUniqueIdentifier: Ab_12345-x"),
         "network_blocked", ADMIN, False, ("Ab_12345-x",)),
    Case("vertex.perimeter-unnamed",
         google(403, "PERMISSION_DENIED", "Request is prohibited by organization's policy."),
         "network_blocked", ADMIN, False),
    Case("vertex.constraint",
         google(400, "FAILED_PRECONDITION", "Organization Policy constraint constraints/vertexai.allowedModels "
             "violated"),
         "permission_denied_explicitly", ADMIN, False, ("constraints/vertexai.allowedModels",)),
    Case("vertex.iam-deny", google(403, "PERMISSION_DENIED", "Permission aiplatform.endpoints.predict denied by an IAM "
                                   "deny policy."), "permission_denied_explicitly", ADMIN, False,
         ("policies list --kind=denypolicies", "aiplatform.endpoints.predict")),
    Case("vertex.policy", google(403, "PERMISSION_DENIED", "Denied by organization policy."),
         "permission_denied_explicitly", ADMIN, False),
    Case("vertex.api-unused",
         google(403, "PERMISSION_DENIED", "Vertex AI API has not been used in project demo-1 before or it is "
             "disabled."),
         "api_not_enabled", ADMIN, False, ("Vertex AI API is not enabled in project demo-1", "--project demo-1")),
    Case("vertex.api-off", google(403, "PERMISSION_DENIED", "The API is not enabled for project demo-1."),
         "api_not_enabled", ADMIN, False),
    Case("vertex.billing-unpaid",
         google(403, "PERMISSION_DENIED", "Lightning dunning decision is deny for project: projects/123"),
         "billing_inactive", ADMIN, False, ("unpaid",)),
    Case("vertex.billing-needed",
         google(403, "PERMISSION_DENIED", "The billing account for the owning project is disabled in state absent"),
         "billing_inactive", ADMIN, False),
    Case("vertex.suspended",
         google(403, "PERMISSION_DENIED", "Permission denied: Consumer 'projects/123' has been suspended."),
         "credential_disabled", ADMIN, False, ("suspended",)),
    Case("vertex.use-project",
         google(403, "PERMISSION_DENIED", "Caller does not have required permission to use project demo-1. Grant the "
             "role"),
         "permission_missing", ADMIN, False, ("demo-1",)),
    Case("vertex.project-denied", google(403, "PERMISSION_DENIED", "Permission denied on resource project demo-1."),
         "account_mismatch", OWNER, False, ("demo-1",)),
    Case("vertex.user-project-said",
         {"body": json.dumps({"error": {"code": 400, "message": "User project specified in the request is invalid.",
                                        "errors": [{"reason": "invalid", "domain": "global"}]}}), "status": 400},
         "account_mismatch", CALLER, False, ("x-goog-user-project",)),
    Case("vertex.permission-needed",
         {"body": "_InactiveRpcError: <_InactiveRpcError of RPC that terminated with:\n\tstatus = "
                  "StatusCode.FAILED_PRECONDITION\n\tdetails = \"Service account `a@b` does not have "
                  "`[storage.objects.get]` IAM permission(s) to the directory\"\n\tdebug_error_string = \"x\"\n>",
          "status": 400}, "permission_missing", ADMIN, False, ("storage.objects.get",)),
    Case("vertex.permission-needed",
         {"body": "google.api_core.exceptions.PermissionDenied: 403 The principal lacks IAM\npermission "
                  "\"iam.serviceAccounts.actAs\" for the resource a@b.", "status": 403},
         "permission_missing", ADMIN, False, ("iam.serviceAccounts.actAs",)),
    Case("vertex.project-unknown", google(404, "NOT_FOUND", "Project demo-1 not found."),
         "account_mismatch", OWNER, False),
    Case("vertex.endpoint-is-model", google(403, "PERMISSION_DENIED", denied("endpoints/veo-3.0-generate-preview")),
         "model_not_found", CALLER, False, ("veo-3.0-generate-preview", "publishers/google")),
    Case("vertex.predict", google(403, "PERMISSION_DENIED", denied("publishers/google/models/gemini-2.5-pro")),
         "permission_missing", ADMIN, False, ("aiplatform.endpoints.predict is missing in project "
         "demo-1", "roles/aiplatform.user", "projects describe demo-1")),
    Case("vertex.predict", google(403, "PERMISSION_DENIED", denied("endpoints/1234567890"), array=True),
         "permission_missing", ADMIN, False),
    Case("vertex.permission",
         google(403, "PERMISSION_DENIED", "Permission 'storage.objects.get' denied on resource (or it may not exist)."),
         "permission_missing", ADMIN, False, ("storage.objects.get",)),
    Case("vertex.permission-needed",
         google(403, "PERMISSION_DENIED", "x@p.iam.gserviceaccount.com does not have storage.objects.get access to "
             "the object."),
         "permission_missing", ADMIN, False),
    Case("vertex.permission-reason", google(403, "PERMISSION_DENIED", "No.", "IAM_PERMISSION_DENIED"),
         "permission_missing", ADMIN, False),
    Case("vertex.scopes", google(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes."),
         "permission_missing", CALLER, False),
    Case("vertex.no-permission", google(403, "PERMISSION_DENIED", "The caller does not have permission"),
         "permission_missing", ADMIN, False),
    Case("vertex.credentials-missing",
         google(401, "UNAUTHENTICATED", "Request is missing required authentication credential."),
         "credential_missing", CALLER, False),
    Case("vertex.api-key-invalid", google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
         "credential_invalid", OWNER, False),
    Case("vertex.credential-refused", google(401, "UNAUTHENTICATED", REFUSED),
         "credential_invalid", CALLER, False, ("may be good",)),
)  # fmt: skip

CONFIRM = "https://accounts.google.com/signin/continue?sarp=1&scc=1&continue=https://developers.google.com/x"
SHUT_OUT = (
    Case("vertex.validation",
         google(403, "PERMISSION_DENIED", "Verify your account to continue.", "VALIDATION_REQUIRED",
                {"validation_url": CONFIRM}), "model_access_not_granted", OWNER, False, (CONFIRM,)),
    Case("vertex.validation", {"body": "[Gemini API] Error calling (Status: 403, Code: 403): Verify your account to "
                                       "continue."}, "model_access_not_granted", OWNER, False, ("security-checkup",)),
    Case("vertex.terms-reason", google(403, "PERMISSION_DENIED", "Disabled.", "TOS_VIOLATION"), "credential_disabled",
         ADMIN, False, ("terms of service", "appeal")),
    Case("vertex.terms", google(403, "PERMISSION_DENIED", "This service has been disabled in this account for "
                                                          "violation "
                                "of Terms of\n\t\tService."), "credential_disabled", ADMIN, False, ("appeal",)),
    Case("vertex.access-denied", google(403, "PERMISSION_DENIED", "Your project has been denied access. Please contact "
                                        "support."), "credential_disabled", ADMIN, False, ("no role is missing",)),
    Case("vertex.service-agent-absent",
         google(400, "INVALID_ARGUMENT", "Service account service-123@gcp-sa-vertex-tune.iam.gserviceaccount.com does "
                                         "not exist."),
         "request_invalid", CALLER, False, ("none of yours", "services identity create")),
    Case("vertex.service-agents", google(400, "FAILED_PRECONDITION", "Service agents are being provisioned. Service "
                                                                     "agents "
                                         "are needed to read the Cloud Storage file provided. So please try again in a "
                                         "few minutes."), "capacity_exhausted", PROVIDER, True, ("few minutes",)),
)  # fmt: skip

CASES = (*PROJECT, *SENTENCE, *SHUT_OUT)
