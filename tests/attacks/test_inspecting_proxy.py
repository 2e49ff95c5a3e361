"""Behind a proxy that opens TLS with an authority of its own: no key leaves, and what is said of it is true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.attacks.interception import response, world

pytestmark = [pytest.mark.attack, pytest.mark.slow]
KEY = "sk-proj-" + "Zq7xK2mP9vLw" * 6


def check(folder: Path, **variables: str) -> tuple[dict[str, object], str, list[str]]:
    """The exchange's failure, what is printed, and the hosts that got a request."""
    with world(folder, lambda _host, _request: response(b"{}")) as made:
        given = {"OPENAI_API_KEY": KEY, **variables}
        outcome = made.run(folder, "check", "openai", "--format", "json", **given)
        printed = made.run(folder, "check", "openai", **given).stdout
    checks = json.loads(outcome.stdout)["credentials"][0]["checks"]
    failures = [c["exchange"]["failure"] for c in checks if c["exchange"] and c["exchange"]["failure"]]
    return failures[0] if failures else {}, printed, [each.host for each in made.received if each.data]


def test_the_handshake_behind_the_proxy_is_told_with_its_issuer_and_what_to_set(tmp_path: Path):
    failure, printed, hosts = check(tmp_path, SSL_CERT_FILE="", AWS_CA_BUNDLE="")
    assert failure["kind"] == "tls"
    message = str(failure["message"])
    assert "let the request through" in message
    assert "TLS with api.openai.com failed" in message
    assert "trustme" in message, "the authority's name"
    assert "SSL_CERT_FILE" in printed
    assert "The proxy on the way did not let the request through" not in printed
    assert not hosts, "nothing was sent, be it to find out who issued the certificate"


def test_an_authority_that_is_trusted_is_spoken_to(tmp_path: Path):
    """Else the test before would see nothing arrive whatever is sent."""
    _, _, hosts = check(tmp_path)
    assert "api.openai.com" in hosts
