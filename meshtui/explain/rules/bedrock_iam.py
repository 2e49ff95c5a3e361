"""AWS IAM's denial sentence: the identity is known, and a policy decides.

`iam.denial` takes the sentence apart. An explicit deny, a VPC endpoint's policy and two different accounts are three
other causes than a missing allow, and three other people repair them (IAM User Guide, "Troubleshoot access denied
error messages").
"""

from __future__ import annotations

from meshtui.explain import iam
from meshtui.explain.model import Rule
from meshtui.explain.steps import aws_identity

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
_API_KEYS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html"
_PROFILES = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html"
_NOT_AUTHORIZED = "not authorized to perform"

# A denial in so many words, and the network's own policy.
DENIED = (
    Rule(
        "bedrock.iam-endpoint-policy", "network_blocked",
        says=("vpc endpoint policy", "vpc endpoint policies"), test=iam.denial, also=("permission_missing",),
        headline="The VPC endpoint's policy does not let {permission} through",
        not_this="403, but not the identity's permissions: the policy of the network path refuses.",
        steps=aws_identity.ENDPOINT_POLICY, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-deny-global", "permission_denied_explicitly",
        says=("with an explicit deny",), test=iam.without_region,
        headline="A policy forbids {permission} on {model} outside certain Regions, and a global profile has none",
        not_this="Granting more permissions does not help: a deny wins over every allow.",
        steps=aws_identity.REGION_GUARD, reference=_PROFILES,
    ),
    Rule(
        "bedrock.iam-deny", "permission_denied_explicitly",
        says=("with an explicit deny in a",), test=iam.denial,
        headline="An explicit deny in the {policy_type} forbids {permission}",
        not_this="Granting more permissions does not help: a deny wins over every allow.",
        steps=aws_identity.EXPLICIT_DENY, reference=_IAM,
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
        "bedrock.iam-other-account", "account_mismatch",
        says=(_NOT_AUTHORIZED,), test=iam.across_accounts, also=("permission_missing",),
        headline="The key belongs to account {account}, the resource to account {owner}",
        steps=aws_identity.OTHER_ACCOUNT, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-organization", "permission_missing",
        pattern=r"because no (?:service control|resource control|permissions boundar)",
        says=("because no service control", "because no resource control", "because no permissions boundar"),
        test=iam.denial, also=("permission_denied_explicitly",),
        headline="No {policy_type} leaves room for {permission}",
        not_this="A grant on the identity alone does not help: the organization's policies or the boundary must allow "
                 "it too.",
        steps=aws_identity.EXPLICIT_DENY, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-session", "permission_missing",
        says=("because no session policy",), test=iam.denial,
        headline="The session was narrowed when it was made and leaves {permission} out",
        steps=aws_identity.SESSION_POLICY, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-bearer", "permission_missing",
        says=(":callwithbearertoken",), test=iam.denial,
        headline="The identity behind this API key may not use API keys: {permission} is missing",
        not_this="The key is good: AWS knows whose it is.",
        steps=aws_identity.ALLOW_BEARER, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.iam-mantle", "permission_missing",
        says=("perform: bedrock-mantle:",), test=iam.denial,
        headline="The identity lacks {permission}, which bedrock:* does not include",
        steps=aws_identity.ALLOW_MANTLE, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.iam-profile", "permission_missing",
        says=("because no ",), test=iam.on_profile,
        headline="Nothing allows {permission} on the inference profile {model} to this identity",
        steps=aws_identity.ALLOW_PROFILE, reference=_PROFILES,
    ),
    Rule(
        "bedrock.iam-no-allow", "permission_missing",
        says=("because no ",), test=iam.denial,
        headline="Nothing allows {permission} to this identity",
        steps=aws_identity.ALLOW, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-unexplained", "permission_missing",
        says=(_NOT_AUTHORIZED,), test=iam.denial, also=("permission_denied_explicitly",),
        headline="The identity is not allowed {permission}; AWS does not say which policy decides",
        steps=aws_identity.ALLOW, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-no-permission", "permission_missing",
        says=("do not have permission", "don't have permission", "do not have sufficient access",
              "not have the necessary permission", "not authorized to"),
        certainty="likely", also=("permission_denied_explicitly", "model_access_not_granted"),
        headline="The identity lacks a permission; AWS does not say which",
        steps=aws_identity.WHO_AM_I, reference=_IAM,
    ),
    Rule(
        "bedrock.iam-not-authorized-type", "permission_missing",
        type=("NotAuthorized", "UnauthorizedOperation"), certainty="likely", also=("permission_denied_explicitly",),
        headline="The identity lacks a permission; AWS does not say which",
        steps=aws_identity.WHO_AM_I, reference=_IAM,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*DENIED, *MISSING)
