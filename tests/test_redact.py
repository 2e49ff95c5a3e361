"""Whatever leaves meshtui has been through the redactor."""

from __future__ import annotations

import base64
import html
import itertools
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base.exchange import Answer, Exchange, Failure, Request
from meshtui.base.redaction import find_keys, redact, redact_cut, redact_headers, redact_tree
from meshtui.base.secret import Secret, mask
from tests.canaries import KEYS, leaked, parts_in
from tests.each import each

BODY = "Zq7xK2mP9vLw" * 6
PEM = f"-----BEGIN PRIVATE KEY-----\n{BODY}\n{BODY}\n-----END PRIVATE KEY-----\n"

SHAPES = {
    "OpenAI key": f"sk-proj-{BODY}",
    "old OpenAI key": f"sk-{BODY}",
    "service account key of OpenAI": f"sk-svcacct-{BODY}",
    "Anthropic key": f"sk-ant-api03-{BODY}",
    "Mesh key": f"rsk_01{BODY}",
    "Mesh admin key": f"mak_{BODY}",
    "long-term Bedrock key": f"ABSK{BODY}==",
    "short-term Bedrock key": f"bedrock-api-key-{BODY}==",
    "access key id": "AKIA" + "ZQXW" * 4,
    "temporary access key id": "ASIA" + "ZQXW" * 4,
    "Google access token": f"ya29.{BODY}",
    "Google API key": "AIza" + BODY[:35],
    "JWT": f"eyJ{BODY}.eyJ{BODY}.{BODY}",
    "JWT without signature": f"eyJ{BODY}.eyJ{BODY}.",
    "PEM": PEM,
    "PEM in JSON": json.dumps(PEM)[1:-1],
    "PEM cut off": PEM[:90],
    "OAuth client secret": f"GOCSPX-{BODY}",
    "AWS secret access key": f"{BODY[:20]}/{BODY[:18]}+",
    "AWS session token": f"IQoJb3JpZ2luX2Vj{BODY}",
    "PEM without its frame": f"MIIE{BODY}\n{BODY}",
    "PEM in a URL": f"-----BEGIN%20PRIVATE%20KEY-----%0A{BODY}%0A-----END%20PRIVATE%20KEY-----",
}
FRAMES = {
    "alone": "{}",
    "in a sentence": "the key {} was refused",
    "in JSON": '{{"error": {{"message": "Incorrect API key provided: {}."}}}}',
    "in a header line": "Authorization: Bearer {}",
    "in a query": "https://host.example/path?a=1&key={}&b=2",
    "in angle brackets": "<{}>",
    "after an equals sign": "OPENAI_API_KEY={}",
    "after a line break escaped": "no:\\n{}",
    "after a quote escaped": "no \\u0022{}\\u0022",
    "after a quote in a URL": "no %22{}%22",
}


@each("shape, frame", itertools.product(SHAPES, FRAMES))
def test_every_key_shape_is_masked_wherever_it_stands(shape: str, frame: str):
    shown = redact(FRAMES[frame].format(SHAPES[shape]))
    assert BODY[:20] not in shown
    assert "ZQXWZQXW" not in shown
    assert "…" in shown


NAMED = (
    "secretAccessKey", "secret_access_key", "aws_secret_access_key", "SessionToken", "private_key", "refresh_token",
    "client_secret", "access_token", "assertion", "password", "X-Amz-Signature", "api_key",
)  # fmt: skip


@each("name", NAMED)
@each("form", ['"{}": "{}"', "{}={}&next=1", "{}: {}", '\\"{}\\": \\"{}\\"', "'{}': '{}'"])
def test_the_value_of_a_field_named_like_a_secret_is_masked_whatever_its_shape(name: str, form: str):
    assert "plainlookingvalue" not in redact(form.format(name, "plainlookingvalue/1+2"))


IN_TREES = (
    *NAMED, "aws_session_token", "security_token", "id_token", "mesh_api_key", "passwd", "AWS_BEARER_TOKEN_BEDROCK",
    "OPENAI_API_KEY", "x-goog-api-key", "X-Amz-Credential", "privateKey", "secretKey", "sessionToken", "securityToken",
    "accessToken", "refreshToken", "id_token", "idToken", "clientSecret", "apikey", "api-key", "x-api-key",
    "mesh_token", "meshapi_token", "meshapi_api_key", "X-Amz-Security-Token", "AWS_SECRET_ACCESS_KEY",
)  # fmt: skip


@pytest.mark.parametrize("name", IN_TREES)
def test_the_value_of_such_a_field_in_a_tree_is_masked_though_it_has_no_shape(name: str):
    assert redact_tree({"a": [{name: "plainlookingvalue"}]}) == {"a": [{name: "…alue"}]}


@pytest.mark.parametrize("prefix", ["sk-proj-", "bedrock-api-key-", "ya29.", "AQ."])
def test_behind_a_letter_twelve_characters_drawn_by_lot_are_enough_among_words(prefix: str):
    words = "-in-the-middle-of-some-words-and-more"
    assert "Zq7xK2mP9vLw" not in redact(f"x{prefix}a-Zq7xK2mP9vLw{words}")
    assert redact(f"x{prefix}a-Zq7xK2mP9vL{words}") == f"x{prefix}a-Zq7xK2mP9vL{words}"


def test_where_keys_stand_is_told_of_loaded_ones_and_of_shapes():
    held = Secret("no shape, but 32 characters long")
    text = f"a n-o-shapebut32characterslong and sk-proj-{BODY} or api_key=abcd {BODY[:40]}"
    assert {text[start:end] for start, end in find_keys(text)} == {"n-o-shapebut32characterslong", f"sk-proj-{BODY}"}
    assert held


def test_userinfo_in_a_url_is_masked():
    assert redact("http://me:hunter2@proxy.example:8080/") == "http://…@proxy.example:8080/"


def test_a_providers_own_mask_and_ordinary_words_stay_readable():
    for text in (
        "Incorrect API key provided: sk-proj-*****************abcd. You can find your API key at https://x.example.",
        "Bearer Token has expired",
        "Rate limit reached for gpt-4o in organization org-AAAA on tokens per min (TPM): Limit 30000, Used 2.",
        "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p'",
        "The security token included in the request is invalid.",
        "basic access authentication, bearer token required",
        f"the object {'0123456789abcdef' * 2}01234567 and {'0123456789ABCDEF' * 2}01234567",
        f"see https://host.example/{'Zq7xK2mP9v' * 4}",
    ):
        assert redact(text) == text


SPELLINGS = {
    "as it is": lambda v: v,
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64 behind a user name": lambda v: base64.b64encode(b"user:" + v.encode()).decode(),
    "base64 behind one letter": lambda v: base64.b64encode(b"u" + v.encode()).decode(),
    "URL-safe base64": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "URL-encoded": lambda v: quote(v, safe=""),
    "URL-encoded but for slashes": quote,
    "URL-encoded twice, as AWS signs a path": lambda v: quote(quote(v, safe=""), safe=""),
    "URL-encoded in small letters": lambda v: re.sub("%..", lambda escape: escape[0].lower(), quote(v, safe="")),
    "slashes escaped": lambda v: v.replace("/", "\\/"),
    "in JSON": json.dumps,
    "in JSON, each letter escaped": lambda v: "".join(
        f"\\u{ord(c):04x}" if c.isalnum() else json.dumps(c)[1:-1] for c in v
    ),
    "in JSON in JSON": lambda v: json.dumps(json.dumps(v)),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_loaded_secret_is_hidden_by_value_in_every_spelling(spelling: str):
    secret = Secret('no known shape /+="\\ but 40 characters long')
    echoed = SPELLINGS[spelling](secret.reveal())
    shown = redact(f"the proxy says {echoed} is wrong")
    middle = echoed[6:-6]
    assert middle not in shown
    assert "…" in shown


def at(key: str, places: Callable[[int, int], bool], write: Callable[[str], str]) -> str:
    return "".join(write(c) if places(number, len(key)) else c for number, c in enumerate(key))


WRITTEN: dict[str, Callable[[str], str]] = {
    "a plus, as .NET writes it": lambda key: key.replace("+", "\\u002B"),
    "an equals sign, as Gson writes it": lambda key: key.replace("=", "\\u003d"),
    "slashes, as PHP writes them": lambda key: key.replace("/", "\\/"),
    "slashes, in JSON within JSON": lambda key: key.replace("/", "\\\\\\/"),
    "slashes and equals signs, as Mustache writes them": lambda key: key.replace("/", "&#x2F;").replace("=", "&#x3D;"),
    "signs as HTML's numbers": lambda key: at(key, lambda n, _: key[n] in "+/=-", lambda c: f"&#{ord(c)};"),
    "one letter in the middle": lambda key: at(key, lambda n, length: n == length // 2, lambda c: f"\\u{ord(c):04x}"),
    "one letter near the end": lambda key: at(key, lambda n, length: n == length - 20, lambda c: f"\\u{ord(c):04X}"),
}


@pytest.mark.parametrize("known", [False, True], ids=["never seen", "loaded"])
@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_a_key_of_which_only_a_part_is_escaped_is_hidden_whole(write: Callable[[str], str], known: bool):
    """Its mask must not end at the first escape."""
    for key in KEYS.values():
        held = Secret(key) if known else None
        shown = redact(f'{{"message": "no such key: {write(key)}"}}')
        assert not leaked(html.unescape(shown).replace("\\", ""), (key,))
        assert bool(held) is known


def test_a_key_in_json_escapes_is_hidden_and_other_escapes_stay():
    key = SHAPES["OpenAI key"]
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
    body = f'{{"message": "no {escaped}, nor {key[:9]}{escaped[54:]}"}}'
    assert BODY[:12] not in json.loads(redact(body))["message"]
    assert redact('{"a": "x\\u003dy \\u0041"}') == '{"a": "x\\u003dy \\u0041"}'


def test_a_secret_is_hidden_only_while_it_is_loaded():
    value = "plain-but-loaded-value-of-40-characters"
    secret = Secret(value)
    assert not parts_in(redact(value), value)
    del secret
    assert redact(value) == value


def test_each_line_of_a_loaded_pem_is_hidden_without_its_frame():
    secret = Secret(PEM)
    assert BODY[:40] not in redact(f"bad base64 near {BODY}")
    assert secret


def test_headers_that_carry_credentials_are_masked_and_keep_their_order_and_case():
    signature = "a" * 60 + "beef"
    headers = (
        ("X-One", "1"),
        ("Authorization", f"Bearer sk-proj-{BODY}"),
        ("authorization", "AWS4-HMAC-SHA256 Credential=AKIA" + "ZQXW" * 4 + "/20261123/us-east-1/bedrock/aws4_request, "
         f"SignedHeaders=host;x-amz-date, Signature={signature}"),
        ("X-Api-Key", "whatever-this-is-1234"),
        ("X-Amz-Security-Token", "IQoJ" + BODY),
        ("Cookie", "session=abcdefghijklmnop"),
    )  # fmt: skip
    assert redact_headers([(f"sk-proj-{BODY}", "1")]) == ((f"sk-proj-…{BODY[-4:]}", "1"),), "a server may do that"
    shown = redact_headers(headers)
    assert [name for name, _ in shown] == [name for name, _ in headers]
    assert shown[0] == ("X-One", "1")
    assert shown[1][1] == f"Bearer sk-proj-…{BODY[-4:]}"
    assert "20261123/us-east-1/bedrock/aws4_request" in shown[2][1]
    assert "SignedHeaders=host;x-amz-date" in shown[2][1]
    assert shown[2][1].endswith("Signature=…beef")
    assert redact_headers([("Authorization", "Bearer"), ("Authorization", "Basic " + "a1" * 10)]) == (
        ("Authorization", "…"), ("Authorization", "Basic …a1a1"))  # fmt: skip
    for hidden in (BODY[:12], "ZQXWZQXW", "aaaa", "whatever", "abcdefgh"):
        assert not any(hidden in value for _, value in shown)


@pytest.mark.parametrize(
    "name",
    ["authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token", "cookie",
     "set-cookie", "x-auth-token", "x-goog-iam-authorization-token", "mesh-webhook-signature", "x-amz-sso_bearer_token",
     "x-aws-ec2-metadata-token"],
)  # fmt: skip
def test_whatever_a_header_for_credentials_holds_is_masked(name: str):
    for written in (name, name.title(), name.upper()):
        ((_, value),) = redact_headers([(written, "plain words, no shape")])
        assert value in ("…hape", "plain …hape"), written
    ((_, value),) = redact_headers([(name, "Bearer plainlookingvalue1")])
    assert value == "Bearer …lue1"


# The fewest characters behind each prefix for which it is a key.
LEAST = {"bedrock-api-key-": 8, "ABSK": 12, "sk-": 12, "rsk_": 8, "mak_": 8, "gsk_": 8, "AKIA": 12, "ASIA": 12,
         "ABIA": 12, "ACCA": 12, "ya29.": 8, "AIza": 20, "AQ.": 20, "GOCSPX-": 8, "IQoJb3JpZ2lu": 20,
         "FwoGZXIvYXdz": 20, "FQoGZXIvYXdz": 20, "MII": 40}  # fmt: skip


@pytest.mark.parametrize("prefix", LEAST)
def test_a_prefix_makes_a_key_of_so_many_characters_and_of_no_fewer(prefix: str):
    body = ("ZQ7XK2MP9VLW" * 4)[: LEAST[prefix]]
    for around in ("{}", "no {} here", '"{}"', "%22{}%22", "\\n{}"):
        assert prefix + body not in redact(around.format(prefix + body)), around
    for around in ("{}", "no {} here", '"{}"'):
        assert redact(around.format(prefix + body[:-1])) == around.format(prefix + body[:-1])


# The same right behind a letter, where the prefix alone says little: what follows must be of a kind, too.
JOINED = {"sk-proj-": 20, "sk-svcacct-": 20, "sk-service-": 20, "sk-admin-": 20, "sk-ant-": 20, "sk-or-v1-": 20,
          "sk-None-": 20, "sk-": 40, "bedrock-api-key-": 40, "ABSK": 30, "rsk_": 20, "mak_": 20, "gsk_": 20,
          "ya29.": 30, "AIza": 33, "AQ.": 30, "GOCSPX-": 20, "IQoJb3JpZ2lu": 20, "FwoGZXIvYXdz": 20,
          "FQoGZXIvYXdz": 20, "MIIEvgIBA": 40}  # fmt: skip


@pytest.mark.parametrize("prefix", JOINED)
def test_behind_a_letter_it_takes_so_many_characters_and_no_fewer(prefix: str):
    body = ("Zq7XK2mP9vLw" * 4)[: JOINED[prefix]]
    assert prefix + body not in redact(f"x{prefix}{body}")
    assert redact(f"x{prefix}{body[:-1]}") == f"x{prefix}{body[:-1]}"


@pytest.mark.parametrize(
    ("text", "is_key"),
    [
        ("xsk-proj-" + "Aa1-" * 20, True),  # 80 of all kinds
        ("xsk-proj-" + "Aa1-" * 19 + "Aa1", False),
        ("xsk-proj-" + "a1-" * 30, False),  # no capitals
        ("xsk-proj-" + "-" * 19 + "aB1aB1aB1aB", False),
        ("xsk-proj-" + "-" * 19 + "aaaaaaBBBBB1aB1a", False),  # 5 changes in 16
        ("xsk-proj-" + "-" * 19 + "aaaaBB11aaaBBa1", True),  # 6 changes in 15
        ("xsk-proj-" + "-" * 19 + "aaaaaBB11aaaBBa1", False),  # in 16
        ("xsk-" + "T3BlbkFJ".rjust(39, "a"), False),
        ("xsk-" + "T3BlbkFJ".rjust(40, "a"), True),
        ("xsk-" + "Zq7xK2mP9vLw" * 3 + "-Zq7", False),  # no piece of 40
        ("xsk-proj-aaaaaaaaaaaaaaaaaT3BlbkFJ", True),  # OpenAI's infix
        ("xrsk_" + "a" * 18 + "12", True),  # two digits
        ("xrsk_" + "a" * 19 + "1", False),
        ("xrsk_" + "1" * 20, False),  # no letter
        ("xABSK" + "Aa1" * 10, True),
        ("xABSK" + "Aa" * 15, False),
        ("xsk-ant-" + "a1b" * 10 + "a1", True),  # 32 of small letters and digits
        ("xsk-ant-" + "a1b" * 10 + "a", False),
        ("xsk-ant-" + "abcde1" * 6, True),  # every third changes
        ("xsk-ant-" + "abcdefghijklmno1" * 2, False),
        ("xsk-ant-" + "abcd1234" * 3 + "abcd12ef", True),  # 8 changes in 32
        ("xsk-ant-" + "abcd1234" * 3 + "abcd12efg", False),
        ("xsk-ant-" + "A1" * 16, True),  # 32 of capitals and digits
        ("xsk-ant-" + "aB" * 16, False),  # no digit
        ("x" + f"{'Zq7xK2mP9v' * 4}", False),
        (f"({'Zq7xK2mP9v' * 4})", True),  # forty of base64, of all kinds
        (f"({'Zq7xK2mP9v' * 4}w)", False),
        (f"({'zq7xk2mp9v' * 4})", False),
    ],
)
def test_what_is_drawn_by_lot_is_told_from_words(text: str, is_key: bool):
    assert (redact(text) != text) is is_key


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bearer plainlookingvalue", "bearer …alue"), ("Basic+plainlookingvalue", "Basic+…alue"),
        ("bearer%20plainlookingvalue", "bearer%20…alue"), ("bearer plainlookingvalu", "bearer …valu"),
        ("bearer plainlookingval", "bearer plainlookingval"),
        ("?token=plainlookingvalue&a=1", "?token=…alue&a=1"), ("&sig=abc", "&sig=…"), ("?key=a", "?key=…"),
        ("&signature=plainlookingvalue", "&signature=…alue"), ("?code=abc#d", "?code=…#d"), ("?auth=abc", "?auth=…"),
        ("password=abcd", "password=…"), ("password=abc", "password=abc"), ('"api_key" : "abcd"', '"api_key" : "…"'),
        ("ftp://a:b@h", "ftp://…@h"), ("mailto:a@b", "mailto:a@b"), ("s3://a:b@h", "s3://…@h"),
        ("secretkey=abcd", "secretkey=…"), ("access_token=abcd", "access_token=…"), ("id_token=abcd", "id_token=…"),
        ("session_token=abcd", "session_token=…"), ("security_token=abcd", "security_token=…"),
        ("refresh_token=abcd", "refresh_token=…"), ("client_secret=abcd", "client_secret=…"),
        ("assertion=abcd", "assertion=…"), ("apikey=abcd", "apikey=…"), ("private_key=abcd", "private_key=…"),
        ("meshapi_api_key=abcd", "meshapi_api_key=…"), ("secret_access_key=abcd", "secret_access_key=…"),
        ("x-amz-signature=abcd", "x-amz-signature=…"), ("x-amz-credential=abcd", "x-amz-credential=…"),
        ("-----BEGIN KEY-----a-----END KEY-----", "-----BEGIN…"),
        ("eyJabcdefg.abcdefgh.sig", "eyJabcdefg.abcdefgh.sig"),
        ("greyJabcdefgh.abcdefgh.sig", "greyJabcdefgh.abcdefgh.sig"),
        ("greyJabcdefgh.eyJcdefgh.sig", "greyJ….sig"), ("gr-eyJabcdefgh.abcdefgh.sig", "gr-eyJ….sig"),
        ("x-amz-security-token: abcd", "x-amz-security-token: …"),
        ("refreshToken=abcd", "refreshToken=…"),
        ("securitytoken=abcd", "securitytoken=…"), ("meshapi_token=abcd", "meshapi_token=…"),
        ("idtoken=abcd", "idtoken=…"), ("clientsecret=abcd", "clientsecret=…"), ("passwd=abcd", "passwd=…"),
        ("accesstoken=abcd", "accesstoken=…"), ("sessiontoken=abcd", "sessiontoken=…"),
        ("secret_key=abcd", "secret_key=…"), ("secretaccesskey=abcd", "secretaccesskey=…"),
        ("aws_bearer_token_bedrock=abcd", "aws_bearer_token_bedrock=…"), ("mesh_token=abcd", "mesh_token=…"),
        ("privatekey=abcd", "privatekey=…"), ("api-key: abcd", "api-key: …"),
        ("x-goog-api-key: abcd", "x-goog-api-key: …"),
        ("BEARER plainlookingvalue", "BEARER …alue"), ("basic plainlookingvalue", "basic …alue"),
        ("eyJabcdefgh.abcdefgh.sig", "eyJ….sig"), ("eyJabcdefgh.abcdefg.sig", "eyJabcdefgh.abcdefg.sig"),
    ],
)  # fmt: skip
def test_what_a_name_says_of_a_value(text: str, shown: str):
    assert redact(text) == shown


PART, OTHER = "Kq7xW2zP9vLmR4tB", "Hn3cY8dS5gJfT6wX"


@each(
    "text, shown",
    [
        # Eight characters with two digits are as good as the rest of a key.
        (f"{PART}b1defgh2", "…fgh2"), (f"b1defgh2{PART}", "…R4tB"), (f"x {PART}b1defgh2.", "x …fgh2."),
        (f"{PART}b1defg2", "…R4tBb1defg2"), (f"b1defg2{PART}", "b1defg2…R4tB"),
        (f"{PART}bcdefgh2", "…R4tBbcdefgh2"), (f"bcdefgh2{PART}", "bcdefgh2…R4tB"),
        (f"{PART}12345678", "…R4tB12345678"),
        (f"{PART}Xb1defgh2", "…fgh2"), (f"b1defgh2X{PART}", "…R4tB"), (f"{PART}b1-+_=h2/x", "…_=h2/x"),
        # An escape's letters are not the key's.
        (f"\\u000ab1defgh2{PART}", "\\u000a…R4tB"), (f"\\u000ab1defg2{PART}", "\\u000ab1defg2…R4tB"),
        (f"\\nb1defgh2{PART}", "\\n…R4tB"), (f"\\nb1defg2{PART}", "\\nb1defg2…R4tB"),
        (f"%2Cb1defgh2{PART}", "%2C…R4tB"), (f"%2Cb1defg2{PART}", "%2Cb1defg2…R4tB"),
        (f"b1defgh2{PART}\\", "…R4tB\\"), (f"b1defgh2{PART}%", "…R4tB%"),
        # Between two, and side by side.
        (f"{PART}{OTHER}", "…R4tB…T6wX"), (f"{PART}b1defg2{OTHER}", "…R4tBb1defg2…T6wX"),
        (f"{PART}b1defgh2{OTHER}", "…T6wX"), (f"x{PART}ab1defgh2 and {OTHER}", "x…fgh2 and …T6wX"),
        # What stands alone is all there is.
        (f"KEY_12_OF_ME={PART}", "KEY_12_OF_ME=…R4tB"), (f"KEY_12_OF_ME={OTHER},", "KEY_12_OF_ME=…T6wX,"),
        (f"?key={PART};x=1", "?key=…R4tB;x=1"),
        # As far as the whole reaches by its shape or by what is around it.
        (f"sk-abcdefgh{PART}z {OTHER}", "sk-…4tBz …T6wX"), (f"Bearer {PART}.b/c", "Bearer ….b/c"),
        (f"password={PART}.b/c", "password=….b/c"), (f"?x=1&key={PART}.b/c", "?x=1&key=….b/c"),
        (f"http://u:{PART}.b@h", "http://…@h"), (f"a {PART}/Zq7xK2mP9vLw1234567890A b", "a …890A b"),
        (f"no_eyJhbGciOiJ{PART}.abcdefghij.sig-x", "no_eyJ…ig-x"),
    ],
)  # fmt: skip
def test_a_key_of_which_only_a_part_is_loaded_is_hidden_whole_and_its_neighbours_stay(text: str, shown: str):
    held = Secret(PART), Secret(OTHER)
    assert redact(text) == shown
    assert held


@each("first, last", [(0, 2), (1, 3)])
def test_a_pem_block_of_which_only_some_lines_are_loaded_is_hidden_whole(first: int, last: int):
    block = f"-----BEGIN PRIVATE KEY-----\nMIIE{BODY}\n{BODY[::-1]}\n{BODY.swapcase()}\n-----END PRIVATE KEY-----"
    held = Secret("\n".join(block.splitlines()[first:last]))
    assert redact(f"no {block}!") == "no -----BEGIN…!"
    assert held


def test_a_long_text_is_redacted_before_it_is_cut():
    """Four times the limit and the longest key are read; a part of a key at the end of that might not be known."""
    key, words = f"sk-{(BODY * 6)[:396]}", "word " * 1000
    assert redact_cut(f"{key} {words}"[:4496], 100) == f"{mask(key)} {words}"[:100]
    assert redact_cut(f"{key} {words}"[:4497], 100) == f"{mask(key)} "
    assert redact_cut(f"{words}{key}"[:101], 100) == words[:100]


def test_of_a_text_that_is_a_key_as_far_as_it_is_read_nothing_is_shown():
    assert redact_cut(f"-----BEGIN PRIVATE KEY-----{BODY * 70}", 10) == "…"


def test_a_text_within_the_limit_is_not_cut_and_left_to_whoever_shows_it():
    assert redact_cut(f"sk-{BODY}", len(BODY) + 3) == f"sk-{BODY}"
    assert redact_cut(f"sk-{BODY}", len(BODY) + 2) == f"sk-…{BODY[-4:]}"


def test_a_tree_is_redacted_at_every_depth():
    key, masked = f"sk-proj-{BODY}", f"sk-proj-…{BODY[-4:]}"
    tree = {"a": [{"secretAccessKey": "plain/1234567890/wxyz"}, key], "n": 3, "none": None, key: {key: 1}}
    shown = {"a": [{"secretAccessKey": "…wxyz"}, masked], "n": 3, "none": None, masked: {masked: 1}}
    assert redact_tree(tree) == shown
    assert redact_tree({"api_key": ["plain", 7], "password": {"a": "plain"}, "n": ("x", key), 5: key}) == {
        "api_key": ["plain", 7], "password": {"a": "plain"}, "n": ["x", masked], 5: masked}  # fmt: skip


def test_an_exchange_is_redacted_when_it_is_made():
    key = f"sk-proj-{BODY}"
    exchange = Exchange(
        provider="openai",
        call="chat",
        request=Request(
            "POST", f"https://u:{key}@h.example/v1?key={key}", (("Authorization", f"Bearer {key}"),), key, key
        ),
        started=0.0,
        answer=Answer(401, (("x-echo", key), ("set-cookie", "a=bcdefghijklmnopqrstu")), f'{{"message":"{key}"}}'),
        failure=Failure("dropped", f"near {key}"),
    )
    assert BODY[:12] not in repr(exchange)
    assert "bcdefgh" not in repr(exchange)


HOSTILE = (
    "eyJ", "eyJ.", "-----BEGIN PRIVATE KEY-----", "api_key", 'api_key="', "a://", "@a://", "sk-", "?key=", "bearer ",
    "api_key=\\", "\\", "private_key\\", "abc.def-", "ABSK", "AKIA", "basic%20", "key=", " :", "=\t", "_eyJ", "xeyJ-",
    "xsk-proj-", "eyJaaaaaaaa.", "xMIIaaaIBA", "&#0", "\\u{0", "0x4", "<a", "\x1b[3", "%25",
)  # fmt: skip


@pytest.mark.usefixtures("ends")
@pytest.mark.parametrize("length", [100_000, pytest.param(1_000_000, marks=pytest.mark.sweep)])
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_hostile_text_is_redacted_to_its_end(piece: str, length: int):
    """A tenth of it in every run. How it grows with the text: `python -m tests.bench redaction`."""
    redact(piece * (length // len(piece)))


@given(st.text())
def test_any_text_comes_back_and_twice_is_once(text: str):
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "name",
    [
        *("private_key", "privateKey", "secret_access_key", "secretAccessKey", "AWS_SECRET_ACCESS_KEY", "api_key"),
        *("apiKey", "session_token", "sessionToken", "AWS_SESSION_TOKEN", "security_token", "securityToken"),
        *("access_token", "accessToken", "refresh_token", "refreshToken", "id_token", "idToken", "client_secret"),
        *("clientSecret", "assertion", "password", "passwd", "AWS_BEARER_TOKEN_BEDROCK", "OPENAI_API_KEY"),
        *("MESH_API_KEY", "MESHAPI_API_KEY", "MESH_TOKEN", "MESHAPI_TOKEN", "X-Amz-Signature", "x-api-key"),
        *("X-Amz-Security-Token", "X-Amz-Credential", "x-goog-api-key"),
    ],
)
def test_the_short_cut_before_the_patterns_skips_no_named_field(name: str):
    assert "Zq7xK2mP9vLw" not in redact(f'{{"{name}": "Zq7xK2mP9vLw"}}')


@pytest.mark.parametrize(
    "code",
    [
        'OpenAI(api_key=os.environ["OPENAI_API_KEY"])',
        'boto3.client("sts", aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"])',
        '-H "X-Amz-Security-Token: $AWS_SESSION_TOKEN"',
        '-H "x-api-key: $SOME_API_KEY" --data-raw',
        "password=$DB_PASSWORD;",
    ],
)
def test_code_that_only_names_where_a_secret_is_kept_stays_as_it_is(code: str):
    assert redact(code) == code


@pytest.mark.parametrize(
    "value", ["$ecretOfMine", "$SECRET1", "$SECRET_1abc", "$MY_SECRET/2", "os.environ.x", "$SECRET"]
)
def test_what_only_begins_like_a_variable_is_hidden(value: str):
    assert value not in redact(f"api_key={value}")


UNMISTAKABLE = [kind for kind in KEYS if kind not in ("key id", "secret access key")]
"""A key id is no secret, and a secret access key has no prefix: behind text only a loaded one is known."""


@pytest.mark.attack
@pytest.mark.parametrize("before", ["Reply with one word: pong", "x", "9", "Z", "_"])
@pytest.mark.parametrize("kind", UNMISTAKABLE)
def test_a_key_right_behind_text_is_hidden(kind: str, before: str):
    shown = redact(f"{before}{KEYS[kind]} and so on")
    assert not parts_in(shown, KEYS[kind])
    assert shown.startswith(before)
    assert shown.endswith(" and so on")


@pytest.mark.attack
def test_a_loaded_secret_access_key_right_behind_text_is_hidden():
    held = Secret(KEYS["secret access key"])
    assert not parts_in(redact(f"pong{held.reveal()}"), held.reveal())


@pytest.mark.parametrize(
    "text",
    [
        "task-proj-Q4-2026-Planning-Document-For-Everyone",
        "task-proj-InternationalisationPlan2026ForEurope",
        "desk-admin-2026-11-28T16-55-58-reservations",
        "task-3f2a9c1be4d05f6a7b8c9d0e1f2a3b4c",
        "disk-0123456789abcdef0123456789abcdef01234567",
        "task-service-account-credentials-rotation-v2",
        "risk_assessment_of_2026, task_01, mask_0123456789abcdef",
        "FAQ.How-do-I-exchange-a-key-that-was-revoked-in-2026",
        "Maya29.holiday-pictures-of-the-summer-2026-in-Rome",
        "mybedrock-api-key-rotation-lambda-function-of-the-team-2026",
        "see risk-proj-0000000000000000000000000000 and whisk-ant-eaters-2026-edition",
    ],
)
def test_words_that_only_end_like_a_prefix_stay(text: str):
    assert redact(text) == text


@pytest.mark.parametrize("begins", ["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz"])
@pytest.mark.parametrize(
    "inner", ["/MII" + "Ab3x" * 12, "+ABSK" + "Ab3x" * 5, "/AKIAIOSFODNN7EXAMPL", "/mak_" + "a1" * 6]
)
def test_a_session_token_with_another_keys_beginning_in_it_is_masked_whole(begins: str, inner: str):
    token = f"{begins}X2Vj{inner}{'q7Rk' * 30}"
    assert redact(f"token {token} end") == f"token {mask(token)} end"
    assert find_keys(f"token {token} end")[0] == (6, 6 + len(token))
