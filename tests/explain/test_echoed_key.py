"""What the key that OpenAI echoes in its refusal tells: whose it is, what is wrong with it, or that it is a key."""

from __future__ import annotations

import pytest

from meshtui.explain.engine import explain
from meshtui.explain.model import Explanation, ParsedError
from tests.each import each


def tell(
    sent: str, after: str = " You can find your API key at https://platform.openai.com/account/api-keys."
) -> Explanation:
    message = f"Incorrect API key provided: {sent}.{after}"
    return explain(ParsedError(provider="openai", origin="error", status=401, code="invalid_api_key", message=message))


def mask(first: str, length: int = 40) -> str:
    return f"{first}{'*' * (length - len(first) - 4)}Q7z9"


@pytest.mark.parametrize("sent", ["", "undefined", "None", "null", "nil", "NaN", "(null)", "''", '""'])
def test_a_variable_that_held_nothing_is_no_key(sent: str):
    assert tell(sent).rule == "openai.key-unset"


# The eight letters that the echo keeps → what the headline calls it.
KINDS = {
    "sk-admin": "OpenAI admin key", "sess-Q7z": "session of the OpenAI website", "ek_Q7z9a": "realtime API",
    "eyJhbGci": "sign-in token (JWT)", "org-Q7z9": "OpenAI organization id", "proj_Q7z": "OpenAI project id",
    "user-Q7z": "OpenAI user id", "asst_Q7z": "OpenAI assistant id", "sk-or-v1": "OpenRouter key",
    "sk-ant-a": "Anthropic key", "sk-lf-Q7": "Langfuse key", "AIzaQ7z9": "Google API key",
    "ya29.Q7z": "Google access token", "AQ.Q7z9a": "Google API key", "gsk_Q7z9": "Groq key", "xai-Q7z9": "xAI key",
    "hf_Q7z9a": "Hugging Face token", "pplx-Q7z": "Perplexity key", "nvapi-Q7": "NVIDIA key",
    "csk-Q7z9": "Cerebras key", "fw_Q7z9a": "Fireworks key", "tgp_Q7z9": "Together key", "r8_Q7z9a": "Replicate token",
    "ghp_Q7z9": "GitHub token", "gho_Q7z9": "GitHub token", "ghu_Q7z9": "GitHub token", "github_p": "GitHub token",
    "AKIAQ7Z9": "AWS access key id", "ASIAQ7Z9": "AWS access key id", "ABSKQ7z9": "Bedrock API key",
    "bedrock-": "Bedrock API key", "rsk_Q7z9": "Mesh key", "mak_Q7z9": "Mesh admin key",
    "fk-Q7z9a": "key of a reselling proxy", "kod-Q7z9": "key of a reselling proxy",
}  # fmt: skip


@each("first", KINDS)
def test_another_kind_of_key_is_named(first: str):
    told = tell(mask(first))
    assert told.rule == "openai.key-foreign"
    assert KINDS[first] in told.headline


@pytest.mark.parametrize("first", ["sk_Q7z9a", "key_Q7z9", "key-Q7z9"])
def test_how_keys_of_several_others_begin_is_most_likely_one_of_theirs(first: str):
    assert tell(mask(first)).rule == "openai.key-elsewhere"


def test_what_only_begins_like_a_key_is_too_short_to_be_one():
    assert tell("gsk_Qz").rule == "openai.key-misshapen"
    assert tell("gsk_Qzx").rule == "openai.key-foreign"


@pytest.mark.parametrize("sent", ["0a1b2c3d" + "*" * 20 + "9F8E", "0A1b2c3d" * 4])
def test_32_hexadecimal_digits_are_the_form_of_azure(sent: str):
    assert tell(sent).rule == "openai.key-azure"
    assert tell(f"{sent}0").rule == tell(sent[:-1]).rule == "openai.key-misshapen"


PLACEHOLDERS = (
    "your", "xxx", "test", "fake", "dummy", "sampl", "examp", "place", "inser", "repla", "chang", "enter", "paste",
    "not-", "not_", "no-ke", "no_ke", "noke", "my-", "my_", "api-k", "api_k", "apik", "empty", "todo", "secre",
    "local", "...", "<", ">", "$", "%", "{",
)  # fmt: skip


@each("word", PLACEHOLDERS)
def test_example_text_in_place_of_a_key_is_seen_at_its_beginning(word: str):
    assert tell(mask(f"sk-{word}", 51)).rule == "openai.key-misshapen"


@each("last", ["-key", "_key", "here", "12345", "bcdef", "your", "<abc", "Zxxx"])
def test_example_text_in_place_of_a_key_is_seen_at_its_end(last: str):
    word = {"12345": "123456", "bcdef": "abcdef"}.get(last, last)
    assert tell("sk-Ab1Zq" + "*" * (43 - len(word)) + word).rule == (
        "openai.key-unknown" if len(word) > 5 else "openai.key-misshapen"
    )


@each("sent", ["sk-123456Q7z9", "sk-abcdefQ7z9"])
def test_a_row_of_letters_or_digits_is_no_key(sent: str):
    assert tell(sent).rule == "openai.key-length"
    assert tell(sent[3:]).rule == "openai.key-misshapen"


def test_the_middle_of_a_key_may_hold_any_word_and_openai_itself_makes_keys_with_none():
    assert tell(mask("sk-None-", 132)).rule == "openai.key-unknown"
    assert tell(mask("none-Q7z", 132)).rule == "openai.key-misshapen"
    assert tell("sk-proj-" + "Q7z9" * 18 + "your" + "Q7z9" * 20).rule == "openai.key-unknown"


@pytest.mark.parametrize("length", [51, 56, 59, 132, 133, 135, 156, 164, 165, 167])
def test_a_key_of_a_length_that_openais_have_is_unknown(length: int):
    for sent in (mask("sk-Q7z9a", length), "sk-Q7z9a" + "w" * (length - 8)):
        assert tell(sent).rule == "openai.key-unknown"
        assert tell(sent).headline == "OpenAI does not know this key"
    assert (
        tell(mask("sk-Q7z9a", length - 1 if length != 133 and length != 165 else length + 1)).rule
        != "openai.key-unknown"
    )


def test_a_key_of_a_length_that_none_has_is_cut_off_or_doubled_unless_somebody_shortened_its_middle():
    assert tell("sk-Q7z9a" + "w" * 42).rule == "openai.key-length"
    assert "50 characters" in tell("sk-Q7z9a" + "w" * 42).headline
    assert tell("sk-Q7z9a…w1w2").rule == tell("sk-Q7z9a**w1w2").rule == "openai.key-unknown-shortened"
    for first in ("sk-proj-", "sk-svcac", "sk-None-", "sk-servi"):
        assert tell(first + "w" * 91).rule == "openai.key-unknown-shortened"
        assert tell(first + "w" * 92).rule == "openai.key-length"


@each("after", [". You can", " Please", ". Visit", " Find", " To find", "", " Youth"])
def test_the_echo_ends_where_the_advice_begins(after: str):
    sent = mask("sk-Q7z9a", 51)
    told = explain(ParsedError(
        provider="openai", origin="error", status=401, message=f"Incorrect API key provided: {sent}{after}",
    ))  # fmt: skip
    assert told.rule == ("openai.key-misshapen" if after == " Youth" else "openai.key-unknown")


def test_a_wrapped_line_in_the_stars_is_joined():
    whole = mask("sk-Q7z9a", 51)
    for sent in (whole[:20] + " " + whole[20:], whole[:8] + " " + whole[8:], whole[:-4] + "  " + whole[-4:]):
        assert tell(sent).rule == "openai.key-unknown"
    assert tell("sk-Q7 z9a" + "w" * 43).rule == "openai.key-misshapen"
    assert tell("sk-Q7z9a." + "w" * 43).rule == "openai.key-misshapen"


def test_of_a_long_echo_no_more_is_read_than_a_key_may_have():
    assert tell("sk-" + "Q7z9" * 200).rule == "openai.key-length"
    assert "399 characters" in tell("sk-" + "Q7z9" * 200).headline


def test_what_was_sent_is_shown_cut():
    told = tell("please put " + "w" * 100)
    assert told.headline.endswith("“please put " + "w" * 49 + "”")
    assert "Q7z9" in "".join(step.text for step in tell(mask("sk-Q7z9a", 51)).steps)
