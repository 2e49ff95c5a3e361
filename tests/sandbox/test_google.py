"""Google's token endpoint believes only a right assertion, and Vertex only a right token."""

from __future__ import annotations

import time
from typing import Any

import google.auth.crypt
import google.auth.jwt
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import GENERATE, assertion, at, bearer, generate, token, vertex_url

BAD_SIGNATURE = "Invalid JWT Signature."
WRONG_TIME = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."


@pytest.fixture(scope="module")
def stranger() -> google.auth.crypt.RSASigner:
    """Another key of the same size."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return google.auth.crypt.RSASigner.from_string(pem.decode())


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


def test_a_right_assertion_gets_a_token_that_works(sandbox: Sandbox, http: httpx.Client):
    answer = token(sandbox, http)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    assert 3500 < answer.json()["expires_in"] <= 3600
    assert generate(sandbox, http, access=answer.json()["access_token"]).status_code == 200


# Numbers are seconds from now; None leaves the claim out.
@pytest.mark.parametrize(
    ("claims", "status", "error", "says"),
    [
        ({"iss": "nobody@meshtui-sandbox.iam.gserviceaccount.com"}, 400, "invalid_grant", "account not found"),
        ({"iss": None}, 400, "invalid_grant", "account not found"),
        ({"aud": "https://evil.example/token"}, 400, "invalid_grant", "Failed audience check"),
        ({"aud": None}, 400, "invalid_grant", "Failed audience check"),
        ({"iat": -7200, "exp": -3600}, 400, "invalid_grant", WRONG_TIME),
        ({"iat": 3600, "exp": 7200}, 400, "invalid_grant", WRONG_TIME),
        ({"iat": 0, "exp": 7200}, 400, "invalid_grant", WRONG_TIME),
        ({"iat": 0, "exp": -1}, 400, "invalid_grant", WRONG_TIME),
        ({"exp": "soon"}, 400, "invalid_grant", WRONG_TIME),
        ({"scope": None}, 400, "invalid_scope", "Invalid OAuth scope"),
        ({"scope": ""}, 400, "invalid_scope", "Invalid OAuth scope"),
        ({"scope": "cloud-platform"}, 400, "invalid_scope", "Invalid OAuth scope"),
        ({"sub": "somebody@example.com"}, 401, "unauthorized_client", "Client is unauthorized"),
    ],
)
def test_a_claim_that_is_not_right_is_named(
    sandbox: Sandbox, http: httpx.Client, claims: dict[str, Any], status: int, error: str, says: str
):
    now = int(time.time())
    absolute = {key: now + value if isinstance(value, int) else value for key, value in claims.items()}
    code, got, description = refused(token(sandbox, http, assertion(sandbox, **absolute)))
    assert (code, got, says in description) == (status, error, True)


def test_another_keys_signature_is_refused(sandbox: Sandbox, http: httpx.Client, stranger: Any):
    key_id = at(sandbox, "vertex", "service_account")["private_key_id"]
    jwt = assertion(sandbox, signer=stranger, header={"kid": key_id})
    assert refused(token(sandbox, http, jwt)) == (400, "invalid_grant", BAD_SIGNATURE)


def test_an_unknown_key_id_is_refused(sandbox: Sandbox, http: httpx.Client):
    pem = at(sandbox, "vertex", "service_account")["private_key"]
    jwt = assertion(sandbox, signer=google.auth.crypt.RSASigner.from_string(pem, key_id="f" * 40))
    assert refused(token(sandbox, http, jwt)) == (400, "invalid_grant", BAD_SIGNATURE)


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_changed_assertion_is_refused(sandbox: Sandbox, http: httpx.Client, where: int):
    parts = assertion(sandbox).split(".")
    part = parts[where]
    parts[where] = part[:20] + ("A" if part[20] != "A" else "B") + part[21:]
    assert token(sandbox, http, ".".join(parts)).status_code == 400


def test_no_signature_at_all_is_refused(sandbox: Sandbox, http: httpx.Client):
    header, claims, _ = assertion(sandbox, header={"alg": "none"}).split(".")
    assert refused(token(sandbox, http, f"{header}.{claims}."))[2] == BAD_SIGNATURE


@pytest.mark.parametrize("junk", ["x", "a.b.c", "..", "é.é.é", "e30.W10.AA"])
def test_junk_is_a_bad_request(sandbox: Sandbox, http: httpx.Client, junk: str):
    assert token(sandbox, http, junk).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}, "invalid_request"),
    ],
)
def test_a_form_without_an_assertion_is_told_so(sandbox: Sandbox, http: httpx.Client, form, error: str):
    assert http.post(at(sandbox, "vertex", "token_uri"), data=form).json()["error"] == error


def test_the_sandboxs_own_address_is_an_audience_too(sandbox: Sandbox, http: httpx.Client):
    jwt = assertion(sandbox, aud=at(sandbox, "vertex", "token_uri"))
    assert token(sandbox, http, jwt).status_code == 200


@pytest.mark.parametrize(
    ("header", "status", "reason"),
    [
        ({}, 401, "CREDENTIALS_MISSING"),
        ({"authorization": "Bearer"}, 401, "CREDENTIALS_MISSING"),
        ({"authorization": "Bearer ya29.unknown"}, 401, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ],
)
def test_vertex_takes_nothing_but_its_tokens(sandbox: Sandbox, http: httpx.Client, header, status: int, reason: str):
    answer = http.post(vertex_url(sandbox, "generateContent"), json=GENERATE, headers=header)
    assert (answer.status_code, answer.json()["error"]["details"][0]["reason"]) == (status, reason)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_of_a_narrow_scope_is_told_so(sandbox: Sandbox, http: httpx.Client):
    jwt = assertion(sandbox, scope="https://www.googleapis.com/auth/devstorage.read_only")
    answer = generate(sandbox, http, access=token(sandbox, http, jwt).json()["access_token"])
    assert answer.status_code == 403
    assert answer.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_tokens_outlive_a_deleted_key_but_not_a_disabled_account(sandbox: Sandbox, http: httpx.Client):
    access = token(sandbox, http).json()["access_token"]
    sandbox.set_fault("vertex", "revoked")
    assert generate(sandbox, http, access=access).status_code == 200
    sandbox.set_fault("vertex", "disabled")
    answer = generate(sandbox, http, access=access)
    assert answer.json()["error"]["details"][0]["reason"] == "ACCOUNT_STATE_INVALID"


def test_the_certificates_prove_a_living_key_and_miss_a_deleted_one(sandbox: Sandbox, http: httpx.Client):
    account = at(sandbox, "vertex", "service_account")
    url = account["client_x509_cert_url"]
    certificate = x509.load_pem_x509_certificate(http.get(url).json()[account["private_key_id"]].encode())
    private = serialization.load_pem_private_key(account["private_key"].encode(), None)
    assert certificate.public_key() == private.public_key()
    sandbox.set_fault("vertex", "revoked")
    assert http.get(url).json() == {}
    assert http.get(url.replace("tester", "nobody")).status_code == 404


@pytest.mark.parametrize(
    ("where", "status", "says"),
    [
        ({"model": "gemini-9"}, 404, "was not found or your project does not have access to it"),
        ({"location": "moon-north1"}, 404, "was not found or your project does not have access to it"),
    ],
)
def test_what_is_not_served_there_is_not_found(sandbox: Sandbox, http: httpx.Client, where, status: int, says: str):
    answer = generate(sandbox, http, **where)
    assert (answer.status_code, says in answer.json()["error"]["message"]) == (status, True)


def test_a_foreign_project_is_refused(sandbox: Sandbox, http: httpx.Client):
    access = token(sandbox, http).json()["access_token"]
    url = vertex_url(sandbox, "generateContent").replace("projects/meshtui-sandbox", "projects/my-project")
    answer = http.post(url, json=GENERATE, headers=bearer(access))
    assert answer.json()["error"]["details"][0]["reason"] == "CONSUMER_INVALID"


def test_counting_tokens_needs_no_quota_and_permissions_need_no_permission(sandbox: Sandbox, http: httpx.Client):
    access = token(sandbox, http).json()["access_token"]
    url = f"{at(sandbox, 'vertex', 'base_url')}/v1/projects/meshtui-sandbox:testIamPermissions"
    wanted = {"permissions": ["aiplatform.endpoints.predict", "storage.objects.get"]}

    def held() -> Any:
        return http.post(url, json=wanted, headers=bearer(access)).json()

    assert held() == {"permissions": ["aiplatform.endpoints.predict"]}
    sandbox.set_fault("vertex", "quota_empty")
    assert generate(sandbox, http, "countTokens", access).json()["totalTokens"] == 6
    assert generate(sandbox, http, access=access).status_code == 429
    sandbox.set_fault("vertex", "no_permission")
    assert held() == {}
    assert generate(sandbox, http, "countTokens", access).status_code == 403


@pytest.mark.parametrize(("body", "status"), [(b"no json", 400), (b"{}", 400), (b"[1]", 400)])
def test_a_body_that_does_not_fit_is_an_invalid_argument(sandbox: Sandbox, http: httpx.Client, body, status: int):
    access = token(sandbox, http).json()["access_token"]
    answer = http.post(vertex_url(sandbox, "generateContent"), content=body, headers=bearer(access))
    assert (answer.status_code, answer.json()["error"]["status"]) == (status, "INVALID_ARGUMENT")


def test_a_wrong_path_is_told_in_html(sandbox: Sandbox, http: httpx.Client):
    answer = generate(sandbox, http, "generateContents")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_no_answer_with_a_token_is_to_be_kept_by_anybody(sandbox: Sandbox, http: httpx.Client):
    headers = token(sandbox, http).headers
    assert headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert headers["pragma"] == "no-cache"


@pytest.mark.parametrize(("length", "too_large"), [(64 * 1024, False), (64 * 1024 + 1, True)])
def test_a_form_of_64_kib_at_most_is_read(sandbox: Sandbox, http: httpx.Client, length: int, too_large: bool):
    answer = http.post(at(sandbox, "vertex", "token_uri"), content=b"x=" + b"y" * (length - 2))
    assert ("Request payload size exceeds the limit" in answer.text) is too_large


def test_google_s_other_addresses_answer_as_google_does(sandbox: Sandbox, http: httpx.Client):
    account = at(sandbox, "vertex", "service_account")
    base = at(sandbox, "vertex", "token_uri").removesuffix("/token")
    login = http.get(f"{base}/auth")
    assert (login.status_code, login.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "Error 400: invalid_request" in login.text
    assert "a service account cannot sign in here" in login.text
    own = http.get(f"{base}/oauth2/v1/certs")
    assert (own.status_code, own.json()) == (200, {})
    for path in ("robot", "service_accounts"):
        known = http.get(f"{base}/{path}/v1/metadata/x509/{account['client_email']}")
        assert list(known.json()) == [account["private_key_id"]]
        other = http.get(f"{base}/{path}/v1/metadata/x509/nobody@example.com")
        assert (other.status_code, other.json()) == (404, {"error": "Not found"})
        assert login.headers["server"] == own.headers["server"] == known.headers["server"] == other.headers["server"]


def test_a_fault_of_the_account_is_met_by_who_asks_in_its_name(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("vertex", "html_from_edge")
    assert "text/html" in token(sandbox, http).headers["content-type"]
    stranger = assertion(sandbox, iss="nobody@meshtui-sandbox.iam.gserviceaccount.com")
    assert refused(token(sandbox, http, stranger))[1] == "invalid_grant"
    sandbox.set_fault("vertex", "disabled")
    assert refused(token(sandbox, http)) == (400, "invalid_grant", "Robot is disabled.")
    sandbox.set_fault("vertex", "revoked")
    assert refused(token(sandbox, http)) == (400, "invalid_grant", BAD_SIGNATURE)
    sandbox.set_fault("vertex", "clock_skew")
    assert refused(token(sandbox, http))[2].startswith("Invalid JWT: Token must be a short-lived token")


def test_what_is_missing_in_a_form_is_named(sandbox: Sandbox, http: httpx.Client):
    url = at(sandbox, "vertex", "token_uri")
    bearer_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert refused(http.post(url, data={"grant_type": bearer_grant}))[2] == "Missing required parameter: assertion"
    other = http.post(url, data={"grant_type": "password", "assertion": assertion(sandbox)})
    assert refused(other)[1:] == ("unsupported_grant_type", "Invalid grant_type: password")


def test_a_form_that_is_no_text_is_answered_as_one_that_does_not_fit(sandbox: Sandbox, http: httpx.Client):
    answer = http.post(at(sandbox, "vertex", "token_uri"), content=b"grant_type=\xff&assertion=\xfe")
    assert refused(answer)[1] == "unsupported_grant_type"
