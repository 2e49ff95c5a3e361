"""Which credential a JSON object, or a set of assigned variables, holds."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace

from meshtui.base.credential import UNRECOGNISED, Finding, Kind
from meshtui.credentials.bare_text import find_no_key, read_bare
from meshtui.credentials.field_names import find_variable_kind, is_wrapper, rename_fields
from meshtui.providers.base import JsonObject
from meshtui.providers.credential_reading import Given, Reading, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_forms, list_key_forms

Object = Mapping[str, object]


def read_object(value: Object, given: Given, hint: Kind = UNRECOGNISED) -> Reading:
    """The reading of a JSON object. `hint` is the kind that the variable it came from is for."""
    inner, findings = _unwrap(_take_values(value))
    for forms in list_forms():
        if forms.find_other_file and (other := forms.find_other_file(inner)):
            return refuse(*other).after(findings)
    fields, twice = rename_fields(inner)
    fields, tidied = _tidy(fields)
    findings += twice + tidied
    for name in _SECRETS:
        if (no_key := find_no_key(_find_text(fields, name))) is not None:
            kind = next((form.kind for form in list_key_forms() if name in form.fields), hint)
            return refuse(kind, no_key).after(findings)
    found = JsonObject(inner, fields, replace(given, region=_find_text(fields, "region") or given.region), hint)
    for forms in list_forms():
        if forms.read_object and (reading := forms.read_object(found)):
            return reading.after(findings)
    return _read_by_key(found).after(findings)


_SECRETS = ("access_key_id", "secret_access_key", "session_token", "api_key")


def _take_values(value: Object) -> Object:
    """The plain values of what `terraform output -json` prints: an object with `value` and `sensitive` for each."""
    if value and all(isinstance(each, Mapping) and "value" in each and "sensitive" in each for each in value.values()):
        return {name: each["value"] for name, each in value.items() if isinstance(each, Mapping)}
    if value.get("kind") == "Secret" and isinstance(data := value.get("data"), Mapping):
        return {name: _decode(each) for name, each in data.items()}
    return value


def _decode(value: object) -> object:
    """A value of a Kubernetes secret, which is base64."""
    try:
        return base64.b64decode(value, validate=True).decode() if isinstance(value, str) else value
    except ValueError:
        return value


def _read_by_key(found: JsonObject) -> Reading:
    """An object with a bare key, of whichever provider."""
    value, fields, given, hint = found
    key = fields.get("api_key")
    if not isinstance(key, str) or not key:
        names = [name for name in value if re.fullmatch("[A-Za-z_][A-Za-z_ -]{0,30}", name)]
        return refuse(hint, make_finding("json.unknown-form", fields=", ".join(names[:6]) or "none with a plain name"))
    variable = next((name for name in value if find_variable_kind(name) is not UNRECOGNISED), given.variable)
    meant = find_variable_kind(variable) if hint is UNRECOGNISED else hint
    reading = read_bare(key, replace(given, variable=variable), meant)
    for forms in list_forms():
        if read := forms.read_key_object.get(reading.kind.id):
            return read(found, reading)
    return reading.after(() if reading.material is None else (make_finding("field.key-only", field="api_key"),))


def _unwrap(value: Object) -> tuple[Object, tuple[Finding, ...]]:
    """The innermost object, where AWS's tools or a settings file put it inside others; a region beside it is kept."""
    findings: tuple[Finding, ...] = ()
    for _ in range(3):
        name = next((n for n in value if is_wrapper(n) and _as_object(value[n]) is not None), None)
        inner = None if name is None else _as_object(value[name])
        if name is None or inner is None:
            break
        outer = {n: v for n, v in value.items() if n != name and isinstance(v, str)}
        regions = {n: v for n, v in outer.items() if "region" in n.lower() or n.lower() == "location"}
        types = {n: v for n, v in outer.items() if n in ("credential_type", "credentialType")}
        value = {**regions, **types, **inner}
        findings += (make_finding("json.wrapped", field=name),)
    return value, findings


def _as_object(value: object) -> Object | None:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        from meshtui.credentials.json_text import read_json

        value = read_json(value).value
    return value if isinstance(value, Mapping) else None


def _tidy(fields: Object) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Removes white space and quotes around values, with findings; the private key is left to `pem`."""
    tidy, findings = dict(fields), []
    for name, value in fields.items():
        if not isinstance(value, str) or name == "private_key":
            continue
        tidy[name] = value.strip().strip("\"'").strip()
        if tidy[name] != value:
            findings.append(make_finding("field.white-space", field=name))
    return tidy, tuple(findings)


def _find_text(fields: Object, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
