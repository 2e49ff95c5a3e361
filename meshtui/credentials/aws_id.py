"""What an AWS id tells offline. Prefixes: AWS documentation "IAM identifiers"."""

from __future__ import annotations

import base64
import binascii

KEYS = {
    "AKIA": "long-term",
    "ASIA": "temporary",
    "ABIA": "service bearer token",
    "ACCA": "context-specific credential",
}
NOT_KEYS = {
    "AIDA": "an IAM user",
    "AROA": "an IAM role",
    "AGPA": "a user group",
    "AIPA": "an instance profile",
    "ANPA": "a managed policy",
    "ANVA": "a version of a policy",
    "APKA": "a public key",
    "ASCA": "a certificate",
}


def account_of(key_id: str) -> str:
    """The twelve digits of the account that the key belongs to, or empty where the id does not hold them.

    What follows the prefix is base32; bits 1 to 40 of its first six bytes are the account (found by Tal Be'ery). Older
    ids, whose fifth letter is I or J, hold something else.
    """
    if len(key_id) != 20 or key_id[:4] not in KEYS or key_id[4] in "IJ":
        return ""
    try:
        head = base64.b32decode(key_id[4:])[:6]
    except (binascii.Error, ValueError):
        return ""
    account = (int.from_bytes(head, "big") & 0x7FFFFFFFFF80) >> 7
    return f"{account:012d}" if account < 10**12 else ""
