"""Identifiers in the shapes that the vendors use, random each time."""

from __future__ import annotations

import secrets
import string
import time
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALPHANUMERIC = string.ascii_letters + string.digits


def make_ulid() -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits (ulid/spec)."""
    number = int(time.time() * 1000) << 80 | secrets.randbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def make_request_id() -> str:
    """Mesh's: `req_` and a ULID."""
    return f"req_{make_ulid()}"


def make_letters(length: int) -> str:
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(length))


def make_digits(length: int) -> str:
    """Never starts with a zero, so that it stays this long as a number."""
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(length - 1))


def make_hexadecimal(length: int) -> str:
    return secrets.token_hex((length + 1) // 2)[:length]


def make_aws_request_id() -> str:
    return str(uuid.uuid4())
