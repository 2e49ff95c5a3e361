"""Mesh's errors: one envelope, codes that stay, and the headers that every answer carries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

STATUS = {
    "unauthorized": 401,
    "forbidden": 403,
    "spend_limit_exceeded": 402,
    "rate_limit_exceeded": 429,
    "upstream_auth_error": 401,
    "upstream_rate_limit_error": 429,
    "insufficient_credits": 402,
    "validation_error": 422,
    "invalid_request": 400,
    "invalid_api_version": 400,
    "model_not_found": 404,
    "not_found": 404,
    "upstream_error": 502,
    "gateway_timeout": 504,
    "provider_not_available": 503,
    "internal_error": 500,
}
"""Each code's usual status (Mesh documentation, "errors")."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One error of Mesh's. `status` 0: the code's usual one."""

    code: str
    message: str
    status: int = 0
    provider_code: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    """Further fields of `error`: details, provider_error, supported_versions."""
    retry_after: float | None = None

    @property
    def http_status(self) -> int:
        return self.status or STATUS[self.code]

    def body(self, request_id: str) -> dict[str, object]:
        """The envelope."""
        error: dict[str, object] = {"code": self.code, "message": self.message, **self.more}
        if self.provider_code:
            error["provider_code"] = self.provider_code
        if self.retry_after is not None:
            error["retry_after_seconds"] = math.ceil(self.retry_after)
        return {"error": error, "request_id": request_id}

    def response(self, request_id: str, headers: Mapping[str, str]) -> Response:
        waiting = {} if self.retry_after is None else {"retry-after": str(math.ceil(self.retry_after))}
        return JSONResponse(self.body(request_id), self.http_status, {**headers, **waiting})


def invalid(field_name: str, message: str, kind: str = "missing") -> Trouble:
    """A body that does not fit the schema: FastAPI's way of naming the place."""
    details = [{"type": kind, "loc": ["body", field_name], "msg": message}]
    return Trouble("validation_error", "Request validation failed.", more={"details": details})
