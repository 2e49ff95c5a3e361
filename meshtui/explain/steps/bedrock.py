"""What to do at AWS, by cause: for the rows that name no steps of their own."""

from __future__ import annotations

from meshtui.explain.model import Step
from meshtui.explain.steps import aws_identity, aws_models

STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": (
        Step("Send the key: a Bedrock API key as Authorization: Bearer, a key pair as a SigV4 signature."),
        *aws_identity.NO_CREDENTIALS,
    ),
    "credential_malformed": aws_identity.KEY_PAIR,
    "credential_wrong_kind": aws_identity.BEARER_ELSEWHERE,
    "credential_invalid": aws_identity.UNKNOWN_KEY_ID,
    "credential_disabled": aws_identity.ACCOUNT,
    "credential_expired": (
        Step("Sign in again, or fetch a fresh session.", "aws sso login"),
        Step("For Mesh, whose form has no field for a session token, use an AKIA pair or a Bedrock API key (ABSK…)."),
    ),
    "clock_skew": (
        Step("Look at the clock of the machine that signs.", "timedatectl status"),
        Step("Set it by the network.", "sudo timedatectl set-ntp true"),
        Step("In a container or virtual machine set the host's clock; on macOS:", "sudo sntp -sS time.apple.com"),
        Step("A new key would fail alike."),
    ),
    "account_mismatch": aws_identity.OTHER_ACCOUNT,
    "network_blocked": aws_identity.ENDPOINT_POLICY,
    "permission_missing": aws_identity.WHO_AM_I,
    "permission_denied_explicitly": aws_identity.EXPLICIT_DENY,
    "model_access_not_granted": aws_models.MODEL_ACCESS,
    "model_not_found": aws_models.MODEL_ID,
    "region_unsupported": aws_models.REGION,
    "inference_profile_required": aws_models.PROFILE,
    "billing_inactive": aws_models.PAYMENT,
    "quota_exhausted": aws_models.QUOTA,
    "rate_limited_requests": aws_models.REQUEST_QUOTA,
    "rate_limited_tokens": aws_models.TOKEN_QUOTA,
    "rate_limited": aws_models.REQUEST_QUOTA,
    "capacity_exhausted": aws_models.BUSY,
    "request_invalid": aws_models.BODY,
    "content_blocked": aws_models.CONTENT,
    "provider_error": (
        Step("Try again with growing pauses."),
        Step("See whether AWS reports an outage.", url="https://health.aws.amazon.com/health/status"),
    ),
    "timeout": aws_models.TIMEOUT,
    "connection_failed": aws_identity.NETWORK,
    "unknown": aws_identity.WHO_AM_I,
}
