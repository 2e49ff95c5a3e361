"""The clock is compared with the date of any answer."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.explain.values import off_by
from meshtui.providers.check import measure_skew

NOW = 1_800_000_000.0


def answered(ahead: float, date: str | None = None) -> Exchange:
    """An answer from a server whose clock is `ahead` of ours."""
    text = formatdate(NOW + 0.2 + ahead, usegmt=True) if date is None else date
    timings = Timings(0.05, 0.05, 0.2, 0.3)
    return Exchange("openai", "models", Request("GET", ""), NOW, Answer(200, (("Date", text),)), timings=timings)


@pytest.mark.parametrize(("ahead", "off"), [(0, 0.0), (3, 0.0), (-3, 0.0), (3660, -3660.0), (-90, 90.0)])
def test_a_skew_is_how_far_our_clock_is_ahead(ahead: float, off: float):
    assert measure_skew([answered(ahead)]) == pytest.approx(off, abs=1.0)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_a_date_that_is_none_tells_nothing(date: str):
    assert measure_skew([answered(0, date)]) is None
    assert measure_skew([answered(0, date), answered(600)]) == pytest.approx(-600, abs=1.0)


def test_the_worst_counts():
    assert measure_skew([answered(0), answered(400), answered(-20)]) == pytest.approx(-400, abs=1.0)
    assert measure_skew([]) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(90, "90 s ahead"), (-3660, "61 min behind"), (86400 * 2, "2 days ahead")]
)
def test_a_skew_in_words(seconds: float, words: str):
    assert off_by(seconds) == words
