"""Google's error object: `status`, and the typed `details` (google.rpc) with reason, domain, metadata, delays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meshtui.explain.formats.fields import Fields, read_word

MAX_DETAILS = 16


def read_google_fields(fields: Fields, found: Mapping[str, Any]) -> None:
    """Adds `word`, `reason`, `domain` and `metadata` to the fields, each where Google's object holds it."""
    status = found.get("status")
    if isinstance(status, str) and status.isupper():
        fields["word"] = read_word(status)
    metadata: dict[str, str] = {}
    details = found.get("details")
    if isinstance(details, list):
        for item in details[:MAX_DETAILS]:
            if isinstance(item, dict):
                _read_google_detail(fields, metadata, item)
            elif isinstance(item, str):
                metadata.setdefault("detail", read_word(item))
    old = found.get("errors")
    if isinstance(old, list) and old and isinstance(old[0], dict):
        fields.setdefault("reason", read_word(old[0].get("reason")))
        fields.setdefault("domain", read_word(old[0].get("domain")))
    if metadata:
        fields["metadata"] = metadata


def _read_google_detail(fields: Fields, metadata: dict[str, str], item: dict[str, Any]) -> None:
    kind = str(item.get("@type", "")).rpartition(".")[2]
    if kind == "ErrorInfo" or ("reason" in item and "domain" in item):
        if item.get("reason"):
            fields["reason"] = read_word(item["reason"])
        fields["domain"] = read_word(item.get("domain"))
        more = item.get("metadata")
        if isinstance(more, dict):
            metadata.update({str(k)[:80]: read_word(v) for k, v in list(more.items())[:MAX_DETAILS]})
    elif kind == "RetryInfo":
        metadata["retryDelay"] = read_word(item.get("retryDelay"))
    elif kind in ("QuotaFailure", "PreconditionFailure", "BadRequest"):
        _read_violations(metadata, item)
    elif kind == "DebugInfo":
        metadata["debug"] = read_word(item.get("detail"))
    elif kind == "Help":
        links = item.get("links")
        if isinstance(links, list) and links and isinstance(links[0], dict):
            metadata.setdefault("help", read_word(links[0].get("url")))
    elif "loc" in item and "msg" in item:  # Mesh lists what failed validation in the same place
        where = item["loc"] if isinstance(item["loc"], list) else [item["loc"]]
        metadata.setdefault("field", ".".join(read_word(part) for part in where[:MAX_DETAILS]))
        metadata.setdefault("field_problem", read_word(item["msg"]))


def _read_violations(metadata: dict[str, str], item: Mapping[str, Any]) -> None:
    """The first violation: what was violated (`violation`), its subject, and the quota's metric, id and value."""
    found = item.get("violations") or item.get("fieldViolations")
    if not (isinstance(found, list) and found and isinstance(found[0], dict)):
        return
    first = found[0]
    for name in ("quotaMetric", "quotaId", "quotaValue", "subject", "field", "description"):
        if name in first:
            metadata.setdefault(name, read_word(first[name]))
    if "type" in first:
        metadata.setdefault("violation", read_word(first["type"]))
    dimensions = first.get("quotaDimensions")
    if isinstance(dimensions, dict) and isinstance(dimensions.get("model"), str):
        metadata.setdefault("model", read_word(dimensions["model"]))
