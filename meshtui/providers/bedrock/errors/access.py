"""Rules for AWS IAM's denial sentence, and for what the account as a whole may use at Bedrock, whoever calls.

`iam_denials` takes the sentence apart. An explicit deny, a VPC endpoint's policy and two different accounts are three
other causes than a missing allow, and three other people fix them (IAM User Guide, "Troubleshoot access denied error
messages"). The gates of a new account come one after another: use-case form, agreement, Marketplace subscription,
state of the account, quotas (Bedrock User Guide, "Request access to models"; "Troubleshooting API error codes").
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.bedrock import fixes as aws_identity
from meshtui.providers.bedrock import fixes as aws_models
from meshtui.providers.bedrock import iam_denials as iam

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
_API_KEYS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html"
_PROFILES = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html"
_ASSUME = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html"
_NOT_AUTHORIZED = "not authorized to perform"

_PRINCIPAL = (
    r"user: arn:[\w-]+:(?:sts|iam)::(?P<account>\d{12}):(?:assumed-)?(?P<identity_kind>role|user)/"
    r"(?P<identity>[\w+=,.@-]{1,64})"
)

# A denial in so many words, and the network's own policy.
DENIED = (
    Rule(
        "bedrock.iam-endpoint-policy", "network_blocked",
        says=("vpc endpoint policy", "vpc endpoint policies"), test=iam.read_denial, also=("permission_missing",),
        headline="The VPC endpoint's policy does not let {permission} through",
        not_this="{status}, but not the identity's permissions: the policy of the network path refuses.",
        reference=_IAM,
    ),
    Rule(
        "bedrock.iam-deny-global", "permission_denied_explicitly",
        says=("with an explicit deny",), test=iam.find_regionless_denial,
        headline="A policy forbids {permission} on {model} outside certain Regions, and a global profile has none",
        not_this="Granting more permissions does not help: a deny wins over every allow.",
        steps=aws_identity.REGION_GUARD, reference=_PROFILES,
    ),
    Rule(
        "bedrock.iam-deny", "permission_denied_explicitly",
        says=("with an explicit deny in a",), test=iam.read_denial,
        headline="An explicit deny in the {policy_type} forbids {permission}",
        not_this="Granting more permissions does not help: a deny wins over every allow.",
        reference=_IAM,
    ),
    Rule(
        "bedrock.iam-deny-unnamed", "permission_denied_explicitly",
        says=("explicit deny", "explicitly denied", "explicitly denies"),
        headline="A policy forbids this in so many words",
        not_this="Granting more permissions does not help: a deny wins over every allow.",
        steps=aws_identity.SOME_DENY, reference=_IAM,
    ),
)  # fmt: skip

# No allow.
MISSING = (
    Rule(
        "bedrock.assume-role", "permission_missing", says=("perform: sts:assumerole",), test=iam.read_denial,
        pattern=r"^(?!.*because no (?:identity|session|service|permissions))",
        also=("account_mismatch", "permission_denied_explicitly"),
        headline="This identity may not assume {arn}: its own policy or the role's trust policy does not say so",
        not_this="The credential is good: AWS names whose it is. Both sides must allow it, also across accounts.",
        steps=aws_identity.ASSUME_ROLE, reference=_ASSUME,
    ),
    Rule(
        "bedrock.assume-role-web", "permission_missing",
        says=("not authorized to perform sts:assumerole", "not authorized to perform: sts:assumerolewithwebidentity"),
        also=("account_mismatch", "credential_wrong_kind"),
        headline="The role's trust policy does not let this token assume the role",
        not_this="{status}, but the token was read: its provider, audience or subject is not what the policy asks for.",
        steps=aws_identity.TRUST_POLICY, reference=_ASSUME,
    ),
    Rule(
        "bedrock.sso-role", "permission_missing",
        pattern=r"^no access\W*$|getrolecredentials operation: no access", says=("no access",),
        also=("account_mismatch",),
        headline="IAM Identity Center gives this sign-in no such role in that account",
        not_this="{status}, but the sign-in is good: the account or the role in the profile is not among those it has.",
        steps=aws_identity.SSO_ROLE, reference="https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/"
                                               "API_GetRoleCredentials.html",
    ),
    Rule(
        "bedrock.agent-denied", "permission_missing", certainty="likely",
        says=("access denied when calling bedrock", "access denied when calling amazon bedrock"),
        also=("model_access_not_granted", "permission_denied_explicitly"),
        headline="The agent's own service role may not call its model",
        not_this="{status}, but not the caller is refused: Bedrock called the model as the agent's role.",
        steps=aws_identity.AGENT_ROLE, reference="https://docs.aws.amazon.com/bedrock/latest/userguide/"
                                                 "agents-permissions.html",
    ),
    Rule(
        "bedrock.iam-other-account", "account_mismatch",
        says=(_NOT_AUTHORIZED,), test=iam.find_other_account, also=("permission_missing",),
        headline="The key belongs to account {account}, the resource to account {owner}",
        reference=_IAM,
    ),
    Rule(
        "bedrock.iam-organization", "permission_missing",
        says=("because no service control", "because no resource control", "because no permissions boundar"),
        test=iam.read_denial, also=("permission_denied_explicitly",),
        headline="No {policy_type} leaves room for {permission}",
        not_this="A grant on the identity alone does not help: the organization's policies or the boundary must allow "
                 "it too.",
        steps=aws_identity.EXPLICIT_DENY, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-session", "permission_missing",
        says=("because no session policy",), test=iam.read_denial,
        headline="The session was narrowed when it was made and leaves {permission} out",
        steps=aws_identity.SESSION_POLICY, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-bearer", "permission_missing",
        says=(":callwithbearertoken",), test=iam.read_denial,
        headline="The identity behind this API key may not use API keys: {permission} is missing",
        not_this="The key is good: AWS knows whose it is.",
        steps=aws_identity.ALLOW_BEARER, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.iam-mantle", "permission_missing",
        says=("perform: bedrock-mantle:",), test=iam.read_denial,
        headline="The identity lacks {permission}, which bedrock:* does not include",
        steps=aws_identity.ALLOW_MANTLE, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.iam-profile", "permission_missing",
        says=("because no ",), test=iam.find_profile_denial,
        headline="Nothing allows {permission} on the inference profile {model} to this identity",
        steps=aws_identity.ALLOW_PROFILE, reference=_PROFILES,
    ),
    Rule(
        "bedrock.iam-no-allow", "permission_missing",
        says=("because no ",), test=iam.read_denial,
        headline="Nothing allows {permission} to this identity",
        steps=aws_identity.ALLOW, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-unexplained", "permission_missing",
        says=(_NOT_AUTHORIZED,), test=iam.read_denial, also=("permission_denied_explicitly",),
        headline="The identity is not allowed {permission}; AWS does not say which policy decides",
        steps=aws_identity.ALLOW, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-no-permission", "permission_missing", type=("NotAuthorized", "UnauthorizedOperation"),
        or_says=("do not have permission", "don't have permission", "do not have sufficient access",
                 "not have the necessary permission", "not authorized to"),
        reads=_PRINCIPAL, certainty="likely", also=("permission_denied_explicitly", "model_access_not_granted"),
        headline="The identity lacks a permission; AWS does not say which",
        reference=_IAM,
    ),
)  # fmt: skip

IAM_RULES: tuple[Rule, ...] = (*DENIED, *MISSING)


_ACCESS = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html"
_ERRORS = "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"
_NOT_IAM = "This is not about the key's IAM permissions: the account itself has not been given this."
_DENIED_DUE = "model access is denied due to"

# "Model access is denied due to …": the Marketplace subscription behind a third-party model.
MARKETPLACE = (
    Rule(
        "bedrock.marketplace-payment", "billing_inactive",
        pattern=r"denied due to [^.]{0,60}?(?P<code>invalid_payment\w*|payment \w+|billing\w*)",
        says=(_DENIED_DUE,),
        headline="AWS Marketplace could not charge this account for the model",
        not_this="{status}, but neither the key nor its permissions are at fault: a payment method is.",
        reference=_ACCESS,
    ),
    Rule(
        "bedrock.marketplace-broken", "provider_error",
        pattern=r"denied due to (?P<code>internal_\w+|internal \w+)", says=(_DENIED_DUE,),
        headline="AWS failed while it checked the model's Marketplace subscription",
        not_this="{status}, but nothing is refused: AWS's own check broke.",
        reference=_ERRORS,
    ),
    Rule(
        "bedrock.marketplace-permission", "model_access_not_granted",
        says=(f"{_DENIED_DUE} iam user or service role",), also=("permission_missing",), again=15 * 60.0,
        headline="The model needs an AWS Marketplace subscription, and this identity may not make one",
        not_this="Not bedrock:InvokeModel is missing: the subscription is.",
        steps=aws_models.MARKETPLACE, reference=_ACCESS,
    ),
    Rule(
        "bedrock.marketplace", "model_access_not_granted",
        says=(_DENIED_DUE, "marketplace subscription", "aws-marketplace:subscribe"), certainty="likely",
        also=("permission_missing", "billing_inactive"),
        headline="The model's AWS Marketplace subscription is not in place",
        not_this=_NOT_IAM, steps=aws_models.MARKETPLACE, reference=_ACCESS,
    ),
)  # fmt: skip

# Payment of the account.
BILLING = (
    Rule(
        "bedrock.subscription-needed", "billing_inactive",
        type=("OptInRequired", "SubscriptionRequiredException"),
        or_says=("needs a subscription for the service", "payment instrument"),
        also=("model_access_not_granted",),
        headline="The AWS account is not signed up for this service",
        reference="https://repost.aws/knowledge-center/error-access-service",
    ),
    Rule(
        "bedrock.plan", "billing_inactive",
        says=("free account plan", "free plan", "upgrade your account plan", "account is not active", "past due",
              "overdue"),
        certainty="likely", also=("model_access_not_granted", "credential_disabled"),
        headline="The AWS account's plan or payment does not cover this",
        reference="https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html",
    ),
)  # fmt: skip

# The model or the operation is not given to this account.
ACCOUNT = (
    Rule(
        "bedrock.model-access", "model_access_not_granted",
        pattern=r"(?:do not|don't) have access to the (?:requested |specified )?model"
                r"|not been granted access to the model",
        says=("access to the",),
        headline="This account has no access to the model in this Region",
        not_this=_NOT_IAM, reference=_ACCESS,
    ),
    Rule(
        "bedrock.use-case-form", "model_access_not_granted", type=("FTUFormNotFilled",),
        or_says=("use case details have not been submitted", "have not filled out the request form", "use case details",
                 "fill out the anthropic use case", "required use-case form"),
        headline="Anthropic's use case form has not been sent for this account",
        not_this="The model exists and the key is good: a form is missing.",
        steps=aws_models.USE_CASE_FORM, reference=_ACCESS,
    ),
    Rule(
        "bedrock.account-verification", "model_access_not_granted",
        says=("account is currently being verified", "account is being verified"), who="provider", retryable=True,
        again=2 * 3600.0,
        headline="AWS is still verifying this account; that normally takes less than 2 hours",
        not_this="Neither the key nor its permissions are at fault, and nothing can be set to hurry it.",
        steps=aws_models.VERIFICATION, reference=_ERRORS,
    ),
    Rule(
        "bedrock.channel-account", "model_access_not_granted",
        says=("channel program account",),
        headline="Accounts bought through an AWS reseller cannot use this model until the reseller opens it",
        not_this=_NOT_IAM, steps=aws_models.RESELLER, reference=_ACCESS,
    ),
    Rule(
        "bedrock.model-gated", "model_access_not_granted",
        pattern=r"(?<![\w.:-])(?P<model>[\w.:-]{2,120}) (?:is not|isn't) available for this account",
        says=("available for this account",),
        headline="{model} is not open to this account",
        not_this=_NOT_IAM, steps=aws_models.GATED, reference=_ACCESS,
    ),
    Rule(
        "bedrock.account-closed", "model_access_not_granted",
        pattern=r"(?:not|n't) (?:allowed|available|permitted|supported|open) (?:for|in|to|on|with) (?:this|your) "
                r"(?:aws )?account",
        says=("this account", "your account", "aws account"), certainty="likely", also=("permission_missing",),
        headline="This is not open to the account",
        not_this=_NOT_IAM, steps=aws_models.GATED, reference=_ACCESS,
    ),
    Rule(
        "bedrock.account-operation", "model_access_not_granted",
        pattern=r"your account is not (?:authorized|allowed|permitted|enabled|eligible) to (?:invoke|perform|access"
                r"|use)",
        says=("your account is not",), also=("permission_missing",),
        headline="This account is not enabled for this operation here",
        not_this=_NOT_IAM, reference=_ERRORS,
    ),
    Rule(
        "bedrock.account-score", "model_access_not_granted",
        type=("BadCScoreException",),
        headline="AWS does not open this model to this account",
        not_this=_NOT_IAM, steps=aws_models.SUPPORT, reference=_ERRORS,
    ),
    Rule(
        "bedrock.operation-held-back", "model_access_not_granted",
        pattern=r"^operation not allowed\W*$", says=("operation not allowed",), also=("unknown",), certainty="likely",
        headline="AWS holds Bedrock back from this account",
        not_this="{status}, but the request is not malformed: AWS answers so where an account, often a new one, is "
                 "held "
                 "back.",
        steps=aws_models.SUPPORT, reference=_ACCESS,
    ),
    Rule(
        "bedrock.feature-access", "model_access_not_granted",
        pattern=r"do(?:es)? not have access to (?P<feature>[\w' -]{3,60})", says=("not have access to",),
        also=("permission_missing",), certainty="likely",
        headline="This account has no access to {feature}",
        not_this=_NOT_IAM, steps=aws_models.SUPPORT, reference=_ACCESS,
    ),
    Rule(
        "bedrock.feature-enabled", "model_access_not_granted",
        pattern=r"(?P<feature>[\w'-]{3,60}) (?:is not|isn't) enabled for (?:this|your) account",
        says=("enabled for this account", "enabled for your account"), also=("permission_missing",),
        headline="{feature} is not enabled for this account",
        not_this=_NOT_IAM, steps=aws_models.GATED, reference=_ACCESS,
    ),
    Rule(
        "bedrock.data-retention", "model_access_not_granted",
        pattern=r"data retention mode '?(?P<mode>\w+)'? is not available", says=("data retention",),
        also=("permission_denied_explicitly", "request_invalid"),
        headline="The model is not offered with this account's data retention mode",
        steps=aws_models.SUPPORT, reference=_ACCESS,
    ),
    Rule(
        "bedrock.agreement", "model_access_not_granted",
        says=("agreement has not been accepted", "accept the agreement", "model agreement", "license agreement",
              "have an agreement"),
        certainty="likely", also=("permission_missing", "billing_inactive"),
        headline="The model's agreement has not been accepted for this account",
        not_this=_NOT_IAM, steps=aws_models.AGREEMENT, reference=_ACCESS,
    ),
)  # fmt: skip

COUNTRY = (
    Rule(
        "bedrock.country", "country_unsupported",
        says=("unsupported countries", "unsupported country", "country or region is not supported"),
        headline="The model's maker does not serve the country this request or account is in",
        not_this="No AWS Region is meant: the country of the caller is.",
        reference="https://www.anthropic.com/supported-countries",
    ),
)  # fmt: skip

ACCOUNT_RULES: tuple[Rule, ...] = (*MARKETPLACE, *BILLING, *ACCOUNT, *COUNTRY)
