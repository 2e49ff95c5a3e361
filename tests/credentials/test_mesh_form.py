"""The Mesh view: the fields as Mesh's form has them, without a secret, and what would fail there without a word."""

from __future__ import annotations

import json

import pytest

from meshtui.base.credential import Level
from meshtui.providers.mesh.byok_form import MeshForm, make_mesh_form
from tests.credentials import samples as s


def form(text: str, region: str = "") -> MeshForm:
    return make_mesh_form(s.read(text, region=region))


def traps(shown: MeshForm, *levels: Level) -> list[str]:
    return [trap.id for trap in shown.traps if not levels or trap.level in levels]


def test_an_openai_key_is_pasted_alone():
    shown = form(s.openai_key())
    assert (shown.provider, shown.fields) == ("OpenAI", (("API key", shown.paste),))
    assert shown.paste.startswith("sk-proj-…")


def test_a_key_pair_is_pasted_in_the_newest_form():
    shown = form(json.dumps({"accessKeyId": s.key_id(), "secretAccessKey": s.SECRET, "region": "eu-west-1"}))
    assert shown.provider == "AWS Bedrock"
    assert json.loads(shown.paste) == {
        "credential_type": "iam_credentials",
        "access_key_id": "AKIA…7WML",
        "secret_access_key": "…+/Z9",
        "region": "eu-west-1",
    }
    assert traps(shown, Level.WARNING, Level.ERROR) == []


def test_a_region_that_is_only_assumed_is_not_pasted():
    shown = form(json.dumps(s.aws(region=None)))
    assert json.loads(shown.paste)["region"] == "<your region>"
    assert "form.region-unknown" in traps(shown)


def test_a_temporary_key_would_always_fail_at_mesh():
    shown = form(json.dumps(s.temporary()))
    assert traps(shown)[0] == "form.session-token"
    assert shown.traps[0].level is Level.ERROR
    assert "session_token" not in shown.paste


def test_a_bedrock_key_is_bound_to_its_region():
    shown = form(s.long_term(), "eu-central-1")
    assert json.loads(shown.paste)["credential_type"] == "bedrock_api_key"
    assert json.loads(shown.paste)["region"] == "eu-central-1"
    assert "form.region-bound" in traps(shown)


def test_a_short_term_key_would_fall_back_silently_within_hours():
    shown = form(s.short_term())
    assert "form.short-term" in traps(shown)
    assert json.loads(shown.paste)["region"] == "eu-central-1"


def test_a_service_account_is_pasted_whole_with_its_region():
    shown = form(json.dumps(s.account(region="europe-west4")))
    assert shown.provider == "Google Vertex AI"
    pasted = json.loads(shown.paste)
    assert set(s.account()) < set(pasted)
    assert (pasted["private_key"], pasted["region"]) == ("-----BEGIN…", "europe-west4")


def test_a_cleaned_paste_must_not_be_pasted_dirty():
    assert "form.as-cleaned" in traps(form(f'"{s.openai_key()}"'))
    assert "form.as-cleaned" not in traps(form(s.openai_key()))


def test_a_mesh_key_and_an_unreadable_one_have_no_form():
    assert form(s.mesh_key()) == MeshForm("", traps=form(s.mesh_key()).traps)
    assert traps(form(s.mesh_key())) == ["form.not-provider"]
    assert traps(form('{"type": "service_account"}')) == ["form.unreadable"]


PAIR, KEY = ["form.credential-type iam_credentials", "form.old-spelling"], "form.credential-type bedrock_api_key"
# What is pasted → its traps in their order, with the type that they say is right.
TRAPS: dict[str, tuple[str, str, list[str]]] = {
    "key pair": (json.dumps(s.aws()), "", PAIR),
    "temporary pair": (json.dumps(s.temporary()), "", ["form.session-token", *PAIR]),
    "temporary pair without its token": (
        json.dumps(s.temporary(session_token=None)), "", ["form.session-token", "form.has-error", *PAIR]),
    "pair of another service, with a token": (
        json.dumps(s.temporary(access_key_id="minioadmin")), "", ["form.session-token", *PAIR]),
    "pair for no region": (
        json.dumps(s.aws(region=None)), "", ["form.region-unknown", *PAIR]),
    "Bedrock key": (s.long_term(), "eu-west-1", [KEY, "form.region-bound"]),
    "Bedrock key for no region": (s.long_term(), "", ["form.region-unknown", KEY, "form.region-bound"]),
    "short-term Bedrock key": (s.short_term(), "", ["form.short-term", KEY, "form.region-bound"]),
    "OpenAI key": (s.openai_key(), "", ["form.key-only"]),
    "OpenAI admin key": (s.openai_key("sk-admin-"), "", ["form.admin-key", "form.key-only"]),
    "service account": (json.dumps(s.account()), "", ["form.region-default"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_the_traps_of_a_form_are_these_and_no_others(name: str):
    text, region, expected = TRAPS[name]
    typed = ("iam_credentials", "bedrock_api_key")
    told = [
        " ".join([trap.id, *(word for word in typed if word in f"{trap.title} {trap.fix}" and "type" in trap.id)])
        for trap in form(text, region).traps
    ]
    assert told == expected


def test_each_field_of_a_form_is_there_in_its_order():
    assert form(json.dumps(s.aws())).fields == (
        ("credential_type", "iam_credentials"), ("access_key_id", "AKIA…7WML"), ("secret_access_key", "…+/Z9"),
        ("region", "eu-central-1"),
    )  # fmt: skip
    assert form(s.long_term(), "eu-west-1").fields == (
        ("credential_type", "bedrock_api_key"), ("api_key", "ABSK…RnBm"), ("region", "eu-west-1"),
    )  # fmt: skip
    elsewhere = "<as in Google's file>"
    assert form(json.dumps(s.account(region="europe-west4"))).fields == (
        ("type", "service_account"), ("project_id", "acme-prod-7"),
        ("private_key_id", "0123456789abcdef0123456789abcdef01234567"), ("private_key", "-----BEGIN…"),
        ("client_email", "caller@acme-prod-7.iam.gserviceaccount.com"), ("client_id", elsewhere),
        ("auth_uri", elsewhere), ("token_uri", elsewhere), ("auth_provider_x509_cert_url", elsewhere),
        ("client_x509_cert_url", elsewhere), ("universe_domain", elsewhere), ("region", "europe-west4"),
    )  # fmt: skip
