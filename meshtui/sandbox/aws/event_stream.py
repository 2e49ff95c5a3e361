"""Frames of `application/vnd.amazon.eventstream` (AWS "Event stream encoding")."""

from __future__ import annotations

import json
import struct
from binascii import crc32
from collections.abc import Mapping

MEDIA_TYPE = "application/vnd.amazon.eventstream"
_STRING = 7


def make_frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Lengths with their checksum, headers, payload, and a checksum of it all."""
    encoded = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", len(encoded) + len(payload) + 16, len(encoded))
    message = prelude + struct.pack("!I", crc32(prelude)) + encoded + payload
    return message + struct.pack("!I", crc32(message))


def make_event(kind: str, body: Mapping[str, object]) -> bytes:
    return make_frame(
        {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}, _encode(body)
    )


def make_exception(kind: str, message: str) -> bytes:
    """An error after the answer has begun with 200."""
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return make_frame(headers, _encode({"message": message}))


def _encode(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
