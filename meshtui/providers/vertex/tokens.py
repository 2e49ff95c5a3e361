"""Google's token endpoint: a JWT signed with the service account's key is exchanged for an access token
(RFC 7523; Google Identity, "Using OAuth 2.0 for Server to Server Applications")."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import time
from urllib.parse import quote, urlencode

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import Call, make_get_call, make_json_call, make_unsendable
from meshtui.http.decoding import dig
from meshtui.providers.vertex.hosts import is_foreign_token_uri
from meshtui.providers.vertex.private_key import load_private_key
from meshtui.providers.vertex.provider import ServiceAccount

AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth signs as the audience, whatever `token_uri` says."""
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 3600


def make_token_call(endpoints: Endpoints, account: ServiceAccount, now: Callable[[], float] = time) -> Call:
    """The exchange of the JWT for a token. It goes to our own address of Google, never to the one in the file. The
    first for a key takes some 50 ms of processor time, most of it for checking the RSA numbers."""
    if is_foreign_token_uri(account.token_uri, endpoints.google_token):
        reason = f"its token_uri is {account.token_uri}, which is not Google's: nothing is signed for it"
        return make_unsendable("vertex", "token", reason, kind="refused_host", url=endpoints.google_token)
    issued = int(now())
    claims = {
        "iat": issued,
        "exp": issued + LIFETIME,
        "iss": account.client_email,
        "aud": AUDIENCE,
        "scope": SCOPE,
    }
    try:
        assertion = _sign_claims(account, claims)
    except Exception as problem:  # cryptography raises what it likes; all of it means the same here
        reason = f"the private key cannot sign: {problem or type(problem).__name__}"
        return make_unsendable("vertex", "token", reason, url=endpoints.google_token)
    body = urlencode({"assertion": assertion, "grant_type": GRANT}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    header = {"typ": "JWT", "alg": "RS256", **({"kid": account.private_key_id} if account.private_key_id else {})}
    shown = f"{json.dumps(header)}\n{json.dumps(claims)}"
    return Call("vertex", "token", "POST", endpoints.google_token, headers, body=body, signed=shown)


def read_access_token(answer: object) -> Secret | None:
    """The token in the endpoint's JSON; None where there is none."""
    token = dig(answer, "access_token")
    return Secret(token) if isinstance(token, str) and token else None


def make_certificates_call(endpoints: Endpoints, account: ServiceAccount) -> Call:
    """The public certificates of the account, by key id: free, and nothing secret is sent. The address is built from
    the account's e-mail, never taken from the file."""
    url = f"{endpoints.google_certificates}/{quote(account.client_email, safe='')}"
    return make_get_call("vertex", "certificates", url, None)


def make_permission_call(endpoints: Endpoints, account: ServiceAccount, token: Secret, permission: str) -> Call:
    """Resource Manager's testIamPermissions: free, and needs no permission. What is granted comes back."""
    url = f"{endpoints.resource_manager}/v1/projects/{quote(account.project_id, safe='')}:testIamPermissions"
    return make_json_call("vertex", "permission", url, token, {"permissions": [permission]})


def _sign_claims(account: ServiceAccount, claims: dict[str, object]) -> str:
    from google.auth import jwt
    from google.auth.crypt import RSASigner

    # google-auth carries types for some of its functions only.
    signer = RSASigner(load_private_key(account.private_key), account.private_key_id or None)  # type: ignore[no-untyped-call]
    assertion: bytes = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]
    return assertion.decode("ascii")
