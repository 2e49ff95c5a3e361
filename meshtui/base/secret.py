"""A value that must not be seen: masked wherever Python prints, read only by `reveal()`.

Every living Secret is known to the redactor (`meshtui.base.redaction`), so a value that a provider echoes in a body is
masked there as well, without being passed to the redactor.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator

# Longest first: the part of a credential that says what kind it is, and gives nothing away.
PREFIXES = (
    "-----BEGIN", "bedrock-api-key-", "sk-svcacct-", "sk-service-", "sk-or-v1-", "sk-admin-", "sk-proj-", "sk-ant-",
    "GOCSPX-", "ABSK", "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "ya29.", "rsk_", "mak_", "gsk_", "sk-", "eyJ", "AQ.",
)  # fmt: skip
SHORT = 16
"""Below this many characters the last four are not shown: they would be too much of the whole."""

_living: weakref.WeakValueDictionary[int, Secret] = weakref.WeakValueDictionary()
"""By identity: two Secrets of one value are two, and the value lives until both are gone."""
_latest: object = None
"""Stands for the Secret made last. Each makes its own, whatever the order in which threads write theirs down."""
_known: tuple[object, frozenset[str]] = None, frozenset()
"""What was the latest and how many there were, and the values that lived then."""


def mask(value: str) -> str:
    """The known prefix, `…` and the last four characters: `sk-proj-…wxyz`."""
    prefix = next((p for p in PREFIXES if value.startswith(p)), "")
    if prefix == "-----BEGIN":
        return "-----BEGIN…"
    tail = value.rstrip()[-4:] if len(value) >= max(SHORT, len(prefix) + 12) else ""
    return f"{prefix}…{tail}"


class Secret:
    """A credential's secret text. Prints as its mask; `reveal()` is the only way to the value."""

    __slots__ = ("__weakref__", "_value")

    def __init__(self, value: str) -> None:
        global _latest
        self._value = value
        _living[id(self)] = self
        _latest = object()

    def reveal(self) -> str:
        return self._value

    @property
    def masked(self) -> str:
        return mask(self._value)

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits of the value's SHA-256: distinguishes two keys without revealing either."""
        import hashlib

        return hashlib.sha256(self._value.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    def __rich__(self) -> str:
        # Rich reads a str as markup; an escaped bracket keeps a masked tail from being one.
        return self.masked.replace("[", "\\[")

    def __rich_repr__(self) -> Iterator[str]:
        yield self.masked

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return (str, (self.masked,))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def list_living_values() -> frozenset[str]:
    """The values of all existing Secrets, which the redactor masks by value. Returns the same object until one is made
    or deleted, because it is needed for every text shown."""
    global _known
    now, (then, values) = (_latest, len(_living)), _known
    if then != now:
        values = frozenset(secret._value for secret in tuple(_living.values()))
        _known = now, values
    return values
