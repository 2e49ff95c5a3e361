"""Names are hidden wherever they are told, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base import privacy
from meshtui.base.privacy import hide_names, hide_with_dots, learn_names
from meshtui.explain.causes import CAUSES
from tests.each import each

IAM = "arn:aws:iam::123456789012"
HIDDEN = {
    f"User: {IAM}:user/team/bob is not authorized": "User: arn:aws:iam::<account>:user/<name>/<name> is not authorized",
    f"resource {IAM}:role/Admin.": "resource arn:aws:iam::<account>:role/<name>.",
    "arn:aws:sts::123456789012:assumed-role/Ops/bob@example.com": "arn:aws:sts::<account>:assumed-role/<name>/<name>",
    f"{IAM}:root": "arn:aws:iam::<account>:root",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:application-inference-profile/a1b2c3":
        "arn:aws-us-gov:bedrock:us-gov-west-1:<account>:application-inference-profile/<name>",
    "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aimported-model%2Fa1b2c3":
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A<account>%3Aimported-model%2F<name>",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0":
        "arn:aws:bedrock:us-east-1:<account>:inference-profile/us.amazon.nova-micro-v1:0",
    "arn:aws:s3:::acme-logs/2026": "arn:aws:s3:::<name>/<name>",
    "arn:aws:iam::1234567…": "arn:aws:iam::<account>…",
    "<Account>123456789012</Account>": "<Account><account></Account>",
    '{"Account": "123456789012"}': '{"Account": "<account>"}',
    "your account 123456789012 is suspended": "your account <account> is suspended",
    "<UserId>AIDAQQQQQQQQQQQQQQQQ</UserId>": "<UserId><id></UserId>",
    "BedrockAPIKey-ab12-at-123456789012": "BedrockAPIKey-ab12-at-<account>",
    "https://123456789012.signin.aws.amazon.com/console": "https://<account>.signin.aws.amazon.com/console",
    "POST /v1/projects/acme-prod-7/locations/global": "POST /v1/projects/<project>/locations/global",
    "POST /v1/projects/acme-prod:testIamPermissions": "POST /v1/projects/<project>:testIamPermissions",
    "aws iam put-user-policy --user-name bob --policy-name p":
        "aws iam put-user-policy --user-name <name> --policy-name p",
    "projects%2F1234567890": "projects%2F<project>",
    r"v1\/projects\/acme-prod-7\/locations": r"v1\/projects\/<project>\/locations",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "<account>.dkr.ecr.eu-west-1.amazonaws.com",
    "m1.accesspoint.s3.mrap.x and //123456789012.mrap.x": "m1.accesspoint.s3.mrap.x and //<account>.mrap.x",
    "projects/acme.com:old-one/x": "projects/<project>/x",
    '"project_id": "acme-prod",': '"project_id": "<project>",',
    r'"{\"quota_project_id\": \"acme-prod\"}"': r'"{\"quota_project_id\": \"<project>\"}"',
    "gcloud services enable aiplatform.googleapis.com --project acme":
        "gcloud services enable aiplatform.googleapis.com --project <project>",
    "gcloud projects add-iam-policy-binding acme-prod --member=serviceAccount:a@b.example":
        "gcloud projects add-iam-policy-binding <project> --member=serviceAccount:<e-mail>",
    "?project=acme-prod&x=1": "?project=<project>&x=1",
    "has not been used in project 1234567890 before": "has not been used in project <project> before",
    "project 'acme' is gone": "project '<project>' is gone",
    "vertex@acme-prod.iam.gserviceaccount.com": "<e-mail>",
    "serviceAccounts/vertex%40acme-prod.iam.gserviceaccount.com:sign": "serviceAccounts/<e-mail>:sign",
    "the domain acme-prod.iam.gserviceaccount.com": "the domain <project>.iam.gserviceaccount.com",
    "in organization org-Abcdefgh12345678 on": "in organization org-<id> on",
    "OpenAI-Project: proj_Abcdefgh12345678": "OpenAI-Project: proj_<id>",
    "openai-organization: acme-corp": "openai-organization: <organisation>",
    '"client_id": "123456789012345678901"': '"client_id": "<id>"',
    f"no {IAM}:role/BOX, nor {IAM}:role/BOX;":
        "no arn:aws:iam::<account>:role/<name>, nor arn:aws:iam::<account>:role/<name>;",
    f"no {IAM}:role/BOX: it": "no arn:aws:iam::<account>:role/<name>: it",
    f"{IAM}:": "arn:aws:iam::<account>:",
    "arn:aws:bedrock:us-east-1:123456789012:foundation-model/x":
        "arn:aws:bedrock:us-east-1:<account>:foundation-model/x",
    f"{IAM}:user/*": "arn:aws:iam::<account>:user/*",
    "arn:aws:s3:::*": "arn:aws:s3:::*",
    "arn:aws:s3:::a:b": "arn:aws:s3:::<name>:<name>",
    "arn:aws:sns:eu-west-1:123456789012:orders:4f1a": "arn:aws:sns:eu-west-1:<account>:<name>:<name>",
    "arn:aws:sqs:eu-west-1:123456789012:orders/new": "arn:aws:sqs:eu-west-1:<account>:<name>/<name>",
    "<SourcePolicyId>Admins</SourcePolicyId>": "<SourcePolicyId><name></SourcePolicyId>",
    '"SourcePolicyId": "Admins"': '"SourcePolicyId": "<name>"',
    r'{\"SourcePolicyId\":\"Admins\"}': r'{\"SourcePolicyId\":\"<name>\"}',
    "RoleName=Ops&x": "RoleName=<name>&x",
    '--group-name admins and {"UserName": "bob"}': '--group-name <name> and {"UserName": "<name>"}',
    "no AROAQQQQQQQQQQQQ:session@1 it": "no <id> it",
    "AGPAQQQQQQQQQQQQ AIPAQQQQQQQQQQQQ": "<id> <id>",
    "it is AGPAQQQQQQQQQQQQ": "it is <id>",
    "it is AIPAQQQQQQQQQQQQ": "it is <id>",
    "project: acme-prod-7": "project: <project>",
    "gcloud projects describe acme": "gcloud projects describe <project>",
    "org-Abcdefgh1234 alone": "org-<id> alone",
    "proj_Abcdefgh1234 alone": "proj_<id> alone",
    "user-Abcdefgh1234 alone": "user-<id> alone",
    "mail to jo+1@x.example": "mail to <e-mail>",
    "of project number 1234 and of Project id: acme-7": "of project number <project> and of Project id: <project>",
    "project id acme-prod-7": "project id <project>",
    'project number "1234"': 'project number "<project>"',
    "the project id 'acme'": "the project id '<project>'",
    "project: `acme`": "project: `<project>`",
    r'project \"acme\"': r'project \"<project>\"',
    "OpenAI-Organization=acme.corp": "OpenAI-Organization=<organisation>",
    '"organization_name": "acme"': '"organization_name": "<organisation>"',
    "client_id=123456789012": "client_id=<id>",
    "v1/projects/1234/x": "v1/projects/<project>/x",
    "arn:aws:iam::aws:": "arn:aws:iam::aws:",
    "see arn:aws:iam::123456789012:role/a:b": "see arn:aws:iam::<account>:role/<name>:<name>",
    "arn:aws:iam::123456789012:role/a/arn:aws:iam::123456789012:role/b":
        "arn:aws:iam::<account>:role/<name>/arn:aws:iam::<account>:role/<name>",
}  # fmt: skip
KEPT = (
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
    "arn:aws:iam::aws:policy/AmazonBedrockFullAccess",
    "8d1f4c1e-52b7-4c7e-9a55-012345678901",
    "request id 202611231200",
    "gemini-2.5-flash-lite in us-central1: RESOURCE_EXHAUSTED",
    "https://platform.openai.com/account/api-keys",
    "your project's keys, and the project they are in",
    "an org-wide limit of a user-level quota",
    "publishers/google/models/gemini-2.5-flash-lite:generateContent",
    "error.code: invalid_api_key",
    "account 1234567890123",
    "x-at-1234567890123",
    "1234567890123.signin.aws.amazon.com",
    "AROAQQQQQQQQQQQ",
    "org-Abcdefgh123",
    "the project acme-corp",
    "client_id=12345678901",
    "v1/projects/123/x",
    "project 123 and project number 12",
    "14:03:22 · 142 ms · 401",
)
FRAGMENTS = st.sampled_from([
    *HIDDEN, *HIDDEN.values(), *KEPT, "arn:", "aws", ":", "/", "%3A", "@", "projects/", "account", "123456789012",
    "project", " ", "=", '"', "org-", "a.b", "-at-", "<name>", "<account>", "acme-prod", "…", "\n", "%40",
])  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=12).map("".join))
KNOWN = frozenset({"acme-prod", "bob", "team-42", "vertex@acme-prod.iam.gserviceaccount.com", "123456789012"})


@pytest.mark.parametrize(("text", "shown"), HIDDEN.items(), ids=[f"hidden {n}" for n in range(len(HIDDEN))])
def test_a_name_is_hidden_and_what_kind_of_thing_it_is_stays(text: str, shown: str):
    assert hide_names(text) == shown


@pytest.mark.parametrize("text", KEPT, ids=[f"kept {n}" for n in range(len(KEPT))])
def test_what_is_nobodys_name_stays(text: str):
    assert hide_names(text, KNOWN) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("acme-prod answers", "<project> answers"),
        ("the account, 123456789012, is fine", "the account, <account>, is fine"),
        ("user team-42!", "user <project>!"),
        ("acme-production and my-acme-prod", "acme-production and my-acme-prod"),
        ("bob", "bob"),
        ("alice and Ops-Role", "<name> and <name>"),
        ("42424242 at vertex@acme-prod.iam.gserviceaccount.com", "<project> at <e-mail>"),
    ],
)
def test_a_known_name_is_hidden_wherever_it_is_a_word(text: str, shown: str):
    assert hide_names(text, KNOWN | {"alice", "Ops-Role", "42424242"}) == shown


ACCOUNT_WORDS = (
    "account 123", "account id 123", "accountId=123", "account_number: 123", "account-number:123", "account number 123",
    "account no. 123", "account no 123", "accounts 123", "account's 123", "the account is 123", "account was 123",
    "account of 123", "account (123)", "account #123", "account  123", "account :  123", 'account": "123"',
    r'account\\": \\"123', "ACCOUNT=123", "account>123", "account'123'",
)  # fmt: skip


@each("words", ACCOUNT_WORDS)
def test_an_account_is_hidden_behind_each_way_to_say_that_it_is_one(words: str):
    assert hide_names(words.replace("123", "123456789012")) == words.replace("123", "<account>")


def test_names_of_three_letters_alone_hide_nothing():
    assert hide_names("bob, a b", frozenset({"bob", "a"})) == "bob, a b"
    assert hide_names("bobo, bob", frozenset({"bobo", "bob"})) == "<name>, bob"


def test_of_two_known_names_the_longer_is_hidden_whole():
    known = frozenset({"acme.com", "acme.com:old-one", "acme.com:old-one.two"})
    assert hide_names("acme.com:old-one.two", known) == "<name>"


def test_a_name_once_learned_is_hidden_in_every_later_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(privacy, "_learned", frozenset())
    learn_names(["alice", "carol"])
    learn_names(iter(["dave"]))
    assert hide_names("alice, carol, dave and mallory", frozenset({"mallory"})) == "<name>, <name>, <name> and <name>"
    assert hide_with_dots("to alice") == "to •••••"


@given(TEXTS, st.sampled_from([frozenset(), KNOWN]))
def test_hiding_twice_is_hiding_once(text: str, known: frozenset[str]):
    once = hide_names(text, known)
    assert hide_names(once, known) == once


@given(TEXTS)
def test_dots_keep_the_length_and_hide_the_same(text: str):
    shown = hide_with_dots(text, KNOWN)
    assert len(shown) == len(text)
    assert all(a in (b, "•") for a, b in zip(shown, text, strict=True))


def test_our_own_texts_are_not_mistaken_for_names():
    own = [*(str(cause) for cause in CAUSES.values())]
    for path in sorted((Path(__file__).parent.parent / "meshtui").rglob("*fixes.py")):
        # An example in the text of a command may well be hidden; a sentence may not.
        own += re.findall(r'"([A-Z][a-z][^"]{20,})"', path.read_text(encoding="utf-8"))
    assert len(own) > 100
    # Support's addresses are nobody's name, but they look like any other.
    support = ("aws-verification@amazon.com", "contact@meshapi.ai")
    own = [text for text in own if not any(address in text for address in support)]
    assert [text for text in own if hide_names(text) != text] == []


@pytest.mark.parametrize(
    "unit", ["arn:aws:", "a.b-c", "projects/", "account ", "a@", "project_id", "1234567", "user-a"]
)
@pytest.mark.usefixtures("ends")
def test_a_long_text_takes_no_longer_than_its_length(unit: str):
    hide_names(unit * (1_000_000 // len(unit)), KNOWN)
