"""Runs in LiteLLM's environment: each call that its SDK offers for what the sandbox serves. Prints the results."""

import json
import sys
from typing import Any

import litellm

AT = json.load(sys.stdin)
MESSAGES = [{"role": "user", "content": "Reply with the single word: pong"}]
WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
KEY_PAIR = {
    "model": "bedrock/converse/amazon.nova-micro-v1:0",
    "aws_access_key_id": AT["aws"]["access_key_id"],
    "aws_secret_access_key": AT["aws"]["secret_access_key"],
    "aws_region_name": AT["aws"]["region"],
    "aws_bedrock_runtime_endpoint": AT["aws"]["endpoint_url"],
}
ACCOUNT = AT["vertex"]["service_account"]
MESH = {"api_base": AT["mesh"]["base_url"], "api_key": AT["mesh"]["key"]}
CALLS: dict[str, dict[str, Any]] = {
    "openai": {"model": "openai/gpt-4o-mini", "api_base": AT["openai"]["base_url"], "api_key": AT["openai"]["key"]},
    "mesh": {"model": "openai/openai/gpt-4o-mini", **MESH},
    "aws": KEY_PAIR,
    "bedrock": {**KEY_PAIR, "aws_access_key_id": None, "aws_secret_access_key": None,
                "api_key": AT["bedrock"]["api_key"]},
    "vertex": {
        "model": "vertex_ai/gemini-3.5-flash",
        "vertex_credentials": json.dumps(ACCOUNT),
        "vertex_project": ACCOUNT["project_id"],
        "vertex_location": "global",
        "api_base": f"{AT['vertex']['base_url']}/v1/projects/{ACCOUNT['project_id']}/locations/global/publishers/"
        "google/models/gemini-3.5-flash",
    },
}  # fmt: skip


def text(**how: Any) -> str:
    return litellm.completion(messages=MESSAGES, num_retries=0, **how).choices[0].message.content


def streamed(**how: Any) -> str:
    chunks = litellm.completion(messages=MESSAGES, num_retries=0, stream=True, **how)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def tool() -> list[str]:
    answer = litellm.completion(messages=MESSAGES, tools=[WEATHER], tool_choice="required", **CALLS["mesh"])
    return [call.function.name for call in answer.choices[0].message.tool_calls]


def refused() -> str:
    try:
        text(**{**CALLS["openai"], "api_key": "sk-nobody"})
    except litellm.AuthenticationError as error:
        return type(error).__name__
    return "served"


def main() -> None:
    litellm.suppress_debug_info = True
    vectors = litellm.embedding(model="openai/openai/text-embedding-3-small", input=["a", "b"], **MESH)
    found = {
        "text": {name: text(**how) for name, how in CALLS.items()},
        "streamed": {name: streamed(**how) for name, how in CALLS.items()},
        "tool": tool(),
        "refused": refused(),
        "embedded": len(vectors.data),
        "responses": litellm.responses(model="openai/openai/gpt-4o-mini", input=MESSAGES[0]["content"], **MESH)
        .output[0]
        .content[0]
        .text,
    }
    print(json.dumps(found))


main()
