"""Python for Bedrock with boto3 (boto3's reference, "converse" and "converse_stream"; botocore's, "Config")."""

from __future__ import annotations

import re
from shlex import quote
from urllib.parse import unquote

from meshtui.base.endpoints import Endpoints
from meshtui.providers.bedrock.hosts import fill_region
from meshtui.providers.python_source import Program, Source, write_call, write_literal
from meshtui.providers.sent_request import CodeExport, CurlSecret, Sent, make_bearer

_CONVERSE = re.compile(r"(https?://[^?#]*?)/model/([^/?#]+)/(converse|converse-stream)")
_WHOLE = """\
answer = {asked}
for part in answer["output"]["message"]["content"]:
    print(part.get("text", ""))
"""
_STREAM = """\
answer = {asked}
for event in answer["stream"]:
    print(event.get("contentBlockDelta", {{}}).get("delta", {{}}).get("text", ""), end="", flush=True)
print()
"""
_ONE_ASKING = "one request, so that its answer is seen"
_PLAIN = "# botocore sends such a key over TLS only: at this address, which has none, it refuses to.\n"


def write_program(sent: Sent) -> Program | None:
    """None where it was no Converse."""
    found = _CONVERSE.fullmatch(sent.url)
    if found is None:
        return None
    base, model, verb = found.groups()
    streams = verb == "converse-stream"
    asked = write_call(f"client.{verb.replace('-', '_')}", {"modelId": unquote(model), **sent.body})
    plain = _PLAIN if sent.scope is None and base.startswith("http:") else ""
    text = "\n".join((
        f"# pip install boto3\n{plain}import os\n",
        "import boto3",
        "from botocore.config import Config\n",
        f"client = {write_call('boto3.client', _list_client_arguments(sent, base))}",
        (_STREAM if streams else _WHOLE).format(asked=asked),
    ))  # fmt: skip
    return Program("boto3", text)


def _list_client_arguments(sent: Sent, base: str) -> dict[str, object]:
    region = sent.scope.region if sent.scope else _find_region(base)
    arguments: dict[str, object] = {"service_name": "bedrock-runtime", "region_name": region}
    if base != fill_region(Endpoints().bedrock_runtime, region):
        arguments["endpoint_url"] = base
    if sent.scope:
        arguments |= {
            "aws_access_key_id": Source('os.environ["AWS_ACCESS_KEY_ID"]'),
            "aws_secret_access_key": Source('os.environ["AWS_SECRET_ACCESS_KEY"]'),
        }
    if sent.has_session_token:
        arguments["aws_session_token"] = Source('os.environ["AWS_SESSION_TOKEN"]')
    arguments["config"] = Source(_write_config(sent))
    return arguments


def _write_config(sent: Sent) -> str:
    """Which way it is authorized is said, since botocore would otherwise take whatever else the environment holds."""
    settings: dict[str, object] = {
        "retries": Source(write_literal({"total_max_attempts": 1}), _ONE_ASKING),
        "signature_version": "v4" if sent.scope else Source('"bearer"', f"the key in {sent.variable}"),
    }
    if sent.timeout:
        settings |= {"connect_timeout": sent.timeout, "read_timeout": sent.timeout}
    return write_call("Config", settings, 1)


def _find_region(base: str) -> str:
    """Of a host of AWS's own; us-east-1 for any other, where it decides nothing."""
    found = re.search(r"//bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.", base)
    return found[1] if found else "us-east-1"


_BINARY = "# The answer is a binary event stream: `| strings` makes it readable."
_LATER_CURL = "# Needs curl 8.9 or later: earlier ones sign a path with a colon in it wrongly."
_CURRENT_CURL = "# Needs a current curl: earlier ones sign a path with escapes in it wrongly."


def _write_curl_words(sent: Sent) -> list[tuple[str, ...]]:
    return [("--aws-sigv4", quote(f"aws:amz:{sent.scope.region}:{sent.scope.service}"))] if sent.scope else []


def _list_curl_secrets(sent: Sent) -> list[CurlSecret]:
    if not sent.scope:
        return [make_bearer(f"${sent.variable}")] if sent.authorization else []
    pair = CurlSecret('user = "%s:%s"', ("$AWS_ACCESS_KEY_ID", "$AWS_SECRET_ACCESS_KEY"))
    token = CurlSecret('header = "X-Amz-Security-Token: %s"', ("$AWS_SESSION_TOKEN",))
    return [pair, token] if sent.has_session_token else [pair]


def _write_curl_comments(sent: Sent) -> list[str]:
    comments = []
    if sent.scope and "%" in sent.curl_path:
        comments.append(_CURRENT_CURL)
    elif sent.scope and ":" in sent.curl_path:
        comments.append(_LATER_CURL)
    return [*comments, *([_BINARY] if sent.url.endswith("/converse-stream") else [])]


EXPORT = CodeExport(
    write_program,
    curl_words=_write_curl_words,
    curl_secrets=_list_curl_secrets,
    curl_comments=_write_curl_comments,
)
