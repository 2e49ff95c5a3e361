"""Code that sends an exchange again: `curl`, and Python with the library that people use for that provider.

It makes the same request, with environment variables in the place of every secret. What curl prints (`-i`) can be
piped into `meshtui explain`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import NamedTuple

from meshtui.base.provider_names import PROVIDER_ROWS, load_part
from meshtui.providers.sent_request import CodeExport, CurlSecret, Sent, make_bearer

NEXT = " \\\n  "


def write_curl(sent: Sent) -> str:
    """A command for a POSIX shell, with comments where it needs them. It ends with a line break."""
    export = _find_export(sent)
    if export and export.curl_instead and (instead := export.curl_instead(sent)):
        return instead
    command = NEXT.join(" ".join(part) for part in _list_curl_words(sent, export))
    return "".join(
        f"{line}\n" for line in (*(export.curl_comments(sent) if export and export.curl_comments else ()), command)
    )


def _find_export(sent: Sent) -> CodeExport | None:
    found: CodeExport | None = None
    if sent.exchange.provider in PROVIDER_ROWS:
        found = load_part(sent.exchange.provider, "export").EXPORT
    return found


def _list_curl_words(sent: Sent, export: CodeExport | None) -> Iterator[tuple[str, ...]]:
    """The command's lines, each a few words ready for the shell."""
    request = sent.exchange.request
    secrets = _list_secrets(sent, export)
    if secrets:  # `printf` is the shell's own, so its arguments are in no list of processes
        lines = "".join(f"{secret.line}\\n" for secret in secrets)
        yield "printf", f"'{lines}'", *(f'"{value}"' for secret in secrets for value in secret.values), "|"
    options = ["curl", "-sS", "-i", *(("-K", "-") if secrets else ())]
    if sent.body.get("stream") or "stream" in sent.path.lower():
        options.append("-N")
    if sent.timeout:
        options += ["--max-time", f"{sent.timeout:g}"]
    if set("{}[]") & set(sent.url):
        options.append("--globoff")
    if request.method != ("POST" if request.body else "GET"):
        options += ["-X", quote(request.method)]
    yield tuple(options)
    yield (quote(sent.curl_address),)
    if export and export.curl_words:
        yield from export.curl_words(sent)
    for name, value in sent.headers:
        yield "-H", quote(f"{name}: {value}")
    if request.body:
        # Unlike --data it takes what begins with @ for no file.
        yield "--data-raw", quote(request.body)


def _list_secrets(sent: Sent, export: CodeExport | None) -> Sequence[CurlSecret]:
    if export and export.curl_secrets:
        return export.curl_secrets(sent)
    return [make_bearer(f"${sent.variable}")] if sent.authorization else []


class Code(NamedTuple):
    """`text` is the whole of it, ready to run; it names environment variables and holds no secret."""

    language: str
    """`sh` or `python`."""
    title: str
    text: str


def list_codes(sent: Sent) -> tuple[Code, ...]:
    """curl first; then Python, where the call is one that the library has."""
    export = _find_export(sent)
    program = export.program(sent) if export else None
    python = (Code("python", f"Python {program.library}", program.text),) if program else ()
    return (Code("sh", "curl", write_curl(sent)), *python)
