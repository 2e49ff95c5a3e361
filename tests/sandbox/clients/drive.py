"""Drives one client in Python against a sandbox, with the client's own defaults: `python drive.py CLIENT`.

A program of its own, for an environment that holds the client and perhaps nothing else: standard library only. The
environment names the sandbox (`meshtui sandbox --env`), ADMIN its admin address and token, CREDENTIAL whose faults the
client meets. Prints a JSON object: condition → the answer's text, or the class of the exception that was raised.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable

PROMPT = "Reply with the single word: pong"
FAULTS = {"revoked": "revoked", "rate_limited": "rate_limited:first-99", "shared_capacity": "shared_capacity"}
CONDITIONS = ("healthy", "stream", *FAULTS)
MESSAGES = [{"role": "user", "content": PROMPT}]
CONVERSE = [{"role": "user", "content": [{"text": PROMPT}]}]
BEDROCK_MODEL = "amazon.nova-micro-v1:0"
CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
GEMINI = "gemini-3.1-flash-lite"


def set_fault(name: str, fault: str | None) -> None:
    base, token = os.environ["ADMIN"].split(" ")
    body = json.dumps({"faults": {name: fault}}).encode()
    headers = {"authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{base}/state", body, headers, method="PATCH")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)


def openai_chat(stream: bool) -> str:
    import openai

    client = openai.OpenAI(max_retries=0)
    if not stream:
        return client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES).choices[0].message.content
    chunks = client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def openai_responses(stream: bool) -> str:
    import openai

    client = openai.OpenAI(max_retries=0)
    if not stream:
        return client.responses.create(model="gpt-4o-mini", input=PROMPT).output_text
    events = client.responses.create(model="gpt-4o-mini", input=PROMPT, stream=True)
    return "".join(event.delta for event in events if event.type == "response.output_text.delta")


def openai_at_mesh(stream: bool) -> str:
    import openai

    base = os.environ["MESHAPI_BASE_URL"] + "/v1"
    client = openai.OpenAI(base_url=base, api_key=os.environ["MESHAPI_API_KEY"], max_retries=0)
    body = {"cache": False}
    model = "openai/gpt-4o-mini"
    if not stream:
        answer = client.chat.completions.create(model=model, messages=MESSAGES, extra_body=body)
        return answer.choices[0].message.content
    chunks = client.chat.completions.create(model=model, messages=MESSAGES, extra_body=body, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def openai_at_bedrock(stream: bool) -> str:
    import httpx
    import openai

    base = os.environ["AWS_ENDPOINT_URL"] + "/openai/v1"
    transport = httpx.Client(verify=_trust())
    client = openai.OpenAI(
        base_url=base, api_key=os.environ["AWS_BEARER_TOKEN_BEDROCK"], max_retries=0, http_client=transport
    )
    model = "openai.gpt-oss-20b-1:0"
    if not stream:
        return client.chat.completions.create(model=model, messages=MESSAGES).choices[0].message.content
    chunks = client.chat.completions.create(model=model, messages=MESSAGES, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def boto3_converse(stream: bool) -> str:
    import boto3
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1})
    client = boto3.client("bedrock-runtime", config=config)
    if not stream:
        answer = client.converse(modelId=BEDROCK_MODEL, messages=CONVERSE)
        return answer["output"]["message"]["content"][0]["text"]
    events = client.converse_stream(modelId=BEDROCK_MODEL, messages=CONVERSE)["stream"]
    return "".join(e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e)


def boto3_signed(stream: bool) -> str:
    os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
    return boto3_converse(stream)


def aioboto3_converse(stream: bool) -> str:
    import aioboto3
    from botocore.config import Config

    os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)

    async def ask() -> str:
        config = Config(retries={"total_max_attempts": 1})
        async with aioboto3.Session().client("bedrock-runtime", config=config) as client:
            if not stream:
                answer = await client.converse(modelId=BEDROCK_MODEL, messages=CONVERSE)
                return answer["output"]["message"]["content"][0]["text"]
            answer = await client.converse_stream(modelId=BEDROCK_MODEL, messages=CONVERSE)
            parts = [
                e["contentBlockDelta"]["delta"]["text"] async for e in answer["stream"] if "contentBlockDelta" in e
            ]
            return "".join(parts)

    return asyncio.run(ask())


def awscli(stream: bool) -> str:
    if stream:
        return "the command streams nothing"
    os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
    command = [sys.executable, "-m", "awscli", "bedrock-runtime", "converse", "--model-id", BEDROCK_MODEL]
    done = subprocess.run(
        [*command, "--messages", json.dumps(CONVERSE)], capture_output=True, text=True, check=False,
        env={**os.environ, "AWS_MAX_ATTEMPTS": "1"},
    )  # fmt: skip
    if done.returncode:
        raise type(done.stderr.partition("(")[2].partition(")")[0] or "Unreadable", (Exception,), {})(done.stderr)
    return json.loads(done.stdout)["output"]["message"]["content"][0]["text"]


def google_genai(stream: bool) -> str:
    from google import genai

    project, location = os.environ["GOOGLE_CLOUD_PROJECT"], os.environ["GOOGLE_CLOUD_LOCATION"]
    client = genai.Client(vertexai=True, project=project, location=location)
    if not stream:
        return client.models.generate_content(model=GEMINI, contents=PROMPT).text
    return "".join(chunk.text or "" for chunk in client.models.generate_content_stream(model=GEMINI, contents=PROMPT))


def anthropic_bedrock(stream: bool) -> str:
    import anthropic

    os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
    client = anthropic.AnthropicBedrock(
        aws_access_key=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        aws_region=os.environ["AWS_REGION"], max_retries=0,
    )  # fmt: skip
    return _ask_anthropic(client, CLAUDE, stream)


def anthropic_at_mesh(stream: bool) -> str:
    import anthropic

    return _ask_anthropic(anthropic.Anthropic(max_retries=0), "anthropic/claude-haiku-4.5", stream)


def _ask_anthropic(client: object, model: str, stream: bool) -> str:
    if not stream:
        return client.messages.create(model=model, max_tokens=50, messages=MESSAGES).content[0].text  # type: ignore[attr-defined]
    with client.messages.stream(model=model, max_tokens=50, messages=MESSAGES) as events:  # type: ignore[attr-defined]
        return "".join(events.text_stream)


def litellm_openai(stream: bool) -> str:
    import litellm

    answer = litellm.completion(
        model="openai/gpt-4o-mini", messages=MESSAGES, stream=stream, num_retries=0, max_retries=0,
        api_base=os.environ["OPENAI_BASE_URL"],
    )  # fmt: skip
    if not stream:
        return answer.choices[0].message.content
    return "".join(chunk.choices[0].delta.content or "" for chunk in answer)


def langchain_openai(stream: bool) -> str:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model="gpt-4o-mini", max_retries=0)
    if not stream:
        return model.invoke(PROMPT).text
    return "".join(chunk.text for chunk in model.stream(PROMPT))


def pydantic_ai(stream: bool) -> str:
    """By the model's name alone: the Responses API, which it tries twice more."""
    from pydantic_ai import Agent

    async def ask() -> str:
        agent = Agent("openai:gpt-4o-mini")
        if not stream:
            return (await agent.run(PROMPT)).output
        async with agent.run_stream(PROMPT) as result:
            return await result.get_output()

    return asyncio.run(ask())


def llm(stream: bool) -> str:
    import llm as package

    package.get_key("openai")
    model = package.get_model("gpt-4o-mini")
    model.key, model.api_base = os.environ["OPENAI_API_KEY"], os.environ["OPENAI_BASE_URL"]
    return "".join(model.prompt(PROMPT, stream=stream))


def meshapi(stream: bool) -> str:
    import meshapi as package

    base, key = os.environ["MESHAPI_BASE_URL"], os.environ["MESHAPI_API_KEY"]
    client = package.MeshAPI(base_url=base, token=key, max_retries=0)
    messages = [package.ChatMessage(**message) for message in MESSAGES]
    asked = package.ChatCompletionParams(model="openai/gpt-4o-mini", messages=messages, cache=False)
    if not stream:
        return client.chat.completions.create(asked).choices[0].message.content
    chunks = client.chat.completions.stream(asked)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def aiplatform_rest(stream: bool) -> str:
    """google-cloud-aiplatform over REST; its other transport, gRPC, has no plain address."""
    import google.auth
    from google.cloud import aiplatform_v1
    from google.cloud.aiplatform_v1.services.prediction_service.transports import PredictionServiceRestTransport

    credentials, project = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    transport = PredictionServiceRestTransport(host=os.environ["GOOGLE_VERTEX_BASE_URL"], credentials=credentials)
    client = aiplatform_v1.PredictionServiceClient(transport=transport)
    content = aiplatform_v1.Content(role="user", parts=[aiplatform_v1.Part(text=PROMPT)])
    asked = aiplatform_v1.GenerateContentRequest(
        model=f"projects/{project}/locations/global/publishers/google/models/{GEMINI}", contents=[content]
    )
    parts = (
        client.stream_generate_content(asked, retry=None) if stream else [client.generate_content(asked, retry=None)]
    )
    return "".join(part.candidates[0].content.parts[0].text for part in parts)


def curl(stream: bool) -> str:
    body = json.dumps({"model": "gpt-4o-mini", "messages": MESSAGES, "stream": stream})
    command = ["curl", "-sS", "--noproxy", "*", "--fail-with-body", f"{os.environ['OPENAI_BASE_URL']}/chat/completions"]
    command += ["-H", f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}", "-H", "Content-Type: application/json"]
    done = subprocess.run([*command, "-d", body], capture_output=True, text=True, check=False)
    if done.returncode:
        raise type(f"exit{done.returncode}", (Exception,), {})(done.stdout)
    if not stream:
        return json.loads(done.stdout)["choices"][0]["message"]["content"]
    chunks = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("data: {")]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


def _trust() -> object:
    import ssl

    return ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])


def name_of(error: BaseException) -> str:
    code = getattr(error, "response", None)
    if type(error).__name__ == "ClientError" and isinstance(code, dict):
        return f"ClientError: {code['Error']['Code']}"
    return type(error).__name__


def run(client: Callable[[bool], str], credential: str) -> dict[str, str]:
    found = {}
    for condition in CONDITIONS:
        set_fault(credential, FAULTS.get(condition))
        try:
            found[condition] = client(condition == "stream").strip()
        except Exception as error:
            found[condition] = name_of(error)
            if os.environ.get("DRIVE_DEBUG"):
                import traceback

                traceback.print_exc()
        set_fault(credential, None)
    return found


if __name__ == "__main__":
    print(json.dumps(run(globals()[sys.argv[1]], os.environ["CREDENTIAL"])))
