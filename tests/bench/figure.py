"""What a measurement returns: a figure of ours beside that of a baseline, both from the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `baseline` in `unit`; machines differ, and the ratio of the two differs less."""

    name: str
    ours: float
    baseline: float
    unit: str
    baseline_name: str
    aim: str = ""
    """What the ratio should be."""

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline if self.baseline else float("inf")


Measurement = Callable[[], Iterator[Figure]]
"""One measurement may give several figures."""
