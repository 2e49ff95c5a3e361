"""A credential goes to its own hosts over TLS, or to this machine, and nowhere else."""

from __future__ import annotations

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.http.hosts import find_refusal
from meshtui.providers.vertex.hosts import is_foreign_token_uri

WELCOME = [
    ("openai", "api.openai.com"),
    ("openai", "eu.api.openai.com"),
    ("mesh", "api.meshapi.ai"),
    ("mesh", "api-dev.meshapi.ai"),
    ("bedrock", "bedrock-runtime.eu-central-1.amazonaws.com"),
    ("bedrock", "bedrock-runtime-fips.us-gov-west-1.amazonaws.com"),
    ("bedrock", "bedrock.us-east-1.amazonaws.com"),
    ("bedrock", "bedrock-runtime.us-east-1.api.aws"),
    ("bedrock", "sts.eu-west-3.amazonaws.com"),
    ("bedrock", "sts.amazonaws.com"),
    ("bedrock", "iam.amazonaws.com"),
    ("bedrock", "iam.us-gov.amazonaws.com"),
    ("vertex", "oauth2.googleapis.com"),
    ("vertex", "aiplatform.googleapis.com"),
    ("vertex", "europe-west4-aiplatform.googleapis.com"),
    ("vertex", "aiplatform.eu.rep.googleapis.com"),
    ("vertex", "cloudresourcemanager.googleapis.com"),
    ("vertex", "www.googleapis.com"),
]


# What an AWS profile is resolved with; STS takes key pairs as well.
OF_PROFILES = [
    ("aws-sts", "sts.eu-west-3.amazonaws.com"),
    ("aws-sts", "sts.cn-north-1.amazonaws.com.cn"),
    ("aws-sts", "sts-fips.us-gov-west-1.amazonaws.com"),
    ("aws-sso", "portal.sso.eu-central-1.amazonaws.com"),
    ("aws-sso", "oidc.us-east-1.amazonaws.com"),
]


@pytest.mark.parametrize(("provider", "host"), [*WELCOME, *OF_PROFILES])
def test_a_provider_gets_its_own_credentials_over_tls(provider: str, host: str):
    assert find_refusal(provider, "https", host, None) == ""
    assert find_refusal(provider, "https", host, 443) == ""
    assert "not encrypted" in find_refusal(provider, "http", host, None)
    assert "not a host" in find_refusal(provider, "https", host, 8443)
    assert "user name" in find_refusal(provider, "https", host, None, "me:pw")


@pytest.mark.parametrize(("provider", "host"), WELCOME)
def test_no_other_provider_gets_them(provider: str, host: str):
    for other in {"openai", "mesh", "bedrock", "vertex", ""} - {provider}:
        assert "not a host" in find_refusal(other, "https", host, None)


@pytest.mark.parametrize(
    ("provider", "host"),
    [
        ("openai", "api.openai.com.evil.example"),
        ("openai", "evil-api.openai.com"),
        ("openai", "api-openai.com"),
        ("openai", "a.b.api.openai.com"),
        ("mesh", "meshapi.ai"),
        ("mesh", "app.meshapi.ai"),
        ("mesh", "api.meshapi.ai.evil.example"),
        ("bedrock", "bedrock-runtime.evil.example"),
        ("bedrock", "bedrock-runtime.us-east-1.evil.amazonaws.com"),
        ("bedrock", "bucket.s3.us-east-1.amazonaws.com"),
        ("bedrock", "amazonaws.com"),
        ("vertex", "evil.googleapis.com"),
        ("vertex", "storage.googleapis.com"),
        ("vertex", "aiplatform.googleapis.com.evil.example"),
        ("vertex", "generativelanguage.googleapis.com"),
        ("vertex", "10.0.0.1"),
        ("aws-sts", "portal.sso.eu-central-1.amazonaws.com"),
        ("aws-sts", "bedrock.eu-central-1.amazonaws.com"),
        ("aws-sts", "sts.s3.amazonaws.com"),
        ("aws-sts", "sts.eu-central-1.amazonaws.com.evil.example"),
        ("aws-sso", "sts.eu-central-1.amazonaws.com"),
        ("aws-sso", "portal.sso.s3.amazonaws.com"),
        ("aws-sso", "portal.sso.evil.example"),
        ("openai", "127.0.0.1.evil.example"),
        ("openai", "localhost.evil.example"),
        ("openai", "0.0.0.0"),
    ],
)
def test_a_host_that_only_looks_like_it_is_refused(provider: str, host: str):
    assert "not a host" in find_refusal(provider, "https", host, None)


@pytest.mark.parametrize(("provider", "host"), OF_PROFILES)
def test_what_a_profile_is_resolved_with_goes_to_no_other_service(provider: str, host: str):
    others = {"openai", "mesh", "vertex", "aws-sso", "aws-sts", "aws-metadata"} - {provider}
    assert all(find_refusal(other, "https", host, None) for other in others)


@pytest.mark.parametrize("host", ["169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254"])
def test_metadata_is_asked_at_its_fixed_addresses_alone(host: str):
    assert find_refusal("aws-metadata", "http", host, None) == ""
    for scheme, other, port in (("http", host, 81), ("https", "evil.example", None), ("http", "169.254.1.1", None)):
        assert "not an address of AWS's metadata" in find_refusal("aws-metadata", scheme, other, port)
    assert "not a host" in find_refusal("bedrock", "http", host, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.4.5.6", "localhost", "::1"])
def test_this_machine_may_be_spoken_to_in_clear(host: str):
    assert find_refusal("openai", "http", host, 8080) == ""
    assert "not an http address" in find_refusal("openai", "ftp", host, 8080)


@pytest.mark.parametrize(
    ("uri", "foreign"),
    [
        ("https://oauth2.googleapis.com/token", False),
        ("https://accounts.google.com/o/oauth2/token", False),
        ("https://www.googleapis.com/oauth2/v4/token", False),
        ("", False),
        ("http://oauth2.googleapis.com/token", True),
        ("https://oauth2.googleapis.com.evil.example/token", True),
        ("https://evil.example/token", True),
        ("http://127.0.0.1:9/token", True),
        ("https://[broken", True),
    ],
)
def test_a_token_uri_is_googles_or_foreign(uri: str, foreign: bool):
    assert is_foreign_token_uri(uri, Endpoints().google_token) is foreign
    assert not is_foreign_token_uri(uri, uri)
