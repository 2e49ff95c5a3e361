"""AWS Signature Version 4, recomputed from the specification (AWS "Create a signed AWS API request").

Shares no code with any client, so that a client that signs wrongly is found out. Pure functions of what came over the
wire; times are compact ISO 8601 as in `X-Amz-Date`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

ALGORITHM = "AWS4-HMAC-SHA256"
_PARAMETER = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request as it arrived. `path` and `query` as they stood on the request line, still encoded."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str:
        """All values under a name given in lower case, joined by commas; empty where absent."""
        return ",".join(_trim(value) for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class Scope:
    """`keyid/date/region/service/aws4_request`"""

    key_id: str
    date: str
    region: str
    service: str

    @classmethod
    def parse(cls, text: str) -> Scope | None:
        parts = text.split("/")
        return cls(*parts[:4]) if len(parts) == 5 and parts[4] == "aws4_request" else None

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True, slots=True)
class SignedAuthorization:
    """What an Authorization header claims."""

    scope: Scope
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(authorization: str) -> SignedAuthorization | None:
    """None where the header is not of the form `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`."""
    found = dict(_PARAMETER.findall(authorization))
    scope = Scope.parse(found.get("Credential", ""))
    if not authorization.startswith(f"{ALGORITHM} ") or scope is None or len(found) < 3:
        return None
    return SignedAuthorization(scope, tuple(found["SignedHeaders"].split(";")), found["Signature"])


def compute_signature(secret: str, scope: Scope, date: str, canonical_request: str) -> str:
    """The signature in hexadecimal digits."""
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    digest = hashlib.sha256(canonical_request.encode("utf-8", "surrogateescape")).hexdigest()
    return hmac.digest(key, f"{ALGORITHM}\n{date}\n{scope}\n{digest}".encode(), "sha256").hex()


def build_canonical_request(wire: WireRequest, signed_headers: Iterable[str]) -> str:
    """The text that is hashed: method, path, query, headers, their names, and the hash of the body."""
    names = sorted(signed_headers)
    headers = "".join(f"{name}:{wire.header(name)}\n" for name in names)
    digest = wire.header("x-amz-content-sha256") or hashlib.sha256(wire.body).hexdigest()
    return "\n".join(
        (
            wire.method.upper(),
            _build_canonical_path(wire.path),
            _normalize_query(wire.query),
            headers,
            ";".join(names),
            digest,
        )
    )


def build_canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted by name, every name and value encoded."""
    return "&".join(sorted(f"{_encode(key)}={_encode(value)}" for key, value in parameters.items()))


def check_body_hash(wire: WireRequest) -> bool:
    """Where a client states the body's hash, the body must have it."""
    stated = wire.header("x-amz-content-sha256")
    return not stated or stated == hashlib.sha256(wire.body).hexdigest()


def _build_canonical_path(path: str) -> str:
    """Dot segments and doubled slashes removed, then encoded once more: AWS signs an encoded path encoded twice."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    end = "/" if path.endswith("/") and kept else ""
    return quote("/" + "/".join(kept) + end, safe="/-_.~")


def _normalize_query(query: str) -> str:
    pairs = (part.partition("=")[::2] for part in query.split("&") if part)
    encoded = sorted((_encode(unquote_to_bytes(key)), _encode(unquote_to_bytes(value))) for key, value in pairs)
    return "&".join(f"{key}={value}" for key, value in encoded)


def _encode(text: str | bytes) -> str:
    return quote(text, safe="-_.~")


def _trim(value: str) -> str:
    return " ".join(value.split())
