"""The provider keys that a team has stored with Mesh: several for a provider, one of them active."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from meshtui.sandbox import ids
from meshtui.sandbox.faults import get_provider
from meshtui.sandbox.keys import LOCATION, REGION, Keys

MESH_NAMES = {"openai": "openai", "bedrock": "aws", "aws": "aws", "vertex": "vertex"}
"""Credential → Mesh's word for its provider in a path. Bedrock's is `aws`, for both kinds of credential."""

CREDENTIAL_TYPES = {
    "openai": "api_key",
    "bedrock": "bedrock_api_key",
    "aws": "iam_credentials",
    "vertex": "service_account",
}

MAX_KEYS = 1000
"""Keys that are kept; to register more is refused."""

_SECRET_FIELDS = {
    "openai": (("api_key", "key"),),
    "bedrock": (("api_key", "key"),),
    "aws": (("access_key_id", "accessKeyId"), ("secret_access_key", "secretAccessKey")),
}
"""Credential → its secret parts in the spellings that Mesh's pages show, the newest first."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """`credential`: which of the sandbox's it is a copy of, and whose faults it meets. `defect`: the fault that it has
    besides, `revoked` for one that the sandbox does not know."""

    credential: str
    region: str | None = None
    defect: str = ""
    label: str = ""
    allow_fallback: bool = True
    active: bool = True
    created: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: f"pk_{ids.make_ulid()}")

    @property
    def word(self) -> str:
        return MESH_NAMES[self.credential]

    @property
    def name(self) -> str:
        """How records call it: as the credential, unless it is another one of the same kind."""
        return self.id if self.defect else self.credential


def read_provider_key(keys: Keys, provider: str, body: Mapping[str, object]) -> StoredKey | str:
    """The credential in a body, in any documented spelling; or the name of the field that is missing. `provider` is
    Mesh's word."""
    stored = _read_credential(keys, provider, body)
    if isinstance(stored, str):
        return stored
    label = body.get("name") or body.get("label")
    return replace(
        stored,
        label=label if isinstance(label, str) else "",
        allow_fallback=body.get("allow_fallback") is not False,
        active=body.get("is_active") is not False,
    )


def _read_credential(keys: Keys, provider: str, body: Mapping[str, object]) -> StoredKey | str:
    inner = body.get("credentials") or body.get("credential")
    given = {**body, **inner} if isinstance(inner, Mapping) else body
    region = given.get("region")
    place = region if isinstance(region, str) else None
    match provider:
        case "vertex":
            return _read_service_account(keys, given, place or LOCATION)
        case "aws":
            pair = (
                "access_key_id" in given
                or "accessKeyId" in given
                or given.get("credential_type") == CREDENTIAL_TYPES["aws"]
            )
            kind = "aws" if pair else "bedrock"
            if place is None:
                return _find_missing_field(kind, given) or "region"
            wrong_region = "" if place == REGION else "wrong_region"
            return _find_missing_field(kind, given) or StoredKey(
                kind, place, _find_defect(keys, kind, given) or wrong_region
            )
        case _:
            return _find_missing_field("openai", given) or StoredKey(
                "openai", None, _find_defect(keys, "openai", given)
            )


def _read_service_account(keys: Keys, given: Mapping[str, object], region: str) -> StoredKey | str:
    account = given.get("service_account", given)
    if not isinstance(account, Mapping) or not account.get("private_key"):
        return "service_account"
    right = keys.service_account.as_json(keys.base_url)
    known = all(account.get(part) == right[part] for part in ("private_key_id", "private_key", "client_email"))
    return StoredKey("vertex", region, "" if known else "revoked")


def _find_missing_field(kind: str, given: Mapping[str, object]) -> str:
    return next((names[0] for names in _SECRET_FIELDS[kind] if not any(given.get(name) for name in names)), "")


def _find_defect(keys: Keys, kind: str, given: Mapping[str, object]) -> str:
    right = {"openai": (keys.openai,), "bedrock": (keys.bedrock,), "aws": (keys.aws_key_id, keys.aws_secret)}[kind]
    parts = tuple(next(given[name] for name in names if given.get(name)) for names in _SECRET_FIELDS[kind])
    return "" if parts == right else "revoked"


class ProviderKeyStore:
    """Locked. Starts with a copy of each of the sandbox's four credentials, Bedrock's API key active."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[str, StoredKey] = {}
        self.reset()

    def reset(self) -> None:
        places = {"openai": None, "vertex": LOCATION}
        with self._lock:
            self._kept = {
                f"pk_{name}": StoredKey(name, places.get(name, REGION), active=name != "aws", id=f"pk_{name}")
                for name in MESH_NAMES
            }

    def all(self) -> tuple[StoredKey, ...]:
        with self._lock:
            return tuple(self._kept.values())

    def find(self, key_id: str) -> StoredKey | None:
        with self._lock:
            return self._kept.get(key_id)

    def active(self, provider: str) -> StoredKey | None:
        """The one that serves models of `provider` (openai, bedrock, vertex)."""
        return next((kept for kept in self.all() if kept.active and get_provider(kept.credential) == provider), None)

    def add(self, stored: StoredKey) -> bool:
        """False where there are too many already. An active one takes the place of another."""
        with self._lock:
            if len(self._kept) >= MAX_KEYS:
                return False
            self._put(stored)
            return True

    def change(
        self, key_id: str, *, active: bool | None = None, allow_fallback: bool | None = None
    ) -> StoredKey | None:
        """None where there is no such key. What is None stays as it is."""
        with self._lock:
            stored = self._kept.get(key_id)
            if stored is None:
                return None
            changed = replace(
                stored,
                active=stored.active if active is None else active,
                allow_fallback=stored.allow_fallback if allow_fallback is None else allow_fallback,
            )
            self._put(changed)
            return changed

    def remove(self, key_id: str) -> bool:
        with self._lock:
            return self._kept.pop(key_id, None) is not None

    def _put(self, stored: StoredKey) -> None:
        if stored.active:
            for other in [kept for kept in self._kept.values() if kept.word == stored.word and kept.id != stored.id]:
                self._kept[other.id] = replace(other, active=False)
        self._kept[stored.id] = stored
