"""What Mesh keeps for its customers, beside the books: keys, limits, templates, responses."""

from __future__ import annotations

import threading

from meshtui.sandbox.mesh.meter import Meter
from meshtui.sandbox.mesh.shelf import Shelf
from meshtui.sandbox.mesh.vault import Vault
from meshtui.sandbox.settings import Limits


class State:
    """`limits`: of each Mesh key at the start. Locked."""

    def __init__(self, limits: Limits) -> None:
        self.vault = Vault()
        self.meter = Meter()
        self.templates = Shelf()
        self.responses = Shelf()
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
        self.vault.reset()
        self.meter.clear()
        self.templates.clear()
        self.responses.clear()
