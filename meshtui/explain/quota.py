"""Google's quotas, as the metric's name, the sentence and the metadata of an answer tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from meshtui.explain.model import Signal

_METRIC = re.compile(
    r"quota (?:exceeded|limit exceeded) for (?:quota )?(?:metric:? )?[`'\"]?(?P<metric>[\w./ -]{3,120}?)"
    r"(?= with base model| and limit|, |[`'\"]|\. |$)",
    re.IGNORECASE,
)
_BASE_MODEL = re.compile(r"base model: ?(?P<model>[\w.@:-]{2,80}\w)", re.IGNORECASE)
_LIMIT = re.compile(r"limit: ?(?P<limit>\d{1,12})\b", re.IGNORECASE)


def own(signal: Signal) -> Mapping[str, str] | None:
    """Of a quota of the project's own the `metric`, and where named `model`, `limit` and `quota` (the limit's id); None
    where the answer names no metric."""
    data = signal.metadata
    metric = data.get("quota_metric") or data.get("quotaMetric") or _metric(signal.message)
    if not metric:
        return None
    values = {"metric": metric.rpartition("/")[2], "quota": data.get("quota_limit") or data.get("quotaId") or ""}
    base = _BASE_MODEL.search(signal.message)
    if base:
        values["model"] = base["model"]
    limit = data.get("quota_limit_value") or data.get("quotaValue")
    said = _LIMIT.search(signal.message)
    if limit or said:
        values["limit"] = limit or (said["limit"] if said else "")
    return values


@lru_cache(maxsize=1)
def _metric(message: str) -> str:
    """Remembered for the one sentence that several rows ask about in turn."""
    found = _METRIC.search(message)
    return found["metric"] if found else ""


def empty(signal: Signal) -> Mapping[str, str] | None:
    """The same, where the limit itself is 0: nothing can be spent, now or later."""
    values = own(signal)
    return values if values and values.get("limit") == "0" else None


def of_tokens(signal: Signal) -> Mapping[str, str] | None:
    """The same, where tokens are counted."""
    values = own(signal)
    return values if values and "token" in _names(values) else None


def of_a_day(signal: Signal) -> Mapping[str, str] | None:
    """The same, where the span is a day: waiting minutes does not help."""
    values = own(signal)
    if values is None:
        return None
    names = _names(values)
    return values if "perday" in names or "per_day" in names or "per day" in signal.said else None


def of_tokens_a_day(signal: Signal) -> Mapping[str, str] | None:
    """The same, where tokens of a day are counted."""
    return of_a_day(signal) if of_tokens(signal) is not None else None


def _names(values: Mapping[str, str]) -> str:
    return f"{values['metric']} {values['quota']}".lower()
