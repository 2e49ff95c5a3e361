"""A provider's refusal: what goes on the wire, and what it means to a gateway that used the credential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

# What a refusal means, in the words of Mesh's `provider_code` (Mesh documentation, "errors").
INVALID_AUTH = "invalid_auth"
PERMISSION_DENIED = "permission_denied"
RATE_LIMITED = "rate_limit_exceeded"
QUOTA_EXCEEDED = "monthly_quota_exceeded"
OVERLOADED = "provider_overloaded"
CONNECTION_ERROR = "connection_error"
BAD_RESPONSE = "bad_response"
INTERNAL = "internal_provider_error"
TIMEOUT = "provider_timeout"
INVALID_REQUEST = "invalid_request"

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`error` is the body as an object, where it has one: what Mesh passes on as `provider_error`."""

    status: int
    body: str
    message: str
    meaning: str
    error: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    media_type: str = "application/json"
    retry_after: float | None = None
    """Seconds, where the answer says so."""

    def response(self, headers: Mapping[str, str] = NOTHING) -> Response:
        """What the provider itself sends."""
        return Response(self.body, self.status, {**headers, **self.headers}, self.media_type)
