"""AWS's sentence about a right that nothing allows says which right who lacks."""

from __future__ import annotations

import json

import pytest

from meshtui.base.exchange import Answer, Exchange, Request
from meshtui.explain.model import ParsedError
from meshtui.providers.bedrock.iam_denials import (
    describe_lacking,
    describe_right,
    find_other_account,
    find_profile_denial,
    find_regionless_denial,
    read_denial,
)

ARN = "arn:aws:iam::123456789012"
BEDROCK = "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-micro-v1:0"


def say(who: str, right: str, why: str) -> str:
    return f"User: {who} is not authorized to perform: {right} because {why}"


NOTHING = "no identity-based policy allows the bedrock:InvokeModel action"
SENTENCES = {
    "a user": (say(f"{ARN}:user/team/bob", BEDROCK, NOTHING), "the user lacks bedrock:InvokeModel"),
    "a role": (
        say("arn:aws:sts::123456789012:assumed-role/Ops/session-1", BEDROCK, NOTHING),
        "the role lacks bedrock:InvokeModel"),
    "a session's policy": (
        say(f"{ARN}:user/bob", BEDROCK, "no session policy allows the bedrock:InvokeModel action"),
        "the user lacks bedrock:InvokeModel"),
    "the resource's policy": (
        say(f"{ARN}:user/bob", BEDROCK, "no resource-based policy allows the bedrock:InvokeModel action"), ""),
    "an explicit deny": (
        say(f"{ARN}:user/bob", BEDROCK, "with an explicit deny in an identity-based policy"), ""),
    "nobody named": (f"is not authorized to perform: {BEDROCK} because {NOTHING}", ""),
    "another sentence": ("You don't have access because no agreement was made", ""),
    "nothing": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", SENTENCES)
def test_the_sentence_says_which_right_who_lacks(name: str):
    sentence, lacking = SENTENCES[name]
    answer = Answer(403, (), json.dumps({"message": sentence}))
    assert describe_lacking(Exchange("bedrock", "chat", Request("POST", ""), 0.0, answer)) == lacking


def test_a_call_without_an_answer_says_nothing():
    assert describe_lacking(Exchange("bedrock", "chat", Request("POST", ""), 0.0)) == ""


MODEL = {
    "permission": "bedrock:InvokeModel", "partition": "aws", "region": "eu-west-3", "kind": "foundation-model",
    "arn": "arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-micro-v1:0", "model": "amazon.nova-micro-v1:0",
    "policy_type": "identity-based policy", "account": "123456789012",
}  # fmt: skip
STS = "arn:aws:sts::123456789012:assumed-role"
NAMED = {
    f"{ARN}:user/team/bob": {"identity_kind": "user", "identity": "bob"},
    f"{ARN}:role/service/Ops": {"identity_kind": "role", "identity": "Ops"},
    f"{STS}/Ops/session-1": {"identity_kind": "role", "identity": "Ops"},
    f"{STS}/AWSReservedSSO_Dev_0123/me": {},
    f"{ARN}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123": {},
    f"{ARN}:root": {},
}


@pytest.mark.parametrize("who", NAMED)
def test_all_that_the_sentence_names_is_read(who: str):
    read = read_denial(ParsedError(message=say(who, BEDROCK, NOTHING)))
    assert read == {**MODEL, "principal": who, **NAMED[who]}


def test_an_action_on_no_resource_is_allowed_on_all_or_none_and_another_sentence_names_nothing():
    listing = f"is not authorized to perform: bedrock:ListFoundationModels because {NOTHING}"
    assert read_denial(ParsedError(message=listing)) == {
        "permission": "bedrock:ListFoundationModels", "arn": "*", "policy_type": "identity-based policy"}  # fmt: skip
    invoking = read_denial(ParsedError(message="is not authorized to perform: bedrock:InvokeModel"))
    assert invoking == {"permission": "bedrock:InvokeModel"}
    assert read_denial(ParsedError(message="no such thing")) is None


@pytest.mark.parametrize("geography", ["us", "eu", "apac", "jp", "au", "ca", "us-gov", "global"])
def test_an_inference_profile_needs_the_model_behind_it_too(geography: str):
    profile = f"arn:aws:bedrock:eu-west-3:999999999999:inference-profile/{geography}.amazon.nova-micro-v1:0"
    error = ParsedError(message=say(f"{ARN}:user/bob", f"bedrock:InvokeModel on resource: {profile}", NOTHING))
    values = find_profile_denial(error)
    assert values is not None
    assert values["model_arn"] == "arn:aws:bedrock:*::foundation-model/amazon.nova-micro-v1:0"
    assert find_other_account(error) == read_denial(error)
    model = ParsedError(message=say(f"{ARN}:user/bob", BEDROCK, NOTHING))
    assert find_profile_denial(model) is None
    assert find_other_account(model) is None


@pytest.mark.parametrize(
    ("mine", "theirs", "two"),
    [
        ("123456789012", "210987654321", True),
        ("123456789012", "123456789012", False),
        ("xxx", "210987654321", False),
        ("123456789012", "XXXXXXXXXXXX", False),
        ("********", "xxx", False),
        ("123456789012", "", False),
    ],
)
def test_a_masked_account_is_no_other_account(mine: str, theirs: str, two: bool):
    action = f"bedrock:InvokeModel on resource: arn:aws:bedrock:eu-west-3:{theirs}:inference-profile/eu.spoon-v1:0"
    error = ParsedError(message=say(f"arn:aws:iam::{mine}:user/bob", action, NOTHING))
    assert (find_other_account(error) is not None) == two


@pytest.mark.parametrize(
    "right", ["bedrock:ListModels", "bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"]
)
def test_actions_that_no_resource_narrows_are_allowed_on_all(right: str):
    named = read_denial(ParsedError(message=f"is not authorized to perform: {right}"))
    assert named == {"permission": right, "arn": "*"}
    assert read_denial(ParsedError(message=f"is not authorized to perform: {right} on resource: *.")) == named


@pytest.mark.parametrize("who", ["arn:aws:iam", "x:aws:iam::123456789012:user/bob"])
def test_what_is_no_arn_names_nobody(who: str):
    read = read_denial(ParsedError(message=say(who, BEDROCK, NOTHING)))
    assert read is not None
    assert read.keys() & {"account", "identity", "identity_kind"} == set()


def test_another_sentence_is_about_no_account_and_no_profile():
    error = ParsedError(message="no such thing")
    assert find_other_account(error) is None
    assert find_profile_denial(error) is None
    assert find_regionless_denial(error) is None


@pytest.mark.parametrize(("arn", "kind"), [
    (f"{ARN}:user/team/bob", "user"), (f"{ARN}:role/Ops", "role"), (f"{STS}/Ops/a:b", "role"),
    (f"{ARN}:root", "identity"), ("arn:aws:sts::123456789012:federated-user/bob", "identity"),
])  # fmt: skip
def test_whose_arn_it_is_is_said_in_a_word(arn: str, kind: str):
    assert describe_right(arn, "bedrock:InvokeModel") == f"the {kind} lacks bedrock:InvokeModel"


def test_a_denial_outside_certain_regions_is_known_by_a_resource_without_one():
    for region, is_one in (("", True), ("eu-west-3", False)):
        resource = f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-micro-v1:0"
        sentence = f"is not authorized to perform: bedrock:InvokeModel on resource: {resource}"
        found = find_regionless_denial(ParsedError(message=sentence))
        assert (found is not None) is is_one
    assert find_regionless_denial(ParsedError(message="is not authorized to perform: bedrock:InvokeModel")) is None
