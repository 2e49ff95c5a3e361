"""Credentials from a file or the sandbox (`discover` finds the machine's). Nothing here raises for what it finds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from meshtui.credentials.files import name_of, read_file
from meshtui.credentials.model import Credential, Kind, Source
from meshtui.credentials.parse import parse
from meshtui.credentials.reading import finished, path_shown, refused


def from_file(path: str, *, name: str = "") -> Credential:
    """The credential in a file: JSON, a bare key, .env or AWS's own forms. Its name is the file's by default."""
    source, contents = Source("file", path), read_file(path)
    name = name or name_of(path_shown(path))
    if contents.data is None:
        return finished(refused(Kind.UNRECOGNISED, *contents.findings), name, source)
    credential = parse(contents.data, name=name, source=source)
    return replace(credential, findings=(*contents.findings, *credential.findings))


def from_sandbox(addresses: Mapping[str, Mapping[str, object]]) -> tuple[Credential, ...]:
    """The sandbox's own credentials, from what `meshtui sandbox --format json` prints as its first line. Its `admin` is
    none: that token steers the sandbox."""
    return tuple(
        parse(_text(name, row), name=name, source=Source("sandbox", _address(row)))
        for name, row in addresses.items()
        if name != "admin"
    )


def _text(name: str, row: Mapping[str, object]) -> str:
    """The credential's text as a person would paste it: the key alone, or JSON without the sandbox's addresses."""
    if isinstance(key := row.get("key"), str):
        return key
    if isinstance(account := row.get("service_account"), Mapping):
        return json.dumps({**account, "region": row.get("region", "global")})
    fields = {field: value for field, value in row.items() if field != "endpoint_url"}
    return json.dumps(fields | ({"credential_type": "bedrock_api_key"} if name == "bedrock" else {}))


def _address(row: Mapping[str, object]) -> str:
    return next((str(row[field]) for field in ("base_url", "endpoint_url") if field in row), "")
