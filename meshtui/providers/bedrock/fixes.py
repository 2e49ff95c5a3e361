"""What to do at AWS: steps by name, which rules ask for, and by cause, for rules that name none.

Commands are those of the AWS CLI, version 2. `{identity_kind}` is `user` or `role`, which makes one template serve
both `put-user-policy --user-name` and `put-role-policy --role-name`.
"""

from __future__ import annotations

from meshtui.explain.model import Step, cite

_SOURCE_API_KEYS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
_SOURCE_REFERENCE_SIGV_TROUBLESHOOTING = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
)
_SOURCE_ID_CREDENTIALS_ACCESS_KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
_SOURCE_ID_CREDENTIALS_TEMP_USE_RESOURCES = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html"
)
_SOURCE_API_ASSUMEROLEWITHWEBIDENTITY = (
    "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
)
_SOURCE_ID_CREDENTIALS_MFA_CONFIGURE_API_REQUIRE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html"
)
_SOURCE_REACTIVATE_SUSPENDED_ACCOUNT = "https://repost.aws/knowledge-center/reactivate-suspended-account"
_SOURCE_TROUBLESHOOT_ACCESS_DENIED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
_SOURCE_INFERENCE_PROFILES_PREREQ = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html"
)
_SOURCE_API_KEYS_PERMISSIONS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html"
_SOURCE_TROUBLESHOOT_ROLES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html"
_SOURCE_API_GETROLECREDENTIALS = (
    "https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html"
)
_SOURCE_AGENTS_PERMISSIONS = "https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html"
_SOURCE_POD_IDENTITIES = "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"
_SOURCE_CLI_CONFIGURE_SIGN_IN = "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html"
_SOURCE_STANDARDIZED_CREDENTIALS = "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"
_SOURCE_CLI_CONFIGURE_SSO = "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html"
_SOURCE_FEATURE_REGION = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html"
_SOURCE_GETTING_STARTED_API = "https://docs.aws.amazon.com/bedrock/latest/userguide/getting-started-api.html"
_SOURCE_BEDROCK = "https://docs.aws.amazon.com/general/latest/gr/bedrock.html"
_SOURCE_MODEL_ACCESS = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html"
_SOURCE_TROUBLESHOOTING_API_ERROR_CODES = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"
)
_SOURCE_INFERENCE_PROFILES_SUPPORT = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html"
)
_SOURCE_MODELS_SUPPORTED = "https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html"
_SOURCE_MODEL_LIFECYCLE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"
_SOURCE_MANAGE_ACCT_REGIONS = "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"
_SOURCE_APIS = "https://docs.aws.amazon.com/bedrock/latest/userguide/apis.html"
_SOURCE_QUOTA_BURNDOWN = "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html"
_SOURCE_QUOTAS = "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html"
_SOURCE_INVOKE_IMPORTED_MODEL = "https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html"
_SOURCE_GUARDRAILS = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails.html"
_SOURCE_PROMPT_CACHING = "https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html"
_SOURCE_CONVERSE_FEATURES = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html"
)
_SOURCE_MODEL_PARAMETERS = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html"

_PUT_POLICY = "aws iam put-{identity_kind}-policy --{identity_kind}-name {identity} --policy-name {policy_name}"


def allow(actions: str, resources: str) -> str:
    """The command that adds an inline policy with one statement to the identity the answer names. Each has a name of
    its own: IAM replaces a policy of the same name, and with it what it allowed."""
    statement = f'{{"Effect":"Allow","Action":[{actions}],"Resource":[{resources}]}}'
    return f'{_PUT_POLICY} --policy-document \'{{"Version":"2012-10-17","Statement":[{statement}]}}\''


WHO_CALLS = Step("See which identity this key is; the AWS CLI would ask for whatever it finds itself.",
                 "meshtui check --check identity")  # fmt: skip
CHECK = Step("Run the checks: they show how far this key still gets.", "meshtui check")
CONSOLE_MODELS = "https://console.aws.amazon.com/bedrock/home?region={region}#/model-catalog"
LIST_MODELS = "aws bedrock list-foundation-models --region {region} --query 'modelSummaries[].modelId'"
LIST_PROFILES = (
    "aws bedrock list-inference-profiles --region {region} --query 'inferenceProfileSummaries[].inferenceProfileId'"
)
CONSOLE_QUOTAS = "https://console.aws.amazon.com/servicequotas/home/services/bedrock/quotas"
SUPPORT_CASE = Step(
    "Open a case with AWS Support (Account and billing is free) and quote the request id of this answer.",
    url="https://console.aws.amazon.com/support/home#/case/create",
)


# Who signed.
BEDROCK_KEY: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("Let meshtui read the key offline: kind, account, Region and, of a short-term key, when it ends.",
         "meshtui check --offline"),
    Step("Paste it whole: a long-term key begins ABSK, a short-term one bedrock-api-key-; another vendor's key or a "
         "placeholder is no use here."),
    Step("See whether it is there and Active among its user's keys.",
         "aws iam list-service-specific-credentials --service-name bedrock.amazonaws.com --user-name {user}"),
    Step("Otherwise make a new one and put it wherever the old one is used, Mesh included.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/api-keys"),
)  # fmt: skip
NEW_SHORT_TERM_KEY: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("Make a new key: a short-term one lives 12 hours at most, and never longer than the session that made it.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/api-keys"),
    Step("For Mesh, which keeps what you paste, prefer a key pair of a user with three actions (InvokeModel, "
         "InvokeModelWithResponseStream, ListFoundationModels): AWS means long-term API keys (ABSK…) for trying out."),
)  # fmt: skip
BEARER_ELSEWHERE: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("Send a Bedrock API key only to Bedrock and Bedrock Runtime; STS and other services take signed requests."),
    Step("For signed requests use an access key pair, and see that no API key shadows it.",
         "env | grep -o ^AWS_BEARER_TOKEN_BEDROCK"),
)  # fmt: skip
KEY_PAIR: tuple[Step, ...] = cite(
    _SOURCE_REFERENCE_SIGV_TROUBLESHOOTING,
    Step("Paste the access key id (20 characters, AKIA… or ASIA…) and the secret (40 characters) again: no blank, no "
         "quotes, no line break."),
    Step("Let meshtui look for such faults offline.", "meshtui check --offline"),
    WHO_CALLS,
)  # fmt: skip
UNKNOWN_KEY_ID: tuple[Step, ...] = cite(
    _SOURCE_ID_CREDENTIALS_ACCESS_KEYS,
    Step("If the key id begins with ASIA it needs its session token. Mesh's form has no field for one, so behind Mesh "
         "such a key always fails: use an AKIA pair or a Bedrock API key there."),
    Step("If it begins with AKIA, see that no session token of another login is sent along.",
         "env | grep -o ^AWS_SESSION_TOKEN"),
    Step("See whether the key still exists and is Active.", "aws iam list-access-keys --user-name {user}"),
    Step("In a Region that is off by default a good key reads as unknown: try us-east-1.",
         "aws sts get-caller-identity --region us-east-1"),
)  # fmt: skip
UNKNOWN_LONG_TERM_KEY: tuple[Step, ...] = cite(
    _SOURCE_ID_CREDENTIALS_ACCESS_KEYS,
    Step("Look for the key id that ends in {last} among its user's access keys, and whether it is Active; if it is not "
         "there, it was deleted.", "aws iam list-access-keys --user-name {user}"),
    Step("See that no session token of another login is sent along.", "env | grep -o ^AWS_SESSION_TOKEN"),
    Step("In a Region that is off by default a good key reads as unknown: try us-east-1.",
         "aws sts get-caller-identity --region us-east-1"),
)  # fmt: skip
UNKNOWN_TEMPORARY_KEY: tuple[Step, ...] = cite(
    _SOURCE_ID_CREDENTIALS_TEMP_USE_RESOURCES,
    Step("Take key id, secret and session token from one and the same answer; each login makes three new ones. "
         "They are in the file, which only you can read.",
         "(umask 077; aws configure export-credentials --format env-no-export >keys.env)"),
    Step("Mesh's form has no field for a session token, so behind Mesh such a key always fails: use an AKIA pair or a "
         "Bedrock API key there."),
)  # fmt: skip
UNKNOWN_LONG_TERM_API_KEY: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("See whether it is there and Active among its user's keys.",
         "aws iam list-service-specific-credentials --service-name bedrock.amazonaws.com --user-name {user}"),
    Step("See that {region} is the Region that the key was made for."),
    Step("Otherwise make a new one and put it wherever the old one is used, Mesh included.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/api-keys"),
)  # fmt: skip
OTHER_KEY_REGION: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("Call {key_region}, where this key works."),
    Step("Or make a short-term key in {region}; a long-term one (ABSK…) is bound to no Region by what stands in it.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/api-keys"),
)  # fmt: skip
WRONG_SECRET: tuple[Step, ...] = cite(
    _SOURCE_REFERENCE_SIGV_TROUBLESHOOTING,
    Step("Paste the secret again: 40 characters, often with / or +, which some forms and shells change."),
    WHO_CALLS,
    Step("If that works, something between you and AWS changes the signed request: a proxy that rewrites headers, or a "
         "client that encodes the model's name twice."),
    Step("A lost secret cannot be shown again: make a new pair. A user has two at most: delete one first. The new "
         "secret is in the file, which only you can read.",
         "(umask 077; aws iam create-access-key --user-name {user} >new-pair.json)"),
)  # fmt: skip
WEB_IDENTITY: tuple[Step, ...] = cite(
    _SOURCE_API_ASSUMEROLEWITHWEBIDENTITY,
    Step("Fetch a fresh token from the identity provider and compare its issuer and audience with the role's trust "
         "policy.",
         "aws iam list-open-id-connect-providers"),
)  # fmt: skip
LONG_TERM: tuple[Step, ...] = cite(
    _SOURCE_ID_CREDENTIALS_TEMP_USE_RESOURCES,
    Step("Call it with a long-term pair (AKIA…), and see that no session token of another login is sent along.",
         "env | grep -o ^AWS_SESSION_TOKEN"),
    Step("Or use the session as it is: Bedrock takes it."),
)  # fmt: skip
MFA: tuple[Step, ...] = cite(
    _SOURCE_ID_CREDENTIALS_MFA_CONFIGURE_API_REQUIRE,
    Step("Enter a fresh code of the device whose ARN is sent; each code is taken once, within half a minute. The "
         "session is in the file, which only you can read.",
         "(umask 077; aws sts get-session-token --serial-number {mfa_arn} --token-code {code} >session.json)"),
    Step("If codes keep failing, the device's clock is off: synchronize it."),
)  # fmt: skip
SIGN_FOR_REGION: tuple[Step, ...] = cite(
    _SOURCE_REFERENCE_SIGV_TROUBLESHOOTING,
    Step("Sign for the Region of the endpoint you call, and write it as AWS does: us-east-1, not us-east1.",
         "aws configure list"),
    Step("In Mesh's Bedrock credential set region to that same one."),
)  # fmt: skip
SIGN_FOR_SERVICE: tuple[Step, ...] = cite(
    _SOURCE_REFERENCE_SIGV_TROUBLESHOOTING,
    Step("Sign with the service name bedrock, also for bedrock-runtime; for bedrock-mantle with bedrock-mantle."),
)  # fmt: skip
ACCOUNT: tuple[Step, ...] = cite(
    _SOURCE_REACTIVATE_SUSPENDED_ACCOUNT,
    Step("Sign in as the account's root user and look at the messages and the bills.",
         url="https://console.aws.amazon.com/billing/home"),
    SUPPORT_CASE,
)  # fmt: skip

# What IAM says.
ALLOW: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    Step(
        "Allow {permission} on what was asked for: model, profile or agent. A role named AWSReservedSSO_… is changed "
        "by its permission set in IAM Identity Center instead (aws sso-admin put-inline-policy-to-permission-set, then "
        "provision-permission-set).",
        allow('"{permission}"', '"{arn}"'),
    ),
    Step("Streaming is an action of its own, bedrock:InvokeModelWithResponseStream; Converse counts as InvokeModel."),
    CHECK,
)
ALLOW_PROFILE: tuple[Step, ...] = cite(
    _SOURCE_INFERENCE_PROFILES_PREREQ,
    Step("Allow {permission} on the profile and on the model in every Region that it leads to. A role named "
         "AWSReservedSSO_… is changed by its permission set in IAM Identity Center instead (aws sso-admin "
         "put-inline-policy-to-permission-set, then provision-permission-set).",
         allow('"{permission}"', '"{arn}","{model_arn}"')),
    Step("Streaming is an action of its own, bedrock:InvokeModelWithResponseStream; Converse counts as InvokeModel."),
    CHECK,
)  # fmt: skip
ALLOW_BEARER: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS_PERMISSIONS,
    Step("Allow the identity behind the key to use API keys; signed requests do not need this.",
         allow('"{permission}"', '"*"')),
    Step("Or call with an access key pair of the same identity."),
    CHECK,
)  # fmt: skip
ALLOW_MANTLE: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS_PERMISSIONS,
    Step("Attach AWS's policy for the mantle endpoint.",
         "aws iam attach-{identity_kind}-policy --{identity_kind}-name {identity} "
         "--policy-arn arn:aws:iam::aws:policy/AmazonBedrockMantleInferenceAccess"),
    Step("Or call the model on bedrock-runtime, where bedrock:InvokeModel is asked for."),
)  # fmt: skip
ASSUME_ROLE: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ROLES,
    Step("Let the role trust this identity: its trust policy has to name {principal} as Principal for {permission}.",
         "aws iam get-role --role-name {role_name} --query Role.AssumeRolePolicyDocument"),
    Step("And let the identity do it: its own policy needs {permission} on that role, in another account always.",
         allow('"{permission}"', '"{arn}"')),
    Step("Where the trust policy asks for an external id, MFA or a tag, send it along."),
)  # fmt: skip
TRUST_POLICY: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ROLES,
    Step("Compare Principal.Federated and the conditions on aud and sub in the role's trust policy with the token: the "
         "sub names the repository, branch or service account, letter by letter.",
         "aws iam get-role --role-name {role_name} --query Role.AssumeRolePolicyDocument"),
    Step("See that the identity provider is in the role's own account.", "aws iam list-open-id-connect-providers"),
)  # fmt: skip
SSO_ROLE: tuple[Step, ...] = cite(
    _SOURCE_API_GETROLECREDENTIALS,
    Step("Compare sso_account_id and sso_role_name of the profile with what the access portal offers you; both are "
         "written "
         "there.", "aws configure list"),
    Step("If they are right, let an administrator assign the permission set to you or your group in that account.",
         url="https://console.aws.amazon.com/singlesignon/home"),
    Step("If it was assigned minutes ago, sign in again.", "aws sso login"),
)  # fmt: skip
AGENT_ROLE: tuple[Step, ...] = cite(
    _SOURCE_AGENTS_PERMISSIONS,
    Step("Open the agent and look at its service role: it needs bedrock:InvokeModel on the model, and on the inference "
         "profile with bedrock:GetInferenceProfile where the agent uses one.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/agents"),
    Step("Its trust policy has to name bedrock.amazonaws.com."),
    Step("Then prepare the agent anew: a changed model or role counts from then on."),
)  # fmt: skip
POD_TRUST: tuple[Step, ...] = cite(
    _SOURCE_POD_IDENTITIES,
    Step("Let the role trust pods.eks.amazonaws.com for sts:AssumeRole and sts:TagSession.",
         "aws iam get-role --role-name {role_name} --query Role.AssumeRolePolicyDocument"),
    Step("After a change restart the pod."),
)  # fmt: skip
POD_ASSOCIATION: tuple[Step, ...] = cite(
    _SOURCE_POD_IDENTITIES,
    Step("See whether the pod's namespace and service account have an association.",
         "aws eks list-pod-identity-associations --cluster-name {cluster}"),
    Step("If there is none, make one with a role that may call Bedrock, then restart the pod.",
         "aws eks create-pod-identity-association --cluster-name {cluster} --namespace {namespace} "
         "--service-account {service_account} --role-arn {role_arn}"),
    Step("The add-on eks-pod-identity-agent has to run on the node, and the SDK has to be one that knows it."),
)  # fmt: skip
EXPLICIT_DENY: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    Step("Ask the owner of the {policy_type} to let {permission} pass for this identity."),
    Step("Find the statement: service control and resource control policies are the organization's, each on a page "
         "of its "
         "own; boundaries and inline policies are the account's, in IAM.",
         url="https://console.aws.amazon.com/organizations/v2/home/policies"),
    Step("If the denial is about Regions, call a Region, or a profile, that stays inside the allowed ones."),
)  # fmt: skip
SOME_DENY: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    WHO_CALLS,
    Step("Ask whoever runs the account or its organization which policy denies this, and to make an exception."),
)
REGION_GUARD: tuple[Step, ...] = cite(
    _SOURCE_INFERENCE_PROFILES_PREREQ,
    Step("Use a profile that stays in one geography (us., eu., apac., …) instead of global.", LIST_PROFILES),
    Step("Or ask the policy's owner to let aws:RequestedRegion = unspecified pass for bedrock:InvokeModel*."),
)
ENDPOINT_POLICY: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    Step("Allow {permission} in the policy of the VPC endpoint for bedrock-runtime.",
         "aws ec2 describe-vpc-endpoints --region {region} "
         "--filters Name=service-name,Values=com.amazonaws.{region}.bedrock-runtime"),
    Step("Or see why the request goes through that endpoint at all: a VPN or a private DNS name leads there."),
)  # fmt: skip
OTHER_ACCOUNT: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    Step("Use an identity of account {owner}, or a resource of account {account}.", "aws sts get-caller-identity"),
    Step("If the crossing is meant, the owner's account has to allow {principal} in a resource policy or a role."),
)
SESSION_POLICY: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    Step(
        "Look where the session is made (AssumeRole, a federation, a gateway): the policy handed over there must "
        "contain {permission}."
    ),
    Step("Or use the identity without that narrowing."),
)
WHO_AM_I: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOT_ACCESS_DENIED,
    WHO_CALLS,
    Step("Ask IAM whether that identity may call the model at all.",
         "aws iam simulate-principal-policy --policy-source-arn {caller_arn} --action-names bedrock:InvokeModel "
         "bedrock:InvokeModelWithResponseStream --resource-arns {model_resource}"),
    Step("Then see that the account has the model in this Region.", url=CONSOLE_MODELS),
)  # fmt: skip

# On this machine.
LOGIN: tuple[Step, ...] = cite(
    _SOURCE_CLI_CONFIGURE_SIGN_IN,
    Step("Sign in again with the command that the sentence names, with its --profile: aws login is the console's "
         "sign-in (AWS CLI 2.32 or later), aws sso login another.", "aws login"),
    Step("For Mesh, which cannot sign in, use an AKIA pair or a Bedrock API key."),
)  # fmt: skip
PROCESS: tuple[Step, ...] = cite(
    _SOURCE_STANDARDIZED_CREDENTIALS,
    Step("Run or renew the program that credential_process of the profile names: its credentials have expired.",
         "aws configure list"),
    Step("For Mesh, which cannot run it, use an AKIA pair or a Bedrock API key."),
)  # fmt: skip
SSO_LOGIN: tuple[Step, ...] = cite(
    _SOURCE_CLI_CONFIGURE_SSO,
    Step("Sign in again, with the --profile that the sentence names.", "aws sso login"),
    Step("For Mesh, which cannot sign in, use an AKIA pair or a Bedrock API key."),
)
NO_CREDENTIALS: tuple[Step, ...] = cite(
    _SOURCE_STANDARDIZED_CREDENTIALS,
    Step("See where the AWS libraries look, and what they find.", "aws configure list"),
    Step("Set the pair or a profile where the program runs; a container does not see your shell.",
         "env | grep -oE '^AWS_[A-Z_]+'"),
)  # fmt: skip
PROFILES: tuple[Step, ...] = cite(
    _SOURCE_STANDARDIZED_CREDENTIALS,
    Step("See which profiles there are.", "aws configure list-profiles"),
)
SET_REGION: tuple[Step, ...] = cite(
    _SOURCE_FEATURE_REGION,
    Step(
        "Set a Region that has Bedrock, written as AWS does (us-east-1). boto3 reads AWS_DEFAULT_REGION only, other "
        "SDKs AWS_REGION.",
        "export AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1",
    ),
)
UPGRADE: tuple[Step, ...] = cite(
    _SOURCE_GETTING_STARTED_API,
    Step("Bring the libraries up to date; Bedrock API keys need boto3 1.39 or later.", "pip install -U boto3 botocore"),
)
NETWORK: tuple[Step, ...] = cite(
    _SOURCE_BEDROCK,
    Step("See whether the name resolves and the port answers; a mistyped Region makes a host that does not exist.",
         "curl -sv -o /dev/null https://bedrock-runtime.{region}.amazonaws.com"),
    Step("Behind a proxy set HTTPS_PROXY; in a VPC without internet make an endpoint for bedrock-runtime."),
)  # fmt: skip
TLS: tuple[Step, ...] = cite(
    _SOURCE_BEDROCK,
    Step(
        "If a company proxy opens TLS, give its certificate to the AWS libraries, in one file with the public "
        "roots, which it replaces.",
        "export AWS_CA_BUNDLE={certificate_file}",
    ),
)


# What the account may use.
MODEL_ACCESS: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("Models are open by default, given Marketplace rights, a valid payment method and, for Anthropic, the "
         "form. So "
         "look whether {region} has the model, whether it is Legacy or gated, and whether a service control policy "
         "forbids it.", url=CONSOLE_MODELS),
    Step("Ask AWS what is missing.",
         "aws bedrock get-foundation-model-availability --region {region} --model-id {model_id}"),
)  # fmt: skip
USE_CASE_FORM: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("Fill in Anthropic's use case form, once for the account; with AWS Organizations in the management account.",
         url=CONSOLE_MODELS),
    Step("It can be sent by the PutUseCaseForModelAccess call too. Claude on bedrock-mantle does not need it."),
    Step("Wait 15 minutes after sending it, then try again."),
)  # fmt: skip
MARKETPLACE: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("Let an administrator's identity, which has aws-marketplace:Subscribe, ViewSubscriptions and Unsubscribe, "
         "invoke this model once; after that every identity of the account can use it."),
    Step("Then wait: a first subscription takes up to 15 minutes, one after a repaired right or payment about 2."),
    Step("The same sentence also comes where the account cannot pay: look at the payment methods.",
         url="https://console.aws.amazon.com/billing/home#/paymentmethods"),
)  # fmt: skip
PAYMENT: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("Add a valid card and make it the default; AWS Marketplace does not take every method that AWS takes.",
         url="https://console.aws.amazon.com/billing/home#/paymentmethods"),
    Step("Finish the account's sign-up if it was never finished, then wait a few minutes and try again.",
         url="https://portal.aws.amazon.com/billing/signup?type=resubscribe"),
)  # fmt: skip
VERIFICATION: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
    Step("Wait up to two hours; nothing else is needed."),
    Step("After that write to aws-verification@amazon.com, and see that a valid payment method is on file.",
         url="https://console.aws.amazon.com/billing/home#/paymentmethods"),
)  # fmt: skip
RESELLER: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("Ask the reseller or distributor of the account to open the model; AWS Support cannot."),
    Step("Meanwhile use a model of Amazon's own (Nova), which needs no such opening.", LIST_MODELS),
)
GATED: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("Ask AWS for access; such models are opened one account at a time.",
         url="https://aws.amazon.com/contact-us/sales-support/"),
    Step("Meanwhile use a model that the account has.", LIST_MODELS),
)  # fmt: skip
AGREEMENT: tuple[Step, ...] = cite(
    _SOURCE_MODEL_ACCESS,
    Step("See which agreement is open, then accept it in the console.",
         "aws bedrock get-foundation-model-availability --region {region} --model-id {model_id}", CONSOLE_MODELS),
)  # fmt: skip
SUPPORT: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
    SUPPORT_CASE,
    Step("Try one call in the console's playground: if that fails too, it is the account and not the key.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/text-generation-playground"),
)  # fmt: skip

# The model.
PROFILE: tuple[Step, ...] = cite(
    _SOURCE_INFERENCE_PROFILES_SUPPORT,
    Step("Take the profile's id: the model's id with us., eu., apac., jp., au. or global. in front, as your Region "
         "offers.", LIST_PROFILES),
    Step("Allow bedrock:InvokeModel on the profile and on the model in the Regions it leads to."),
)  # fmt: skip
MODEL_ID: tuple[Step, ...] = cite(
    _SOURCE_MODELS_SUPPORTED,
    Step("Compare the id letter by letter: vendor, date and version count (anthropic.claude-…-v1:0).", LIST_MODELS),
    Step("See which profile prefixes (us., eu., …) this Region has: source Regions differ by model.",
         LIST_PROFILES),
    Step("On bedrock-mantle ids are shorter (openai.gpt-oss-120b) than on bedrock-runtime (openai.gpt-oss-120b-1:0)."),
)  # fmt: skip
NEWER_MODEL: tuple[Step, ...] = cite(
    _SOURCE_MODEL_LIFECYCLE,
    Step("Take a current version of the model.",
         "aws bedrock list-foundation-models --region {region} "
         "--query 'modelSummaries[?modelLifecycle.status==`ACTIVE`].modelId'"),
)  # fmt: skip
REGION: tuple[Step, ...] = cite(
    _SOURCE_MODELS_SUPPORTED,
    Step("Call a Region that has the model, or an inference profile that reaches one.", LIST_PROFILES),
    Step("Set the same Region in Mesh's Bedrock credential."),
)
REGION_OPT_IN: tuple[Step, ...] = cite(
    _SOURCE_MANAGE_ACCT_REGIONS,
    Step("Switch the Region on for the account, or use one that is always on.",
         "aws account enable-region --region-name {region}"),
)  # fmt: skip
PATH: tuple[Step, ...] = cite(
    _SOURCE_APIS,
    Step("Compare host and path: bedrock-runtime takes /model/{model}/converse, /openai/v1 and "
         "/anthropic, and is what AWS recommends for new programs; bedrock-mantle takes /v1, "
         "/openai/v1 and /anthropic/v1, bedrock only lists and manages."),
    Step("Use the path that this model is served on.",
         url="https://docs.aws.amazon.com/bedrock/latest/userguide/models-endpoint-availability.html"),
)  # fmt: skip

# Limits and failures.
TOKEN_QUOTA: tuple[Step, ...] = cite(
    _SOURCE_QUOTA_BURNDOWN,
    Step("Wait a minute. What you allow in max tokens is reserved at the start and counts: lower it."),
    Step(
        "If it comes often, ask for more tokens per minute, or use a cross-Region inference profile.",
        url=CONSOLE_QUOTAS,
    ),
)
REQUEST_QUOTA: tuple[Step, ...] = cite(
    _SOURCE_QUOTAS,
    Step("Send fewer at once, and wait longer after each refusal."),
    Step("If it comes often, see and raise the account's quota.",
         "aws service-quotas list-service-quotas --service-code bedrock --region {region}", CONSOLE_QUOTAS),
)  # fmt: skip
DAILY_QUOTA: tuple[Step, ...] = cite(
    _SOURCE_QUOTAS,
    Step("See the quota per day: on a new or free account it may be close to 0.", url=CONSOLE_QUOTAS),
    SUPPORT_CASE,
    Step("Until then use another model or Region, each has a quota of its own."),
)
QUOTA: tuple[Step, ...] = cite(
    _SOURCE_QUOTAS,
    Step("See which quota is at its limit, and ask for more.",
         "aws service-quotas list-service-quotas --service-code bedrock --region {region}", CONSOLE_QUOTAS),
)  # fmt: skip
NOT_READY: tuple[Step, ...] = cite(
    _SOURCE_INVOKE_IMPORTED_MODEL,
    Step("Try again until it is loaded; a minute or two is usual for an imported model."),
    Step("See that the import is finished.", "aws bedrock list-imported-models --region {region}"),
)
BUSY: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
    Step("Try again with growing pauses."),
    Step("Use a cross-Region inference profile: it reaches more capacity.", LIST_PROFILES),
    Step("See whether AWS reports an outage.", url="https://health.aws.amazon.com/health/status"),
)
TIMEOUT: tuple[Step, ...] = cite(
    _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
    Step("Stream the answer, or ask for a shorter one."),
    Step("Allow the client more time: botocore gives up after 60 s by default."),
)

# The request.
GUARDRAIL: tuple[Step, ...] = cite(
    _SOURCE_GUARDRAILS,
    Step("See which guardrails and versions there are.", "aws bedrock list-guardrails --region {region}"),
)
CONTENT: tuple[Step, ...] = cite(
    _SOURCE_GUARDRAILS,
    Step("Change the prompt or the picture; the answer does not say which part was refused."),
    Step("If a guardrail of your own refused it, its trace says which policy did: send trace=enabled."),
)
CACHING: tuple[Step, ...] = cite(
    _SOURCE_PROMPT_CACHING,
    Step("Leave cachePoint (cache_control) out, or use a model that caches prompts."),
)
FEATURE: tuple[Step, ...] = cite(
    _SOURCE_CONVERSE_FEATURES,
    Step(
        "Leave out what the sentence names, or use a model that has it: tools, streaming, images, documents, system "
        "prompts and caching differ by model."
    ),
)
TOO_LONG: tuple[Step, ...] = cite(
    _SOURCE_MODEL_PARAMETERS,
    Step("Send less, or ask for fewer tokens back; the sentence names the limit where AWS tells it."),
    Step("Or use a model with a longer context."),
)
BODY: tuple[Step, ...] = cite(
    _SOURCE_MODEL_PARAMETERS,
    Step("Compare the body with what this model takes; InvokeModel wants each vendor's own form, Converse the same for "
         "all.", url="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"),
)  # fmt: skip


STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": cite(
        _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
        Step("Send the key: a Bedrock API key as Authorization: Bearer, a key pair as a SigV4 signature."),
        *NO_CREDENTIALS,
    ),
    "credential_malformed": KEY_PAIR,
    "credential_wrong_kind": BEARER_ELSEWHERE,
    "credential_invalid": UNKNOWN_KEY_ID,
    "credential_disabled": ACCOUNT,
    "credential_expired": cite(
        _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
        Step("Sign in again, or fetch a fresh session.", "aws sso login"),
        Step(
            "For Mesh, whose form has no field for a session token, use an AKIA pair, or to try it out a Bedrock "
            "API key (ABSK…)."
        ),
    ),
    "clock_skew": cite(
        _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
        Step("Look at the clock of the machine that signs.", "timedatectl status"),
        Step("Set it by the network.", "sudo timedatectl set-ntp true"),
        Step("In a container or virtual machine set the host's clock; on macOS:", "sudo sntp -sS time.apple.com"),
        Step("A new key would fail alike."),
    ),
    "account_mismatch": OTHER_ACCOUNT,
    "network_blocked": ENDPOINT_POLICY,
    "permission_missing": WHO_AM_I,
    "permission_denied_explicitly": EXPLICIT_DENY,
    "model_access_not_granted": MODEL_ACCESS,
    "model_not_found": MODEL_ID,
    "region_unsupported": REGION,
    "inference_profile_required": PROFILE,
    "billing_inactive": PAYMENT,
    "quota_exhausted": QUOTA,
    "rate_limited_requests": REQUEST_QUOTA,
    "rate_limited_tokens": TOKEN_QUOTA,
    "rate_limited": REQUEST_QUOTA,
    "capacity_exhausted": BUSY,
    "request_invalid": BODY,
    "content_blocked": CONTENT,
    "provider_error": cite(
        _SOURCE_TROUBLESHOOTING_API_ERROR_CODES,
        Step("Try again with growing pauses."),
        Step("See whether AWS reports an outage.", url="https://health.aws.amazon.com/health/status"),
    ),
    "timeout": TIMEOUT,
    "connection_failed": NETWORK,
    "unknown": WHO_AM_I,
}
