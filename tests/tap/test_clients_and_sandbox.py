"""Other people's libraries, unchanged, with `meshtui run --sandbox` around them: they call the real host names.

`CLIENTS_TAP_VENV` names an environment with openai, anthropic, boto3, google-genai and requests,
`CLIENTS_TAP_MORE_VENV` one with litellm and langchain-openai, which pin openai, and `CLIENTS_TAP_NODE` a folder in
which npm has installed openai.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .test_other_clients import find_node

ROOT = Path(__file__).parents[2]
VENV, MORE = os.environ.get("CLIENTS_TAP_VENV", ""), os.environ.get("CLIENTS_TAP_MORE_VENV", "")
NODE_FOLDER = os.environ.get("CLIENTS_TAP_NODE", "")
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
NODE_OPENAI = f"""
import OpenAI from 'openai'
const answer = await new OpenAI().chat.completions.create({{model: 'gpt-4o-mini', messages: {SAY}}})
console.log(answer.usage.completion_tokens > 0 ? 'True' : 'False')
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
# Name → environment, program, what is said of the calls, and the variables that the person has.
PYTHON = {
    "openai": (VENV, OPENAI, "1 to openai", {}),
    "openai async": (VENV, OPENAI_ASYNC, "1 to openai", {}),
    "openai stream": (VENV, OPENAI_STREAM, "1 to openai", {}),
    "requests": (VENV, REQUESTS, "1 to openai", {}),
    "boto3 bearer": (VENV, BOTO3, "1 to bedrock", BEARER),
    "boto3 SigV4": (VENV, BOTO3, "1 to bedrock", PAIR),
    "AnthropicBedrock SigV4": (VENV, ANTHROPIC, "1 to bedrock", PAIR),
    "google-genai": (VENV, GENAI, "2 to vertex", {}),
    "litellm openai": (MORE, LITELLM.replace("MODEL", "openai/gpt-4o-mini"), "1 to openai", {}),
    "litellm bedrock": (MORE, LITELLM.replace("MODEL", "bedrock/amazon.nova-lite-v1:0"), "1 to bedrock", PAIR),
    "langchain-openai": (MORE, LANGCHAIN, "1 to openai", {}),
}


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT),
               "LITELLM_LOCAL_MODEL_COST_MAP": "True", **more}  # fmt: skip
    return subprocess.run([sys.executable, "-m", "meshtui", "run", "--sandbox", "--quiet", "--", *command], env=environ,
                          cwd=folder, capture_output=True, text=True, timeout=180, check=False)  # fmt: skip


@pytest.mark.clients
@pytest.mark.parametrize("name", PYTHON)
def test_a_library_for_python_works_unchanged(tmp_path: Path, name: str):
    venv, program, said, mine = PYTHON[name]
    if not venv:
        pytest.skip("CLIENTS_TAP_VENV or CLIENTS_TAP_MORE_VENV names no environment with it")
    done = run(tmp_path, f"{venv}/bin/python", "-c", program, **mine)
    assert done.stdout.strip().endswith("True"), done.stderr
    assert said in done.stderr
    assert "0 failed" in done.stderr


@pytest.mark.clients
def test_openai_for_node_works_unchanged(tmp_path: Path):
    if not NODE_FOLDER:
        pytest.skip("CLIENTS_TAP_NODE names no folder with the packages")
    program = tmp_path / "program.mjs"
    program.write_text(NODE_OPENAI)
    (tmp_path / "node_modules").symlink_to(f"{NODE_FOLDER}/node_modules")
    done = run(tmp_path, str(find_node()), str(program))
    assert done.stdout.strip() == "True", done.stderr
    assert "1 to openai" in done.stderr


@pytest.mark.clients
def test_go_works_unchanged(tmp_path: Path):
    if not shutil.which("go"):
        pytest.skip("there is no go here")
    (tmp_path / "program.go").write_text(GO)
    built = tmp_path / "program"
    subprocess.run(["go", "build", "-o", str(built), str(tmp_path / "program.go")], check=True, timeout=180,
                   env={**os.environ, "HOME": str(tmp_path), "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"})  # fmt: skip
    done = run(tmp_path, str(built))
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.clients
def test_curl_works_unchanged(tmp_path: Path):
    url = "https://api.openai.com/v1/models"
    command = f'curl -sS {url} -H "Authorization: Bearer $OPENAI_API_KEY" -o /dev/null -w %{{http_code}}'
    assert run(tmp_path, "sh", "-c", command).stdout == "200"
