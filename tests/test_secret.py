"""A secret is masked wherever Python prints."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback

import pytest
from rich.console import Console
from rich.pretty import pretty_repr

from meshtui.base.secret import Secret, list_living_values, mask
from tests.canaries import parts_in

VALUE = "sk-proj-" + "Zq7" * 20 + "wxyz"


def printed(secret: Secret) -> list[str]:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(secret, [secret], {"key": secret})
    return [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>80}",
        "%s" % secret,  # noqa: UP031 - one of the ways Python prints
        repr({"key": [secret]}),
        pretty_repr(secret),
        str(pickle.loads(pickle.dumps(secret))),
        str(copy.deepcopy(secret)),
        console.export_text(),
        json.dumps({"key": secret}, default=str, ensure_ascii=False),
    ]


def test_no_way_of_printing_shows_the_value():
    for text in printed(Secret(VALUE)):
        assert "sk-proj-…wxyz" in text
        assert not parts_in(text, VALUE)
        assert "Zq7Zq7" not in text


def test_a_pickled_secret_holds_only_its_mask():
    assert b"Zq7Zq7" not in pickle.dumps(Secret(VALUE))


def test_only_reveal_gives_the_value():
    assert Secret(VALUE).reveal() == VALUE


def test_a_log_line_and_a_traceback_show_the_mask(caplog: pytest.LogCaptureFixture):
    secret = Secret(VALUE)
    logging.getLogger("t").warning("using %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        trace = traceback.format_exc()
    assert "sk-proj-…wxyz" in caplog.text
    assert "sk-proj-…wxyz" in trace
    assert not parts_in(caplog.text + trace, VALUE)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (VALUE, "sk-proj-…wxyz"),
        ("sk-" + "a" * 44 + "bcde", "sk-…bcde"),
        ("ABSK" + "Q" * 40, "ABSK…QQQQ"),
        ("bedrock-api-key-" + "Q" * 40, "bedrock-api-key-…QQQQ"),
        ("rsk_" + "0" * 26, "rsk_…0000"),
        ("AKIA" + "Q" * 16, "AKIA…QQQQ"),
        ("f" * 36 + "tail", "…tail"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", "-----BEGIN…"),
        ("short", "…"),
        ("sk-short12345", "sk-…"),
        ("", "…"),
    ],
)
def test_the_mask_is_the_known_prefix_and_the_last_four(value: str, shown: str):
    assert mask(value) == shown


PREFIXES = (
    "-----BEGIN", "bedrock-api-key-", "sk-svcacct-", "sk-service-", "sk-or-v1-", "sk-admin-", "sk-proj-", "sk-ant-",
    "GOCSPX-", "ABSK", "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "ya29.", "rsk_", "mak_", "gsk_", "sk-", "eyJ", "AQ.",
)  # fmt: skip


@pytest.mark.parametrize("prefix", ["", *PREFIXES[1:]])
def test_the_last_four_are_shown_only_where_twelve_behind_the_prefix_and_sixteen_in_all_are_there(prefix: str):
    least = max(16, len(prefix) + 12)
    body = ("Zq7xK2mP9vLw" * 3)[: least - len(prefix)]
    assert mask(prefix + body) == f"{prefix}…{body[-4:]}"
    assert mask(prefix + body[:-1]) == f"{prefix}…"


def test_the_last_four_are_of_the_key_and_not_the_blanks_behind_it():
    assert mask(f"{VALUE} \n") == "sk-proj-…wxyz"


def test_a_tail_with_brackets_is_no_markup():
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(Secret("Zq7" * 10 + "[b]a"))
    assert console.export_text() == "…[b]a\n"


def test_an_empty_secret_is_false_and_each_has_a_length():
    assert not Secret("")
    assert Secret(VALUE)
    assert (len(Secret("")), len(Secret(VALUE))) == (0, len(VALUE))


def test_a_secret_shows_itself_to_rich_by_its_mask_alone():
    assert list(Secret(VALUE).__rich_repr__()) == ["sk-proj-…wxyz"]


def test_fingerprints_tell_keys_apart_and_are_short():
    one, other = Secret(VALUE), Secret(VALUE + "x")
    assert one.fingerprint == Secret(VALUE).fingerprint != other.fingerprint
    assert len(one.fingerprint) == 8
    assert len(Secret(VALUE + "\ud800").fingerprint) == 8, "half a character, as a broken file has it"


def test_secrets_compare_by_value_and_can_be_keys_of_a_mapping():
    assert {Secret(VALUE): 1}[Secret(VALUE)] == 1
    assert Secret(VALUE) != VALUE
    assert Secret(VALUE) != Secret(VALUE + "x")


def test_a_value_is_known_as_long_as_one_secret_holds_it():
    first, second = Secret("twice the same value"), Secret("twice the same value")
    del first
    assert "twice the same value" in list_living_values()
    del second
    assert "twice the same value" not in list_living_values()


def test_a_secret_that_takes_the_place_of_another_is_known_at_once():
    """As many live before and after."""
    first = Secret("the first of two values")
    assert "the first of two values" in list_living_values()
    del first
    second = Secret("the second of two values")
    assert "the second of two values" in list_living_values()
    assert second
