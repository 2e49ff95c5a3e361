"""What carries an error on its way to the person who pastes it: prints of values, logs, terminals, mails, web pages.

`PRINTS` turn the body of an answer into text as a language or a client prints it; `CARRIERS` put any text into another.
"""

from __future__ import annotations

import html
import json
import pprint
import re
from collections.abc import Callable
from typing import Any

Print = Callable[[Any], str]
Carrier = Callable[[str], str]


def in_javascript(value: Any) -> str:
    if isinstance(value, dict):
        entries = (f"{key if key.isidentifier() else repr(key)}: {in_javascript(part)}" for key, part in value.items())
        return f"{{ {', '.join(entries)} }}"
    if isinstance(value, list):
        return f"[ {', '.join(map(in_javascript, value))} ]"
    if isinstance(value, str):
        return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return json.dumps(value)


def in_ruby(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}=>{in_ruby(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_ruby, value)) + "]"
    return "nil" if value is None else json.dumps(value, ensure_ascii=False)


def in_rust(value: Any) -> str:
    if isinstance(value, dict):
        return "Object {" + ", ".join(f"{json.dumps(key)}: {in_rust(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "Array [" + ", ".join(map(in_rust, value)) + "]"
    if isinstance(value, str):
        return f"String({json.dumps(value, ensure_ascii=False)})"
    return "Null" if value is None else f"Number({json.dumps(value)})"


def in_php(value: Any, indent: str = "") -> str:
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        entries = "".join(
            f"{indent}  [{json.dumps(key)}]=>\n{indent}  {in_php(part, indent + '  ')}\n" for key, part in value.items()
        )
        return f"array({len(value)}) {{\n{entries}{indent}}}"
    if isinstance(value, str):
        return f'string({len(value)}) "{value}"'
    return "NULL" if value is None else f"int({json.dumps(value)})"


def in_go(value: Any) -> str:
    """As `%v` prints a map: without quotes."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{in_go(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(in_go, value)) + "]"
    return "<nil>" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


PRINTS: dict[str, Print] = {
    "JSON": json.dumps,
    "pretty JSON": lambda body: json.dumps(body, indent=2),
    "JSON indented by tabs": lambda body: json.dumps(body, indent="\t"),
    "JSON in a JSON string": lambda body: json.dumps(json.dumps(body)),
    "JSON in a string in a string": lambda body: json.dumps(json.dumps(json.dumps(body))),
    "pretty JSON in a string": lambda body: json.dumps(json.dumps(body, indent=2)),
    "Python's repr": repr,
    "Python's pprint": pprint.pformat,
    "Python's bytes": lambda body: repr(json.dumps(body).encode()),
    "node's inspect": in_javascript,
    "Ruby": in_ruby,
    "Rust": in_rust,
    "PHP": in_php,
    "Go": in_go,
}


def each_line(prefix: str) -> Carrier:
    return lambda text: "\n".join(f"{prefix}{line}" for line in text.split("\n"))


def in_json(**record: Any) -> Callable[[Callable[[str], dict[str, Any]]], Carrier]:
    return lambda fields: lambda text: json.dumps({**record, **fields(text)})


FIELDS = ("err", "error", "exc", "exception", "cause", "reason", "details", "response", "body", "data", "stacktrace")
"""Under which logs have the error beside a dull message."""


def _in_field(name: str) -> Carrier:
    record = {"ts": 1790000000.1, "level": "error", "msg": "request failed"}
    return lambda text: json.dumps({**record, "context": {"job": {name: text}}})


_COLOURS = re.compile(r"\x1b\[\d*m")


def _cut(text: str, width: int) -> str:
    """As it is copied from a terminal, where colours take no room."""
    text = _COLOURS.sub("", text)
    return "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, max(len(line), 1), width))


CARRIERS: dict[str, Carrier] = {
    "as it is": lambda text: text,
    "prose": lambda text: f"Hello,\n\nsince yesterday I get this:\n\n{text}\n\nAny idea?",
    "a Markdown fence": lambda text: f"## What happened\n\n```\n{text}\n```\n\n- OS: macOS",
    "a quoted mail": lambda text: "On Monday Ann wrote:\n" + each_line("> ")(text),
    "an indented block": each_line("        "),
    "docker compose": each_line("app-1  | "),
    "journald": each_line("Oct 05 10:11:12 web01 chat[1234]: "),
    "Kubernetes": each_line("2026-10-05T08:11:12.000000000Z stderr F "),
    "GitHub Actions": each_line("2026-10-05T08:11:12.1234567Z "),
    "a log line": lambda text: f"2026-10-05 08:11:12,123 ERROR app.llm: call failed: {text}",
    "a log between others": lambda text: "\n".join([
        "2026-10-05T08:00:01.331Z INFO  http.server GET /healthz 200 2ms",
        "2026-10-05T08:00:02.331Z DEBUG db.pool checkout conn=11 wait=0ms",
        f"2026-10-05T08:00:03.331Z ERROR llm {text}",
        "2026-10-05T08:00:04.331Z WARN  cache miss key=user:7628",
    ]),
    "pino": in_json(level=50, time=1790000000123, pid=1, msg="completion failed")(
        lambda text: {"err": {"type": "Error", "message": text, "stack": "Error\n    at x (y.js:1:2)"}}),
    "winston": in_json(level="error", timestamp="2026-10-05T08:11:12.000Z")(
        lambda text: {"message": f"call failed: {text}"}),
    "zap": in_json(level="error", ts=1.5, caller="a.go:1", msg="chat failed")(lambda text: {"error": text}),
    "zerolog": in_json(level="error", time="2026-10-05T08:11:12Z", message="chat failed")(
        lambda text: {"error": text}),
    "loguru": lambda text: json.dumps({
        "text": f"2026-10-05 08:11:12.000 | ERROR    | app:ask:31 - failed\n{text}\n",
        "record": {"level": {"name": "ERROR", "no": 40}, "message": "failed", "exception": {
            "type": "APIError", "value": text, "traceback": True}}}),
    "bunyan": in_json(name="app", level=50, msg="oops", v=0)(lambda text: {"err": {"name": "Error", "message": text}}),
    "structlog": in_json(event="llm_failed", level="error")(
        lambda text: {"exception": f"Traceback (most recent call last):\n  File \"a.py\", line 1\nError: {text}"}),
    "ECS": in_json(message="failed", **{"log.level": "error", "@timestamp": "2026-10-05T08:11:12Z"})(
        lambda text: {"error.message": text, "error.type": "Error"}),
    "docker's json-file": in_json(stream="stderr", time="2026-10-05T08:11:12Z")(lambda text: {"log": f"{text}\n"}),
    "CloudWatch": lambda text: json.dumps({"events": [{"timestamp": 1, "message": "START RequestId: 1"},
                                                      {"timestamp": 2, "message": f"[ERROR] {text}"}]}, indent=2),
    "Google Cloud Logging": in_json(severity="ERROR", insertId="a", logName="projects/p/logs/stderr")(
        lambda text: {"textPayload": text}),
    "Google Cloud Logging, structured": in_json(severity="ERROR", insertId="a", logName="projects/p/logs/stderr")(
        lambda text: {"jsonPayload": {"message": "failed", "exception": text}}),
    "Sentry": in_json(event_id="0", platform="python")(
        lambda text: {"exception": {"values": [{"type": "Error", "value": text, "stacktrace": {"frames": []}}]}}),
    "OpenTelemetry": in_json(name="chat")(
        lambda text: {"events": [{"name": "exception", "attributes": {"exception.message": text}}]}),
    **{f"the field {name}": _in_field(name) for name in FIELDS},
    "JSON in JSON in JSON": lambda text: json.dumps({"data": json.dumps({"body": json.dumps({"m": text})})}),
    "Error: {": lambda text: f"Error: {text}",
    "API error: {": lambda text: f"LLM API error: {text}",
    "smart quotes": lambda text: re.sub(r'"([^"\n]*)"', "“\\1”", text),
    "masks of a build server": lambda text: "##[error]" + re.sub(r"\{(?=\s*[\"'])|(?<=[\"'\d\]}])\}", "***", text),
    "lines cut at 80": lambda text: _cut(text, 80),
    "lines cut at 72": lambda text: _cut(text, 72),
    "a terminal's colours": lambda text: f"\x1b[31mError\x1b[0m: \x1b[1m{text}\x1b[22m",
    "HTML": lambda text: f"<pre>{html.escape(text)}</pre>",
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "a Java cause": lambda text: f"java.lang.RuntimeException: chat failed\n\tat a.B.c(B.java:1)\n"
                                 f"Caused by: java.io.IOException: {text}\n\tat a.D.e(D.java:2)\n\t... 12 more",
    "a Rust panic": lambda text: f"thread 'main' panicked at src/main.rs:31:10:\n{text}\nnote: set RUST_BACKTRACE=1",
    "logfmt": lambda text: f"time=2026-10-05T08:11:12Z level=error msg=failed err={json.dumps(text)}",
}  # fmt: skip


LAST = frozenset({"smart quotes", "masks of a build server", "lines cut at 80", "lines cut at 72"})
"""What is done to a text after all else: by a mail program, a build server, a terminal."""


def with_status(status: int, text: str) -> list[str]:
    """The ways in which a status is said before an answer."""
    return [
        f"Error code: {status} - {text}", f"API error: {status} {text}", f"request failed ({status}): {text}",
        f"status={status} body={text}", f"(Status: {status}, Code: {status}) {text}", f"HTTP {status}: {text}",
        f"unexpected status code {status}: {text}", f"'HTTPStatusCode': {status}, {text}",
        f"{status} Too Many Requests: {text}", f"googleapi: Error {status}: {text}", f'"code":"{status}" {text}',
        f"statusCode: {status}\n{text}", f"{status} {text}", f"API Error (eu-west-1): {status} {text}",
        f'10.0.0.1 "POST /v1/chat/completions HTTP/1.1" {status} 312\n{text}',
    ]  # fmt: skip
