"""Other people's libraries, unchanged, with `meshtui run --sandbox` around them: they call the real host names. And the
same programs with a TLS server of the tests' own in the hosts' place.
They are found as `tests.installed` says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installed import need_node, need_python

from .hosts import World
from .test_other_clients import NODE_OBEYS_PROXIES

ROOT = Path(__file__).parents[2]
SAY = '[{"role": "user", "content": "hi"}]'
OPENAI = f"""
import openai
print(openai.OpenAI().chat.completions.create(model="gpt-4o-mini", messages={SAY}).usage.completion_tokens > 0)
"""
OPENAI_ASYNC = f"""
import asyncio, openai
async def main():
    answer = await openai.AsyncOpenAI().chat.completions.create(model="gpt-4o-mini", messages={SAY})
    print(answer.usage.completion_tokens > 0)
asyncio.run(main())
"""
OPENAI_STREAM = f"""
import openai
words = [chunk for chunk in openai.OpenAI().chat.completions.create(model="gpt-4o-mini", messages={SAY}, stream=True)]
print(len(words) > 2)
"""
REQUESTS = f"""
import os, requests
answer = requests.post("https://api.openai.com/v1/chat/completions", json={{"model": "gpt-4o-mini", "messages": {SAY}}},
                       headers={{"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}})
print(answer.status_code == 200)
"""
BOTO3 = """
import boto3
said = boto3.client("bedrock-runtime", "us-east-1").converse(modelId="amazon.nova-lite-v1:0",
    messages=[{"role": "user", "content": [{"text": "hi"}]}])
print(said["usage"]["outputTokens"] > 0)
"""
ANTHROPIC = f"""
import anthropic
client = anthropic.AnthropicBedrock(aws_region="us-east-1")
answer = client.messages.create(model="us.anthropic.claude-haiku-4-5-20251001-v1:0", max_tokens=16, messages={SAY})
print(answer.usage.output_tokens > 0)
"""
GENAI = """
from google import genai
client = genai.Client()
answer = client.models.generate_content(model="gemini-3.5-flash", contents="hi")
print(answer.usage_metadata.candidates_token_count > 0)
"""
LITELLM = f"""
import litellm
litellm.suppress_debug_info = True
print(litellm.completion("MODEL", messages={SAY}).usage.completion_tokens > 0)
"""
LANGCHAIN = """
from langchain_openai import ChatOpenAI
print(bool(ChatOpenAI(model="gpt-4o-mini").invoke("hi").content))
"""
NODE = {
    "openai": (
        f"""
import OpenAI from 'openai'
const answer = await new OpenAI().chat.completions.create({{model: 'gpt-4o-mini', messages: {SAY}}})
console.log(answer.usage.completion_tokens > 0 ? 'True' : 'False')
""",
        "1 to openai",
        (),
    ),
    "@google/genai": (
        """
import {GoogleGenAI} from '@google/genai'
const client = new GoogleGenAI({vertexai: true, project: process.env.GOOGLE_CLOUD_PROJECT, location: 'us-central1'})
const answer = await client.models.generateContent({model: 'gemini-3.5-flash', contents: 'hi'})
console.log(answer.usageMetadata.candidatesTokenCount > 0 ? 'True' : 'False')
""",
        "2 to vertex",
        (),
    ),
    "@aws-sdk/client-bedrock-runtime": (
        """
import {BedrockRuntimeClient, ConverseCommand} from '@aws-sdk/client-bedrock-runtime'
const messages = [{role: 'user', content: [{text: 'hi'}]}]
const command = new ConverseCommand({modelId: 'amazon.nova-lite-v1:0', messages})
const answer = await new BedrockRuntimeClient({region: 'us-east-1', maxAttempts: 1}).send(command)
console.log(answer.usage.outputTokens > 0 ? 'True' : 'False')
""",
        "1 to bedrock",
        ("--base-urls",),
    ),
}
"""Name → program, what is said of its calls, and the options that it needs: AWS's SDK obeys no proxy variables."""
JAVA = """
import java.net.URI;
import java.net.http.*;
public class App {
    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://api.openai.com/v1/models"))
            .header("Authorization", "Bearer " + System.getenv("OPENAI_API_KEY")).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() == 200 ? "True" : answer.statusCode());
    }
}
"""
GO = """
package main
import ("fmt"; "net/http"; "os"; "strings")
func main() {
    request, _ := http.NewRequest("POST", "https://api.openai.com/v1/chat/completions",
        strings.NewReader(`{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}`))
    request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
    request.Header.Set("Content-Type", "application/json")
    answer, problem := http.DefaultClient.Do(request)
    if problem != nil { fmt.Println(problem); return }
    if answer.StatusCode == 200 { fmt.Println("True") } else { fmt.Println(answer.Status) }
}
"""
BEARER, PAIR = {"AWS_BEARER_TOKEN_BEDROCK": "mine"}, {"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "mine"}
# Name → package, program, what is said of the calls, and the variables that the person has.
PYTHON = {
    "openai": ("openai", OPENAI, "1 to openai", {}),
    "openai async": ("openai", OPENAI_ASYNC, "1 to openai", {}),
    "openai stream": ("openai", OPENAI_STREAM, "1 to openai", {}),
    "requests": ("requests", REQUESTS, "1 to openai", {}),
    "boto3 bearer": ("boto3", BOTO3, "1 to bedrock", BEARER),
    "boto3 SigV4": ("boto3", BOTO3, "1 to bedrock", PAIR),
    "AnthropicBedrock SigV4": ("anthropic", ANTHROPIC, "1 to bedrock", PAIR),
    "google-genai": ("google.genai", GENAI, "2 to vertex", {}),
    "litellm openai": ("litellm", LITELLM.replace("MODEL", "openai/gpt-4o-mini"), "1 to openai", {}),
    "litellm bedrock": ("litellm", LITELLM.replace("MODEL", "bedrock/amazon.nova-lite-v1:0"), "1 to bedrock", PAIR),
    "langchain-openai": ("langchain_openai", LANGCHAIN, "1 to openai", {}),
}


def run(folder: Path, *command: str, options: tuple[str, ...] = (), **more: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT),
               "LITELLM_LOCAL_MODEL_COST_MAP": "True", **more}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "meshtui", "run", "--sandbox", "--quiet", *options, "--", *command], env=environ,
        cwd=folder, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


@pytest.mark.clients
@pytest.mark.parametrize("name", PYTHON)
def test_a_library_for_python_works_unchanged(tmp_path: Path, name: str):
    package, program, said, mine = PYTHON[name]
    python = need_python(package)
    done = run(tmp_path, python, "-c", program, **mine)
    assert done.stdout.strip().endswith("True"), done.stderr
    assert said in done.stderr
    assert "0 failed" in done.stderr


@pytest.mark.clients
@pytest.mark.parametrize("name", [name for name in PYTHON if name != "google-genai"])
def test_the_same_library_is_read_where_a_server_of_the_tests_own_answers(world: World, key: str, name: str):
    package, program, said, mine = PYTHON[name]
    python = need_python(package)
    ours = {"AWS_BEARER_TOKEN_BEDROCK": "ABSK" + "Qm9n" * 20, "AWS_ACCESS_KEY_ID": "AKIAFAKEFAKEFAKE7777",
            "AWS_SECRET_ACCESS_KEY": "f" * 40}  # fmt: skip
    given = {variable: ours[variable] for variable in mine}
    done = world.child(python, "-c", program, OPENAI_API_KEY=key, LITELLM_LOCAL_MODEL_COST_MAP="True",
                       AWS_EC2_METADATA_DISABLED="true", AWS_REGION="us-east-1", **given)  # fmt: skip
    assert "True" not in done.stdout
    call = world.calls[0]
    assert call.exchange.status == 401, done.stderr
    assert call.exchange.provider == said.split()[-1]
    sent = call.request.credential.secret
    assert sent is not None
    assert sent.reveal() in (key, *given.values())
    assert world.asked[0].target.startswith("/")
    assert not world.notes


@pytest.mark.clients
@pytest.mark.parametrize("name", NODE)
def test_an_sdk_for_node_works_unchanged(tmp_path: Path, name: str):
    program, said, options = NODE[name]
    node, folder = need_node(name, () if options else NODE_OBEYS_PROXIES)
    (tmp_path / "program.mjs").write_text(program)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    done = run(tmp_path, node, "program.mjs", options=options, **(PAIR if options else {}))
    assert done.stdout.strip() == "True", done.stderr
    assert said in done.stderr


@pytest.mark.clients
def test_the_aws_sdk_for_node_without_addresses_is_told_what_it_needs(tmp_path: Path):
    """It obeys no proxy, so nothing is seen of it: here it is led to a closed port, so that nothing leaves."""
    node, folder = need_node("@aws-sdk/client-bedrock-runtime")
    program = NODE["@aws-sdk/client-bedrock-runtime"][0].replace(
        "maxAttempts", "endpoint: 'http://127.0.0.1:1', maxAttempts"
    )
    (tmp_path / "program.mjs").write_text(program)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    done = run(tmp_path, node, "program.mjs", **PAIR)
    assert "no call to OpenAI, Bedrock, Vertex or Mesh was seen" in done.stderr
    assert "JavaScript, Node before 22.21" in done.stderr
    assert "--base-urls" in done.stderr


def build_go(folder: Path) -> Path:
    if not shutil.which("go"):
        pytest.skip("there is no go here")
    (folder / "program.go").write_text(GO)
    built = folder / "program"
    subprocess.run(["go", "build", "-o", str(built), str(folder / "program.go")], check=True, timeout=180,
                   env={**os.environ, "HOME": str(folder), "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"})  # fmt: skip
    return built


@pytest.mark.clients
def test_go_works_unchanged(tmp_path: Path):
    done = run(tmp_path, str(build_go(tmp_path)))
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.clients
def test_go_is_read_where_a_server_of_the_tests_own_answers(world: World, key: str, tmp_path: Path):
    done = world.child(str(build_go(tmp_path)), OPENAI_API_KEY=key)
    assert done.stdout.startswith("401"), done.stderr
    assert [call.exchange.status for call in world.calls] == [401]


@pytest.mark.clients
def test_java_works_unchanged(tmp_path: Path):
    if not shutil.which("java"):
        pytest.skip("there is no java here")
    (tmp_path / "App.java").write_text(JAVA)
    done = run(tmp_path, "java", "App.java")
    assert done.stdout.strip() == "True", done.stderr
    assert "1 to openai" in done.stderr


@pytest.mark.clients
def test_curl_works_unchanged(tmp_path: Path):
    url = "https://api.openai.com/v1/models"
    command = f'curl -sS {url} -H "Authorization: Bearer $OPENAI_API_KEY" -o /dev/null -w %{{http_code}}'
    assert run(tmp_path, "sh", "-c", command).stdout == "200"
