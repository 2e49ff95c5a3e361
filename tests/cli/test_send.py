"""`meshtui send --sandbox`: who served, whose key failed, and the exit status that says it to a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.presentation.verdict_blocks import CONCLUSIONS
from meshtui.runs.model import ConclusionKind
from tests.cli.conftest import Meshtui
from tests.each import pair_up

KEYS = ("openai", "bedrock", "aws", "vertex")
STREAM: tuple[tuple[str, ...], ...] = ((), ("--stream",))


@pytest.mark.parametrize(("key", "stream"), pair_up(KEYS, STREAM))
def test_a_good_key_serves_its_own_request(meshtui: Meshtui, key: str, stream: tuple[str, ...]):
    outcome = meshtui("send", "--sandbox", "--credential", key, "--format", "json", *stream)
    assert outcome.status == 0
    verdict = outcome.json["verdict"]
    assert (verdict["served"], verdict["fell_back"], verdict["basis"]) == ("own key", False, "observed")


ALONE = {
    "revoked": 4,
    "expired": 4,
    "no_permission": 5,
    "model_not_granted": 5,
    "quota_empty": 6,
    "rate_limited": 6,
}
"""Fault → the exit status where nothing falls back."""


@pytest.mark.parametrize(("key", "fault"), pair_up(KEYS, ALONE))
def test_a_failing_key_falls_back_unless_it_is_exclusive(meshtui: Meshtui, key: str, fault: str):
    broken = ("send", "--sandbox", "--path", "byok", "--fault", f"{key}={fault}", "--format", "json")
    fallen = meshtui(*broken)
    exclusive = meshtui(*broken, "--exclusive")
    assert fallen.json["verdict"]["served"] in ("platform", "nobody")
    first = exclusive.json["attempts"][0]
    assert first["credential"] == key
    assert first["explanation"]["credential"] == "provider"
    assert exclusive.json["verdict"]["served"] == "nobody"
    assert exclusive.status == ALONE[fault]
    if first["explanation"]["falls_back"] == "yes":
        assert fallen.status == 3
        assert fallen.json["verdict"]["fell_back"] is True
        assert [a["role"] for a in fallen.json["attempts"]] == ["own key", "platform"]
    else:
        assert fallen.status == ALONE[fault]


@pytest.mark.parametrize(("key", "stream"), pair_up(KEYS, STREAM))
def test_mesh_falling_back_on_a_revoked_key_is_seen_in_its_response_alone(
    meshtui: Meshtui, key: str, stream: tuple[str, ...]
):
    outcome = meshtui("send", "--sandbox", "--path", "mesh", "--fault", f"{key}=revoked", "--format", "json", *stream)
    assert outcome.status == 3
    assert outcome.json["verdict"]["basis"] == "observed"
    assert any("X-BYOK-Fallback-Triggered".lower() in e["what"].lower() for e in outcome.json["verdict"]["evidence"])


def test_a_plain_200_through_mesh_does_not_tell_who_served(meshtui: Meshtui):
    # Its model is so cheap that what it cost tells nothing either.
    outcome = meshtui("send", "--sandbox", "--path", "mesh", "--credential", "bedrock", "--format", "json")
    assert outcome.status == 8
    assert outcome.json["verdict"]["served"] == "unknown"
    assert outcome.json["verdict"]["basis"] == "not reported"


def test_a_bad_mesh_key_is_told_apart_from_a_bad_provider_key(meshtui: Meshtui):
    mesh = meshtui("send", "--sandbox", "--path", "mesh", "--credential", "openai", "--fault", "mesh=revoked",
                   "--format", "json")  # fmt: skip
    provider = meshtui("send", "--sandbox", "--path", "mesh", "--exclusive", "--fault", "openai=revoked",
                       "--format", "json")  # fmt: skip
    assert (mesh.status, provider.status) == (4, 4)
    assert mesh.json["attempts"][0]["status"] == provider.json["attempts"][0]["status"] == 401
    assert mesh.json["attempts"][0]["explanation"]["credential"] == "mesh"
    assert provider.json["attempts"][0]["explanation"]["credential"] == "provider"


def test_the_platform_path_serves_though_the_key_is_dead(meshtui: Meshtui):
    outcome = meshtui("send", "--sandbox", "--path", "platform", "--fault", "openai=revoked", "--format", "json")
    assert outcome.status == 0
    assert outcome.json["verdict"]["served"] == "platform"


CONCLUDED = {
    "stored-openai=revoked": ("key fine at the provider, Mesh's copy is not", 3),
    "mesh=revoked": ("Mesh key refused", 4),
    "openai=revoked": ("served by credits", 3),
}


@pytest.mark.parametrize(("fault", "stream"), pair_up(CONCLUDED, STREAM))
def test_a_comparison_shows_three_ways_and_one_conclusion(meshtui: Meshtui, fault: str, stream: tuple[str, ...]):
    what, status = CONCLUDED[fault]
    asked = ("send", "--sandbox", "--path", "compare", "--credential", "openai", "--fault", fault, *stream)
    told = meshtui(*asked, "--format", "json")
    assert (told.status, told.json["exit_status"], told.json["conclusion"]["what"]) == (status, status, what)
    assert [attempt["role"] for attempt in told.json["attempts"]] == ["own key", "mesh", "platform"]
    shown = meshtui(*asked)
    assert shown.status == status
    mark, words = CONCLUSIONS[ConclusionKind(what)]
    assert shown.out.startswith(f"{mark.ascii} {words}\n")
    route = [line for line in shown.out.splitlines() if line.startswith("your app ─▶ ")]
    assert len(route) == 3


@pytest.mark.parametrize("key", KEYS)
def test_a_provider_that_is_down_is_a_network_failure_and_no_verdict_on_the_key(meshtui: Meshtui, key: str):
    outcome = meshtui("send", "--sandbox", "--fault", f"{key}=down", "--format", "json")
    assert outcome.status == 7
    assert outcome.json["attempts"][0]["explanation"]["credential"] is None


def test_the_text_says_whose_key_failed_why_and_who_repairs_it(meshtui: Meshtui):
    outcome = meshtui("send", "--sandbox", "--fault", "openai=revoked", "--exclusive")
    assert outcome.status == 4
    for words in (
        "OpenAI does not know this key",
        "Incorrect API key provided",
        "Who fixes it  the key's owner",
        "[x] Failed: no fallback",
        "your app ─▶ OpenAI ─▶ openai (sk-proj-",
    ):
        assert words in outcome.out


@pytest.mark.parametrize("key", KEYS)
def test_a_refused_run_is_a_report_for_an_issue(meshtui: Meshtui, key: str):
    outcome = meshtui("send", "--sandbox", "--fault", f"{key}=revoked", "--exclusive", "--format", "markdown")
    assert outcome.status == 4
    assert outcome.out.startswith("# ")
    for words in ("**✗ Failed: no fallback**", "- Whose key: yours: ", "## What to do", "## Attempts", "<details>"):
        assert words in outcome.out
    assert f"| 1 | own key | `{key}` |" in outcome.out


@pytest.mark.parametrize(("key", "fault"), pair_up(KEYS, ["revoked", "no_permission", "rate_limited", "down"]))
def test_a_run_as_har_is_explained_alike(meshtui: Meshtui, tmp_path: Path, key: str, fault: str):
    sent = ("send", "--sandbox", "--fault", f"{key}={fault}", "--exclusive")
    told = meshtui(*sent, "--format", "har")
    assert told.json["log"]["version"] == "1.2"
    (tmp_path / "run.har").write_text(told.out)
    explained = meshtui("explain", str(tmp_path / "run.har"), "--format", "json").json
    assert explained["cause"] == meshtui(*sent, "--format", "json").json["attempts"][0]["explanation"]["cause"]


@pytest.mark.parametrize(
    ("form", "key", "says"),
    [
        ("curl", "openai", '"Authorization: Bearer %s"\\n\' "$OPENAI_API_KEY" |'),
        ("curl", "aws", 'user = "%s:%s"\\n\' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" |'),
        ("python", "openai", "client.chat.completions.create("),
        ("python", "bedrock", "client.converse("),
        ("python", "vertex", "client.models.generate_content("),
    ],
)
def test_a_run_is_code_that_sends_it_again(meshtui: Meshtui, form: str, key: str, says: str):
    outcome = meshtui("send", "--sandbox", "--credential", key, "--format", form)
    assert outcome.status == 0
    assert outcome.out.startswith(f"{'# %%' if form == 'python' else '#'} own key, credential {key}\n")
    assert says in outcome.out


def test_what_came_by_fallback_is_in_the_code_as_well(meshtui: Meshtui):
    outcome = meshtui("send", "--sandbox", "--fault", "openai=revoked", "--format", "curl")
    assert outcome.status == 3
    assert outcome.out.count("curl -sS") == 2
    assert "$MESHTUI_PLATFORM_KEY" in outcome.out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--fault", "openai=revoked"), "add --sandbox"),
        (("--sandbox", "--fault", "openai"), "NAME=FAULT"),
        (("--sandbox", "--fault", "nobody=revoked"), "there is openai, bedrock"),
        (("--sandbox", "--fault", "openai=tired"), "The faults are revoked, disabled"),
        (("--sandbox", "--credential", "nobody"), "there is no credential named 'nobody'"),
        (("--timeout", "0"), "above 0"),
        (("--path", "elsewhere"), "invalid choice"),
        (("--format", "pdf"), "invalid choice"),
        (("--sandbox", "--scenario", "asia-key", "--format", "har"), "told as text or json"),
        ((), "OPENAI_API_KEY"),
    ],
)
def test_a_wrong_argument_is_named_with_its_mend(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], says: str, tmp_path: object
):
    monkeypatch.setenv("HOME", str(tmp_path))
    outcome = meshtui("send", *args)
    assert outcome.status == 2
    assert says in outcome.err
    assert "Traceback" not in outcome.err
