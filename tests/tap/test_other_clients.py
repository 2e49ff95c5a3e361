"""SDKs and languages that are not among our own dependencies, where they are installed (see `tests.installed`)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from meshtui.tap.observed_calls import Scheme
from tests.canaries import parts_in
from tests.installed import need_node, need_python

from .hosts import Asked, World, answer, serve_addresses

NODE_OBEYS_PROXIES = (22, 21)
"""The first version whose fetch does."""
pytestmark = pytest.mark.clients


def stream(_: Asked) -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    events = [b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o",'
              b'"choices":[{"index":0,"delta":{"content":"word"}}]}\n\n'] * 3 + [b"data: [DONE]\n\n"]  # fmt: skip
    return [head, *(b"%x\r\n%s\r\n" % (len(event), event) for event in events), b"0\r\n\r\n"]


@pytest.mark.parametrize("style", ["sync", "async"])
def test_openai_for_python_fails_as_without_us(world: World, key: str, style: str):
    code = {
        "sync": """
import openai
try:
    openai.OpenAI(max_retries=0).chat.completions.create(model="gpt-4o", messages=[])
except openai.AuthenticationError as error:
    print(error.code)
""",
        "async": """
import asyncio, openai
async def main():
    try:
        await openai.AsyncOpenAI(max_retries=0).chat.completions.create(model="gpt-4o", messages=[])
    except openai.AuthenticationError as error:
        print(error.code)
asyncio.run(main())
""",
    }[style]
    done = world.child(need_python("openai"), "-c", code, OPENAI_API_KEY=key)
    assert done.stdout == "invalid_api_key\n", done.stderr
    (call,) = world.calls
    assert call.request.credential.secret.reveal() == key


def test_openai_for_python_streams(world: World, key: str):
    world.answer = stream
    code = """
import openai
for chunk in openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[], stream=True):
    print(chunk.choices[0].delta.content)
"""
    done = world.child(need_python("openai"), "-c", code, OPENAI_API_KEY=key)
    assert done.stdout == "word\n" * 3, done.stderr
    assert "[DONE]" in world.calls[0].exchange.answer.body


@pytest.mark.parametrize("library", ["requests", "aiohttp"])
def test_http_libraries(world: World, key: str, library: str):
    code = {
        "requests": """
import os, requests
headers = {"Authorization": "Bearer " + os.environ["KEY"]}
print(requests.get("https://api.openai.com/v1/models", headers=headers).status_code)
""",
        "aiohttp": """
import aiohttp, asyncio, os
async def main():
    async with aiohttp.ClientSession(trust_env=True) as session:
        headers = {"Authorization": "Bearer " + os.environ["KEY"]}
        async with session.get("https://api.openai.com/v1/models", headers=headers) as answer:
            print(answer.status)
asyncio.run(main())
""",
    }[library]
    done = world.child(need_python(library), "-c", code, KEY=key)
    assert done.stdout == "401\n", done.stderr
    assert world.calls[0].request.call == "models"


def write_account(folder: Path) -> Path:
    """A made-up service account's file."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = folder / "account.json"
    account.write_text(json.dumps({
        "type": "service_account", "project_id": "made-up", "private_key_id": "k1", "private_key": pem.decode(),
        "client_email": "robot@made-up.iam.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token",
    }))  # fmt: skip
    return account


def test_google_genai_with_a_service_account(world: World, tmp_path: Path):
    account = write_account(tmp_path)
    token = "ya29.made-up-token-of-a-test"

    def reply(asked: Asked) -> bytes:
        if asked.target == "/token":
            return answer(200, json.dumps({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}).encode())
        return answer(403, b'{"error":{"code":403,"status":"PERMISSION_DENIED","message":"denied"}}')

    world.answer = reply
    code = """
from google import genai
client = genai.Client(vertexai=True, project="made-up", location="us-central1")
try:
    client.models.generate_content(model="gemini-3.5-flash", contents="hi")
except genai.errors.ClientError as error:
    print(error.status)
"""
    done = world.child(need_python("google.genai"), "-c", code, GOOGLE_APPLICATION_CREDENTIALS=str(account))
    assert done.stdout == "PERMISSION_DENIED\n", done.stderr
    asked, called = world.calls
    assert asked.request.credential.scheme is Scheme.GRANT
    assert asked.request.credential.issuer == "robot@made-up.iam.gserviceaccount.com"
    assert [secret.reveal() for secret in asked.issued] == [token]
    assert called.request.credential.secret == asked.issued[0]
    assert not parts_in(repr(world.calls), token)


NODE_PROGRAMS = {
    "openai": (
        """
import OpenAI from "openai";
try { await new OpenAI({maxRetries: 0}).chat.completions.create({model: "gpt-4o", messages: []}); }
catch (error) { console.log(error.status); }
""",
        ("api.openai.com",),
        "openai",
    ),
    "aws": (
        """
import {BedrockRuntimeClient, ConverseCommand} from "@aws-sdk/client-bedrock-runtime";
const messages = [{role: "user", content: [{text: "hi"}]}];
const command = new ConverseCommand({modelId: "amazon.nova-lite-v1:0", messages});
try { await new BedrockRuntimeClient({region: "us-east-1", maxAttempts: 1}).send(command); }
catch (error) { console.log(error.$metadata.httpStatusCode); }
""",
        ("bedrock-runtime.us-east-1.amazonaws.com",),
        "@aws-sdk/client-bedrock-runtime",
    ),
    "genai": (
        """
import {GoogleGenAI} from "@google/genai";
const client = new GoogleGenAI({vertexai: true, project: "made-up", location: "us-central1"});
try { await client.models.generateContent({model: "gemini-3.5-flash", contents: "hi"}); }
catch (error) { console.log(error.status); }
""",
        ("oauth2.googleapis.com", "us-central1-aiplatform.googleapis.com"),
        "@google/genai",
    ),
}


@pytest.mark.parametrize(
    ("program", "way"),  # the AWS SDK for JavaScript obeys no proxy variables
    [
        (program, way)
        for program in NODE_PROGRAMS
        for way in ("proxy", "addresses")
        if (program, way) != ("aws", "proxy")
    ],
)
def test_sdks_for_node(world: World, key: str, tmp_path: Path, program: str, way: str):
    code, hosts, package = NODE_PROGRAMS[program]
    node, folder = need_node(package, NODE_OBEYS_PROXIES if way == "proxy" else ())
    token = json.dumps({"access_token": "ya29.made-up-token-of-a-test", "expires_in": 3600, "token_type": "Bearer"})

    def reply(asked: Asked) -> bytes:
        if asked.target == "/token":
            return answer(200, token.encode(), "Content-Type: application/json")
        return answer(401, b'{"message":"no"}', "Content-Type: application/json")

    world.answer = reply
    urls = serve_addresses(world, "AKIAFAKEFAKEFAKE7777", "f" * 40) if way == "addresses" else {}
    script = tmp_path / "program.mjs"
    script.write_text(code)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    done = world.child(
        node, str(script), **urls, OPENAI_API_KEY=key, AWS_ACCESS_KEY_ID="AKIAFAKEFAKEFAKE7777",
        AWS_SECRET_ACCESS_KEY="f" * 40, GOOGLE_APPLICATION_CREDENTIALS=str(write_account(tmp_path)),
    )  # fmt: skip
    assert done.stdout == "401\n", done.stderr
    assert tuple(call.request.host for call in world.calls) == hosts


def test_fetch_of_node_24(world: World, key: str, tmp_path: Path):
    node, _ = need_node(least=NODE_OBEYS_PROXIES)
    script = tmp_path / "app.mjs"
    script.write_text("""
const answer = await fetch("https://api.openai.com/v1/models", {headers: {Authorization: `Bearer ${process.env.KEY}`}});
console.log(answer.status);
""")
    done = world.child(node, str(script), KEY=key)
    assert done.stdout == "401\n", done.stderr
    assert world.calls[0].process.name.endswith("app.mjs")


def test_javas_http_client(world: World, key: str, tmp_path: Path):
    if shutil.which("java") is None:
        pytest.skip("there is no java here")
    source = tmp_path / "App.java"
    source.write_text("""
import java.net.URI;
import java.net.http.*;
public class App {
    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://api.openai.com/v1/models"))
            .header("Authorization", "Bearer " + System.getenv("KEY")).build();
        System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}
""")
    done = world.child("java", str(source), KEY=key)
    assert done.stdout == "401\n", done.stderr
    assert world.calls[0].request.credential.secret.reveal() == key
