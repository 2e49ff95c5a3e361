"""All that is read of a text: its kind, what is used and hidden of it, every finding and every fact, and no more."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from meshtui.base.secret import Secret
from tests.credentials import samples as s
from tests.credentials.test_findings import PAIR, TEXTS, clamped
from tests.credentials.test_recognised import READ, VALID

DUMP = json.dumps
OLD = s.filler(20)
PLACE = "0123456789abcdef" * 4


def signed(was: str, instead: str, **given: Any) -> str:
    """A short-term key in whose signed address something else stands."""
    inside = base64.b64decode(s.short_term(**given).removeprefix("bedrock-api-key-")).decode()
    assert was in inside
    return "bedrock-api-key-" + base64.b64encode(inside.replace(was, instead).encode()).decode()


def bearer(secret: int, user: str = "me", pad: bool = True) -> str:
    """A long-term key for this user, with a secret of this length."""
    key = "ABSK" + base64.b64encode(f"{user}-at-123456789012:{s.filler(secret)}".encode()).decode()
    return key if pad else key.rstrip("=")


BEDROCK: dict[str, str | tuple[str, str]] = {
    "AWS id with a dash of a word processor": DUMP(s.aws(access_key_id=f"{s.key_id()[:9]}–{s.key_id()[10:]}")),
    "AWS secret with a space in it": DUMP(s.aws(secret_access_key=f"{s.SECRET[:9]} {s.SECRET[10:]}")),
    "AWS token with a line break in it": DUMP(s.temporary(session_token=f"{s.SESSION[:9]}\n{s.SESSION[10:]}")),
    "AWS parts that are all too long": DUMP(
        dict.fromkeys(("access_key_id", "secret_access_key", "session_token"), "A" * 16385)),
    "AWS token as long as may be": DUMP(s.temporary(session_token=s.filler(16_384))),
    **{f"AWS id that is none yet, {id_}": DUMP(s.aws(access_key_id=id_)) for id_ in (
        "ASIAxxxx", "ASIAxxx", "XXXXxxxx", "XXXXXxxx", "AKIAYYYY", "AKIAYYY", "AROA***", "AROA**", "ASIA...",
        "ASIA..",
        "ASIA00000000", "ASIA0000000", "00000000", "your-id-of-iam", "my_id", "insert an-id", "enter-id", "put-id",
        "paste-id", "replace-id", "Your_id", "a-your-id", "yourid", "AKIAyour-id")},
    "AWS secret that is none yet": DUMP(s.aws(secret_access_key="my_secretive-thing-of-fortune-and-luck-x")),
    "AWS secret of its documentation": DUMP(s.aws(secret_access_key=s.filler(30) + "EXAMPLEKEY")),
    "AWS pair in the wrong order": DUMP(s.aws(access_key_id=s.filler(30), secret_access_key=s.key_id("ASIA"))),
    "AWS id that is too short beside another": DUMP(s.aws(access_key_id=s.filler(29), secret_access_key=s.key_id())),
    "AWS secret that begins like an id": DUMP(s.aws(access_key_id=s.filler(30),
                                                    secret_access_key="AKIA" + s.filler(26))),
    "AWS secret that begins like an id, short": DUMP(s.aws(access_key_id=s.filler(30),
                                                           secret_access_key="AKIA" + s.filler(25))),
    "AWS secret that is short, id that is long": DUMP(s.aws(access_key_id=s.filler(40), secret_access_key=OLD)),
    **{f"AWS id of {prefix}": DUMP(s.aws(access_key_id=s.key_id(prefix))) for prefix in (
        "ABIA", "ACCA", "AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA", "APKA", "ASCA", "ZZZZ")},
    "AWS id with a small letter": DUMP(s.aws(access_key_id="AKIAQNZGKIQY56JQ7WMl")),
    "AWS id of an older form": DUMP(s.aws(access_key_id="AKIAI" + s.key_id()[5:])),
    "AWS id of an account that none has": DUMP(s.aws(access_key_id="AKIA7777" + s.key_id()[8:])),
    "AWS secret of 41 characters": DUMP(s.aws(secret_access_key=s.SECRET + "x")),
    "AWS secret with an underscore first": DUMP(s.aws(secret_access_key="_" + s.SECRET[1:])),
    "AWS secret with an equals sign": DUMP(s.aws(secret_access_key=s.SECRET[:-1] + "=")),
    "AWS token beside another service's id": DUMP(s.temporary(access_key_id="minioadmin")),
    "AWS temporary key without more": DUMP(s.temporary(region=None)),
    "AWS key, two regions": (DUMP(s.aws()), "eu-west-1"),
    "AWS key that ends now": DUMP(s.temporary(Expiration="2026-11-23T12:00:00Z")),
    "AWS key that ends in a second": DUMP(s.temporary(Expiration="2026-11-23T12:00:01Z")),
    "AWS key of no region": DUMP(s.aws(region="nowhere/#")),
    "AWS secret without its id": DUMP(s.aws(access_key_id=None)),
    "AWS key, its type alone": DUMP({"credential_type": "iam_credentials", "region": "eu-west-1"}),
    "AWS key, its type beside a key": DUMP({"credential_type": "iam_credentials", "api_key": s.long_term()}),
    "AWS token alone": f"AWS_SESSION_TOKEN={s.SESSION}\nAPI_KEY=\n",
    "AWS token beside a key": f"AWS_SESSION_TOKEN={s.SESSION}\nAPI_KEY={s.long_term()}\n",
    **{f"AWS key that calls itself {stated}": DUMP(s.aws(credential_type=stated)) for stated in (
        "IAM", "aws-credentials", "iam.credentials", "", 5, "iam_user")},
    "AWS key beside a Bedrock key": DUMP(s.aws(credential_type="Bedrock API key", api_key=s.long_term())),
    "AWS key that calls itself a Bedrock key": DUMP(s.aws(credential_type="bedrock_api_key")),
    "AWS key beside a Google e-mail": DUMP(s.aws(client_email="a@b.iam.gserviceaccount.com")),
    "AWS key beside a Google key": DUMP(s.aws(private_key="x")),
    "Bedrock key with a dash of a word processor": f"ABSK–{s.filler(60)}",
    "Bedrock key, type without key": DUMP({"credential_type": "bedrock_api_key", "region": "eu-west-1"}),
    "Bedrock key, another type": DUMP({"credential_type": "api_key", "api_key": s.long_term(), "region": "eu-west-1"}),
    "Bedrock key, of the shortest secret": (bearer(30, "user"), "eu-west-1"),
    "Bedrock key, of too short a secret": (bearer(29, "users"), "eu-west-1"),
    "Bedrock key, without padding": (bearer(40, "us", pad=False), "eu-west-1"),
    "Bedrock key, whole without padding": (bearer(40, "user", pad=False), "eu-west-1"),
    "Bedrock key, of a name with signs": (bearer(40, "a+=,.@-_b"), "eu-west-1"),
    "Bedrock key, of a name too long": (bearer(40, "u" * 65), "eu-west-1"),
    "Bedrock key, of the longest name": (bearer(40, "u" * 64), "eu-west-1"),
    "Bedrock key, a name with its sign": (bearer(40, "a-at-123456789012:b"), "eu-west-1"),
    "Bedrock key, in another alphabet": (
        "ABSK" + base64.urlsafe_b64encode(f"me-at-123456789012:{s.filler(30)}~~~???".encode()).decode(), "eu-west-1"),
    "Bedrock key, not of ASCII inside": ("ABSK" + base64.b64encode("mé-at-123456789012:x".encode() * 3).decode(), ""),
    "Bedrock key, in a variable, of unknown form": (f"BEDROCK_API_KEY={s.filler(60)}", "eu-west-1"),
    "Bedrock key, of unknown form, in a field": DUMP({"credential_type": "bedrock", "api_key": s.filler(60)}),
    "Bedrock key, active, for some time": DUMP(
        {"credential_type": "bedrock_api_key", "api_key": s.long_term(), "status": "active", "region": "eu-west-1",
         "ExpirationDate": "2026-11-23T12:00:01Z"}),
    "Bedrock key, ends now": DUMP(
        {"credential_type": "bedrock_api_key", "api_key": s.long_term(), "status": "INACTIVE",
         "ExpirationDate": 1_795_435_200}),
    "Bedrock key, region beside it": (DUMP({"credential_type": "bedrock_api_key", "api_key": s.long_term()}),
                                      "eu-west-1"),
    "short-term key that is no base64": ("bedrock-api-key-" + s.filler(61), "eu-west-1"),
    "short-term key for another action": (signed("CallWithBearerToken", "Other"), "eu-west-1"),
    "short-term key for another host": (signed("bedrock.amazonaws.com", "bedrock.example.com"), ""),
    "short-term key without its scope": (signed("%2Faws4_request", ""), "eu-west-3"),
    "short-term key of no scope at all": signed("X-Amz-Credential", "X-Amz-Other"),
    "short-term key where it belongs": (s.short_term(), " EU-Central-1 "),
    "short-term key beside an address": (s.short_term(), "evil.example/#"),
    "short-term key of a temporary key": s.short_term(key=s.key_id("ASIA"), token=s.SESSION),
    "short-term key with an empty token": signed("&Version=1", "&X-Amz-Security-Token=", key=s.key_id("ASIA")),
    "short-term key of another service's key": s.short_term(key="minioadmin"),
    "short-term key without a date": signed("X-Amz-Date", "X-Amz-Day"),
    "short-term key without an end": signed("X-Amz-Expires", "X-Amz-Ends"),
    "short-term key of ten digits": signed("Expires=43200", "Expires=1234567890"),
    "short-term key of nine digits": signed("Expires=43200", "Expires=123456789"),
    "short-term key of a life in letters": signed("Expires=43200", "Expires=4320O"),
    "short-term key of five minutes ahead": s.short_term(begins="20261123T120500Z"),
    "short-term key of more ahead": s.short_term(begins="20261123T120501Z"),
    "short-term key that ends now": s.short_term(begins="20261123T000000Z"),
    "short-term key that ends in a second": s.short_term(begins="20261123T000001Z"),
    "short-term key of a second too much": s.short_term(lasts=43_201),
    "short-term key with capitals signed": s.short_term(signature=PLACE.upper()),
    "short-term key with a digit more signed": s.short_term(signature=PLACE + "0"),
    "short-term key without a signature": signed("X-Amz-Signature", "X-Amz-Other"),
    **{f"short-term key of a scope with {name}": (signed(was, instead), "eu-west-1") for name, was, instead in (
        ("two letters of a key", "AKIAQNZGKIQY56JQ7WML", "AK"), ("three", "AKIAQNZGKIQY56JQ7WML", "AKI"),
        ("seven digits", "%2F20261123%2F", "%2F2026112%2F"), ("capitals", "%2Feu-central-1%2F", "%2FEU%2F"),
        ("no service", "%2Fbedrock%2F", "%2F%2F"), ("another service", "%2Fbedrock%2F", "%2Fs3-x9%2F"))},
}  # fmt: skip

DASHBOARD = {"iss": "https://abcdefgh.supabase.co/auth/v1"}
MESH: dict[str, str | tuple[str, str]] = {
    "Mesh key with a small letter": s.mesh_key()[:20] + "a" + s.mesh_key()[21:],
    "Mesh key with an L": s.mesh_key()[:4] + "L" + s.mesh_key()[5:],
    "Mesh key with an underscore": s.mesh_key()[:29] + "_",
    "Mesh key of 27 digits": s.mesh_key() + "0",
    "Mesh key of the first second of 2024": s.mesh_key(1_704_067_200_000),
    "Mesh key of just before": s.mesh_key(1_704_067_199_999),
    "Mesh key of tomorrow": s.mesh_key(int(s.NOW + 86400) * 1000),
    "Mesh key of just after tomorrow": s.mesh_key(int(s.NOW + 86400) * 1000 + 1),
    "Mesh admin key": "mak_" + s.filler(40),
    **{f"Mesh dashboard token, ends {when}": s.jwt(**DASHBOARD, exp=when) for when in (
        int(s.NOW), s.NOW + 1, 10**11 - 1, 10**11, 1, 0, -1, float("nan"), float("inf"), "soon", None)},
    "Mesh dashboard token, ends never": s.jwt(**DASHBOARD, exp=10**400),
    "Mesh dashboard token without an end": s.jwt(**DASHBOARD),
    **{f"Mesh dashboard token of {issuer}": s.jwt(iss=issuer) for issuer in (
        "supabase", "supabases", "https://api.meshapi.ai/", "https://a.b.meshapi.ai/x", "https://meshapi.ai/",
        "https://meshapi.ai", "https://mesh-api.ai/", "https://a.supabase.co", "https://a.b.supabase.co/",
        "http://a.supabase.co/", "https://a-9.supabase.co/")},
    "token in Mesh's variable": f"MESHAPI_TOKEN={s.jwt(iss='x')}",
    "token in OpenAI's variable": f"OPENAI_API_KEY={s.jwt(iss='x')}",
    **{f"OpenAI token of {issuer}": s.jwt(iss=issuer) for issuer in (
        "https://auth0.openai.com/", "https://auth.openai.com/x", "https://auth1.openai.com/",
        "https://openai.com/")},
    **{f"Google token of {issuer}": s.jwt(iss=issuer) for issuer in (
        "accounts.google.com", "https://accounts.google.com/", "http://accounts.google.com")},
    "token of a long name": s.jwt(iss="https://meshapi.ai/" + "x" * 300),
    "token that is no JSON": f"eyJ{OLD}.{OLD}.{OLD}",
    "token of a list": f"eyJ{OLD}.{base64.b64encode(b'[1]').decode().rstrip('=')}.{OLD}",
    "token in two parts": f"eyJ{OLD}.{OLD}",
    "token without a signature": f"{s.jwt(iss='x').rpartition('.')[0]}.",
    "token of another alphabet": f"eyJ{OLD}.{OLD}+.{OLD}",
    "token that is too long": s.jwt(iss="x", more="y" * 16_000),
}  # fmt: skip
KEY, SERVICE, ADMIN = s.openai_key(), s.openai_key("sk-svcacct-"), s.openai_key("sk-admin-")
OPENAI: dict[str, str | tuple[str, str]] = {
    "OpenAI key as long as may be": "sk-" + s.filler(16_381),
    "OpenAI key longer than may be": "sk-" + s.filler(16_382),
    **{f"OpenAI key twice, {name}": f"OPENAI_API_KEY={one + other}" for name, one, other in (
        ("service account first", SERVICE, ADMIN), ("admin first", ADMIN, KEY), ("older behind", KEY, "sk-" + OLD))},
    "OpenAI key of two markers": s.openai_key(half=40) + "T3BlbkFJ" + OLD,
    "OpenAI key with another prefix behind its marker": f"sk-proj-{OLD}T3BlbkFJ{OLD}sk-proj-{OLD}",
    "OpenAI key with its own prefix inside": "sk-proj-" + OLD + "sk-proj-" + OLD,
    "text of two halves that are nearly equal": f"OPENAI_API_KEY={OLD * 2}x",
    "OpenAI key of two halves in 41 characters": f"OPENAI_API_KEY={OLD}{OLD}{OLD[:1]}",
    **{f"OpenAI key of {length} characters": key for length, key in (
        (132, s.openai_key("sk-proj-", 58)), (133, s.openai_key("sk-proj-", 58) + "x"),
        (135, s.openai_key("sk-svcacct-", 58)), (167, s.openai_key("sk-service-", 74)),
        (165, s.openai_key("sk-admin-", 74)), (52, "sk-" + s.filler(20) + "T3BlbkFJ" + s.filler(21)),
        (50, "sk-" + s.filler(20) + "T3BlbkFJ" + s.filler(19)))},
    "OpenAI key of a usual length, not marked": "sk-proj-" + s.filler(124),
    "OpenAI key of no usual length, not marked": "sk-svcacct-" + s.filler(100),
    "OpenAI key of unequal halves": "sk-proj-" + s.filler(60) + "T3BlbkFJ" + s.filler(61),
    "OpenAI key with a name of one letter": f"sk-a-{OLD}T3BlbkFJ{OLD}",
    "OpenAI key with a name of 80 letters": f"sk-{'a' * 80}-{OLD}T3BlbkFJ{OLD}",
    "OpenAI key with a name of 81 letters": f"sk-{'a' * 81}-{OLD}T3BlbkFJ{OLD}",
    "OpenAI key with a name, cut": f"sk-a_B-9-{OLD}T3BlbkFJ{OLD[1:]}",
    "OpenAI key with a name and a half too long": f"sk-a-x{OLD}T3BlbkFJ{OLD}x",
    "OpenAI key with a name and a sign": f"sk-a-{OLD}T3BlbkFJ{OLD[:19]}-",
    "OpenAI key with a plus sign": KEY[:30] + "+" + KEY[31:],
    "OpenAI key of no prefix with a plus sign": f"OPENAI_API_KEY={s.filler(30)}+{s.filler(30)}",
    "OpenAI project, longest": "proj_" + OLD * 2, "OpenAI project, too long": "proj_" + OLD * 2 + "x",
    "OpenAI project, shortest": "proj_" + OLD[:8], "OpenAI project, too short": "proj_" + OLD[:7],
    "OpenAI user, longest": "user-" + OLD * 2, "OpenAI user, too long": "user-" + OLD * 2 + "x",
    "OpenAI organisation, shortest": "org-" + OLD[:8], "OpenAI organisation, too short": "org-" + OLD[:7],
    "OpenAI session, short": "sess-x", "OpenAI realtime key, short": "ek_x",
    "assignment within an assignment": f"x: 'y: {KEY}'",
    "AWS key whose end is true": DUMP(s.aws(expiration=True)),
    "AWS key whose state is a number": DUMP(s.aws(status=1)),
}  # fmt: skip

OTHER_ALPHABET = base64.urlsafe_b64encode(f'{PAIR[:-1]}, "note": "~~~???~~~???"}}'.encode()).decode()
PASTED: dict[str, str | bytes | tuple[str, str]] = {
    "zero byte": f"OPENAI_API_KEY={KEY}\nab\0c",
    "zero byte, in bytes": b"a\0",
    "as many characters as are read": KEY + " " * ((1 << 20) - len(KEY)),
    "Latin-1, a tenth of it": b"\xe9" + b"a" * 9,
    "Latin-1, less than a tenth": b"\xe9" + b"a" * 10,
    "Latin-1, with a control character": b"\xe9" + b"\t" + b"a" * 30 + b"\x01",
    "Latin-1, with a last control character": b"\xe9\r\n\t \x7f" + b"~" * 80,
    "UTF-16, the other way round": b"\xfe\xff" + KEY.encode("utf-16-be"),
    "UTF-16, cut": KEY.encode("utf-16")[:-1],
    "UTF-16 of three characters": "abc".encode("utf-16"),
    "secret that is not encoded, below stringData": f"kind: Secret\nstringData:\n  OPENAI_API_KEY: {KEY}\n",
    "secret in base64, stringData in a comment": f"# stringData:\nOPENAI_API_KEY={clamped(KEY)}",
    "base64 of 24 characters": clamped('{"api_key": "ab"}'),
    "base64 of 23 characters": clamped('{"api_key": "ab"}').rstrip("="),
    "base64 of other text": clamped("Nothing that any service would take."),
    "base64 of UTF-16": base64.b64encode(PAIR.encode("utf-16-le")).decode(),
    "base64 of a key and more": clamped(f"{KEY} and more"),
    "base64 of another vendor's key": clamped("sk-ant-" + OLD * 3),
    "base64 of bytes": base64.b64encode(bytes(range(128, 188))).decode(),
    "base64 with too many signs": clamped(KEY).rstrip("=") + "====",
    "base64 in its other alphabet, over lines": OTHER_ALPHABET[:40] + "\n" + OTHER_ALPHABET[40:],
    "base64 with a dot": clamped(KEY) + ".",
    "base64 of JSON with a line break behind it": clamped(f"  {PAIR}\n"),
    "key over three lines, one blank": f"{KEY[:80]}\n\n  {KEY[80:]}",
    "key over two lines and a word": f"{KEY[:80]}\n{KEY[80:]} prod",
    "key over two lines, another vendor's": "sk-ant-" + OLD * 2 + "\n" + OLD * 2,
    "words over two lines": "first line\nsecond",
    "assignments within six": "a: b: c: d: e: " + KEY,
    "assignments within seven": "a: b: c: d: e: f: " + KEY,
    "base64 within four": "a: b: c: d: " + clamped(KEY),
    "base64 within five": "a: b: c: d: e: " + clamped(KEY),
    "quotes, fifty": '"' * 50 + KEY + '"' * 50,
    "quotes, sixty": '"' * 60 + KEY + '"' * 60,
    "white space on both sides": f" {KEY} ",
    "white space and nothing else": "   ",
    "line breaks behind": f"{KEY}\n\n",
    "list of one plain value": '["x"]', "list of no value": "[]", "list of a list": f"[[{PAIR}]]",
    "number in a list": "[1, 2, 3]", "template of braces": "{{x", "bracket that is no list": "[x",
    "JSON without its brace, of a Mesh key": f'"note": "x", "api_key": "{s.mesh_key()}"}}',
    "words that look like JSON without its brace": '"key" is: x',
    **{f"JSON that is broken, of {sign}": f'{{"{sign}": 1,}}' for sign in (
        "openai", "OpenAI", "sk-", "task-", "bedrock_api_key", "BedrockApiKey", "ABSK", "bedrock-api-key-",
        "access_key",
        "AccessKey", "secretaccess", "secret_access", "service_account", "privatekey", "client_email", "clientEmail",
        "rsk_", "xrsk_", "sk-x bedrockapikey", "nothing")},
    "JSON on the third line": '\n\n  {"region": "x",}',
}  # fmt: skip


def within(*frames: str) -> dict[str, str]:
    """The key within each of these, which have a star in its place."""
    return {f"key within {frame!r}": frame.replace("*", KEY) for frame in frames}


BARE: dict[str, str | tuple[str, str]] = {
    "text of fifteen characters in a variable": f"OPENAI_API_KEY={OLD[:15]}",
    "text of sixteen characters in a variable": f"OPENAI_API_KEY={OLD[:16]}",
    "two words in a variable": f"OPENAI_API_KEY='{OLD} {OLD}'",
    "Mesh keys without a space": "mak_" + OLD + "mak_" + OLD,
    "Mesh keys with a space": f"{s.mesh_key()} {s.mesh_key()}",
    "short-term keys without a space": s.short_term() * 2,
    "short-term key, its prefix twice": "bedrock-api-key-bedrock-api-key-" + OLD,
    "key and a word of seven letters": f"{KEY} abcdefg",
    "key and a word of eight letters": f"{KEY} abcdefgh",
    "key and a word with a full stop": f"{KEY} behind-it.",
    "key and another one": f"{KEY} {s.mesh_key()}",
    "key behind a word, and others": f"keys: {KEY}, {SERVICE} {KEY} {ADMIN}",
    "key behind a letter": f"x{KEY}", "key behind a slash": f"/{KEY}", "key behind a bracket": f"({KEY})",
    "AWS secret of letters alone": s.filler(40, "abcdefghijklmnopqrstuvwxyz"),
    "AWS secret without a digit": s.filler(40, "abcXYZ"), "AWS secret without capitals": s.filler(40, "abc123"),
    "AWS secret with a slash for a capital": s.filler(39, "abc123") + "/",
    "AWS secret of 39 characters": s.SECRET[:39], "AWS secret of small digits": s.filler(40, "0123456789ABC"),
    **{f"AWS id of {length} characters": "AKIA" + s.filler(length - 4, "ABCDEF234567") for length in (15, 16, 32, 33)},
    **{f"AWS id {prefix}": prefix + s.filler(16, "ABCDEF234567") for prefix in ("ASIA", "ABIA", "ACCA", "AROA")},
    "one word of one letter": "a", "digits": "12345 67890", "not of ASCII": "ключ",
    **{f"header {name}": f"{name}: {KEY}" for name in (
        "authorization", "X-Api-Key", "api-key", "x-goog-api-key", "Proxy-Authorization", "x-other-key")},
    **within(
        "-H 'api-key: *'", "--header 'api-key: *'", '"api-key" : "*"', "'api-key: *'", "Authorization : *",
        "Bearer: *", "bearer=*", "BEARER *", "Bearer*", "Bearer\t*", "```\n*\n```", "```c++ \n*```", "```*```",
        "``````", "``` x y\n*\n```", "```\n*", "*```", "`*`", "‘*’", "’*’", "„*“", "«*»", "»*«", "”*”", "“*",
        "*“", "*»",
        "'*", '*"', '"*\'', '"a\\n*"', '"a\\"', "<*>", "<*", "*>", "<<*>>", "*,;,", ";*", ",", ";", '"*",', "<*>;",
        "%3D*", "*%2b", "*%2F", "*%20", "*%3d x", "*?%3D", "*&%3D", "# x\n*", "// x\n*", "'\"'*'\"'", "a = '*'",
        "const k = `*`", "let k = *", "var k=*;", "export k=*", "a.b: *", "a-b=*", "a b=*", "1a=*", "export a *",
    ),
    "text in brackets that is no key": f"<{OLD}>", "text in brackets that is too short": "<sk-abcdefghijklmno>",
    "text with percent signs that is too long": "sk-" + "a" * 7995 + "%3D",
    "text with percent signs that is long": "sk-" + "a" * 7994 + "%3D",
    **{f"path {path}": path for path in ("/x.abcdefg", "/x.abcdefgh", "/x.9", "/x", "C:\\x.Key")},
    "text with percent signs that is no key": f"{OLD}%3D{OLD}",
    **{f"pair within {frame!r}": frame.replace("*", PAIR) for frame in (
        "a = *", "const a = '*';", "let a: `*`", "var a = [*]", "export a=*", "a=\n*", "// x\n*", "# x\n// y\n\n*",
        "/* x */*", "// x *", "#\n*", "`*`", "[*];", "*}", "{*", "'*", "*'", "[*", "*,", "```json\n*\n```", "<*>",
        'a = "*"')},
    "pair in a JSON string": DUMP(PAIR), "pair in a JSON string in a list": DUMP([PAIR]),
    "list in a JSON string": DUMP(f" [{PAIR}]"), "text in a JSON string": DUMP(f"{KEY}\n"),
    "JSON that is open, with a quote behind": '{"region": "x"', "JSON that is open, with a comma": '{"region": 1,',
}  # fmt: skip


def google(**changes: Any) -> str:
    """A service account whose private key is none, as what is said of the rest does not need one."""
    return DUMP(s.account(**{"private_key": "x", **changes}))


GOOGLE: dict[str, str | bytes | tuple[str, str]] = {
    "service account of whatever": google(),
    **{f"service account of e-mail {email!r}": google(client_email=email, project_id=None) for email in (
        "a@b.iam.gserviceaccount.com", "a-" * 32 + "@b.iam.gserviceaccount.com",
        "a-" * 32 + "a@b.iam.gserviceaccount.com",
        "a@" + "b-" * 32 + ".iam.gserviceaccount.com", "a@" + "b-" * 32 + "b.iam.gserviceaccount.com",
        "a@b.example.com.iam.gserviceaccount.com", "A@b.iam.gserviceaccount.com", "a_b@b.iam.gserviceaccount.com",
        "a@b.iam.gserviceaccount.org", "12-compute@developer.gserviceaccount.com",
        "x-compute@developer.gserviceaccount.com", "app@appspot.gserviceaccount.com",
        "1@cloudservices.gserviceaccount.com",
        "a b@appspot.gserviceaccount.com", "a@appspot.gserviceaccount.com.x", "a@b.c", "a@b.cd", "a+b.c_d-e@b.cd",
        "@b.cd",
        "a@.cd", "a@b." + "c" * 24, "a@b." + "c" * 25, "a." * 32 + "@b.cd", "a." * 32 + "a@b.cd",
        "a@" + "b-" * 60 + ".cd", "a@" + "b-" * 60 + "b.cd", "a@b.CD",
        "a@@b.cd", "a" * 40 + "@b.iam.gserviceaccount.com", "sk-proj-" + OLD + "@b.cd")},
    **{f"service account of project {project!r}": google(project_id=project) for project in (
        " acme-prod-7 ", "acme-prod-8", "abcdef", "abcde", "a" * 30, "a" * 31, "1abcde", "abcde-", "Abcdef",
        "a.com:abcdef",
        "a.:abcdef", ".a:abcdef", "a-" * 30 + ":abcdef", "a-" * 30 + "a:abcdef", "abc:abcdef", "12", "a b", "a'b",
        "a!b", "a/b", "", " ",
        "ab:abcdef", "x:abcdef", "Ü", "AKIAQNZGKIQY56JQ7WML", 5)},
    "service account of a project of a domain": google(
        project_id="example.com:b", client_email="a@b.example.com.iam.gserviceaccount.com"),
    "service account without a project, of a domain": google(
        project_id=None, client_email="a@b.example.com.iam.gserviceaccount.com"),
    **{f"service account of key {key!r}": google(private_key_id=key) for key in (
        "a" * 40, "a" * 39, "a" * 41, "A" * 40, "g" * 40, "0" * 40, "")},
    **{f"service account of token address {uri!r}": google(token_uri=uri) for uri in (
        " https://oauth2.googleapis.com/token ", "https://www.googleapis.com/oauth2/v4/token",
        "https://accounts.google.com/o/oauth2/token", "https://oauth2.googleapis.com/token/",
        "http://localhost:1/token",
        "https://evil.example/", "x", "https://user@oauth2.googleapis.com/token", "")},
    **{f"service account of universe {universe!r}": google(universe_domain=universe) for universe in (
        "googleapis.com", "", "googleapis.com.evil.example", "apis-s3ns.fr")},
    **{f"service account of location {location!r}": google(region=location) for location in (
        "us", "europe-west4", "us-east-1", "a/b")},
    "service account of another type": google(type="Service_Account"),
    "service account without a type": google(type=None),
    "service account of its type alone": DUMP({"type": "service_account"}),
    "service account of its e-mail alone": DUMP({"client_email": "a@b.iam.gserviceaccount.com"}),
    "service account of its key alone": DUMP({"private_key": "x"}),
    "service account of other spellings": DUMP(
        {"type": "service_account", "privateKey": "x", "clientEmail": "a@b.iam.gserviceaccount.com",
        "projectId": "abcdef",
         "tokenUri": "https://oauth2.googleapis.com/token", "privateKeyId": "a" * 40}),
    "service account whose e-mail is a number": google(client_email=5),
    **{f"Google file of {name}": DUMP(value) for name, value in {
        "an app without a table": {"installed": "x"}, "a web app": {"web": {}}, "both apps": {"installed": "x",
        "web": {}},
        "half Firebase": {"apiKey": "x"}, "other half of Firebase": {"authDomain": "x"},
        "half services": {"project_info": {}}, "other half of services": {"client": []},
        "a token": {"refresh_token": "x"}, "a client": {"client_id": "x"}, "source alone": {"source_credentials": {}},
        "address alone": {"service_account_impersonation_url": "x"}, "federation alone": {"credential_source": {}},
        "audience alone": {"audience": "x"}, "type alone": {"type": "robot"}, "no type": {"type": "",
        "client_email": "x"},
        "type of a number": {"type": 5, "universe_domain": "x"}, "a user": {"type": "authorized_user"},
        "federation": {"type": "external_account"}, "federated user": {"type": "external_account_authorized_user"},
        "impersonation": {"type": "impersonated_service_account"}, "GDC": {"type": "gdch_service_account"},
        "a long type": {"type": "robot-" * 7, "client_email": "x"},
        "an account with a client": {"type": "service_account", "refresh_token": "x", "client_id": "y"},
        "a user inside": {"credentials": {"type": "authorized_user"}}}.items()},
    **{f"Google text {text!r}": text for text in (
        "AIza", "AIzb", "AQ.", "AQx", "ya29.", "ya29x", "GOCSPX-", "GOCSPX", "1//0", "1//1", "a@gserviceaccount.com",
        "a@x.gserviceaccount.com", "@x.gserviceaccount.com", "a b@gserviceaccount.com", "a@x.gserviceaccount.com.x",
        "x\ny -----BEGIN A-----", "-----BEGIN " + "A" * 40 + "-----", "-----BEGIN " + "A" * 41 + "-----",
        "-----BEGIN a-----", "-----BEGIN -----")},
}  # fmt: skip
PAIR_ID, PLAIN = s.key_id(), f"AWS_ACCESS_KEY_ID={s.key_id()}\nAWS_SECRET_ACCESS_KEY={s.SECRET}\n"
INI = f"aws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\n"
ASSIGNED: dict[str, str | bytes | tuple[str, str]] = {
    **{f"assigned by {frame!r}": frame.replace("*", KEY) for frame in (
        "set -gx K *", "set -x -g K *", "set --export K *", "set --" + "e" * 13 + " K *", "set -x K", "set K *",
        "  set -x K  *", "setx K *", "setx K *  /m", "setx K * /M", "setx K * /X", "SETX K *", "set \"K=*\"",
        "set \"K=*",
        " set  \"K=*\" ", "$env:K=*", "$ENV:K = '*'", "$env:1=*", "$env:K=*;$env:L=b", "$env:L='b c' ; $env:K=\"*\";",
        "$env:L=b $env:K=*", "-e K=*", "--env K=*", "--env=K=*", "-e  K=*", "-eK=*", "-f K=*", "K=* L=1", "L=1 K=*",
        "export L=1 K=*", "set L=1 && set K=*", "env L=1 K=*", "L=1;K=*", "L=1 ; K='*' ;", "L=1 & K=*", "L='a b' K=*",
        "L=a b K=*", "const K = \"*\";", "let K = '*'", "var K=*", "- K: *", "K.a-b: *", "K:*", "K:  *", "K :*", "9K=*",
        "K" + "a" * 80 + "=*", "K" + "a" * 81 + "=*", "K= *", "K =*", "K\t=\t*", "# x\n\n; y\nK=*", "[a]\nK=*",
        "[ a ]\nK=*",
        "[" + "a" * 100 + "]\nK=*", "[" + "a" * 101 + "]\nK=*", "[a]\nL=1\n[b]\nK=*", "K=*\n[b]\nL=1",
        "[b]\nL=1\n[default]\nK=*", "x y\nK=*", "K=*\nx y", "K=\"*\" # x", "K='*' ; x", "K='*', # x", "K='*' x",
        "K=\"a\\\"*\"", "K='a\\'*'", "K=* # x", "K=*# x", "K=\"\n*\n\"\nL=1", "K='\n*\nL=1", "K='\n*\n'\nL=1",
        "K='*'X", "K='*' X# y", "K='*';, # y", "K='*'\t# y", "A=1\nOPENAI_API_KEY=\n*",
        "A=1\nOPENAI_API_KEY=\n", "K=\"*\\\"", "K=a # b # *", "K=\"*\nL=\"1",
        "L=1\nK=*\n", "L=1\nM=2", "API_KEY=*", "KEY_OF_MINE=*", "OPENAI_API_KEY=\nK=*", "K=\nOPENAI_API_KEY=*",
        "OPENAI_API_KEY=*\nOPENAI_KEY=x", "OPENAI_API_KEY=x\nOPENAI_KEY=*", "api-key=*", "X-Api-Key=*",
        "authorization=*",
        "region=eu-west-1\nopenai_api_key=*")},
    "key that ends in padding": "ABSK" + base64.b64encode(b"x" * 58).decode(),
    "word that ends in padding": s.filler(25) + "==", "word of 24 letters that ends in padding": s.filler(24) + "==",
    "word with a value": s.filler(25) + "==x",
    "AWS pair": PLAIN, "AWS pair, of a region": f"{PLAIN}AWS_REGION=eu-west-2\n",
    "AWS pair, of the usual settings": (f"{PLAIN}AWS_DEFAULT_REGION=eu-west-2\n", "eu-west-1"),
    "AWS pair and a Mesh key": f"{PLAIN}MESH_API_KEY={s.mesh_key()}\nOPENAI_API_KEY={KEY}\n",
    "AWS pair behind a Mesh key": f"MESH_API_KEY={s.mesh_key()}\n{PLAIN}",
    "AWS pair behind an empty key": f"OPENAI_API_KEY=\n{PLAIN}",
    "AWS pair without a default": f"[work]\n{INI}[other]\n{INI}",
    "AWS pair with a default": f"[work]\n{INI}[default]\n{INI}",
    "AWS pair before a section": f"{INI}[work]\nregion = x\n", "AWS pair in one section": f"[work]\n{INI}",
    "AWS pair of Terraform": f'access_key = "{PAIR_ID}"\nsecret_key = "{s.SECRET}"\nregion = "eu-west-1"\n',
    "AWS pair of empty variables": "AWS_ACCESS_KEY_ID=\nAWS_SECRET_ACCESS_KEY=\n",
    "AWS console's table": f"Access key ID,Secret access key\n\n{PAIR_ID},{s.SECRET}\nx,y\n",
    "AWS console's table in quotes": f'"Access key ID", "Secret access key"\n"{PAIR_ID}","{s.SECRET}"\n',
    "AWS console's table of a user": f"User name,Access key ID,Secret access key\nme,{PAIR_ID},{s.SECRET}\n",
    "AWS console's table without a line": "Access key ID,Secret access key\n",
    "table of another": f"Name,Key\nx,{KEY}\n",
    "variables of no kind": "A=1\nB=2\n", "one variable of no kind": "A=1\n", "empty variable of no kind": "A=\n",
    "two empty variables": "OPENAI_API_KEY=\nMESH_API_KEY=\n", "values of two kinds": f"A={s.mesh_key()}\nB={KEY}\n",
}  # fmt: skip

# What no finding is named for.
OTHERS: dict[str, str | bytes | tuple[str, str]] = {
    "OpenAI service account, once": s.openai_key("sk-service-"),
    "OpenAI service account, with its name": f"sk-my-bot-{OLD}T3BlbkFJ{OLD}",
    "OpenAI service account, of another length": s.openai_key("sk-svcacct-", 60),
    "OpenAI user key, of a project": s.openai_key("sk-None-"),
    "OpenAI user key, of a project, shorter": s.openai_key("sk-None-", half=58),
    "OpenAI admin key, short": s.openai_key("sk-admin-", 58),
    "OpenAI key without marker, of a usual length": "sk-" + s.filler(48),
    "OpenAI key, two at once": s.openai_key() + s.openai_key("sk-svcacct-"),
    "OpenAI key, one half too long": s.openai_key() + "x",
    "OpenAI key too short to be doubled": f"OPENAI_API_KEY={s.filler(10) * 2}",
    "OpenAI key just long enough to be doubled": f"OPENAI_API_KEY={OLD * 2}",
    "OpenAI project": "proj_" + OLD,
    "OpenAI user, shortest": "user-" + OLD[:8],
    "a word behind user": "user-" + OLD[:7],
    "OpenAI organisation, longest": "org-" + OLD * 2,
    "what is too long for an organisation": "org-" + OLD * 2 + "x",
    "OpenAI user": "user-" + OLD,
    "blank": " \n ",
    "key behind a value of several lines": f'NOTE="first\nOPENAI_API_KEY=x\nlast"\nOPENAI_API_KEY={s.openai_key()}\n',
    "key behind a quote that is never closed": f'NOTE="first\nOPENAI_API_KEY={s.openai_key()}\n',
    "Mesh key, not of ASCII": s.mesh_key()[:20] + "–" + s.mesh_key()[21:],
    "Google file of another kind, with its universe": DUMP({"type": "robot", "universe_domain": "googleapis.com"}),
    "Azure key, new": f"{s.filler(52)}JQQJ99{s.filler(26)}",
    "Bedrock key, with its Region": (s.long_term(), "eu-west-3"),
    "Bedrock key of an account that is none": (s.long_term("12345"), "eu-west-3"),
    "Bedrock key, inside other fields": DUMP({"api_key": s.long_term(), "region": "eu-west-3", "expiration": "soon"}),
    "Google web client": DUMP({"web": {"client_id": "x", "client_secret": "y"}}),
    "Google user without type": DUMP({"refresh_token": "x", "client_id": "y"}),
    "Google impersonation without type": DUMP({"source_credentials": {}, "service_account_impersonation_url": "x"}),
    "Google federation without type": DUMP({"credential_source": {}, "audience": "x"}),
    "Google key, new": "AQ." + s.filler(50),
    "service account, its location beside it": (DUMP(s.account()), "europe-west4"),
    "service account, project and e-mail unfit": DUMP(s.account(project_id="a/../b", client_email="nobody")),
    "service account, location unfit": DUMP(s.account(region="evil.example/#")),
    "Mesh's twin": "msh_" + s.filler(30),
    "Mesh's other twin": "msy_" + s.filler(30),
    **BEDROCK,
    **MESH,
    **OPENAI,
    **PASTED,
    **BARE,
    **GOOGLE,
    **ASSIGNED,
    **{
        f"key of {vendor}": prefix + s.filler(40)
        for prefix, vendor in (
            ("sk-or-", "OpenRouter"), ("sk-lf-", "Langfuse"), ("gsk_", "Groq"), ("xai-", "xAI"),
            ("hf_", "Hugging Face"),
            ("r8_", "Replicate"), ("pplx-", "Perplexity"), ("nvapi-", "NVIDIA"), ("csk-", "Cerebras"),
            ("fw_", "Fireworks"), ("ghp_", "GitHub"), ("github_pat_", "GitHub, new"),
        )
    },
}  # fmt: skip
GIVEN: dict[str, str | bytes | tuple[str, str]] = {
    **TEXTS,
    **{name: text for name, (text, _) in VALID.items()},
    **{f"AWS keys, {name}": text for name, (text, _) in READ.items()},
    **OTHERS,
}
READINGS = dict(
    line.split("\t", 1) for line in (Path(__file__).parent / "readings.txt").read_text().splitlines() if line[0] != "#"
)
"""Written down once more, apart from the code, so that nothing of it changes unseen."""


def describe(name: str) -> str:
    given = GIVEN[name]
    text, region = given if isinstance(given, tuple) else (given, "")
    read = s.read(text, region=region)
    sent = f"{'usable' if read.usable else 'refused'} {read.shown}" if read.material else "unread"
    hidden = sum(isinstance(each, Secret) for each in read.hidden)
    vendor = [f.title for f in read.findings if f.id in ("vendor.other", "mesh.lookalike", "openai.id")]
    facts = "; ".join([*vendor, *(f"{label} {value}" for label, value in read.facts.items())])
    # A private key is another one in each run: what is told of it is in test_pem.py.
    findings = " ".join(f.id if f.id.startswith("pem.") else s.tell(f) for f in read.findings)
    return f"{read.kind.id} {sent}, {hidden} hidden [{findings}] {facts}".rstrip()


@pytest.mark.parametrize("name", GIVEN)
def test_this_is_read_of_it_and_nothing_else(name: str):
    """A new text needs its line in readings.txt: what this test says was read."""
    assert describe(name) == READINGS.get(name)


def test_each_reading_is_of_a_text():
    assert sorted(READINGS) == sorted(GIVEN)
