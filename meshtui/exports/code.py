"""The equivalent `curl` of an exchange: the same bytes to the same address, with variables of the environment in the
place of every secret. What it prints (`-i`) can be piped into `meshtui explain`.

Code that does again what was just done: curl, and Python with the library that people use for that provider.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from shlex import quote
from typing import NamedTuple

from meshtui.providers.bedrock import export as aws
from meshtui.providers.openai import export as openai
from meshtui.providers.python_source import Program
from meshtui.providers.sent_request import Sent
from meshtui.providers.vertex import export as google

NEXT = " \\\n  "
_ASSERTION = """\
# Google's token endpoint wants an assertion that is signed anew each time, which no curl can repeat.
# gcloud asks for a token of the service account whose file GOOGLE_APPLICATION_CREDENTIALS names:
gcloud auth application-default print-access-token
"""
_ACCOUNT = "# The token is that of the service account whose file GOOGLE_APPLICATION_CREDENTIALS names."
_BINARY = "# The answer is a binary event stream: `| strings` makes it readable."
_LATER_CURL = "# Needs curl 8.9 or later: earlier ones sign a path with a colon in it wrongly."
_CURRENT_CURL = "# Needs a current curl: earlier ones sign a path with escapes in it wrongly."


def curl(sent: Sent) -> str:
    """A command for a POSIX shell, with comments where it needs them. It ends with a line break."""
    if sent.is_assertion:
        return _ASSERTION
    command = NEXT.join(" ".join(part) for part in _parts(sent))
    return "".join(f"{line}\n" for line in (*_comments(sent), command))


def _comments(sent: Sent) -> Iterator[str]:
    if sent.exchange.provider == "vertex" and sent.authorization:
        yield _ACCOUNT
    if sent.scope and "%" in _path(_address(sent)):
        yield _CURRENT_CURL
    elif sent.scope and ":" in _path(_address(sent)):
        yield _LATER_CURL
    if sent.url.endswith("/converse-stream"):
        yield _BINARY


def _parts(sent: Sent) -> Iterator[tuple[str, ...]]:
    """The command's lines, each a few words ready for the shell."""
    request = sent.exchange.request
    options = ["curl", "-sS", "-i"]
    if sent.body.get("stream") or "stream" in _path(sent.url).lower():
        options.append("-N")
    if sent.timeout:
        options += ["--max-time", f"{sent.timeout:g}"]
    if set("{}[]") & set(sent.url):
        options.append("--globoff")
    if request.method != ("POST" if request.body else "GET"):
        options += ["-X", quote(request.method)]
    yield tuple(options)
    yield (quote(_address(sent)),)
    yield from _authorization(sent)
    for name, value in sent.headers:
        yield "-H", quote(f"{name}: {value}")
    if request.body:
        # Unlike --data it takes what begins with @ for no file.
        yield "--data-raw", quote(request.body)


def _authorization(sent: Sent) -> Iterator[tuple[str, ...]]:
    """Between double quotes, where the shell still fills in the variables. Only names of our own stand there."""
    if sent.scope:
        yield "--aws-sigv4", quote(f"aws:amz:{sent.scope.region}:{sent.scope.service}")
        yield "--user", '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
        if sent.has_session_token:
            yield "-H", '"X-Amz-Security-Token: $AWS_SESSION_TOKEN"'
    elif sent.authorization and sent.exchange.provider == "vertex":
        yield "-H", '"Authorization: Bearer $(gcloud auth application-default print-access-token)"'
    elif sent.authorization:
        yield "-H", f'"Authorization: Bearer ${sent.variable}"'


def _address(sent: Sent) -> str:
    """The URL; for curl's own signature with bare colons, which every curl since 8.9 encodes as AWS does."""
    return re.sub("%3[aA]", ":", sent.url) if sent.scope else sent.url


def _path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2].partition("?")[0]


class Code(NamedTuple):
    """`text` is the whole of it, ready to run; it names environment variables and holds no secret."""

    language: str
    """`sh` or `python`."""
    title: str
    text: str


_PROGRAMS: dict[str, Callable[[Sent], Program | None]] = {
    "openai": openai.program,
    "mesh": openai.program,
    "bedrock": aws.program,
    "vertex": google.program,
}


def codes(sent: Sent) -> tuple[Code, ...]:
    """curl first; then Python, where the call is one that the library has."""
    program = _PROGRAMS[sent.exchange.provider](sent) if sent.exchange.provider in _PROGRAMS else None
    python = (Code("python", f"Python {program.library}", program.text),) if program else ()
    return (Code("sh", "curl", curl(sent)), *python)
