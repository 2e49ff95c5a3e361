"""Scenarios and the tour from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from meshtui.sandbox.faults import FAULTS
from meshtui.sandbox.scenario_library import list_scenario_names as names
from tests.cli.conftest import Meshtui


def test_the_list_shows_scenarios_and_faults(meshtui: Meshtui):
    outcome = meshtui("sandbox", "--list")
    assert outcome.status == 0
    assert all(name in outcome.out for name in (*names(), *FAULTS, "platform-openai", "stored-aws", "every-N"))
    assert max(map(len, outcome.out.splitlines())) <= 120
    told = meshtui("sandbox", "--list", "--format", "json").json
    assert set(told) == {"schema", "scenarios", "faults", "names", "conditions", "not_served", "live_tests"}
    assert [each["name"] for each in told["scenarios"]] == list(names())


def test_a_scenario_tells_its_story_its_run_and_the_truth(meshtui: Meshtui):
    outcome = meshtui("send", "--sandbox", "--scenario", "rate-limit-storm")
    assert outcome.status == 3
    assert outcome.out.startswith("Many requests")
    for words in (
        "request 5 of 5",
        "what really happened",
        "your key 'openai' failed (429",
        "look at",
        "Fell back: paid from your Mesh balance",
    ):
        assert words in outcome.out


def test_its_json_holds_each_run_and_its_truth(meshtui: Meshtui):
    told = meshtui("send", "--sandbox", "--scenario", "cache-hides-dead-key", "--format", "json").json
    assert set(told) == {"schema", "scenario", "scenes", "exit_status"}
    assert [scene["truth"][0]["served"] for scene in told["scenes"]] == ["own key", "cache"]
    assert told["scenes"][1]["run"]["verdict"]["served"] == "cache"


def test_arguments_come_before_what_the_scenario_asks(meshtui: Meshtui):
    told = meshtui("send", "--sandbox", "--scenario", "asia-key", "--path", "byok", "--format", "json").json
    run = told["scenes"][0]["run"]
    assert (told["exit_status"], run["path"], run["credential"], run["verdict"]["served"]) == (
        0,
        "byok",
        "aws",
        "own key",
    )
    exclusive = meshtui("send", "--sandbox", "--scenario", "silent-fallback", "--exclusive", "--format", "json").json
    assert exclusive["exit_status"] == 4
    broken = meshtui("send", "--sandbox", "--scenario", "key-works", "--fault", "openai=down", "--format", "json").json
    assert broken["exit_status"] == 7


def test_a_file_of_ones_own_is_performed(meshtui: Meshtui, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nstory = "It rains."\n[faults]\nvertex = "revoked"\n[ask]\ncredential = "vertex"\n')
    outcome = meshtui("send", "--sandbox", "--scenario", str(path))
    assert (outcome.status, outcome.out.startswith("Mine\n  It rains.")) == (3, True)


def test_a_mistake_is_named_with_its_place_and_its_mend(meshtui: Meshtui, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nstory = "It rains."\n[faults]\nopenai = "revokd"\n')
    for command in (("send", "--sandbox"), ("sandbox",)):
        outcome = meshtui(*command, "--scenario", str(path))
        assert outcome.status == 2
        assert (
            "mine.toml, line 4: faults.openai: there is no fault named 'revokd'; did you mean revoked?" in outcome.err
        )
        unknown = meshtui(*command, "--scenario", "asai-key")
        assert (unknown.status, "did you mean asia-key" in unknown.err) == (2, True)


def test_a_scenario_needs_a_sandbox_and_its_credentials(meshtui: Meshtui):
    outcome = meshtui("send", "--scenario", "key-works")
    assert (outcome.status, "add --sandbox" in outcome.err) == (2, True)
    outcome = meshtui("send", "--sandbox", "--scenario", "key-works", "--file", "x")
    assert (outcome.status, "leave --file" in outcome.err) == (2, True)
    outcome = meshtui("send", "--sandbox", "--scenario", "key-works", "--credential", "nobody")
    assert (outcome.status, "there is mesh, platform, openai" in outcome.err) == (2, True)


def test_the_sandbox_is_served_as_a_scenario_says():
    command = [sys.executable, "-m", "meshtui", "sandbox", "--scenario", "asia-key", "--fault", "*=slow:every-9"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = "".join(iter(process.stdout.readline, "fault of *: slow:every-9\n"))
        process.terminate()
    assert "A temporary AWS key without its session token" in shown
    assert "fault of stored-aws: revoked" in shown


def test_the_tour_tells_its_steps_with_the_truth_beside_what_can_be_known(meshtui: Meshtui):
    outcome = meshtui("demo", "--tour", "--headless")
    assert (outcome.status, outcome.err) == (0, "")
    for number in range(1, 11):
        assert f"{number}/10  " in outcome.out
    assert outcome.out.count("you can see:") == outcome.out.count("what happened:") == 8
    assert outcome.out.count("who paid:") == 8
    assert "the change is at the provider or Mesh" in outcome.out
    assert "app.py: HTTP 401" in outcome.out
    assert "your key 'openai' -> OpenAI          [x] 401" in outcome.out
    assert "behind Mesh, with Mesh's own 'platform-openai' -> [ok] 200" in outcome.out
    told = outcome.out.partition("10/10")[0]
    assert max(map(len, told.splitlines())) <= 105, "what a program prints is as wide as it is"


def test_text_alone_is_no_tour_and_a_tour_on_the_screen_needs_a_terminal(meshtui: Meshtui):
    for flag, why in (("--headless", "give --tour with it"), ("--tour", "the screen needs a terminal")):
        outcome = meshtui("demo", flag)
        assert (outcome.status, why in outcome.err) == (2, True)


def test_json_of_a_list_is_one_object(meshtui: Meshtui):
    assert json.loads(meshtui("sandbox", "--list", "--format", "json").out)["conditions"].startswith("always, first-N")
