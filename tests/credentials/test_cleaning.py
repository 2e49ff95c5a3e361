"""A dirty paste is cleaned to the very key that was meant, and what was taken off is told."""

from __future__ import annotations

import base64
import json

import pytest

from meshtui.base.credential import UNRECOGNISED, BearerKey, Finding, Level, Source
from meshtui.base.secret import mask
from meshtui.credentials.assignments import remove_quotes
from meshtui.credentials.paste import parse
from meshtui.providers.credential_reading import (
    Reading,
    add_findings,
    describe_character,
    describe_place,
    make_credential,
    show_path,
)
from meshtui.providers.vertex.provider import ServiceAccount
from tests.credentials import samples as s

KEY = s.openai_key()
DIRTY = {
    "quotes": f'"{KEY}"',
    "typographic quotes": f"“{KEY}”",
    "one quote left over": f"{KEY}'",
    "backticks": f"`{KEY}`",
    "export": f"export OPENAI_API_KEY={KEY}",
    "export in quotes": f'  export OPENAI_API_KEY="{KEY}"  ',
    "assignment with spaces": f"OPENAI_API_KEY = '{KEY}'",
    "assignment with a comment": f"OPENAI_API_KEY={KEY} # prod",
    "set": f"set OPENAI_API_KEY={KEY}",
    "PowerShell": f'$env:OPENAI_API_KEY = "{KEY}"',
    "JavaScript": f'const apiKey = "{KEY}";',
    "YAML": f'openai_api_key: "{KEY}"',
    "Bearer": f"Bearer {KEY}",
    "bearer in small letters": f"bearer {KEY}",
    "header": f"Authorization: Bearer {KEY}",
    "header of curl": f'-H "Authorization: Bearer {KEY}"',
    "BOM": f"\ufeff{KEY}",
    "CRLF": f"{KEY}\r\n",
    "CRLF in a .env file": f"# keys\r\nOPENAI_API_KEY={KEY}\r\n",
    "non-breaking space": f"\u00a0{KEY}\u00a0",
    "zero-width space": f"{KEY[:50]}\u200b{KEY[50:]}",
    "direction marks": f"\u202a{KEY}\u202c",
    "bracketed paste": f"\x1b[200~{KEY}\x1b[201~",
    "code block": f"```bash\nexport OPENAI_API_KEY={KEY}\n```",
    "angle brackets": f"<{KEY}>",
    "comma": f"'{KEY}',",
    "wrapped by a terminal": f"{KEY[:80]}\n{KEY[80:]}",
    "inside a sentence": f"Here you are: {KEY} - don't tell!",
    "with a comment": f"{KEY}   # production",
    "in an object": json.dumps({"api_key": KEY}),
    "in an encoded object": json.dumps(json.dumps({"api_key": KEY})),
    "in an object in base64": base64.b64encode(json.dumps({"api_key": KEY}).encode()).decode(),
}


@pytest.mark.parametrize("text", DIRTY.values(), ids=DIRTY)
def test_the_key_is_found_and_the_cleaning_is_told(text: str):
    credential = s.read(text)
    assert isinstance(credential.material, BearerKey)
    assert credential.material.key.reveal() == KEY
    assert credential.usable
    assert credential.findings


def test_a_clean_key_with_the_line_break_of_a_file_is_not_complained_of():
    assert s.read(KEY + "\n").findings == ()


def test_a_service_account_survives_quotes_shell_base64_and_a_second_encoding():
    text = json.dumps(s.account(), indent=2)
    forms = (
        f"'{text}'",
        f"GOOGLE_CREDENTIALS='{json.dumps(s.account())}'",
        f"export GCP_KEY={text}",
        f"GCP_KEY='{text}'",
        json.dumps(text),
        base64.b64encode(text.encode()).decode(),
        f"```json\n{text}\n```",
        text.replace("\n", "\r\n"),
        f"\ufeff{text};",
        f"[{text}]",
    )
    for form in forms:
        credential = s.read(form)
        assert isinstance(credential.material, ServiceAccount), form[:20]
        assert credential.material.private_key.reveal() == s.pem()
        assert credential.findings


@pytest.mark.parametrize(
    "text",
    ["your-api-key", "YOUR_OPENAI_API_KEY", "sk-xxxx", "sk-proj-xxxxxxxxxxxx", "undefined", "None", "null", "EMPTY",
     "<your key>", "not-needed", "sk-your-key-here", "changeme", "sk-...", "[object Object]", "insert-your-key-here",
     "rsk_xxx"],
)  # fmt: skip
def test_a_placeholder_is_called_one_and_never_held_as_a_secret(text: str):
    credential = s.read(text)
    assert credential.material is None
    assert credential.worst is Level.ERROR
    assert {"text.placeholder", "text.reference"} & set(s.ids(credential))


@pytest.mark.parametrize(
    "text",
    ["$OPENAI_API_KEY", "${KEY:-none}", "%OPENAI_API_KEY%", "{{ secrets.OPENAI }}", "op://vault/openai/key",
     "process.env.OPENAI_API_KEY", "os.environ['OPENAI_API_KEY']", "arn:aws:secretsmanager:us-east-1:1:secret:x"],
)  # fmt: skip
def test_a_reference_to_a_secret_is_not_taken_for_the_secret(text: str):
    assert "text.reference" in s.ids(s.read(text))


@pytest.mark.parametrize(
    "text", ["sk-proj-...wxyz", "sk-********************abcd", "rsk_…9Z3K", "AKIA****************"]
)
def test_the_masked_form_of_a_key_is_not_taken_for_the_key(text: str):
    credential = s.read(text)
    assert credential.material is None
    assert "text.masked" in s.ids(credential) or "text.placeholder" in s.ids(credential)


def test_two_keys_on_two_lines_are_not_joined():
    credential = s.read(f"{KEY}\n{s.openai_key('sk-svcacct-')}")
    assert "text.line-breaks" not in s.ids(credential)
    assert "text.several" in s.ids(credential)


def test_a_key_broken_by_a_space_is_not_guessed_at():
    credential = s.read(f"{KEY[:80]} {KEY[80:]}")
    assert credential.material is None
    assert s.finding(credential, "text.not-ascii").proof == "character 81: a space"


def test_of_several_credentials_in_a_file_the_first_is_read_and_the_others_are_named():
    credential = s.read(f"OPENAI_API_KEY={KEY}\nAWS_ACCESS_KEY_ID={s.key_id()}\nMESHAPI_API_KEY={s.mesh_key()}\nA=b\n")
    assert isinstance(credential.material, BearerKey)
    assert s.finding(credential, "text.several").proof == "also AWS key pair, Mesh key"


def test_a_key_in_another_services_variable_is_still_what_it_looks_like():
    credential = s.read(f"OPENAI_API_KEY={s.mesh_key()}")
    assert credential.provider == "mesh"
    assert "vendor.found-elsewhere" in s.ids(credential)


def test_a_key_in_another_variable_of_its_own_service_is_where_it_may_be():
    assert s.ids(s.read(s.long_term(), region="eu-west-1", variable="AWS_SECRET_ACCESS_KEY")) == []
    assert s.ids(s.read(KEY, variable="MESH_API_KEY")) == ["vendor.found-elsewhere"]


def test_what_a_text_is_for_is_known_from_its_variable_or_from_where_it_lay():
    """A text of no form is what its variable is for; whoever reads one need not give a variable, nor a region."""
    text = s.filler(40, "abcdef-0123456789")
    assert s.read(text, variable="MESH_API_KEY").provider == "mesh"
    for kind, where in (("env", "OPENAI_API_KEY"), ("dotenv", "/x/.env:3 OPENAI_API_KEY")):
        assert parse(text, name="it", source=Source(kind, where), now=s.NOW).provider == "openai"
    assert parse(text, name="it", source=Source("file", "OPENAI_API_KEY"), now=s.NOW).provider == ""
    assert parse(text, name="it", source=Source("env", "A"), variable="MESH_API_KEY", now=s.NOW).provider == "mesh"
    assert parse("", name="it", source=s.PASTE).findings[0].proof == "nothing but white space or quotes"
    assert parse(s.long_term(), name="it", source=s.PASTE).facts["region"] == "us-east-1 (assumed)"


def test_what_is_told_of_a_credential_has_passed_the_redactor():
    """A finding's words come from a table; what fills their gaps may come from the text."""
    key = s.openai_key()
    told = Finding("x", Level.NOTE, f"title {key}", f"proof {key}", f"fix {key}")
    made = make_credential(
        Reading(UNRECOGNISED, None, (told,), {"a": key}), f"name {key}", Source("file", f"/at/{key}")
    )
    assert (made.name, made.source.where, made.facts) == (f"name {mask(key)}", f"/at/{mask(key)}", {"a": mask(key)})
    assert made.findings == (Finding("x", Level.NOTE, f"title {mask(key)}", f"proof {mask(key)}", f"fix {mask(key)}"),)


def test_in_a_path_a_run_of_letters_that_no_file_is_called_by_is_masked():
    assert show_path("/home/me/" + "a" * 30 + ".json") == "/home/me/" + "a" * 30 + ".json"
    assert show_path("/home/me/" + "a" * 31 + ".json") == "/home/me/….json"


def test_a_finding_that_is_added_later_has_passed_the_redactor_as_well():
    key = s.openai_key()
    added = Finding("x", Level.NOTE, f"title {key}", f"proof {key}", f"fix {key}")
    told = add_findings(s.read(key), (added,)).findings
    assert told == (Finding("x", Level.NOTE, f"title {mask(key)}", f"proof {mask(key)}", f"fix {mask(key)}"),)


@pytest.mark.parametrize(
    ("text", "index", "place"),
    [
        ("ab\ncd\nefg", 0, "line 1, column 1"), ("ab\ncd\nefg", 1, "line 1, column 2"),
        ("ab\ncd\nefg", 3, "line 2, column 1"), ("ab\ncd\nefg", 8, "line 3, column 3"), ("\nab", 1, "line 2, column 1"),
    ],
)  # fmt: skip
def test_a_place_is_told_as_an_editor_counts(text: str, index: int, place: str):
    assert describe_place(text, index) == place


CHARACTERS = {
    "": "the end of the text", "a": "a letter", "Z": "a letter", "0": "a digit", "9": "a digit", "\n": "a line break",
    "\t": "a tab", " ": "a space", '"': 'a double quote "', "'": "a single quote '", "%": "the character %",
    "~": "the character ~", "\r": "a control character", "\x7f": "a control character",
    "\u00e9": "U+00E9 latin small letter e with acute", "\u0663": "U+0663 arabic-indic digit three",
    "\u2013": "U+2013 en dash", "\U000f0000": "U+F0000 without a name",
}  # fmt: skip


@pytest.mark.parametrize("character", CHARACTERS)
def test_a_character_is_described_without_what_may_be_of_a_secret(character: str):
    assert describe_character(character) == CHARACTERS[character]


VALUES = {
    '"a b" # mine': "a b", "'a b'": "a b", "a b # mine": "a b", "a#b": "a#b", '"a\\"b"': 'a"b', "'a\\'": "a\\",
    '"a" b': '"a" b',
    '"open': '"open', '""': "", "''": "", " a ": "a", '"a # b"': "a # b", "a\t# mine": "a",
}  # fmt: skip


@pytest.mark.parametrize("raw", VALUES)
def test_a_value_is_read_as_a_shell_or_dotenv_reads_it(raw: str):
    assert remove_quotes(raw) == VALUES[raw]
