"""What can be known of a key without asking anyone: accounts, regions, times, hosts."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base.times import format_relative, format_time_span, format_utc, parse_compact, parse_iso
from meshtui.http.hosts import judge_address
from meshtui.providers.bedrock.credentials import decode_account
from meshtui.providers.regions import AWS_REGIONS, GOOGLE_LOCATIONS, judge_aws_region, judge_google_location
from tests.credentials import samples as s


def test_the_account_is_read_from_the_key_id():
    assert decode_account(s.key_id("ASIA")) == "029608264753"


@pytest.mark.parametrize("key_id", ["", "AKIA", "AKIA" + "I" * 16, "AKIA" + "1" * 16, "AROA" + "Q" * 16, "minioadmin"])
def test_where_no_account_is_inside_none_is_told(key_id: str):
    assert decode_account(key_id) == ""


def test_every_aws_region_listed_is_known_to_botocore():
    import botocore.session

    session = botocore.session.get_session()
    theirs = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sts", partition_name=partition)
    }
    assert theirs >= AWS_REGIONS


@pytest.mark.parametrize("region", sorted(AWS_REGIONS))
def test_a_known_aws_region_is_taken_as_it_is(region: str):
    assert judge_aws_region(region) == (region, ())


@pytest.mark.parametrize("location", sorted(GOOGLE_LOCATIONS))
def test_a_known_google_location_is_taken_as_it_is(location: str):
    assert judge_google_location(location) == (location, ())


def test_a_misspelt_region_gets_a_suggestion_and_is_not_changed():
    region, findings = judge_aws_region("eu-centrl-1")
    assert region == "eu-centrl-1"
    assert findings[0].fix == "Check the spelling. Perhaps eu-central-1."


@given(st.text(min_size=1))
def test_no_region_that_is_kept_can_change_a_host_name(text: str):
    for region, _ in (judge_aws_region(text), judge_google_location(text)):
        assert not region or (region.replace("-", "").isalnum() and region.isascii() and len(region) <= 26)


def test_times_are_told_with_their_distance():
    assert format_relative(s.NOW + 11.9 * 3600, s.NOW) == "2026-11-23 23:54 UTC (in 11 h 54 min)"
    assert format_relative(s.NOW - 2 * 86400, s.NOW) == "2026-11-21 12:00 UTC (2 days ago)"
    assert [format_time_span(x) for x in (0, 59, 60, 86400, 90061)] == ["0 s", "59 s", "1 min", "1 day", "1 day 1 h"]


@pytest.mark.parametrize("text", ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00+00:00", "2026-11-23 12:00:00UTC"])
def test_awss_ways_to_write_a_time_are_read(text: str):
    assert parse_iso(text) == s.NOW


@given(st.text(), st.floats())
def test_no_time_is_an_exception(text: str, number: float):
    parse_iso(text)
    parse_compact(text)
    assert format_utc(number)


def test_a_mesh_key_of_now_is_believed_and_one_of_next_week_is_not():
    assert s.read(s.mesh_key(int(s.NOW * 1000))).facts["created"] == "2026-11-23 12:00 UTC"
    assert s.ids(s.read(s.mesh_key(int(s.NOW + 7 * 86400) * 1000))) == ["mesh.time"]


@pytest.mark.parametrize(
    ("url", "provider", "verdict"),
    [
        ("https://api.meshapi.ai/v1", "mesh", "own"),
        ("https://api.meshapi.ai/v1", "openai", "foreign"),
        ("https://europe-west4-aiplatform.googleapis.com", "vertex", "own"),
        ("https://storage.googleapis.com", "vertex", "foreign"),
        ("http://[::1]:8080", "mesh", "loopback"),
        ("http://[::1", "mesh", "foreign"),
        ("https://api.meshapi.ai:x", "mesh", "foreign"),
        ("ftp://localhost", "mesh", "foreign"),
    ],
)
def test_an_address_is_its_owners_this_machines_or_foreign(url: str, provider: str, verdict: str):
    assert judge_address(url, provider) == verdict


@pytest.mark.parametrize("module", ["credentials.paste", "credentials.discovery", "providers.mesh.byok_form"])
def test_nothing_heavy_is_loaded_before_a_json_form_is_read(module: str):
    code = (
        f"import sys, meshtui.{module}; from meshtui.credentials.paste import parse;"
        "from meshtui.base.credential import Source; parse('sk-x', name='x', source=Source('paste'));"
        "print([m for m in ('pydantic', 'cryptography', 'boto3', 'botocore', 'google.auth') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
