"""Mesh's errors: one envelope, and codes that stay."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.behaviour import AS_DOCUMENTED, Behaviour
from meshtui.sandbox.mesh.codes import status_of


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
        return self.status or status_of(self.code, self.provider_code)

    def body(self, request_id: str, behaviour: Behaviour = AS_DOCUMENTED) -> dict[str, object]:
        """The envelope."""
        error: dict[str, object] = {"code": self.code, "message": self.message, **self.more}
        if self.provider_code:
            error["provider_code"] = self.provider_code
        if self.retry_after is not None and behaviour.retry_after_in_body:
            error["retry_after_seconds"] = math.ceil(self.retry_after)
        if behaviour.request_id_at != "top":
            error["request_id"] = request_id
        return {"error": error} if behaviour.request_id_at == "error" else {"error": error, "request_id": request_id}

    def frame(self, request_id: str, behaviour: Behaviour) -> dict[str, object]:
        """The same among the events of a stream, where older gateways leave the id out."""
        body = self.body(request_id, behaviour)
        return body if behaviour.stream_error_names_request else {"error": body["error"]}

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"retry-after": str(math.ceil(self.retry_after))}

    def response(self, request_id: str, headers: Mapping[str, str], behaviour: Behaviour) -> Response:
        return JSONResponse(self.body(request_id, behaviour), self.http_status, {**headers, **self.headers})


def invalid(field_name: str, message: str, kind: str = "missing") -> Trouble:
    """A body that does not fit the schema: FastAPI's way of naming the place."""
    return wrong([{"type": kind, "loc": ["body", field_name], "msg": message}])


def wrong(details: Sequence[Mapping[str, object]]) -> Trouble:
    return Trouble("validation_error", "Request validation failed.", more={"details": list(details)})
