"""AWS's sentence about a right that nothing allows says which right who lacks."""

from __future__ import annotations

import json

import pytest

from meshtui.base.exchange import Answer, Exchange, Request
from meshtui.providers.bedrock.iam_denials import describe_lacking

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
