"""The names of AWS's exceptions, as its services, event streams and client libraries write them."""

from __future__ import annotations

from meshtui.base.redaction import redact_cut

_MAX_NAME = 200
"""Characters of a name that are kept."""
# Names that some clients log in lower case, and event streams begin with a small letter.
_AWS = (
    "AccessDeniedException", "AccessDenied", "ConflictException", "ExpiredToken", "ExpiredTokenException",
    "IncompleteSignature", "IncompleteSignatureException", "InternalFailure", "InternalServerException",
    "InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "ModelErrorException", "ModelNotReadyException",
    "ModelStreamErrorException", "ModelTimeoutException", "NotAuthorized", "OptInRequired", "RequestExpired",
    "ResourceNotFoundException", "ServiceQuotaExceededException", "ServiceUnavailableException",
    "SignatureDoesNotMatch", "ThrottlingException", "UnknownOperationException", "UnrecognizedClientException",
    "ValidationException", "SubscriptionRequiredException",
)  # fmt: skip
_SHARED_NAMES = frozenset({"ValidationException", "ConflictException", "ResourceNotFoundException"})
"""Names that other people's exceptions have too."""
_AWS_NAMES = {name.lower(): name for name in _AWS}


def is_aws_only(name: str) -> bool:
    """Whether AWS alone has exceptions of this name."""
    return is_used_by_aws(name) and name not in _SHARED_NAMES


def is_used_by_aws(name: str) -> bool:
    """Whether AWS has an exception of this name, others perhaps too."""
    return name.lower() in _AWS_NAMES


def read_aws_type(raw: str) -> str:
    """`com.amazon…#ThrottlingException`, `throttlingException`, `Type:http://…` → `ThrottlingException`."""
    name = redact_cut(raw.rpartition("#")[2].partition(":")[0].strip(), _MAX_NAME)
    return _AWS_NAMES.get(name.lower(), name)
