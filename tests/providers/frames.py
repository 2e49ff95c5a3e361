"""Writes AWS event stream frames from their specification, for tests of the reader."""

from __future__ import annotations

import json
from binascii import crc32


def prelude(length: int, headers: int) -> bytes:
    """The beginning of a frame that declares these lengths, with the right checksum."""
    lengths = length.to_bytes(4, "big") + headers.to_bytes(4, "big")
    return lengths + crc32(lengths).to_bytes(4, "big")


def frame(headers: dict[str, str | bytes], payload: bytes) -> bytes:
    """Prelude, its CRC, headers of text (type 7) or bytes (type 6), payload, CRC of it all."""
    coded = b""
    for name, value in headers.items():
        kind, raw = (b"\x07", value.encode()) if isinstance(value, str) else (b"\x06", value)
        coded += bytes([len(name)]) + name.encode() + kind + len(raw).to_bytes(2, "big") + raw
    message = prelude(16 + len(coded) + len(payload), len(coded)) + coded + payload
    return message + crc32(message).to_bytes(4, "big")


def event_frame(name: str, value: object) -> bytes:
    headers = {":event-type": name, ":content-type": "application/json", ":message-type": "event"}
    return frame(headers, json.dumps(value).encode())


def exception_frame(name: str, value: object) -> bytes:
    headers = {":exception-type": name, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, json.dumps(value).encode())
