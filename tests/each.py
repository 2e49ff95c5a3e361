"""Fewer tests for the same assertions.

`@each` stands where `@pytest.mark.parametrize` would make a test of every row, for rows that take less time than pytest
takes for a test of its own. It goes through all of them, and names each that fails with what failed; fixtures are those
of the whole test, so a row must leave nothing behind. `leave_to_sweep` and `pair_up` leave to the sweep what says the
same once more: the rest of a list, and most combinations of several.
"""

from __future__ import annotations

import inspect
import itertools
import traceback
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def each(names: str, rows: Iterable[Any], *, ids: Callable[[Any], object] | None = None) -> Callable[[Any], Any]:
    """Runs the test for each row: the arguments that `names` lists, with commas, are the row's. `ids` names a row."""
    given, kept = [name.strip() for name in names.split(",")], list(rows)
    assert kept, "no rows: this would test nothing"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)
        assert set(given) <= set(signature.parameters), f"{test.__name__} takes no {given}"
        assert not inspect.iscoroutinefunction(test), f"{test.__name__} is asynchronous"

        def run(**fixtures: Any) -> None:
            wrong = []
            for row in kept:
                values = (row,) if len(given) == 1 else row
                try:
                    test(**dict(zip(given, values, strict=True)), **fixtures)
                except Exception as error:
                    wrong.append(f"{ids(row) if ids else row!r}: {''.join(_tell(error))}")
            assert not wrong, f"{len(wrong)} of {len(kept)} rows:\n" + "\n".join(wrong)

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.pytestmark = getattr(test, "pytestmark", [])  # type: ignore[attr-defined]
        others = [one for name, one in signature.parameters.items() if name not in given]
        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return run

    return decorate


def leave_to_sweep(values: Iterable[Any], kept: int = 1) -> list[Any]:
    """The values for `parametrize`: everybody runs the first `kept` of them, the others are the sweep's."""
    return [value if at < kept else pytest.param(value, marks=pytest.mark.sweep) for at, value in enumerate(values)]


def pair_up(*lists: Iterable[Any]) -> list[Any]:
    """Every combination of the lists' values, as rows for `parametrize`. Each value is in one that everybody runs; the
    other combinations are the sweep's."""
    kept = [list(values) for values in lists]
    first = {tuple(at % len(values) for values in kept) for at in range(max(map(len, kept)))}
    return [
        pytest.param(
            *(values[at] for values, at in zip(kept, row, strict=True)),
            marks=() if row in first else pytest.mark.sweep,
        )
        for row in itertools.product(*(range(len(values)) for values in kept))
    ]


def _tell(error: Exception) -> list[str]:
    """What failed and the line it failed in; of an assertion pytest has already said what its values were."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return [f"{last.filename}:{last.lineno}: ", *traceback.format_exception_only(error)]
