"""A credential goes to its own hosts over TLS, or to this machine, and nowhere else."""

from __future__ import annotations

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.http.hosts import find_host, find_owner, find_refusal, is_near, judge_address, tell_key_log
from meshtui.providers.bedrock.hosts import fill_region, find_region_in_address, is_aws_region
from meshtui.providers.vertex.hosts import GOOGLE_TOKEN_URI, is_foreign_token_uri, is_old_token_uri

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
    for scheme, other, port in (("http", host, 81), ("https", "evil.example", None), ("http", "169.254.1.1", None),
                                ("https", host, None), ("https", host, 80), ("http", host, 443)):  # fmt: skip
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


@pytest.mark.parametrize(
    ("url", "name", "is_whose"),
    [
        ("https://api.openai.com/v1", "openai", "own"),
        (" HTTPS://API.OPENAI.COM/v1 ", "openai", "own"),
        ("https://api.openai.com ", "openai", "own"),
        ("http://api.openai.com/v1", "openai", "foreign"),
        ("https://api.openai.com/v1", "mesh", "foreign"),
        ("https://me@api.openai.com/v1", "openai", "foreign"),
        ("https://api.openai.com:99999/v1", "openai", "foreign"),
        ("ftp://127.0.0.1/v1", "openai", "foreign"),
        ("http://127.0.0.1:8080/v1", "openai", "loopback"),
        ("http://me@127.0.0.1:8080/v1", "openai", "foreign"),
        ("http://localhost/v1", "bedrock", "loopback"),
        ("https://[::1]/v1", "vertex", "loopback"),
        ("https://[broken", "openai", "foreign"),
        ("", "openai", "foreign"),
    ],
)
def test_whose_an_address_is(url: str, name: str, is_whose: str):
    assert judge_address(url, name) == is_whose


@pytest.mark.parametrize("url", ["", "api.openai.com/v1", "https://[broken", "https://me@api.openai.com", "ftp://a.b"])
def test_an_address_that_names_no_host_to_send_to_has_none(url: str):
    assert find_host(url) == ""


def test_a_host_belongs_to_the_provider_whose_credentials_it_is_for():
    """Not to the steps by which an AWS profile gets its keys, nor to a service that a check asks."""
    assert [find_owner(host) for _, host in WELCOME[:7]] == ["openai"] * 2 + ["mesh"] * 2 + ["bedrock"] * 3
    assert find_owner("portal.sso.eu-central-1.amazonaws.com") == ""
    assert find_owner("oauth2.googleapis.com") == ""
    assert find_owner("evil.example") == ""


def test_no_proxy_stands_before_this_machine_or_its_metadata():
    near = ("127.0.0.1", "127.255.0.9", "localhost", "::1", "169.254.169.254", "fd00:ec2::254")
    assert all(map(is_near, near))
    assert not any(map(is_near, ("api.openai.com", "128.0.0.1", "127.0.0.1.evil.example", "")))


def test_metadata_is_asked_at_port_80_and_what_has_no_rule_is_refused():
    assert find_refusal("aws-metadata", "http", "169.254.169.254", 80) == ""
    for host in ("api.openai.com", ""):
        assert find_refusal("nobody", "https", host, None) == f"https://{host} is not a host of nobody"
    assert find_refusal("mesh", "https", "evil.example", 8443).startswith("https://evil.example:8443 is not a host of")


def test_two_providers_may_not_say_where_calls_of_one_name_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("meshtui.http.hosts.PROVIDER_ROWS", ("openai", "mesh", "openai"))
    with pytest.raises(ValueError, match="two providers say where openai may go"):
        find_refusal("openai", "https", "api.openai.com", None)


def test_the_file_for_tls_keys_is_told_with_what_it_means():
    assert tell_key_log({}) == tell_key_log({"SSLKEYLOGFILE": ""}) == ""
    assert tell_key_log({"SSLKEYLOGFILE": "/x"}) == (
        "SSLKEYLOGFILE is set: with /x others can decrypt every call, and read the keys in it"
    )


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("us-east-1", "https://bedrock-runtime.us-east-1.amazonaws.com/x/us-east-1"),
        ("cn-north-1", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/x/cn-north-1"),
        ("eusc-de-east-1", "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/x/eusc-de-east-1"),
    ],
)
def test_a_regions_services_are_in_the_domain_of_its_partition(region: str, address: str):
    filled = fill_region("https://bedrock-runtime.{region}.amazonaws.com/x/{region}", region)
    assert filled == address
    assert find_region_in_address(filled) == region
    assert is_aws_region(region)


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://vpce-1a-2b.bedrock-runtime.eu-west-3.vpce.amazonaws.com/", "eu-west-3"),
        ("https://bedrock-mantle.us-east-2.api.aws/v1", "us-east-2"),
        ("https://sts.amazonaws.com/", ""),
        ("https://bedrock-runtime.us-east-1.amazonaws.com.evil.example/", ""),
        ("http://127.0.0.1/bedrock-runtime.us-east-1.amazonaws.com", ""),
    ],
)
def test_the_region_is_read_from_bedrocks_own_addresses_alone(url: str, region: str):
    assert find_region_in_address(url) == region


@pytest.mark.parametrize("region", ["s3", "us-east", "us-east-1.evil", "", "US-EAST-1", "us_east_1", "abcdef-west-1"])
def test_what_is_spelt_otherwise_is_no_region(region: str):
    assert not is_aws_region(region)


@pytest.mark.parametrize("version", ["v3", "v4"])
def test_googles_old_addresses_for_tokens_are_old_and_not_foreign(version: str):
    uri = f"https://www.googleapis.com/oauth2/{version}/token"
    assert is_old_token_uri(uri)
    assert not is_foreign_token_uri(uri, "")
    assert is_old_token_uri("https://accounts.google.com/o/oauth2/token")
    assert not is_old_token_uri("https://oauth2.googleapis.com/token")


def test_the_address_for_tokens_is_googles():
    assert GOOGLE_TOKEN_URI == "https://oauth2.googleapis.com/token"
