"""The gateway's response cache: on unless switched off, 24 hours, and it asks no credential."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping

from meshtui.sandbox.completion import Completion

LIFETIME = 24 * 3600
LARGEST = 1000

PARTS = ("messages", "max_tokens", "temperature", "stop", "response_format",
         "system", "stop_sequences", "input", "instructions", "max_output_tokens", "text")  # fmt: skip
"""What makes two requests the same, beside model and provider (Mesh documentation, "caching"); `stream` does not.
The second row holds the same things under the names of Messages and Responses."""


def key_of(owner: str, endpoint: str, model: str, body: Mapping[str, object]) -> str | None:
    """None where a request is never cached: it has tools, or a temperature above nought. Separate for each Mesh key;
    the documentation does not say, and a shared cache would leak."""
    if body.get("tools") or body.get("temperature") or body.get("cache") is False:
        return None
    text = json.dumps([owner, endpoint, model, [body.get(part) for part in PARTS]], sort_keys=True)
    # A digest, because a thousand kept prompts could be gigabytes.
    return hashlib.sha256(text.encode()).hexdigest()


class Cache:
    """Bounded, oldest out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Completion]] = OrderedDict()

    def find(self, key: str | None) -> Completion | None:
        with self._lock:
            at, answer = self._kept.get(key or "", (0.0, None))
            return answer if time.monotonic() - at < LIFETIME else None

    def keep(self, key: str | None, answer: Completion) -> None:
        if key is None:
            return
        with self._lock:
            self._kept[key] = (time.monotonic(), answer)
            if len(self._kept) > LARGEST:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
