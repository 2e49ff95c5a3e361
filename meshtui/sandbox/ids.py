"""Identifiers in the shapes that the vendors use, random each time."""

from __future__ import annotations

import base64
import secrets
import string
import time
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALPHANUMERIC = (string.ascii_letters + string.digits).encode()
_LETTER_OF_BYTE = bytes(_ALPHANUMERIC[byte % len(_ALPHANUMERIC)] for byte in range(256))
_TO_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", CROCKFORD.encode())


def make_ulid() -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits (ulid/spec)."""
    number = int(time.time() * 1000) << 80 | secrets.randbits(80)
    return base64.b32encode(number.to_bytes(20)).translate(_TO_CROCKFORD)[-26:].decode()


def make_request_id() -> str:
    """Mesh's: `req_` and a ULID."""
    return f"req_{make_ulid()}"


def make_letters(length: int) -> str:
    return secrets.token_bytes(length).translate(_LETTER_OF_BYTE).decode()


def make_digits(length: int) -> str:
    """Never starts with a zero, so that it stays this long as a number."""
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(length - 1))


def make_hexadecimal(length: int) -> str:
    return secrets.token_hex((length + 1) // 2)[:length]


def make_aws_request_id() -> str:
    return str(uuid.uuid4())
