"""What `curl -i` and `curl -v` print: status line, headers, an empty line, the body."""

from __future__ import annotations

import re

from meshtui.explain.address import Where, first_where, where
from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal
from meshtui.explain.read import read

_STATUS = Pattern(r"^HTTP/\d(?:\.\d)? (\d{3})\b[^\n]*\n?", re.MULTILINE)
_HEADER = Pattern(r"([A-Za-z0-9-]{1,80}|:[a-z-]{1,40}):[ \t]?([^\n]*)")
_VERBOSE = ("* ", ">", "{ [", "} [", "  %", "  0  ", "100  ")
"""How the lines begin that `curl -v` adds of its own."""
_HOST = Pattern(r"^> ?host: ?(\S{1,200})", re.MULTILINE | re.IGNORECASE)
_PATH = Pattern(r"^> ?[A-Z]{3,7} (/\S{0,2000})", re.MULTILINE)
MAX_ANSWERS = 20


def transcripts(text: str, provider: str = "") -> tuple[Signal, ...]:
    """The failed answers of a transcript, or its last one where none failed; empty where the text is none."""
    asked = _asked(text)
    plain = _without_verbose(text) if "\n< " in text or text.startswith("< ") else text
    starts = list(_STATUS.finditer(plain))[:MAX_ANSWERS]
    ends = [start.start() for start in starts[1:]] + [len(plain)] * bool(starts)
    signals = [
        _answer(int(start[1]), plain[start.end() : end], asked, provider)
        for start, end in zip(starts, ends, strict=True)
    ]
    return tuple(signal for signal in signals if failed(signal)) or tuple(signals[-1:])


def failed(signal: Signal) -> bool:
    """A status of failure, or an error within a 200: a stream's event, or an envelope where an answer should be."""
    return signal.status >= 400 or (
        signal.status == 200 and signal.origin in ("event", "frame", "error", "aws-body", "feedback")
    )


def _asked(text: str) -> Where:
    """What the request tells: `> Host:` and `> POST …` of `curl -v`, or the address in the command."""
    host, path = _HOST.search(text), _PATH.search(text)
    return where(f"https://{host[1]}{path[1] if path else ''}") if host else first_where(text)


def _without_verbose(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.startswith(_VERBOSE))
    return "\n".join(line.removeprefix("<").removeprefix(" ") if line.startswith("<") else line for line in lines)


def _answer(status: int, rest: str, asked: Where, provider: str) -> Signal:
    headers: dict[str, str] = {}
    at = 0
    while match := _HEADER.match(rest, at):
        headers.setdefault(match[1].lower(), match[2].strip())
        at = match.end() + 1
    return read(
        rest[at:].lstrip("\r\n"),
        provider=provider or asked.provider,
        call=asked.call,
        status=status,
        headers=headers,
        context=asked.context,
    )
