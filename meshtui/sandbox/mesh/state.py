"""What Mesh keeps for its customers, beside the ledger: cached answers, templates, responses, provider keys, limits."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping

from meshtui.sandbox.chat_completion import Completion
from meshtui.sandbox.mesh.key_store import ProviderKeyStore
from meshtui.sandbox.rate_limits import Limits, UsageWindows

CACHE_LIFETIME_SECONDS = 24 * 3600
MAX_CACHED_ANSWERS = 1000
COMPARED_FIELDS = ("messages", "max_tokens", "temperature", "stop", "response_format",
         "system", "stop_sequences", "input", "instructions", "max_output_tokens", "text")  # fmt: skip
"""What makes two requests the same, beside model and provider (Mesh documentation, "caching"); `stream` does not.
The second row holds the same things under the names of Messages and Responses."""


def make_cache_key(owner: str, endpoint: str, model: str, body: Mapping[str, object]) -> str | None:
    """None where a request is never cached: it has tools, or a temperature above zero. Separate for each Mesh key;
    the documentation does not say, and a shared cache would leak."""
    if body.get("tools") or body.get("temperature") or body.get("cache") is False:
        return None
    text = json.dumps([owner, endpoint, model, [body.get(part) for part in COMPARED_FIELDS]], sort_keys=True)
    # A digest, because a thousand kept prompts could be gigabytes.
    return hashlib.sha256(text.encode()).hexdigest()


class ResponseCache:
    """Bounded, oldest out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Completion]] = OrderedDict()

    def find(self, key: str | None) -> Completion | None:
        with self._lock:
            at, answer = self._kept.get(key or "", (0.0, None))
            return answer if time.monotonic() - at < CACHE_LIFETIME_SECONDS else None

    def keep(self, key: str | None, answer: Completion) -> None:
        if key is None:
            return
        with self._lock:
            self._kept[key] = (time.monotonic(), answer)
            if len(self._kept) > MAX_CACHED_ANSWERS:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


MAX_OBJECTS_KEPT, MAX_FILES_KEPT = 1000, 200
StoredObject = Mapping[str, object]


class ObjectStore:
    """Locked; the oldest thing goes first. Each thing has its `id` in it."""

    def __init__(self, most: int = MAX_OBJECTS_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._things: OrderedDict[str, StoredObject] = OrderedDict()

    def put(self, thing: StoredObject) -> None:
        with self._lock:
            self._things[str(thing["id"])] = thing
            if len(self._things) > self._most:
                self._things.popitem(last=False)

    def find(self, thing_id: str) -> StoredObject | None:
        with self._lock:
            return self._things.get(thing_id)

    def all(self) -> tuple[StoredObject, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._things.values())

    def remove(self, thing_id: str) -> bool:
        with self._lock:
            return self._things.pop(thing_id, None) is not None

    def clear(self) -> None:
        with self._lock:
            self._things.clear()


class MeshState:
    """`limits`: of each Mesh key at the start. Locked."""

    def __init__(self, limits: Limits) -> None:
        self.provider_keys = ProviderKeyStore()
        self.usage_windows = UsageWindows()
        self.templates = ObjectStore()
        self.responses = ObjectStore()
        self.batches = ObjectStore()
        self.files = ObjectStore(MAX_FILES_KEPT)
        self._at_start = limits
        self._lock = threading.Lock()
        self._limits: dict[str, Limits] = {}

    def limits(self, key: str) -> Limits:
        """Of the key `mesh` or `platform`."""
        with self._lock:
            return self._limits.get(key, self._at_start)

    def set_limits(self, key: str, limits: Limits) -> None:
        with self._lock:
            self._limits[key] = limits

    def reset(self) -> None:
        """As at the start; what a key has used in its windows is forgotten too."""
        with self._lock:
            self._limits.clear()
        self.provider_keys.reset()
        self.usage_windows.clear()
        self.templates.clear()
        self.responses.clear()
        self.batches.clear()
        self.files.clear()
