"""AWS: steps, commands and console pages that several groups of steps share.

Commands are those of the AWS CLI, version 2. `{identity_kind}` is `user` or `role`, which makes one template serve both
`put-user-policy --user-name` and `put-role-policy --role-name`.
"""

from __future__ import annotations

from meshtui.explain.model import Step

_PUT_POLICY = "aws iam put-{identity_kind}-policy --{identity_kind}-name {identity} --policy-name meshtui-bedrock"


def allow(actions: str, resources: str) -> str:
    """The command that adds an inline policy with one statement to the identity the answer names."""
    statement = f'{{"Effect":"Allow","Action":[{actions}],"Resource":[{resources}]}}'
    return f'{_PUT_POLICY} --policy-document \'{{"Version":"2012-10-17","Statement":[{statement}]}}\''


WHO_CALLS = Step("See which identity this key is.", "aws sts get-caller-identity")
CHECK = Step("Run the ladder: it shows which rung this key still reaches.", "meshtui check")
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
