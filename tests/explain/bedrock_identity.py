"""Bedrock and STS: who calls, what the account was given, what IAM says."""

from __future__ import annotations

from meshtui.explain.model import Context
from tests.explain.answers_aws import (
    FRANKFURT,
    MODEL,
    absent,
    anthropic,
    aws,
    denied,
    expired,
    invalid,
    no_policy,
    openai_path,
    refused,
    sts,
    unsigned,
)
from tests.explain.table import Case

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"

# Who signed, with what and when.
WHO: tuple[Case, ...] = (
    Case("bedrock.authentication-missing",
         aws(403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
         "credential_missing", OWNER, False, ("not about permissions",)),
    Case("bedrock.authentication-missing", refused("Authorization header is missing"),
         "credential_missing", OWNER, False),
    Case("bedrock.authentication-missing",
         openai_path(401, "Missing bearer token", "authentication_error", "missing_token"),
         "credential_missing", OWNER, False),
    Case("bedrock.session-not-taken", sts(403, "AccessDenied", "Cannot call GetSessionToken with session credentials"),
         "credential_wrong_kind", OWNER, False, ("GetSessionToken takes long-term keys only",)),
    Case("bedrock.mfa-missing",
         sts(403, "AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time "
             "pass code."),
         "credential_missing", OWNER, False),
    Case("bedrock.mfa-refused",
         sts(403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."),
         "credential_invalid", OWNER, False, ("fresh code",)),
    Case("bedrock.identity-provider-absent",
         sts(400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://idp.example/"),
         "account_mismatch", ADMIN, False, ("list-open-id-connect-providers",)),
    Case("bedrock.authentication-missing", aws(403, "MissingAuthenticationToken"),
         "credential_missing", OWNER, False),
    Case("bedrock.api-key-form", refused("Invalid API Key format: Must start with pre-defined prefix"),
         "credential_malformed", OWNER, False, ("ABSK",)),
    Case("bedrock.bearer-where-signature-belongs",
         sts(403, "IncompleteSignature", "Authorization header requires 'Credential' parameter. Authorization header "
             "requires 'Signature' parameter. Authorization=Bearer ABSK"),
         "credential_wrong_kind", OWNER, False, ("says nothing about whether the key is good",)),
    Case("bedrock.credential-elements",
         sts(400, "IncompleteSignature", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date, "
             "got 'A/B'"),
         "credential_malformed", OWNER, False, ("aws4_request",)),
    Case("bedrock.authorization-broken",
         aws(403, "IncompleteSignatureException", "'A B' not a valid key=value pair (missing equal-sign) in "
             "Authorization header"),
         "credential_malformed", OWNER, False, ("line break",)),
    Case("bedrock.access-key-form",
         sts(400, "ValidationError", "1 validation error detected: Value 'AK' at 'accessKeyId' failed to satisfy "
             "constraint"),
         "credential_malformed", OWNER, False),
    Case("bedrock.signature-incomplete",
         sts(400, "IncompleteSignature", "The request signature does not conform to AWS standards."),
         "credential_malformed", OWNER, False),
    Case("bedrock.token-expired",
         aws(403, "ExpiredTokenException", "The security token included in the request is expired"),
         "credential_expired", OWNER, False, ("AKIA pair",)),
    Case("bedrock.token-expired", sts(403, "ExpiredToken", "The security token included in the request is expired"),
         "credential_expired", OWNER, False),
    Case("bedrock.bearer-expired", refused("Bearer Token has expired"),
         "credential_expired", OWNER, False, ("12 hours", "ABSK")),
    Case("bedrock.token-expired", sts(403, "ExpiredToken", "The provided token has expired."),
         "credential_expired", OWNER, False),
    Case("bedrock.signature-late", unsigned(expired("20261123T070000Z", "20261123T070520Z")),
         "clock_skew", CALLER, True, ("5 min behind", "waited")),
    Case("bedrock.signature-times", unsigned(expired("20261123T060000Z", "20261123T070100Z")),
         "clock_skew", CALLER, False, ("61 min behind", "5 min", "timedatectl", "a new key would fail")),
    Case("bedrock.signature-times",
         sts(403, "SignatureDoesNotMatch", "Signature not yet current: 20261123T080000Z is still later than "
             "20261123T071500Z (20261123T070000Z + 15 min.)"),
         "clock_skew", CALLER, False, ("60 min ahead", "15 min")),
    Case("bedrock.signature-expired", unsigned("Signature expired"), "clock_skew", CALLER, False),
    Case("bedrock.request-expired", aws(400, "RequestExpired", "Too old."), "clock_skew", CALLER, False),
    Case("bedrock.request-expired", openai_path(400, "Request has expired."), "clock_skew", CALLER, False),
    Case("bedrock.key-not-yet-valid", refused("Bearer token is not yet valid"), "clock_skew", CALLER, False),
    Case("bedrock.signed-for-region", unsigned("Credential should be scoped to a valid region."),
         "region_unsupported", CALLER, False, ("the key is not refused",)),
    Case("bedrock.signed-for-region",
         sts(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region, not 'us-east1'. "),
         "region_unsupported", CALLER, False, ("not us-east1",)),
    Case("bedrock.signed-for-service", unsigned("Credential should be scoped to correct service: 'bedrock'."),
         "request_invalid", CALLER, False, ("bedrock-mantle",)),
    Case("bedrock.signed-scope",
         sts(403, "SignatureDoesNotMatch", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
             "of date"),
         "request_invalid", CALLER, False),
    Case("bedrock.long-term-key-unknown",
         aws(403, "UnrecognizedClientException", "The security token included in the request is invalid.",
             context=Context(key_type="long-term key", last="7WML")),
         "credential_invalid", OWNER, False, ("ends in 7WML", "list-access-keys", "not about permissions")),
    Case("bedrock.temporary-key-unknown",
         sts(403, "InvalidClientTokenId", "The security token included in the request is invalid",
             context=Context(key_type="temporary key")),
         "credential_invalid", OWNER, False, ("session token", "export-credentials")),
    Case("bedrock.api-key-other-region",
         refused("Authentication failed: Please make sure your API Key is valid.",
                 context=Context(key_region="us-east-1", region="eu-central-1", key_type="short-term API key")),
         "credential_invalid", OWNER, False, ("is for us-east-1, and eu-central-1 was called",)),
    Case("bedrock.long-term-api-key-unknown",
         refused("Authentication failed: Please make sure your API Key is valid.",
                 context=Context(region="eu-central-1", user="BedrockAPIKey-ab12", key_type="long-term API key")),
         "credential_invalid", OWNER, False, ("Bedrock in eu-central-1", "--user-name BedrockAPIKey-ab12")),
    Case("bedrock.token-invalid",
         aws(403, "UnrecognizedClientException", "The security token included in the request is invalid."),
         "credential_invalid", OWNER, False, ("ASIA", "Mesh", "not about permissions")),
    Case("bedrock.token-invalid",
         sts(403, "InvalidClientTokenId", "The security token included in the request is invalid"),
         "credential_invalid", OWNER, False, ("us-east-1",)),
    Case("bedrock.token-invalid", aws(403, "UnrecognizedClientException"), "credential_invalid", OWNER, False),
    Case("bedrock.api-key-unknown", refused("Authentication failed: Please make sure your API Key is valid."),
         "credential_invalid", OWNER, False, ("list-service-specific-credentials",)),
    Case("bedrock.api-key-unknown", openai_path(401, "Invalid bearer token", "authentication_error", "invalid_api_key"),
         "credential_invalid", OWNER, False),
    Case("bedrock.signature-mismatch",
         unsigned("The request signature we calculated does not match the signature you provided. Check your AWS "
             "Secret Access Key and signing method."),
         "credential_invalid", OWNER, False, ("not its secret", "proxy")),
    Case("bedrock.signature-type", unsigned(""), "credential_invalid", OWNER, False),
    Case("bedrock.identity-token",
         sts(400, "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider"),
         "credential_invalid", OWNER, False),
    Case("bedrock.account-shut", refused("The AWS account 111122223333 has been suspended"),
         "credential_disabled", ADMIN, False),
)  # fmt: skip

# What the account may use.
ACCOUNT: tuple[Case, ...] = (
    Case("bedrock.marketplace-payment",
         refused("Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be "
             "provided.. Your AWS Marketplace subscription cannot be completed."),
         "billing_inactive", ADMIN, False, ("payment method", "paymentmethods")),
    Case("bedrock.marketplace-broken", refused("Model access is denied due to INTERNAL_SERVICE_ERROR."),
         "provider_error", PROVIDER, True, ("nothing is refused",)),
    Case("bedrock.marketplace-permission",
         refused("Model access is denied due to IAM user or service role is not authorized to perform the required "
             "AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe)"),
         "model_access_not_granted", ADMIN, False, ("aws-marketplace:Subscribe", "Not bedrock:InvokeModel")),
    Case("bedrock.marketplace", refused("Model access is denied due to something not seen before"),
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.subscription-needed",
         aws(400, "SubscriptionRequiredException", "The AWS Access Key Id needs a subscription for the service"),
         "billing_inactive", ADMIN, False),
    Case("bedrock.subscription-needed", aws(403, "OptInRequired"), "billing_inactive", ADMIN, False),
    Case("bedrock.plan", invalid("This is not included in the free account plan."), "billing_inactive", ADMIN, False),
    Case("bedrock.model-access",
         refused("You don't have access to the model with the specified model ID.", context=FRANKFURT),
         "model_access_not_granted", ADMIN, False, ("region=eu-central-1", "--model-id anthropic.claude-x", "not "
         "about the key's IAM")),
    Case("bedrock.use-case-form", absent("Model use case details have not been submitted for this account."),
         "model_access_not_granted", ADMIN, False, ("15 minutes",)),
    Case("bedrock.use-case-form",
         {"body": '{"status": "failure", "message": "aws-bedrock error: The model returned the following errors: You '
                  'have not filled out the required use-case form for this model.", "error": {"message": "aws-bedrock '
                  'error: The model returned the following errors: You have not f"}}', "status": 400},
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.use-case-form", aws(404, "FTUFormNotFilled"), "model_access_not_granted", ADMIN, False),
    Case("bedrock.account-verification",
         refused("Your account is currently being verified. Verification normally takes less than 2 hours."),
         "model_access_not_granted", PROVIDER, True, ("2 hours",)),
    Case("bedrock.channel-account", invalid("Access to this model is not available for channel program accounts."),
         "model_access_not_granted", ADMIN, False, ("reseller",)),
    Case("bedrock.model-gated",
         anthropic(403, "permission_error", "anthropic.claude-x is not available for this account."),
         "model_access_not_granted", ADMIN, False, ("anthropic.claude-x is not open",)),
    Case("bedrock.account-closed", refused("Access to this model is not available for your account"),
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.account-operation", refused("Your account is not authorized to invoke this API operation."),
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.account-operation",
         invalid("Your account is not authorized to perform this action. Please create a support case"),
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.account-score", aws(403, "BadCScoreException"),
         "model_access_not_granted", ADMIN, False, ("AWS Support",)),
    Case("bedrock.operation-held-back", invalid("Operation not allowed"),
         "model_access_not_granted", ADMIN, False, ("held back",)),
    Case("bedrock.feature-access", refused("You do not have access to explicit prompt caching"),
         "model_access_not_granted", ADMIN, False, ("explicit prompt caching",)),
    Case("bedrock.feature-enabled",
         openai_path(401, "Berm is not enabled for this account", "permission_denied_error", "access_denied"),
         "model_access_not_granted", ADMIN, False, ("Berm",)),
    Case("bedrock.data-retention", invalid("data retention mode 'default' is not available for this model"),
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.agreement", refused("The model agreement has not been accepted."),
         "model_access_not_granted", ADMIN, False),
    Case("bedrock.country",
         invalid("Access to Anthropic models is not allowed from unsupported countries, regions, or territories."),
         "country_unsupported", CALLER, False, ("No AWS Region is meant",)),
)  # fmt: skip

# What IAM says of the identity.
IAM: tuple[Case, ...] = (
    Case("bedrock.iam-endpoint-policy", denied(MODEL, no_policy("VPC endpoint")),
         "network_blocked", ADMIN, False, ("describe-vpc-endpoints", "us-west-2")),
    Case("bedrock.iam-endpoint-policy", denied(MODEL, "with an explicit deny in a VPC endpoint policy"),
         "network_blocked", ADMIN, False),
    Case("bedrock.iam-deny-global",
         denied("arn:aws:bedrock:::foundation-model/anthropic.claude-x", "with an explicit deny in a service control "
             "policy: arn:aws:organizations::444455556666:policy/o-example/service_control_policy/p-example"),
         "permission_denied_explicitly", ADMIN, False, ("global profile has none", "aws:RequestedRegion")),
    Case("bedrock.iam-deny", denied(MODEL, "with an explicit deny in an identity-based policy"),
         "permission_denied_explicitly", ADMIN, False, ("identity-based policy forbids bedrock:InvokeModel", "a deny "
         "wins")),
    Case("bedrock.iam-deny", denied(MODEL, "with an explicit deny in a permissions boundary"),
         "permission_denied_explicitly", ADMIN, False, ("permissions boundary",)),
    Case("bedrock.iam-deny-unnamed", refused("User is not authorized to access this resource with an explicit deny"),
         "permission_denied_explicitly", ADMIN, False),
    Case("bedrock.iam-other-account",
         denied("arn:aws:bedrock:us-west-2:444455556666:provisioned-model/abc", "because no resource-based policy "
             "allows the bedrock:InvokeModel action"),
         "account_mismatch", OWNER, False, ("account 111122223333", "account 444455556666")),
    Case("bedrock.iam-organization", denied(MODEL, no_policy("service control")),
         "permission_missing", ADMIN, False, ("service control policy",)),
    Case("bedrock.iam-session", denied(MODEL, no_policy("session")), "permission_missing", ADMIN, False, ("narrowed",)),
    Case("bedrock.iam-bearer",
         denied("*", "because no identity-based policy allows it", "bedrock:CallWithBearerToken", path=True),
         "permission_missing", ADMIN, False, ("The key is good", '"Resource":["*"]')),
    Case("bedrock.iam-mantle",
         denied("arn:aws:bedrock-mantle:us-east-1:111122223333:project/default", "because no identity-based policy "
             "allows it", "bedrock-mantle:CreateInference", path=True),
         "permission_missing", ADMIN, False, ("AmazonBedrockMantleInferenceAccess", "--role-name builder")),
    Case("bedrock.iam-profile",
         denied("arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.anthropic.claude-x", "because no "
             "identity-based policy allows the bedrock:InvokeModel action"),
         "permission_missing", ADMIN, False, ("inference-profile/us.anthropic.claude-x",
         "arn:aws:bedrock:*::foundation-model/anthropic.claude-x")),
    Case("bedrock.iam-no-allow", denied(MODEL, no_policy("identity-based")),
         "permission_missing", ADMIN, False, ("put-role-policy --role-name "
         "builder", '"Action":["bedrock:InvokeModel"]', '"Resource":["arn:aws:bedrock:us-west-2::foundation-model')),
    Case("bedrock.iam-no-allow",
         denied(MODEL, "because no identity-based policy allows it", who="arn:aws:iam::111122223333:user/team/ann"),
         "permission_missing", ADMIN, False, ("put-user-policy --user-name ann",)),
    Case("bedrock.iam-no-allow",
         sts(403, "AccessDenied", "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: "
             "sts:AssumeRole on resource: arn:aws:iam::111122223333:role/x because no identity-based policy allows "
             "the sts:AssumeRole action"),
         "permission_missing", ADMIN, False, ("sts:AssumeRole",)),
    Case("bedrock.iam-unexplained", denied(MODEL), "permission_missing", ADMIN, False, ("does not say which policy",)),
    Case("bedrock.iam-no-permission", aws(400, "NotAuthorized", "You do not have permission to perform this action."),
         "permission_missing", ADMIN, False),
    Case("bedrock.iam-no-permission", aws(400, "NotAuthorized"), "permission_missing", ADMIN, False),
)  # fmt: skip

CI_TOKEN = (
    "An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform "
    "sts:AssumeRoleWithWebIdentity"
)
ROLES = (
    Case("bedrock.assume-role", {"body": "An error occurred (AccessDenied) when calling the AssumeRole operation: "
                                         "User: "
         "arn:aws:iam::111122223333:user/dev is not authorized to perform: sts:AssumeRole on resource: "
         "arn:aws:iam::444455556666:role/BedrockInvoker"}, "permission_missing", ADMIN, False,
         ("arn:aws:iam::444455556666:role/BedrockInvoker", "--role-name BedrockInvoker", "trust policy")),
    Case("bedrock.assume-role-web", {"body": CI_TOKEN}, "permission_missing", ADMIN, False,
         ("audience", "list-open-id-connect-providers")),
    Case("bedrock.identity-audience", {"body": CI_TOKEN.replace("AccessDenied",
    "InvalidIdentityToken").partition("Not ")[0]
         + "Incorrect token audience"}, "credential_invalid", OWNER, False, ("sts.amazonaws.com",)),
    Case("bedrock.sso-role", {"body": "botocore.errorfactory.ForbiddenException: An error occurred "
                                      "(ForbiddenException) "
                                      "when calling the GetRoleCredentials operation: No access"},
         "permission_missing", ADMIN, False, ("sso_role_name",)),
    Case("bedrock.agent-denied", refused("Access denied when calling Bedrock. Check your request permissions and retry "
                                         "the request."), "permission_missing", ADMIN, False, ("service role",)),
    Case("bedrock.pod-identity-trust", {"body": "failed to refresh cached credentials, failed to load credentials, : "
         "[bd2c]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the "
         "associated "
         "role., fault: client"}, "permission_missing", ADMIN, False, ("pods.eks.amazonaws.com",)),
    Case("bedrock.pod-identity-association", {"body": "Error when retrieving credentials from container-role: Error "
         "retrieving metadata: Received non 200 response 400 from container metadata: [a1b2]: "
         "(ResourceNotFoundException): "
         "Unable to find active association for the service account, please create pod identity association, fault: "
         "client"}, "permission_missing", ADMIN, False, ("create-pod-identity-association",)),
    Case("bedrock.container-metadata", {"body": "botocore.exceptions.CredentialRetrievalError: Error when retrieving "
         "credentials from container-role: Error retrieving metadata: Received non 200 response 403 from container "
         "metadata: Access Denied"}, "credential_missing", OWNER, False, ()),
    Case("bedrock.credentials-none", {"body": "RuntimeError: Valid credentials could not be sourced by the IMDS "
                                              "provider"},
         "credential_missing", OWNER, False, ("found no credentials",)),
)  # fmt: skip

CASES = (*WHO, *ACCOUNT, *IAM, *ROLES)
