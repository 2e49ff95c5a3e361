"""What to do at AWS about the credential and what IAM lets it do. Rows of the tables ask for these by name."""

from __future__ import annotations

from meshtui.explain.model import Step
from meshtui.explain.steps.aws import CHECK, CONSOLE_MODELS, LIST_PROFILES, SUPPORT_CASE, WHO_CALLS, allow

# Who signed.
BEDROCK_KEY: tuple[Step, ...] = (
    Step("Let meshtui read the key offline: kind, account, Region and, of a short-term key, when it ends.",
         "meshtui check"),
    Step("Paste it whole: a long-term key begins ABSK, a short-term one bedrock-api-key-; another vendor's key or a "
         "placeholder is no use here."),
    Step("See whether it is there and Active among its user's keys.",
         "aws iam list-service-specific-credentials --service-name bedrock.amazonaws.com --user-name <user>"),
    Step("Otherwise make a new one and put it wherever the old one is used, Mesh included.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/api-keys"),
)  # fmt: skip
NEW_SHORT_TERM_KEY: tuple[Step, ...] = (
    Step("Make a new key: a short-term one lives 12 hours at most, and never longer than the session that made it.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/api-keys"),
    Step("For Mesh, which keeps what you paste, store a long-term key (ABSK…) instead."),
)  # fmt: skip
BEARER_ELSEWHERE: tuple[Step, ...] = (
    Step("Send a Bedrock API key only to Bedrock and Bedrock Runtime; STS and other services take signed requests."),
    Step("For signed requests use an access key pair, and see that no API key shadows it.",
         "env | grep -o ^AWS_BEARER_TOKEN_BEDROCK"),
)  # fmt: skip
KEY_PAIR: tuple[Step, ...] = (
    Step("Paste the access key id (20 characters, AKIA… or ASIA…) and the secret (40 characters) again: no blank, no "
         "quotes, no line break."),
    Step("Let meshtui look for such faults offline.", "meshtui check"),
    WHO_CALLS,
)  # fmt: skip
UNKNOWN_KEY_ID: tuple[Step, ...] = (
    Step("If the key id begins with ASIA it needs its session token. Mesh's form has no field for one, so behind Mesh "
         "such a key always fails: use an AKIA pair or a Bedrock API key there."),
    Step("If it begins with AKIA, see that no session token of another login is sent along.",
         "env | grep -o ^AWS_SESSION_TOKEN"),
    Step("See whether the key still exists and is Active.", "aws iam list-access-keys --user-name <user>"),
    Step("In a Region that is off by default a good key reads as unknown: try us-east-1.",
         "aws sts get-caller-identity --region us-east-1"),
)  # fmt: skip
WRONG_SECRET: tuple[Step, ...] = (
    Step("Paste the secret again: 40 characters, often with / or +, which some forms and shells change."),
    WHO_CALLS,
    Step("If that works, something between you and AWS changes the signed request: a proxy that rewrites headers, or a "
         "client that encodes the model's name twice."),
    Step("A lost secret cannot be shown again: make a new pair.", "aws iam create-access-key --user-name <user>"),
)  # fmt: skip
WEB_IDENTITY: tuple[Step, ...] = (
    Step("Fetch a fresh token from the identity provider and compare its issuer and audience with the role's trust "
         "policy.",
         "aws iam list-open-id-connect-providers"),
)  # fmt: skip
LONG_TERM: tuple[Step, ...] = (
    Step("Call it with a long-term pair (AKIA…), and see that no session token of another login is sent along.",
         "env | grep -o ^AWS_SESSION_TOKEN"),
    Step("Or use the session as it is: Bedrock takes it."),
)  # fmt: skip
MFA: tuple[Step, ...] = (
    Step("Enter a fresh code of the device whose ARN is sent; each code is taken once, within half a minute.",
         "aws sts get-session-token --serial-number <mfa-arn> --token-code <code>"),
    Step("If codes keep failing, the device's clock is off: synchronize it."),
)  # fmt: skip
SIGN_FOR_REGION: tuple[Step, ...] = (
    Step("Sign for the Region of the endpoint you call, and write it as AWS does: us-east-1, not us-east1.",
         "aws configure get region"),
    Step("In Mesh's Bedrock credential set region to that same one."),
)  # fmt: skip
SIGN_FOR_SERVICE: tuple[Step, ...] = (
    Step("Sign with the service name bedrock, also for bedrock-runtime; for bedrock-mantle with bedrock-mantle."),
)  # fmt: skip
ACCOUNT: tuple[Step, ...] = (
    Step("Sign in as the account's root user and look at the messages and the bills.",
         url="https://console.aws.amazon.com/billing/home"),
    SUPPORT_CASE,
)  # fmt: skip

# What IAM says.
ALLOW: tuple[Step, ...] = (
    Step(
        "Allow the action on what was asked for; a role named AWSReservedSSO_… is changed by its permission set in IAM "
        "Identity Center.",
        allow('"{permission}"', '"{arn}"'),
    ),
    Step("Streaming is an action of its own, bedrock:InvokeModelWithResponseStream; Converse counts as InvokeModel."),
    CHECK,
)
ALLOW_PROFILE: tuple[Step, ...] = (
    Step("Allow the action on the profile and on the model in every Region that it leads to; a role named "
         "AWSReservedSSO_… is changed by its permission set in IAM Identity Center.",
         allow('"{permission}"', '"{arn}","{model_arn}"')),
    Step("Streaming is an action of its own, bedrock:InvokeModelWithResponseStream; Converse counts as InvokeModel."),
    CHECK,
)  # fmt: skip
ALLOW_BEARER: tuple[Step, ...] = (
    Step("Allow the identity behind the key to use API keys; signed requests do not need this.",
         allow('"{permission}"', '"*"')),
    Step("Or call with an access key pair of the same identity."),
    CHECK,
)  # fmt: skip
ALLOW_MANTLE: tuple[Step, ...] = (
    Step("Attach AWS's policy for the mantle endpoint.",
         "aws iam attach-{identity_kind}-policy --{identity_kind}-name {identity} "
         "--policy-arn arn:aws:iam::aws:policy/AmazonBedrockMantleInferenceAccess"),
    Step("Or call the model on bedrock-runtime, where bedrock:InvokeModel is asked for."),
)  # fmt: skip
EXPLICIT_DENY: tuple[Step, ...] = (
    Step("Ask the owner of the {policy_type} to let {permission} pass for this identity."),
    Step("Find the statement: service control policies are the organization's, boundaries and inline policies the "
         "account's.", url="https://console.aws.amazon.com/organizations/v2/home/policies/service-control-policy"),
    Step("If the denial is about Regions, call a Region, or a profile, that stays inside the allowed ones."),
)  # fmt: skip
SOME_DENY: tuple[Step, ...] = (
    WHO_CALLS,
    Step("Ask whoever runs the account or its organization which policy denies this, and to make an exception."),
)
REGION_GUARD: tuple[Step, ...] = (
    Step("Use a profile that stays in one geography (us., eu., apac., …) instead of global.", LIST_PROFILES),
    Step("Or ask the policy's owner to let aws:RequestedRegion = unspecified pass for bedrock:InvokeModel*."),
)
ENDPOINT_POLICY: tuple[Step, ...] = (
    Step("Allow {permission} in the policy of the VPC endpoint for bedrock-runtime.",
         "aws ec2 describe-vpc-endpoints --region {region} "
         "--filters Name=service-name,Values=com.amazonaws.{region}.bedrock-runtime"),
    Step("Or see why the request goes through that endpoint at all: a VPN or a private DNS name leads there."),
)  # fmt: skip
OTHER_ACCOUNT: tuple[Step, ...] = (
    Step("Use an identity of account {owner}, or a resource of account {account}.", "aws sts get-caller-identity"),
    Step("If the crossing is meant, the owner's account has to allow {principal} in a resource policy or a role."),
)
SESSION_POLICY: tuple[Step, ...] = (
    Step(
        "Look where the session is made (AssumeRole, a federation, a gateway): the policy handed over there must "
        "contain {permission}."
    ),
    Step("Or use the identity without that narrowing."),
)
WHO_AM_I: tuple[Step, ...] = (
    WHO_CALLS,
    Step("Ask IAM whether that identity may call the model at all.",
         "aws iam simulate-principal-policy --policy-source-arn <arn> --action-names bedrock:InvokeModel "
         "bedrock:InvokeModelWithResponseStream"),
    Step("Then see that the account has the model in this Region.", url=CONSOLE_MODELS),
)  # fmt: skip

# On this machine.
SSO_LOGIN: tuple[Step, ...] = (
    Step("Sign in again.", "aws sso login"),
    Step("For Mesh, which cannot sign in, use an AKIA pair or a Bedrock API key."),
)
NO_CREDENTIALS: tuple[Step, ...] = (
    Step("See where the AWS libraries look, and what they find.", "aws configure list"),
    Step("Set the pair or a profile where the program runs; a container does not see your shell.",
         "env | grep -oE '^AWS_[A-Z_]+'"),
)  # fmt: skip
PROFILES: tuple[Step, ...] = (Step("See which profiles there are.", "aws configure list-profiles"),)
SET_REGION: tuple[Step, ...] = (
    Step("Set a Region that has Bedrock, written as AWS does (us-east-1).", "export AWS_REGION=us-east-1"),
)
UPGRADE: tuple[Step, ...] = (
    Step("Bring the libraries up to date; Bedrock API keys need boto3 1.39 or later.", "pip install -U boto3 botocore"),
)
NETWORK: tuple[Step, ...] = (
    Step("See whether the name resolves and the port answers; a mistyped Region makes a host that does not exist.",
         "curl -sv -o /dev/null https://bedrock-runtime.{region}.amazonaws.com"),
    Step("Behind a proxy set HTTPS_PROXY; in a VPC without internet make an endpoint for bedrock-runtime."),
)  # fmt: skip
TLS: tuple[Step, ...] = (
    Step("If a company proxy opens TLS, give its certificate to the AWS libraries.", "export AWS_CA_BUNDLE=<file>"),
)
