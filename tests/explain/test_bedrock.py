"""What AWS's answers let a person read off: whose rights, which policy, which clock."""

from __future__ import annotations

import json
import re

import pytest

from meshtui.explain.engine import explain
from meshtui.explain.model import Context, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.providers.bedrock import iam_denials as iam
from tests.explain.answers_aws import MODEL, PROFILE, aws, denied, expired, no_policy, refused, throttled, unsigned


def told(given):
    return explain(parse_response(**{"provider": "bedrock", **given}))


@pytest.mark.parametrize(
    ("principal", "kind", "name"),
    [
        ("arn:aws:iam::111122223333:user/ann", "user", "ann"),
        ("arn:aws:iam::111122223333:user/team/ann", "user", "ann"),
        ("arn:aws:iam::111122223333:role/service/builder", "role", "builder"),
        ("arn:aws:sts::111122223333:assumed-role/builder/session@example.com", "role", "builder"),
        ("arn:aws-us-gov:sts::111122223333:assumed-role/builder/s", "role", "builder"),
    ],
)
def test_the_identity_to_grant_to_is_read_from_the_denial(principal, kind, name):
    said = f"User: {principal} is not authorized to perform: bedrock:InvokeModel on resource: {MODEL}"
    values = iam.read_denial(ParsedError(message=said))
    assert (values["identity_kind"], values["identity"], values["account"]) == (kind, name, "111122223333")


def test_the_grant_is_a_policy_that_iam_would_take():
    command = told(denied(PROFILE, no_policy("identity-based"))).steps[0].command
    policy = json.loads(re.search(r"--policy-document '(.*)'", command)[1])
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["bedrock:InvokeModel"],
            "Resource": [PROFILE, "arn:aws:bedrock:*::foundation-model/anthropic.claude-x"],
        }
    ]


def test_a_denial_without_a_principal_still_names_the_permission():
    said = "User is not authorized to perform: bedrock:InvokeModel on resource"
    assert told(refused(said)).rule == "bedrock.iam-unexplained"
    assert told(refused(said)).cause == "permission_missing"


def test_an_explicit_deny_wins_over_two_accounts():
    foreign = "arn:aws:bedrock:us-west-2:444455556666:provisioned-model/abc"
    answer = told(denied(foreign, "with an explicit deny in a resource-based policy"))
    assert answer.cause == "permission_denied_explicitly"


@pytest.mark.parametrize("evil", ["$(reboot)", "`reboot`", "a'; reboot; '", "a b", "a|b", "a\nb", '"'])
def test_nothing_a_shell_would_read_gets_from_an_answer_into_a_command(evil):
    answers = [
        told(denied(f"arn:aws:bedrock:us-west-2:1:inference-profile/us.{evil}", no_policy("identity-based"))),
        told(denied(MODEL, no_policy("identity-based"), who=f"arn:aws:iam::1:user/{evil}")),
        told(refused("You don't have access to the model with the specified model ID.", context=Context(model=evil))),
    ]
    for answer in answers:
        assert not [step for step in answer.steps if "reboot" in step.command or evil in step.command.split("--")[0]]


@pytest.mark.parametrize(
    ("sent", "server", "words", "certainty"),
    [
        ("20261123T060000Z", "20261123T070100Z", "61 min behind", "certain"),
        ("20261121T070000Z", "20261123T070100Z", "2 days behind", "certain"),
        ("20261123T070000Z", "20261123T070530Z", "behind", "likely"),
    ],
)
def test_the_clock_is_told_by_how_much_it_is_off(sent, server, words, certainty):
    answer = told(unsigned(expired(sent, server)))
    assert answer.cause == "clock_skew"
    assert answer.credential is None
    assert words in answer.headline
    assert answer.certainty == certainty


def test_times_that_no_calendar_has_do_no_harm():
    answer = told(unsigned(expired("20261399T996161Z", "99999999T999999Z")))
    assert answer.cause == "clock_skew"


def test_one_exception_type_means_many_things():
    """AccessDeniedException: a bad key, a missing form, an unpaid bill, a missing permission, an endpoint's policy."""
    said = {
        "Authentication failed: Please make sure your API Key is valid.": "credential_invalid",
        "Bearer Token has expired": "credential_expired",
        "You don't have access to the model with the specified model ID.": "model_access_not_granted",
        "Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid one must be provided.": "billing_inactive",
        f"User: x is not authorized to perform: bedrock:InvokeModel on resource: {MODEL} because no identity-based "
        "policy allows the bedrock:InvokeModel action": "permission_missing",
        f"User: x is not authorized to perform: bedrock:InvokeModel on resource: {MODEL} because no VPC endpoint "
        "policy allows the bedrock:InvokeModel action": "network_blocked",
        "You invoked an unsupported model or your request did not allow prompt caching.": "request_invalid",
        "": "unknown",
    }
    assert {sentence: told(refused(sentence)).cause for sentence in said} == said


def test_a_daily_quota_is_not_worth_waiting_for_and_a_minute_is():
    day = told(throttled("Too many tokens per day, please wait before trying again."))
    minute = told(throttled("Too many tokens, please wait before trying again."))
    assert (day.retryable, day.who) == (False, "account admin")
    assert (minute.retryable, minute.who) == (True, "caller")


@pytest.mark.parametrize("field", ["message", "Message"])
@pytest.mark.parametrize(
    "kind", ["ThrottlingException", "throttlingexception", "com.amazon.coral#ThrottlingException:x"]
)
def test_spelling_of_field_and_type_does_not_matter(field, kind):
    assert told(aws(429, kind, "Rate exceeded", field=field)).rule == "bedrock.throttled-said"


def test_a_sentence_never_seen_before_is_not_called_certain():
    for kind, status in (("AccessDeniedException", 403), ("ValidationException", 400), ("ThrottlingException", 429)):
        assert told(aws(status, kind, "Something entirely new happened.")).certainty != "certain"
