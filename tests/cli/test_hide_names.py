"""`--hide-names`: what a command prints names nobody."""

from __future__ import annotations

import json

import pytest

from meshtui.cli.main import run

REFUSED = json.dumps({
    "message": "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: bedrock:InvokeModel on "
    "resource: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0 because no identity-based policy "
    "allows the bedrock:InvokeModel action"
})  # fmt: skip
SANDBOX = "meshtui-sandbox"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_check_tells_no_account_project_or_address(capsys: pytest.CaptureFixture[str], form: str):
    assert run(["check", "--sandbox", "--hide-names", "--format", form]) == 0
    shown = capsys.readouterr().out
    for name in (SANDBOX, "tester@", "user/meshtui", "BedrockAPIKey-"):
        assert name not in shown
    assert "<e-mail>" in shown
    assert "arn:aws:iam::<account>:user/<name>" in shown
    assert run(["check", "--sandbox", "--format", form]) == 0
    assert SANDBOX in capsys.readouterr().out


def test_an_explanation_keeps_the_model_and_hides_the_user(capsys: pytest.CaptureFixture[str], tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(REFUSED)
    assert run(["explain", str(path), "--provider", "bedrock", "--status", "403", "--hide-names"]) == 0
    shown = capsys.readouterr().out
    assert "123456789012" not in shown
    assert "bob" not in shown
    assert "amazon.nova-micro-v1:0" in shown


def test_an_error_about_the_arguments_names_nobody_either(capsys: pytest.CaptureFixture[str]):
    assert run(["explain", "/nowhere/bob@example.com.json", "--hide-names"]) == 2
    assert "bob@" not in capsys.readouterr().err


def test_what_is_sent_and_streamed_is_hidden_as_well(capsys: pytest.CaptureFixture[str]):
    prompt = "say: arn:aws:iam::123456789012:user/bob"
    assert run(["send", "--sandbox", "--credential", "vertex", "--stream", "--prompt", prompt, "--hide-names"]) == 0
    out, errors = capsys.readouterr()
    assert "projects/<project>/locations" in out
    assert "123456789012" not in out + errors


def test_settings_that_name_an_account_or_a_person_are_hidden_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12"
    monkeypatch.setenv("MESHTUI_MODEL_BEDROCK", arn)
    monkeypatch.setenv("MESHTUI_EXPORTS", "/srv/bob@example.com")
    assert run(["config"]) == 0
    assert "123456789012" in capsys.readouterr().out
    for how in (["--hide-names"], ["--hide-names", "--format", "json"]):
        assert run(["config", *how]) == 0
        shown = capsys.readouterr().out
        assert "<account>" in shown
        assert not any(name in shown for name in ("123456789012", "ab12", "bob@"))
