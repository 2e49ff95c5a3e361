"""The credential in a request, read from its headers, address or form before they are redacted; and what credentials a
token endpoint's answer hands out.

A secret exists once per run and value, so that the redactor knows it for as long as anything of the run is shown.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qs, parse_qsl

from meshtui.base.secret import Secret
from meshtui.base.text import make_one_line
from meshtui.tap.observed_calls import NOT_SENT, Scheme, SentCredential

MAX_SECRETS = 4096
_KEY_HEADERS = ("x-api-key", "api-key", "x-goog-api-key", "x-sso_bearer_token")
_KEY_PARAMETERS = ("key", "api_key", "access_token")
_SIGV4 = re.compile(r"AWS4-\S+ +Credential=([^/,\s]+)/\d+/([^/,\s]+)/([^/,\s]+)/")
_ISSUED_JSON = ("access_token", "accessToken", "id_token")
_ISSUED_XML = re.compile(r"<AccessKeyId>([A-Z0-9]{16,128})</AccessKeyId>")
_HIDDEN_XML = re.compile(r"<(?:SecretAccessKey|SessionToken)>([^<]{16,8192})<")


class Secrets:
    """One Secret for each value seen in this run, at most MAX_SECRETS of them."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Secret] = OrderedDict()

    def keep(self, value: str) -> Secret:
        if known := self._known.get(value):
            self._known.move_to_end(value)
            return known
        secret = self._known[value] = Secret(value)
        if len(self._known) > MAX_SECRETS:
            self._known.popitem(last=False)
        return secret


def read_credentials(headers: Iterable[tuple[str, str]], query: str, secrets: Secrets) -> tuple[SentCredential, ...]:
    """All credentials of a request's head, the one that decides first: `Authorization`, key headers, the address."""
    found = []
    named = [(name, value.strip()) for name, value in headers]
    for name, value in named:
        if name.lower() == "authorization":
            found.append(_read_authorization(name, value, secrets))
    found += [
        SentCredential(Scheme.API_KEY, name, secrets.keep(value))
        for name, value in named
        if name.lower() in _KEY_HEADERS and value
    ]
    found += [
        SentCredential(Scheme.QUERY, name, secrets.keep(value))
        for name, value in parse_qsl(query)  # leaves out those without a value
        if name.lower() in _KEY_PARAMETERS
    ]
    for name, value in named:
        if name.lower() == "x-amz-security-token":
            secrets.keep(value)  # of no use to a person, and never to be shown
    return tuple(found)


def _read_authorization(name: str, value: str, secrets: Secrets) -> SentCredential:
    if signature := _SIGV4.match(value):
        key_id, region, service = signature.groups()
        return SentCredential(Scheme.SIGV4, name, secrets.keep(key_id), f"{region}/{service}")
    scheme, _, rest = value.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer":
        return SentCredential(Scheme.BEARER, name, secrets.keep(rest) if rest else None)
    if scheme.lower() == "basic":
        return SentCredential(Scheme.BASIC, name, secrets.keep(rest) if rest else None)
    return SentCredential(Scheme.OTHER, name, secrets.keep(value) if value else None)


def read_grant(body: str, secrets: Secrets) -> SentCredential:
    """The credential in the form of a token request: the signed assertion's key and issuer, or the refresh token."""
    form = {name: values[0] for name, values in parse_qs(body).items()}
    for name in ("client_secret", "subject_token", "assertion"):
        if form.get(name):
            secrets.keep(form[name])
    if assertion := form.get("assertion"):
        head, claims = _read_jwt(assertion)
        key_id, issuer = str(head.get("kid") or ""), str(claims.get("iss") or "")
        return SentCredential(
            Scheme.GRANT, "assertion", scope=make_one_line(key_id, 80), issuer=make_one_line(issuer, 200)
        )
    if refresh := form.get("refresh_token"):
        return SentCredential(Scheme.GRANT, "refresh_token", secrets.keep(refresh), issuer=form.get("client_id", ""))
    if form.get("subject_token"):
        return SentCredential(Scheme.GRANT, "subject_token", secrets.keep(form["subject_token"]))
    return NOT_SENT


def _read_jwt(token: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    head, _, rest = token.partition(".")
    return _read_part(head), _read_part(rest.partition(".")[0])


def _read_part(part: str) -> Mapping[str, object]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return value if isinstance(value, dict) else {}


def read_issued(body: str, secrets: Secrets) -> Iterator[Secret]:
    """What a token endpoint's answer hands out: access tokens, temporary access key ids. All of its secrets are known
    to the redactor afterwards."""
    if body[:1] == "{":
        try:
            values = json.loads(body)
        except ValueError:
            return
        for name in _ISSUED_JSON:
            value = values.get(name) if isinstance(values, dict) else None
            if isinstance(value, str) and value:
                yield secrets.keep(value)
    for hidden in _HIDDEN_XML.findall(body):
        secrets.keep(hidden)
    for key_id in _ISSUED_XML.findall(body):
        yield secrets.keep(key_id)
