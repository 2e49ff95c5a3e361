"""A service account's RSA key, read once: checking its numbers takes some 35 ms of processor time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from meshtui.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

# Forgotten with the credential that holds the text.
_read: WeakKeyDictionary[Secret, PrivateKeyTypes] = WeakKeyDictionary()


def private_key(pem: Secret) -> PrivateKeyTypes:
    """The key in a PEM text. Raises what cryptography raises: ValueError, TypeError, UnsupportedAlgorithm."""
    known = _read.get(pem)
    if known is None:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        known = _read[pem] = load_pem_private_key(pem.reveal().encode(), password=None)
    return known


def is_certified(certificate: str, pem: Secret) -> bool:
    """Whether the public key in an X.509 certificate (PEM) is the other half of this private key. Raises ValueError
    where one of them cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import load_pem_x509_certificate

    try:
        published = load_pem_x509_certificate(certificate.encode()).public_key()
        return published == private_key(pem).public_key()
    except (TypeError, UnsupportedAlgorithm) as problem:
        raise ValueError(str(problem)) from None
