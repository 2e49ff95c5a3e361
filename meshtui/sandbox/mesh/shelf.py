"""Small JSON objects under their ids, bounded: templates and responses."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

KEPT = 1000

Thing = Mapping[str, object]


class Shelf:
    """Locked; the oldest thing goes first. Each thing has its `id` in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._things: OrderedDict[str, Thing] = OrderedDict()

    def put(self, thing: Thing) -> None:
        with self._lock:
            self._things[str(thing["id"])] = thing
            if len(self._things) > KEPT:
                self._things.popitem(last=False)

    def find(self, thing_id: str) -> Thing | None:
        with self._lock:
            return self._things.get(thing_id)

    def all(self) -> tuple[Thing, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._things.values())

    def remove(self, thing_id: str) -> bool:
        with self._lock:
            return self._things.pop(thing_id, None) is not None

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
