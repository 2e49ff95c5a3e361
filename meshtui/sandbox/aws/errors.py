"""Fault → AWS's answer, for a Bedrock API key and for a key pair. One row a fault; the sentences are pasted ones.

`{…}` in a sentence: user (ARN), action, model, region.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from meshtui.sandbox.http_messages import (
    INTERNAL,
    INVALID_AUTH,
    MODEL_NOT_FOUND,
    OVERLOADED,
    PERMISSION_DENIED,
    QUOTA_EXCEEDED,
    RATE_LIMITED,
    TIMEOUT,
)


@dataclass(frozen=True, slots=True)
class AwsError:
    """`front`: the front end, which checks keys, answers, not the service behind it; the error type's namespace
    shows it."""

    status: int
    type: str
    message: str
    meaning: str
    every_call: bool = False
    front: bool = False
    key: str = "message"
    """How the body spells it: IAM's denials and refused API keys write `Message`."""
    only: str = ""
    """The one action that is refused; all that run a model where empty."""


def _refuse_at_front_end(status: int, error: str, message: str, key: str = "message") -> AwsError:
    return AwsError(status, error, message, INVALID_AUTH, every_call=True, front=True, key=key)


def _deny(why: str) -> AwsError:
    sentence = (
        "User: {user} is not authorized to perform: bedrock:{action} on resource: "
        "arn:aws:bedrock:{region}::foundation-model/{model} " + why
    )
    return AwsError(403, "AccessDeniedException", sentence, PERMISSION_DENIED, key="Message")


def _throttle(message: str, meaning: str) -> AwsError:
    return AwsError(429, "ThrottlingException", message, meaning)


NO_CREDENTIAL = _refuse_at_front_end(403, "MissingAuthenticationTokenException", "Missing Authentication Token")

MALFORMED = _refuse_at_front_end(
    400, "IncompleteSignatureException", "The request signature does not conform to AWS standards."
)

UNKNOWN_KEY_ID = _refuse_at_front_end(
    403, "UnrecognizedClientException", "The security token included in the request is invalid."
)

WRONG_SIGNATURE = _refuse_at_front_end(
    403,
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.",
)

WRONG_REGION = _refuse_at_front_end(403, "InvalidSignatureException", "Credential should be scoped to a valid region.")

WRONG_SERVICE = _refuse_at_front_end(
    403, "InvalidSignatureException", "Credential should be scoped to correct service: '{service}'."
)

OUT_OF_TIME = _refuse_at_front_end(403, "InvalidSignatureException", "{times}")

SESSION_EXPIRED = _refuse_at_front_end(
    403, "ExpiredTokenException", "The security token included in the request is expired"
)

NOT_A_KEY = _refuse_at_front_end(
    403, "AccessDeniedException", "Invalid API Key format: Must start with pre-defined prefix", key="Message"
)

UNKNOWN_API_KEY = _refuse_at_front_end(
    403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.", key="Message"
)

API_KEY_EXPIRED = _refuse_at_front_end(403, "AccessDeniedException", "Bearer Token has expired", key="Message")

_FAULTS_OF_BOTH = {
    "no_permission": _deny("because no identity-based policy allows the bedrock:{action} action"),
    "explicit_deny": _deny(
        "with an explicit deny in a service control policy: "
        "arn:aws:organizations::444455556666:policy/o-exampleorgid/service_control_policy/p-examplepolicy"
    ),
    "model_not_granted": AwsError(
        403, "AccessDeniedException", "You don't have access to the model with the specified model ID.",
        PERMISSION_DENIED,
    ),
    "no_streaming": replace(
        _deny("because no identity-based policy allows the bedrock:{action} action"),
        only="InvokeModelWithResponseStream",
    ),
    "quota_empty": _throttle("Too many tokens per day, please wait before trying again.", QUOTA_EXCEEDED),
    "rate_limited": _throttle(
        "Too many requests, please wait before trying again. You have sent too many requests.  "
        "Wait before trying again.",
        RATE_LIMITED,
    ),
    "tokens_limited": _throttle("Too many tokens, please wait before trying again.", RATE_LIMITED),
    "server_error": AwsError(
        500, "InternalServerException",
        "The system encountered an unexpected error during processing. Try your request again.", INTERNAL,
    ),
    "upstream_timeout": AwsError(
        408, "ModelTimeoutException",
        "The request took too long to process. Processing time exceeded the model timeout length.", TIMEOUT,
    ),
    "model_error": AwsError(
        424, "ModelErrorException", "The request failed due to an error while processing the model.", INTERNAL
    ),
    "model_not_ready": AwsError(
        429, "ModelNotReadyException", "Model is not ready for inference. Wait and try your request again.", OVERLOADED
    ),
    "service_quota": AwsError(
        400, "ServiceQuotaExceededException",
        "Your request exceeds the service quota for your account. You can view your quotas in Service Quotas.",
        QUOTA_EXCEEDED,
    ),
    # Of an account that AWS holds back.
    "suspended": AwsError(400, "ValidationException", "Operation not allowed", PERMISSION_DENIED),
    "model_ended": AwsError(
        404, "ResourceNotFoundException",
        "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
        MODEL_NOT_FOUND,
    ),
    "shared_capacity": AwsError(
        503, "ServiceUnavailableException", "Bedrock is unable to process your request.", OVERLOADED
    ),
}  # fmt: skip

API_KEY_FAULTS = {
    "revoked": UNKNOWN_API_KEY,
    # No answer that calls a key disabled has been seen: an inactive one reads as unknown, here and below.
    "disabled": UNKNOWN_API_KEY,
    "expired": API_KEY_EXPIRED,
    # A key of another region reads as unknown too.
    "wrong_region": UNKNOWN_API_KEY,
    **_FAULTS_OF_BOTH,
}

KEY_PAIR_FAULTS = {
    "revoked": UNKNOWN_KEY_ID,
    "disabled": UNKNOWN_KEY_ID,
    "expired": SESSION_EXPIRED,
    "wrong_region": WRONG_REGION,
    **_FAULTS_OF_BOTH,
}
"""Not here: clock_skew (a signature's time is checked by the skewed clock; a long-term API key has none), slow, down,
html_from_edge (see `fault_injection`), what happens to streams (see
STREAM_EXCEPTIONS)."""

STS_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "ExpiredTokenException": "ExpiredToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
}
"""STS, an older protocol, has other words for the same refusals."""

STREAM_EXCEPTIONS = {
    "stream_error": (
        "internalServerException",
        "The system encountered an unexpected error during processing. Try your request again.",
    ),
    "stream_throttled": ("throttlingException", "Too many tokens, please wait before trying again."),
}
"""Fault → the exception that comes in a stream that has begun."""
