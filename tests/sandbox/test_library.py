"""Scenarios in files that people write: the library reads, and a mistake is named with its place and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.sandbox.faults import NAMES
from meshtui.sandbox.scenario import Scenario, ScenarioRequest
from meshtui.sandbox.scenario_library import (
    ScenarioError,
    find_scenario,
    list_scenario_names,
    load_library,
    parse_scenario,
)
from meshtui.sandbox.settings import Behaviour

HEAD = 'title = "A title"\nstory = "What happened."\n'


@pytest.mark.parametrize("name", list_scenario_names())
def test_each_scenario_of_the_library_reads_and_tells_its_story(name: str):
    scenario = find_scenario(name)
    assert scenario.name == name
    assert 2 <= scenario.story.count(". ") + scenario.story.count("; ") + 1 <= 4
    assert 1 <= len(scenario.look) <= 3
    assert scenario.ask.credential in NAMES[:4]
    assert len(scenario.title) <= 60


def test_the_library_holds_the_stories():
    assert set(list_scenario_names()) >= {
        "asia-key", "region-bound-bedrock-key", "revoked-with-fallback", "both-fail", "rate-limit-storm",
        "cache-hides-dead-key", "stream-dies", "html-from-the-edge",
    }  # fmt: skip
    assert [scenario.name for scenario in load_library()] == list(list_scenario_names())


def test_a_file_of_ones_own_is_read(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD + 'look = ["here", "and  there"]\nactive = "aws"\nseed = 7\n'
        '[faults]\nopenai = "revoked:first-2+slow:p0.2@7"\n"*" = "slow:every-3"\n'
        '[policies]\nopenai = "exclusive"\naws = "fallback"\n'
        '[behaviour]\nboth_failed = "own"\ncache = false\n'
        '[ask]\npath = "byok"\ncredential = "aws"\nstream = true\ntimes = 3\nprompt = "hello"\n',
        encoding="utf-8",
    )
    assert find_scenario(str(path)) == Scenario(
        name="mine",
        title="A title",
        story="What happened.",
        look=("here", "and there"),
        active="aws",
        seed=7,
        faults={"openai": "revoked:first-2+slow:p0.2@7", "*": "slow:every-3"},
        policies={"openai": "exclusive", "aws": "fallback"},
        behaviour={"both_failed": "own", "cache": False},
        ask=ScenarioRequest("byok", "aws", stream=True, times=3, prompt="hello"),
    )
    assert find_scenario(str(path)).make_behaviour() == Behaviour(both_failed="own", cache=False)


# The text after the head → what is said of it.
WRONG = {
    'faults = "revoked"': "line 3: faults: is a table",
    '[fault]\nopenai = "revoked"': "line 3: fault: is not a key here; there is title, story",
    '[faults]\nopneai = "revoked"': "line 4: faults.opneai: there is no credential named 'opneai'",
    '[faults]\nopenai = "revokd"': "line 4: faults.openai: there is no fault named 'revokd'; did you mean revoked",
    '[faults]\nopenai = "revoked:frist-1"': "line 4: faults.openai: 'frist-1' is no condition",
    "[faults]\nopenai = true": "line 4: faults.openai: there is no fault named ''",
    '[policies]\nmesh = "exclusive"': "line 4: policies.mesh: is not a key here; there is openai, bedrock, aws, vertex",
    '[policies]\nopenai = "never"': "line 4: policies.openai: 'never' is none of fallback, exclusive",
    "[behaviour]\nboth_failed = 1": "line 4: behaviour.both_failed: write 'platform' or 'own'",
    "[behaviour]\ncache = 1": "line 4: behaviour.cache: write true or false",
    '[behaviour]\nboth_failed = "owm"': "line 4: behaviour.both_failed: write 'platform' or 'own'",
    "[behaviour]\nbyok_retries = -1": "line 4: behaviour.byok_retries: write 0 or 1 or 2, or another",
    "[behaviour]\ncahce = true": "line 4: behaviour.cahce: is not a key here; there is fall_back",
    '[ask]\n\npath = "direct"': "line 5: ask.path: 'direct' is none of byok, mesh, platform, compare",
    '[ask]\ncredential = "mesh"': "line 4: ask.credential: 'mesh' is none of openai, bedrock, aws, vertex",
    "[ask]\ntimes = 0": "line 4: ask.times: write a whole number from 1 to 100",
    "[ask]\nstream = 1": "line 4: ask.stream: write true or false",
    'active = "openai"': "line 3: active: 'openai' is none of bedrock, aws",
    'look = "here"': "line 3: look: write a list of texts",
    "seed = true": "line 3: seed: write a whole number",
    'title = "twice"\nseed = 1': "is not TOML: Cannot overwrite a value .*line 3",
    "[ask": "is not TOML: .*end of document",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_told_with_file_line_key_and_mend(text: str):
    with pytest.raises(ScenarioError, match=f"^mine.toml.*{WRONG[text]}"):
        parse_scenario(HEAD + text, "mine")


@pytest.mark.parametrize("missing", ["title", "story"])
def test_what_is_missing_is_named(missing: str):
    text = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(missing))
    with pytest.raises(ScenarioError, match=f"mine.toml: {missing}: is missing"):
        parse_scenario(text, "mine")


def test_a_name_that_is_not_in_the_library_is_answered_with_those_that_are():
    with pytest.raises(ScenarioError, match="no scenario named 'asai-key'; did you mean asia-key") as told:
        find_scenario("asai-key")
    assert "The scenarios are asia-key, both-fail" in str(told.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(ScenarioError, match=r"absent\.toml: cannot be read: No such file"):
        find_scenario(str(tmp_path / "absent.toml"))
    with pytest.raises(ScenarioError, match="cannot be read: Is a directory"):
        find_scenario(str(tmp_path))
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match=r"binary\.toml: is not a text in UTF-8"):
        find_scenario(str(binary))
    binary.write_bytes(b"#" * 100_000)
    with pytest.raises(ScenarioError, match="larger than a scenario can be"):
        find_scenario(str(binary))


@given(st.text(max_size=80))
def test_any_text_is_a_scenario_or_a_told_mistake(text: str):
    with pytest.raises(ScenarioError, match="mine"):
        parse_scenario("seed = 1\n" + text, "mine")
