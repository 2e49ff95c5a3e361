"""Whose credential a request of somebody's own program carries, read from its head or its form alone."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from meshtui.base.credential import Source
from meshtui.base.exchange import Exchange, Request
from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.tap.attribution import (
    MAX_ISSUED,
    Attribution,
    KnownCredential,
    describe_kind,
    describe_origin,
    describe_source,
    find_doubts,
    find_known,
    find_vendor,
)
from meshtui.tap.attribution import is_placeholder as is_example
from meshtui.tap.observed_calls import NOT_SENT, ObservedCall, ObservedRequest, Scheme, SentCredential
from meshtui.tap.sent_credentials import MAX_SECRETS, Secrets, read_credentials, read_grant, read_issued
from tests.credentials import samples as s

OPENAI, MESH, TOKEN = s.openai_key(), s.mesh_key(), "ya29." + s.filler(60)
# These live as long as the tests: of letters that no other test's text has in this order.
OTHERS = tuple(s.filler(length, "zyxwvu97531") for length in (32, 39, 20))
SIGNED = f"AWS4-HMAC-SHA256 Credential={s.key_id()}/20261123/eu-west-3/bedrock/aws4_request, SignedHeaders=host"


def sent(scheme: Scheme, name: str, secret: str = "", scope: str = "", issuer: str = "") -> SentCredential:
    return SentCredential(scheme, name, Secret(secret) if secret else None, scope, issuer)


# Headers and query → what is read as the credential, the one that decides first.
HEADS = {
    "a bearer token": ([("Authorization", f"Bearer {OPENAI}")], "", (sent(Scheme.BEARER, "Authorization", OPENAI),)),
    "in small letters, with blanks": (
        [("authorization", f" bearer  {OPENAI} ")], "", (sent(Scheme.BEARER, "authorization", OPENAI),)),
    "a bearer token that is empty": ([("Authorization", "Bearer ")], "", (sent(Scheme.BEARER, "Authorization"),)),
    "user and password": (
        [("Authorization", "Basic dXNlcjpwdw==")], "", (sent(Scheme.BASIC, "Authorization", "dXNlcjpwdw=="),)),
    "a password that is empty": ([("Authorization", "Basic")], "", (sent(Scheme.BASIC, "Authorization"),)),
    "a key without scheme": ([("Authorization", OPENAI)], "", (sent(Scheme.OTHER, "Authorization", OPENAI),)),
    "nothing": ([("Authorization", "")], "", (sent(Scheme.OTHER, "Authorization"),)),
    "an AWS signature": (
        [("Authorization", SIGNED)], "", (sent(Scheme.SIGV4, "Authorization", s.key_id(), "eu-west-3/bedrock"),)),
    "headers for keys": (
        [("X-API-Key", MESH), ("api-key", OTHERS[0]), ("x-goog-api-key", OTHERS[1]), ("x-sso_bearer_token", OTHERS[2])],
        "",
        (sent(Scheme.API_KEY, "X-API-Key", MESH), sent(Scheme.API_KEY, "api-key", OTHERS[0]),
         sent(Scheme.API_KEY, "x-goog-api-key", OTHERS[1]), sent(Scheme.API_KEY, "x-sso_bearer_token", OTHERS[2]))),
    "an empty header for keys": ([("x-api-key", " ")], "", ()),
    "in the address": (
        [], "alt=sse&key=abc&API_KEY=def&access_token=ghi&key=",
        (sent(Scheme.QUERY, "key", "abc"), sent(Scheme.QUERY, "API_KEY", "def"),
         sent(Scheme.QUERY, "access_token", "ghi"))),
    "more than one": (
        [("x-api-key", MESH), ("Authorization", f"Bearer {OPENAI}")], "key=abc",
        (sent(Scheme.BEARER, "Authorization", OPENAI), sent(Scheme.API_KEY, "x-api-key", MESH),
         sent(Scheme.QUERY, "key", "abc"))),
    "none": ([("Accept", "*/*")], "alt=sse", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_the_credentials_of_a_head_are_read_the_one_that_decides_first(name: str):
    headers, query, expected = HEADS[name]
    assert read_credentials(headers, query, Secrets()) == expected


def test_a_session_token_is_hidden_and_named_to_nobody():
    kept = Secrets()
    assert read_credentials([("X-Amz-Security-Token", "t0ken-of-some-session")], "", kept) == ()
    assert "t0ken" not in redact("it was t0ken-of-some-session")


def coded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


ASSERTION = f"{coded({'kid': 'k1'})}.{coded({'iss': 'a@b.example'})}.sig"
GRANTS = {
    f"grant_type=x&assertion={ASSERTION}": sent(Scheme.GRANT, "assertion", scope="k1", issuer="a@b.example"),
    "assertion=no.jwt": sent(Scheme.GRANT, "assertion"),
    f"assertion={coded([1])}.{coded('x')}": sent(Scheme.GRANT, "assertion"),
    "refresh_token=r-e-f-r-e-s-h&client_id=c": sent(Scheme.GRANT, "refresh_token", "r-e-f-r-e-s-h", issuer="c"),
    "refresh_token=r-e-f-r-e-s-h": sent(Scheme.GRANT, "refresh_token", "r-e-f-r-e-s-h"),
    "subject_token=s-u-b-j-e-c-t": sent(Scheme.GRANT, "subject_token", "s-u-b-j-e-c-t"),
    "client_secret=s-e-c-r-e-t": NOT_SENT,
    "": NOT_SENT,
}


@pytest.mark.parametrize("body", GRANTS)
def test_the_credential_of_a_token_request_is_read_from_its_form(body: str):
    assert read_grant(body, Secrets()) == GRANTS[body]


def test_every_secret_of_a_token_request_is_hidden_from_then_on():
    values = {"client_secret": "c-l-i-e-n-t", "subject_token": "s-u-b-j-e-c-t", "assertion": "a-s-s-e-r-t"}
    for name, value in values.items():
        kept = Secrets()
        read_grant(f"{name}={value}", kept)
        assert redact(f"<{value}>") == "<…>"
        del kept


ISSUED = {
    '{"access_token": "a-t-o-k-e-n", "id_token": "i-t-o-k-e-n", "accessToken": ""}': ["a-t-o-k-e-n", "i-t-o-k-e-n"],
    '{"accessToken": "a-t-o-k-e-n", "expires_in": 7}': ["a-t-o-k-e-n"],
    '{"access_token": 7}': [],
    '{"access_token": "cut': [],
    "[]": [],
    f"<R><AccessKeyId>{s.key_id('ASIA')}</AccessKeyId><SecretAccessKey>{s.SECRET}</SecretAccessKey></R>": [
        s.key_id("ASIA")],
    "<AccessKeyId>short</AccessKeyId>": [],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize("body", ISSUED)
def test_what_an_answer_hands_out_is_read_from_it(body: str):
    assert [secret.reveal() for secret in read_issued(body, Secrets())] == ISSUED[body]


def test_the_secret_and_the_session_that_come_with_a_key_id_are_hidden():
    kept = Secrets()
    list(
        read_issued(
            "<SecretAccessKey>abcdefgh12345678</SecretAccessKey><SessionToken>stuvwxyz-12345678</SessionToken>", kept
        )
    )
    assert redact("abcdefgh12345678, stuvwxyz-12345678") == "…5678, …5678"


def test_a_value_is_one_secret_and_the_oldest_are_forgotten():
    kept = Secrets()
    first, second = kept.keep("value-0"), kept.keep("value-1")
    assert kept.keep("value-0") is first
    for number in range(2, MAX_SECRETS + 1):
        kept.keep(f"value-{number}")
    assert kept.keep("value-0") is first  # used last before the others came
    assert kept.keep("value-1") is not second


KINDS = {
    OPENAI: ("an OpenAI key", "OpenAI"), MESH: ("a Mesh key", "Mesh API"),
    s.long_term(): ("a Bedrock API key", "AWS"), s.key_id("ASIA"): ("temporary AWS keys", "AWS"),
    s.key_id(): ("an AWS key pair", "AWS"), TOKEN: ("a Google access token", "Google"),
    "AIza" + s.filler(35): ("a key of Google", "Google"), "AQ." + s.filler(40): ("a key of Google", "Google"),
    "org-" + s.filler(24): ("a key of no known form", ""),
    "ABIA" + "Q7Z9" * 4: ("an AWS key pair", "AWS"), "ACCA" + "Q7Z9" * 4: ("an AWS key pair", "AWS"),
    "AKIA" + "Q7Z9" * 2: ("a key of no known form", ""), "1//0" + s.filler(60): ("a key of Google", "Google"),
    "eyJ" + s.filler(40): ("a signed token (JWT)", ""), "gsk_" + s.filler(40): ("a key of Groq", "Groq"),
    "sk-ant-" + s.filler(40): ("a key of Anthropic", "Anthropic"), s.filler(40): ("a key of no known form", ""),
}  # fmt: skip


@pytest.mark.parametrize("key", KINDS, ids=range(len(KINDS)))
def test_what_a_key_is_and_whose_is_told_by_its_look(key: str):
    assert (describe_kind(key), find_vendor(key)) == KINDS[key]


@pytest.mark.parametrize("text", ["your-api-key", "sk-proj-…wxyz", "${OPENAI_API_KEY}", "sk-xxxx", "changeme"])
def test_what_nobody_replaced_is_a_placeholder(text: str):
    assert is_example(text)


@pytest.mark.parametrize("text", [OPENAI, MESH, s.filler(40), "your-api-key" + "x" * 60])
def test_a_key_is_none(text: str):
    assert not is_example(text)


def request(
    provider: str, credential: SentCredential, *, host: str = "", method: str = "POST", path: str = "/v1/chat"
) -> ObservedRequest:
    return ObservedRequest(1, provider, "chat", host or f"{provider}.example", method, path, credential)


BEARER = sent(Scheme.BEARER, "Authorization", OPENAI)
SIGV4 = sent(Scheme.SIGV4, "Authorization", s.key_id(), "eu-west-3/bedrock")
PARIS, DUBLIN = "bedrock-runtime.eu-west-3.amazonaws.com", "bedrock-runtime.eu-west-1.amazonaws.com"
DOUBTS = {
    "its own key": (request("openai", BEARER), []),
    "no key": (request("openai", NOT_SENT), ["no-key"]),
    "an empty bearer": (request("openai", sent(Scheme.BEARER, "Authorization")), ["no-key"]),
    "a host of nobody": (request("", NOT_SENT), []),
    "not reached": (request("openai", NOT_SENT, method="CONNECT"), []),
    "a placeholder": (request("openai", sent(Scheme.BEARER, "Authorization", "your-api-key")), ["placeholder"]),
    "a key in the wrong header": (request("openai", sent(Scheme.API_KEY, "api-key", OPENAI)), ["wrong-header"]),
    "Mesh's other header, where it is read": (
        request("mesh", sent(Scheme.API_KEY, "x-api-key", MESH), path="/v1/messages"), []),
    "Mesh's other header elsewhere": (request("mesh", sent(Scheme.API_KEY, "x-api-key", MESH)), ["wrong-header"]),
    "another's key": (request("mesh", BEARER), ["foreign-key"]),
    "another's key, in the wrong header": (
        request("openai", sent(Scheme.API_KEY, "x-api-key", MESH)), ["wrong-header", "foreign-key"]),
    "a key whose owner the look does not tell": (
        request("openai", sent(Scheme.BEARER, "Authorization", s.filler(40))), []),
    "a signature": (request("bedrock", SIGV4, host=PARIS), []),
    "a signature for another region": (request("bedrock", SIGV4, host=DUBLIN), ["wrong-region"]),
    "a signature without region": (
        request("bedrock", sent(Scheme.SIGV4, "Authorization", s.key_id()), host=DUBLIN), []),
    "Bedrock's key": (request("bedrock", sent(Scheme.BEARER, "Authorization", s.long_term()), host=PARIS), []),
    "Google's token": (request("vertex", sent(Scheme.BEARER, "Authorization", TOKEN)), []),
    "Google's key": (request("vertex", sent(Scheme.QUERY, "key", "AIza" + s.filler(35))), []),
    "an assertion": (request("vertex", sent(Scheme.GRANT, "assertion", issuer="a@b.example")), []),
    "a token request without a key": (
        request("vertex", NOT_SENT, host="oauth2.googleapis.com", path="/token"), []),
    "the exchange of a token": (request("vertex", NOT_SENT, host="sts.googleapis.com", path="/v1/token"), []),
    "another path there": (request("vertex", NOT_SENT, host="sts.googleapis.com", path="/v1/tokens"), ["no-key"]),
    "a sign-in": (request("bedrock", NOT_SENT, host="oidc.eu-west-1.amazonaws.com", path="/client/register"), []),
    "its token": (request("bedrock", NOT_SENT, host="oidc.eu-west-1.amazonaws.com", path="/token"), []),
    "its device": (request("bedrock", NOT_SENT, host="oidc.eu-west-1.amazonaws.com", path="/device_authorization"), []),
    "its page": (
        request("bedrock", NOT_SENT, host="oidc.eu-west-1.amazonaws.com", method="GET", path="/authorize?x=y"), []),
    "another call there": (
        request("bedrock", NOT_SENT, host="oidc.eu-west-1.amazonaws.com", path="/x/token"), ["no-key"]),
    "an assertion, which names no region": (
        request("bedrock", sent(Scheme.GRANT, "assertion", scope="k1", issuer="a@b.example"), host=DUBLIN),
        ["wrong-header"]),
    "the same path elsewhere": (request("vertex", NOT_SENT, path="/token"), ["no-key"]),
    "a token that is only read": (
        request("vertex", NOT_SENT, host="oauth2.googleapis.com", method="GET", path="/token?x=y"), []),
    "another path of tokens": (
        request("vertex", NOT_SENT, host="oauth2.googleapis.com", path="/tokeninfo"), ["no-key"]),
    "an exchange that is only read": (
        request("vertex", NOT_SENT, host="sts.googleapis.com", method="GET", path="/v1/token"), ["no-key"]),
    "Mesh's header at another provider, at that path": (
        request("openai", sent(Scheme.API_KEY, "x-api-key", OPENAI), path="/v1/messages"), ["wrong-header"]),
    "Google's header": (request("vertex", sent(Scheme.API_KEY, "x-goog-api-key", "AQ." + s.filler(40))), []),
    "a password": (request("vertex", sent(Scheme.BASIC, "Authorization", TOKEN)), ["wrong-header"]),
    "a bearer key that has no region": (request("bedrock", BEARER, host=DUBLIN), ["foreign-key"]),
    "a signature where no region is named": (request("bedrock", SIGV4, host="iam.amazonaws.com"), []),
    "a signature for GovCloud": (
        request("bedrock", sent(Scheme.SIGV4, "Authorization", s.key_id(), "us-gov-west-1/bedrock"),
                host="bedrock-runtime.us-gov-east-1.amazonaws.com"), ["wrong-region"]),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_what_speaks_against_a_credential_is_known_before_the_answer(name: str):
    asked, expected = DOUBTS[name]
    doubts = list(find_doubts(asked))
    assert [doubt.id for doubt in doubts] == expected
    assert all(doubt.text and doubt.step.endswith((".", "program.")) for doubt in doubts)


def test_a_key_that_went_to_the_wrong_place_is_told_with_both_owners():
    (doubt,) = find_doubts(request("mesh", BEARER, host="api.meshapi.ai"))
    assert doubt.text == "a key of OpenAI was sent to api.meshapi.ai, which is Mesh's"
    (doubt,) = find_doubts(request("bedrock", SIGV4, host=DUBLIN))
    assert doubt.text == "the signature is for eu-west-3, and the host is in eu-west-1"


@pytest.fixture
def machine(tmp_path: Path) -> Attribution:
    """A shell with keys, a .env that has one of them again and another, a service account, and a profile of AWS."""
    (tmp_path / ".env").write_text(f"# ours\nOPENAI_API_KEY={OPENAI}\nMESH_API_KEY={MESH}\n")
    account = tmp_path / "account.json"
    account.write_text(json.dumps(s.account()))
    (tmp_path / "config").write_text("[profile work]\nsso_session = x\n")
    (tmp_path / "credentials").write_text(
        f"[pair]\naws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\n"
    )
    for file in tmp_path.iterdir():
        file.chmod(0o600)
    environ = {
        "OPENAI_API_KEY": OPENAI, "GOOGLE_APPLICATION_CREDENTIALS": str(account), "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }  # fmt: skip
    return find_known(environ, str(tmp_path), "the shell's")


def test_a_key_of_this_machine_is_told_with_every_place_where_it_stands(machine: Attribution):
    told = machine.attribute(request("openai", BEARER))
    assert told.sent == f"{Secret(OPENAI).masked} ({Secret(OPENAI).fingerprint})"
    assert told.origin == "it comes from the shell's OPENAI_API_KEY and from line 2 of .env (OPENAI_API_KEY)"
    assert (told.fingerprint, told.doubts) == (Secret(OPENAI).fingerprint, ())
    assert told.known is not None
    assert (told.known.provider, told.known.kind) == ("openai", "OpenAI key")
    mesh = machine.attribute(request("mesh", sent(Scheme.BEARER, "Authorization", MESH)))
    assert mesh.origin == "it comes from line 3 of .env (MESH_API_KEY)"


def test_a_key_of_elsewhere_is_told_by_its_look_and_temporary_keys_with_the_profiles_that_may_have_them(
    machine: Attribution,
):
    strange = machine.attribute(request("openai", sent(Scheme.BEARER, "Authorization", OPENAI[:-1] + "Z")))
    assert strange.known is None
    assert strange.origin == "an OpenAI key that none of this machine's usual places holds"
    assert strange.fingerprint == Secret(OPENAI[:-1] + "Z").fingerprint
    temporary = machine.attribute(request("bedrock", sent(Scheme.SIGV4, "Authorization", s.key_id("ASIA"))))
    assert temporary.origin.startswith(
        "temporary AWS keys, which this run did not see being issued; profiles that may: "
    )
    assert "work" in temporary.origin
    foreign = machine.attribute(request("vertex", sent(Scheme.GRANT, "assertion", issuer="x@y.example")))
    assert foreign.sent == "an assertion signed for x@y.example"
    assert foreign.origin == "a service account's assertion that none of this machine's usual places holds"


def test_nothing_sent_and_nothing_reached_are_told_as_that(machine: Attribution):
    assert machine.attribute(request("openai", NOT_SENT)).sentence == "sent no key"
    assert machine.attribute(request("openai", BEARER, method="CONNECT")).sentence == "sent nothing"
    assert machine.attribute(request("openai", BEARER)).sentence.startswith("sent sk-proj-…")


def test_a_service_account_is_known_by_whom_its_assertion_names(machine: Attribution):
    account = s.account()
    for key_id in (account["private_key_id"], "another", ""):
        grant = sent(Scheme.GRANT, "assertion", scope=key_id, issuer=account["client_email"])
        known = machine.attribute(request("vertex", grant)).known
        assert known is not None
        assert known.shown == account["client_email"]


TOKENS = Exchange("vertex", "token", Request("POST", "https://oauth2.googleapis.com/token"), 0.0)


def issuing(asked: ObservedRequest, *values: str) -> ObservedCall:
    return ObservedCall(asked, TOKENS, 1, issued=tuple(map(Secret, values)))


def test_a_token_that_this_run_saw_being_issued_is_told_with_whose_it_is(machine: Attribution):
    account = s.account()
    grant = request("vertex", sent(Scheme.GRANT, "assertion", issuer=account["client_email"]))
    machine.learn_issued(issuing(grant, TOKEN), machine.attribute(grant))
    told = machine.attribute(request("vertex", sent(Scheme.BEARER, "Authorization", TOKEN)))
    assert told.known is not None
    assert told.origin.startswith(f"an access token, issued a moment ago for {account['client_email']}; it comes from ")
    stranger = request("vertex", sent(Scheme.GRANT, "assertion", issuer="x@y.example"))
    machine.learn_issued(issuing(stranger, s.key_id("ASIA")), machine.attribute(stranger))
    told = machine.attribute(request("bedrock", sent(Scheme.SIGV4, "Authorization", s.key_id("ASIA"))))
    assert told.origin == "temporary AWS keys, issued a moment ago for x@y.example"


def test_of_the_tokens_that_were_issued_the_oldest_are_forgotten():
    known = Attribution()
    asked = request("vertex", sent(Scheme.GRANT, "assertion", issuer="x@y.example"))
    for number in range(MAX_ISSUED + 1):
        known.learn_issued(issuing(asked, f"token-{number}"), known.attribute(asked))
    first = known.attribute(request("vertex", sent(Scheme.BEARER, "Authorization", "token-0")))
    second = known.attribute(request("vertex", sent(Scheme.BEARER, "Authorization", "token-1")))
    assert "issued" not in first.origin
    assert "issued" in second.origin


def test_the_key_pair_of_a_profile_is_read_when_its_id_is_seen(machine: Attribution):
    keys = machine.find_keys(s.key_id())
    assert keys is not None
    assert keys.secret_access_key.reveal() == s.SECRET
    assert machine.find_keys(s.key_id("ASIA")) is None
    assert machine.find_keys(OPENAI) is None


def test_what_is_wrong_is_said_with_what_to_do():
    (none,) = find_doubts(request("openai", NOT_SENT))
    assert none.text == "the request carries no key: OpenAI will refuse it"
    assert none.step.startswith("OpenAI reads `Authorization: Bearer KEY` only. Set the variable")
    (empty,) = find_doubts(request("mesh", sent(Scheme.BEARER, "Authorization")))
    assert empty.text == "the header Authorization holds no key: Mesh will refuse it"
    assert empty.step.startswith("Mesh reads `Authorization: Bearer KEY` (x-api-key only at /v1/messages). Set")
    (example,) = find_doubts(request("bedrock", sent(Scheme.BEARER, "Authorization", "your-api-key")))
    assert example.text == "what was sent as the key is a placeholder (12 characters of example text)"
    (header,) = find_doubts(request("bedrock", sent(Scheme.API_KEY, "x-api-key", s.long_term()), host=PARIS))
    assert header.text == "the key came as x-api-key, which AWS Bedrock does not read"
    assert header.step == "Bedrock reads an AWS signature or a bearer token."
    (unnamed,) = find_doubts(request("vertex", sent(Scheme.BASIC, "", TOKEN)))
    assert unnamed.text == f"the key came as {Scheme.BASIC}, which Google Vertex AI does not read"
    assert unnamed.step == "Vertex reads `Authorization: Bearer TOKEN`, or an API key in x-goog-api-key."
    (foreign,) = find_doubts(request("vertex", sent(Scheme.BEARER, "Authorization", MESH)))
    assert "replace it at Mesh API. Then give the program Google Vertex AI's key" in foreign.step


PLACES = {
    "the shell's OPENAI_API_KEY": Source("env", "OPENAI_API_KEY"),
    "line 3 of .env (OPENAI_API_KEY)": Source("dotenv", "/home/me:x/.env:3 OPENAI_API_KEY"),
    "a line of a .env file, /home/me/.env": Source("dotenv", "/home/me/.env"),
    "a file, /home/me/.env:3 KEY": Source("file", "/home/me/.env:3 KEY"),
    "typed or pasted": Source("paste"),
    "elsewhere, x": Source("elsewhere", "x"),
}


@pytest.mark.parametrize("said", PLACES)
def test_where_a_key_stands_is_said_as_people_look_for_it(said: str):
    assert describe_source(PLACES[said], "the shell's") == said


def known_at(*sources: str, shadowed_by: str = "") -> KnownCredential:
    return KnownCredential("sk-…", "1a2b", "OpenAI key", "openai", sources, shadowed_by)


def test_three_places_of_a_key_are_named_and_what_stands_before_them():
    assert describe_origin(known_at("a", "b", "c", "d")) == "it comes from a and from b and from c"
    told = describe_origin(known_at("line 2 of .env (OPENAI_API_KEY)", shadowed_by="env OPENAI_API_KEY"), "the shell's")
    assert told == (
        "it comes from line 2 of .env (OPENAI_API_KEY), which the shell's OPENAI_API_KEY does not override here"
    )


def test_a_key_that_one_of_its_places_gives_is_overridden_by_nothing(tmp_path: Path):
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={OPENAI}\n")
    (tmp_path / ".env").chmod(0o600)
    other = OPENAI[:-4] + "Zz9Y"
    for shell, before in ((other, "which the shell's OPENAI_API_KEY does not override here"), (OPENAI, "")):
        found = find_known({"OPENAI_API_KEY": shell, "HOME": str(tmp_path)}, str(tmp_path), "the shell's")
        assert ("does not override" in found.attribute(request("openai", BEARER)).origin) == bool(before)
        assert found.attribute(request("openai", BEARER)).origin.endswith(before)


def test_of_what_was_issued_for_a_stranger_his_key_is_named(machine: Attribution):
    other = sent(Scheme.GRANT, "refresh_token", "r-e-f-r-e-s-h-t-o-k-e-n")
    asked = request("vertex", other)
    machine.learn_issued(issuing(asked, TOKEN), machine.attribute(asked))
    told = machine.attribute(request("vertex", sent(Scheme.BEARER, "Authorization", TOKEN)))
    assert told.origin == f"an access token, issued a moment ago for {machine.attribute(asked).sent}"
    assert "r-e-f-r-e-s-h" not in told.origin


def test_an_issuer_is_shown_on_one_line_and_cut(machine: Attribution):
    told = machine.attribute(request("vertex", sent(Scheme.GRANT, "assertion", issuer="x" * 100)))
    assert told.sent == "an assertion signed for " + "x" * 79 + "…"


@pytest.mark.parametrize(("length", "is_one"), [(48, True), (49, False)])
def test_only_what_is_shorter_than_a_key_may_be_example_text(length: int, is_one: bool):
    assert is_example("x" * length) is is_one
    assert is_example("sk-" + "*" * (length - 3)) is is_one


def test_a_reference_that_nobody_filled_in_is_none_of_a_key_however_long():
    assert is_example("${" + "A" * 90 + "}")
