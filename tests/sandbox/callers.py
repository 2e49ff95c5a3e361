"""How each credential is used: requests signed by the vendors' own libraries, sent as they are."""

from __future__ import annotations

import functools
import json
import time
from typing import Any
from urllib.parse import quote

import google.auth.crypt
import google.auth.jwt
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from meshtui.sandbox.server import Sandbox

PROMPT = "Reply with the single word: pong"
MODELS = {"openai": "gpt-4o-mini", "bedrock": "amazon.nova-micro-v1:0", "vertex": "gemini-3.1-flash-lite"}
MESH_MODELS = {
    "openai": "openai/gpt-4o-mini",
    "bedrock": "amazon/nova-micro-v1",
    "aws": "amazon/nova-micro-v1",
    "vertex": "google/gemini-3.1-flash-lite",
}
MESSAGES = [{"role": "user", "content": PROMPT}]
CONVERSE = {"messages": [{"role": "user", "content": [{"text": PROMPT}]}]}
GENERATE = {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]}
CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"


def bearer(key: object) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def at(sandbox: Sandbox, name: str, key: str) -> Any:
    """One value of the addresses."""
    return sandbox.addresses[name][key]


def openai_chat(sandbox: Sandbox, http: httpx.Client, **body: Any) -> httpx.Response:
    url = f"{at(sandbox, 'openai', 'base_url')}/chat/completions"
    body = {"model": MODELS["openai"], "messages": MESSAGES, **body}
    return http.post(url, json=body, headers=bearer(at(sandbox, "openai", "key")))


def mesh_chat(sandbox: Sandbox, http: httpx.Client, model: str, key: str = "mesh", **body: Any) -> httpx.Response:
    """With the response cache off, unless `cache` says otherwise."""
    url = f"{at(sandbox, key, 'base_url')}/chat/completions"
    body = {"model": model, "messages": MESSAGES, "cache": False, **body}
    return http.post(url, json=body, headers=bearer(at(sandbox, key, "key")))


def through_mesh(sandbox: Sandbox, http: httpx.Client, name: str, **body: Any) -> httpx.Response:
    """A prompt that this provider key should serve."""
    if name in ("bedrock", "aws"):
        sandbox.activate(name)
    return mesh_chat(sandbox, http, MESH_MODELS[name], **body)


def mesh_get(sandbox: Sandbox, http: httpx.Client, path: str, **params: str) -> httpx.Response:
    url = at(sandbox, "mesh", "base_url") + path
    return http.get(url, params=params, headers=bearer(at(sandbox, "mesh", "key")))


def converse_url(sandbox: Sandbox, model: str = MODELS["bedrock"], call: str = "converse") -> str:
    return f"{at(sandbox, 'aws', 'endpoint_url')}/model/{quote(model, safe='')}/{call}"


def converse_with_key(sandbox: Sandbox, http: httpx.Client, key: str = "", **where: str) -> httpx.Response:
    headers = bearer(key or at(sandbox, "bedrock", "api_key"))
    return http.post(converse_url(sandbox, **where), json=CONVERSE, headers=headers)


def signed(
    sandbox: Sandbox,
    http: httpx.Client,
    method: str,
    url: str,
    body: bytes = b"",
    *,
    secret: str = "",
    key_id: str = "",
    region: str = "",
    service: str = "bedrock",
    token: str | None = None,
) -> httpx.Response:
    """Signed by botocore, sent by httpx."""
    aws = sandbox.addresses["aws"]
    credentials = Credentials(key_id or str(aws["access_key_id"]), secret or str(aws["secret_access_key"]), token)
    request = AWSRequest(method=method, url=url, data=body, headers={"content-type": "application/json"})
    SigV4Auth(credentials, service, region or str(aws["region"])).add_auth(request)
    return http.request(method, url, content=body, headers=dict(request.headers.items()))


def converse_signed(sandbox: Sandbox, http: httpx.Client, **how: Any) -> httpx.Response:
    return signed(sandbox, http, "POST", converse_url(sandbox), json.dumps(CONVERSE).encode(), **how)


def who_am_i(sandbox: Sandbox, http: httpx.Client, **how: Any) -> httpx.Response:
    url = f"{at(sandbox, 'aws', 'endpoint_url')}/?Action=GetCallerIdentity&Version=2011-06-15"
    return signed(sandbox, http, "GET", url, **{"service": "sts", **how})


def assertion(sandbox: Sandbox, *, signer: Any = None, header: dict[str, str] | None = None, **claims: Any) -> str:
    """A JWT signed by google-auth; `claims` and `header` replace what is right, None removes it."""
    account = at(sandbox, "vertex", "service_account")
    now = int(time.time())
    right = {
        "iss": account["client_email"],
        "aud": "https://oauth2.googleapis.com/token",
        "scope": CLOUD_PLATFORM,
        "iat": now,
        "exp": now + 3600,
    }
    payload = {key: value for key, value in {**right, **claims}.items() if value is not None}
    signer = signer or signer_of(account["private_key"], account["private_key_id"])
    return google.auth.jwt.encode(signer, payload, header=header).decode()


@functools.cache
def signer_of(pem: str, key_id: str) -> google.auth.crypt.RSASigner:
    """Reading an RSA key takes 45 ms, so it is done once a sandbox."""
    return google.auth.crypt.RSASigner.from_string(pem, key_id=key_id)


def token(sandbox: Sandbox, http: httpx.Client, jwt: str = "") -> httpx.Response:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": jwt or assertion(sandbox)}
    return http.post(at(sandbox, "vertex", "token_uri"), data=form)


def vertex_url(sandbox: Sandbox, verb: str, location: str = "global", model: str = MODELS["vertex"]) -> str:
    project = at(sandbox, "vertex", "service_account")["project_id"]
    base = at(sandbox, "vertex", "base_url")
    return f"{base}/v1/projects/{project}/locations/{location}/publishers/google/models/{model}:{verb}"


def generate(
    sandbox: Sandbox, http: httpx.Client, verb: str = "generateContent", access: str = "", **where: str
) -> httpx.Response:
    """The token exchange, and where that succeeds the call; the last of the two answers."""
    if not access:
        answer = token(sandbox, http)
        if answer.status_code != 200:
            return answer
        access = answer.json()["access_token"]
    return http.post(vertex_url(sandbox, verb, **where), json=GENERATE, headers=bearer(access))


def use(sandbox: Sandbox, http: httpx.Client, name: str) -> httpx.Response:
    """The smallest prompt with this credential at its own service."""
    match name:
        case "openai":
            return openai_chat(sandbox, http)
        case "bedrock":
            return converse_with_key(sandbox, http)
        case "aws":
            return converse_signed(sandbox, http)
        case "vertex":
            return generate(sandbox, http)
        case _:
            return mesh_chat(sandbox, http, MESH_MODELS["openai"], key=name)
