"""Python for OpenAI and Mesh with the `openai` library (its README: "Usage", "Retries", "Undocumented params")."""

from __future__ import annotations

from meshtui.providers.python_source import Program, Source, write_call
from meshtui.providers.sent_request import CodeExport, Sent

_ANSWERED = "/chat/completions"
_KNOWN = frozenset({"model", "messages", "max_tokens", "max_completion_tokens", "stream", "stream_options", "tools"})
"""What the library has arguments for, of all that is ever sent; the rest goes into `extra_body`."""
_WHOLE = """\
answer = {asked}
print(answer.choices[0].message.content)
"""
_STREAM = """\
chunks = {asked}
for chunk in chunks:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
"""


def write_program(sent: Sent) -> Program | None:
    """None where it was no chat completion."""
    if not sent.url.endswith(_ANSWERED) or "messages" not in sent.body:
        return None
    client: dict[str, object] = {
        "api_key": Source(f'os.environ["{sent.variable}"]'),
        "base_url": sent.url.removesuffix(_ANSWERED),
        "max_retries": Source("0", "one request, so that its answer is seen"),
    }
    if sent.timeout:
        client["timeout"] = sent.timeout
    shape = _STREAM if sent.body.get("stream") else _WHOLE
    asked = write_call("client.chat.completions.create", _list_arguments(sent))
    text = "\n".join((
        "# pip install openai",
        "import os\n",
        "from openai import OpenAI\n",
        f"client = {write_call('OpenAI', client)}",
        shape.format(asked=asked),
    ))  # fmt: skip
    return Program("openai", text)


def _list_arguments(sent: Sent) -> dict[str, object]:
    arguments = {name: value for name, value in sent.body.items() if name in _KNOWN}
    extra = {name: value for name, value in sent.body.items() if name not in _KNOWN}
    headers = {name: value for name, value in sent.headers if name.lower() != "content-type"}
    return arguments | ({"extra_body": extra} if extra else {}) | ({"extra_headers": headers} if headers else {})


EXPORT = CodeExport(write_program)
