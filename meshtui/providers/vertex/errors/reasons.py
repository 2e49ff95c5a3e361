"""Google's ErrorInfo: `details[].reason` in the domain googleapis.com, the surest thing an answer of Google holds.

The reasons are those of google/api/error_reason.proto; the old form `errors[].reason` (camelCase) stands beside
where it means the same. A few reasons cover two causes; there the sentence or the metadata decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.vertex import fixes as google_key
from meshtui.providers.vertex import fixes as google_project

_REASONS = "https://docs.cloud.google.com/apis/design/errors"
_AUTH = "https://docs.cloud.google.com/docs/authentication"
_USER_ADC = "https://docs.cloud.google.com/docs/authentication/adc-troubleshooting/user-creds"
_SUSPENDED = "https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines"
_VPC = "https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting"
_ORG_POLICY = "https://docs.cloud.google.com/resource-manager/docs/organization-policy/overview"
_NO_GRANT = "{status}, but no permission is missing: granting roles changes nothing."


def _match_missing_billing(error: ParsedError) -> Mapping[str, str] | None:
    """Service Usage names its precondition: domain or violation end in `billing-enabled`."""
    named = (error.domain, error.metadata.get("violation", ""))
    return {} if any(name.endswith("/billing-enabled") for name in named) else None


# The credential.
CREDENTIAL = (
    Rule(
        "vertex.api-key-here", "credential_wrong_kind",
        says=("api keys are not supported by this api",), who="caller",
        headline="An API key was sent where Vertex AI takes an OAuth access token",
        not_this="{status}, but the key was not judged: this method at this address takes no API keys.",
        steps=google_key.NO_API_KEY, reference=_AUTH,
    ),
    Rule(
        "vertex.credentials-missing", "credential_missing", reason=("CREDENTIALS_MISSING",), who="caller",
        or_says=("missing required authentication credential", "missing a valid api key", "login required",
                 "please use api key or other form", "unregistered callers"),
        headline="No access token reached Google",
        reference=_AUTH,
    ),
    Rule(
        "vertex.token-expired", "credential_expired", reason=("ACCESS_TOKEN_EXPIRED",), who="caller",
        also=("clock_skew",),
        headline="The access token has expired",
        not_this="The key behind it may be good: tokens live an hour, and the program has to fetch new ones.",
        reference=_AUTH,
    ),
    Rule(
        "vertex.token-kind", "credential_wrong_kind",
        reason=("ACCESS_TOKEN_TYPE_UNSUPPORTED", "ACCOUNT_TYPE_UNSUPPORTED"), who="caller", certainty="likely",
        also=("credential_malformed", "credential_invalid"),
        headline="What stands after Bearer is not a Google access token",
        not_this="{status}, but no key was refused: an ID token, an API key or a placeholder was sent as the token.",
        steps=google_key.SEND_TOKEN, reference=_AUTH,
    ),
    Rule(
        "vertex.credential-kind", "credential_wrong_kind",
        reason=("CREDENTIAL_TYPE_UNSUPPORTED",), who="caller",
        headline="Vertex AI does not take a credential of this kind",
        steps=google_key.SEND_TOKEN, reference=_AUTH,
    ),
    Rule(
        "vertex.account-state", "credential_disabled", reason=("ACCOUNT_STATE_INVALID",),
        headline="The account behind this token is disabled or deleted",
        not_this="{status}, but the token is well formed and was valid: its account is not any more.",
        reference=_AUTH,
    ),
    Rule(
        "vertex.jwt-invalid", "credential_invalid", reason=("JWT_TOKEN_INVALID",), certainty="likely",
        also=("credential_malformed", "clock_skew", "credential_expired"),
        headline="Google does not accept the self-signed JWT",
        reference=_AUTH,
    ),
    Rule(
        "vertex.session-invalid", "credential_invalid",
        reason=("SESSION_COOKIE_INVALID", "CREDENTIAL_ANDROID_APP_INVALID", "authError"), who="caller",
        certainty="likely", also=("credential_malformed", "credential_expired", "credential_missing"),
        headline="Google does not accept what was sent as credential",
        steps=google_key.SEND_TOKEN, reference=_AUTH,
    ),
    Rule(
        "vertex.credentials-several", "request_invalid", reason=("OVERLOADED_CREDENTIALS",),
        also=("credential_wrong_kind",),
        headline="The request carries two credentials at once",
        steps=google_key.ONE_CREDENTIAL, reference=_AUTH,
    ),
    Rule(
        "vertex.scopes", "permission_missing",
        or_says=("insufficient authentication scopes",),
        reason=("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"), who="caller",
        headline="The token was fetched for too narrow a scope",
        not_this="{status}, but no role is missing: the token itself does not cover Vertex AI.",
        steps=google_key.SCOPE, reference="https://developers.google.com/identity/protocols/oauth2/scopes",
    ),
)  # fmt: skip

_GOOGLE_PAGE = re.compile(r"https://(?:[\w-]+\.){0,3}google\.com/[\w/?&=%.+:;~@-]{1,1000}")


def _read_page(error: ParsedError) -> Mapping[str, str]:
    """`validation_url`, the page on which a person confirms the account, where it is one of Google's own."""
    page = error.metadata.get("validation_url", "")
    return {"validation_page": page} if _GOOGLE_PAGE.fullmatch(page) else {}


# The project.
PROJECT = (
    Rule(
        "vertex.validation", "model_access_not_granted", reason=("VALIDATION_REQUIRED",), test=_read_page,
        or_says=("verify your account to continue", "account verification is required",
                 "verify your identity to continue"),
        also=("credential_disabled", "permission_missing", "permission_denied_explicitly"), who="key owner",
        headline="Google wants the owner of this account to confirm it first",
        not_this="{status}, but no role is missing: the sign-in is good, and waits for its owner on a page of "
                 "Google's.",
        steps=google_key.VALIDATE, reference="https://support.google.com/accounts/answer/114129",
    ),
    Rule(
        "vertex.terms-reason", "credential_disabled", reason=("TOS_VIOLATION",), also=("permission_denied_explicitly",),
        headline="Google has shut this account or project out for a breach of its terms of service",
        not_this=_NO_GRANT, steps=google_project.APPEAL, reference=_SUSPENDED,
    ),
    Rule(
        "vertex.quota-project", "account_mismatch", who="caller", also=("api_not_enabled",),
        says=("requires a quota project", "quota_project setting", "end user credentials", "project 764086051850 "),
        headline="A user's login is used without a project to charge",
        not_this="The API need not be off: Google looked in its own project, because the request names none.",
        steps=google_project.QUOTA_PROJECT, reference=_USER_ADC,
    ),
    Rule(
        "vertex.api-hidden", "api_not_enabled", reason=("SERVICE_NOT_VISIBLE",), certainty="likely",
        also=("permission_missing", "model_access_not_granted"),
        headline="This API is not visible to the project",
        reference=_REASONS,
    ),
    Rule(
        "vertex.billing-off", "billing_inactive",
        reason=("BILLING_DISABLED", "billingNotEnabled", "accountDisabled", "billingDisabled"),
        headline="Billing is off in the project",
        not_this="{status}, but no role is missing: nobody pays for the project.",
        reference="https://docs.cloud.google.com/billing/docs/how-to/modify-project",
    ),
    Rule(
        "vertex.billing-missing", "billing_inactive", test=_match_missing_billing,
        headline="Billing is off in the project",
        not_this="No role is missing: nobody pays for the project.",
        reference="https://docs.cloud.google.com/billing/docs/how-to/modify-project",
    ),
    Rule(
        "vertex.project-deleted", "credential_disabled",
        reason=("CONSUMER_INVALID", "USER_PROJECT_DENIED", "RESOURCE_PROJECT_INVALID"),
        says=("has been deleted", "was deleted", "pending deletion", "marked for deletion"),
        headline="The project has been deleted",
        not_this=_NO_GRANT, steps=google_project.UNDELETE, reference=_REASONS,
    ),
    Rule(
        "vertex.project-wrong", "account_mismatch", reason=("CONSUMER_INVALID", "RESOURCE_PROJECT_INVALID"),
        also=("permission_missing",),
        headline="This credential may not use {project}, or that is no project's id",
        not_this="{status}, but usually no role is missing: a display name, a placeholder or a foreign project was "
                 "named.",
        reference="https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects",
    ),
    Rule(
        "vertex.project-suspended", "credential_disabled", reason=("CONSUMER_SUSPENDED", "GCP_SUSPENDED"),
        headline="Google has suspended the project or its account",
        not_this=_NO_GRANT, steps=google_project.APPEAL, reference=_SUSPENDED,
    ),
    Rule(
        "vertex.user-project-unknown", "account_mismatch", reason=("USER_PROJECT_DENIED",),
        says=("not found", "does not exist", "invalid"), also=("permission_missing",),
        who="account admin",
        headline="The project named in x-goog-user-project does not exist",
        steps=google_project.QUOTA_PROJECT, reference=_USER_ADC,
    ),
    Rule(
        "vertex.user-project", "permission_missing", reason=("USER_PROJECT_DENIED",), also=("account_mismatch",),
        headline="The credential may not charge the project named in x-goog-user-project",
        steps=google_project.USE_PROJECT, reference=_USER_ADC,
    ),
)  # fmt: skip

# Policies above the project.
POLICY = (
    Rule(
        "vertex.perimeter", "network_blocked", reason=("SECURITY_POLICY_VIOLATED",),
        or_says=("vpcservicecontrolsuniqueidentifier",),
        reads=r"vpcservicecontrolsuniqueidentifier:? ?(?P<uid>[\w-]{6,120})",
        also=("permission_denied_explicitly",),
        headline="A VPC Service Controls perimeter stops this network",
        not_this=_NO_GRANT, reference=_VPC,
    ),
    Rule(
        "vertex.org-restriction", "network_blocked", reason=("ORG_RESTRICTION_VIOLATION",),
        also=("permission_denied_explicitly",),
        headline="This network may reach only its own organization's resources",
        not_this="{status}, but the provider's side is fine: a proxy on your way adds the organization restriction.",
        steps=google_project.ORG_RESTRICTION,
        reference="https://docs.cloud.google.com/resource-manager/docs/organization-restrictions/overview",
    ),
    Rule(
        "vertex.connection-policy", "permission_denied_explicitly",
        reason=("ENDPOINT_USAGE_RESTRICTION_VIOLATED", "TLS_ORG_POLICY_VIOLATED", "TLS_CIPHER_RESTRICTION_VIOLATED"),
        certainty="likely", also=("network_blocked",),
        headline="A policy of the organization forbids this endpoint, TLS version or cipher",
        not_this="{status}, but no role is missing: a newer TLS version or another endpoint passes.",
        reference=_ORG_POLICY,
    ),
    Rule(
        "vertex.location-policy", "permission_denied_explicitly",
        reason=("LOCATION_POLICY_VIOLATED", "LOCATION_TAX_POLICY_VIOLATED"), certainty="likely",
        also=("region_unsupported",),
        headline="A policy forbids this location to the project",
        reference=_ORG_POLICY,
    ),
    Rule(
        "vertex.user-blocked", "permission_denied_explicitly", reason=("USER_BLOCKED_BY_ADMIN",),
        also=("credential_disabled",),
        headline="The administrator has closed this service to the user",
        not_this=_NO_GRANT, steps=google_project.SERVICE_OFF, reference="https://support.google.com/a/answer/9197205",
    ),
    Rule(
        "vertex.header-refused", "request_invalid",
        reason=("ORG_RESTRICTION_HEADER_INVALID", "MISSING_ORIGIN", "SYSTEM_PARAMETER_UNSUPPORTED"),
        certainty="likely", also=("network_blocked",),
        headline="Google refuses a header of the request, or misses one",
        reference=_REASONS,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*CREDENTIAL, *PROJECT, *POLICY)
