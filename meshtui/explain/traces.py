"""Stack traces and log lines: what clients in Python, Node, .NET, Go and Java print of an answer.

One row a form: a literal that must be there, a pattern, and how its groups become a signal. Where no form fits, JSON
inside the text, a status and an address are all that is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from meshtui.explain import trace_forms as forms
from meshtui.explain.address import Where, first_where
from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal
from meshtui.explain.read import read

MAX_FOUND = 20
MAX_EACH = 50


class Form(NamedTuple):
    mark: str
    pattern: str
    build: Callable[[re.Match[str]], Signal | None]


_MORE = r"(?P<more>(?:\n[^\n]{0,500}){0,%d})"
_REQUEST_ID = r"(?P<request_id>[\w-]{0,80})"
FORMS = (
    Form(
        "An error occurred (",
        r"An error occurred \((?P<type>[\w.]{1,80})\) when calling the (?P<operation>\w{1,60}) operation"
        r"(?: \(reached max retries: \d+\))?: ?(?P<said>[^\n]*)",
        forms.boto,
    ),
    Form("Error code: ", r"Error code: (?P<status>\d{3}) - (?P<body>[^\n]*)", forms.status_and_body),
    Form(
        "litellm",
        r"litellm\.(?:exceptions\.)?(?P<kind>\w{1,60}): (?:litellm\.)?(?:\w{1,60}(?:Error|Timeout): ?){0,3}"
        r"(?:(?P<who>[A-Za-z_]{2,40}?)_?(?:Exception|Error) - ?)?(?P<said>[^\n]+)",
        forms.litellm,
    ),
    Form(
        "google.genai.errors",
        r"google\.genai\.errors\.\w{1,40}: (?P<status>\d{3}) (?P<word>[A-Z_]{2,40}|None)?\.? ?(?P<body>[^\n]*)",
        forms.genai,
    ),
    Form(
        "google.api_core",
        r"google\.api_core\.exceptions\.(?P<kind>\w{1,60}): (?P<status>\d{3}) (?P<said>[^\n]*)" + _MORE % 30,
        forms.api_core,
    ),
    Form(
        "StatusCode.",
        r"status = StatusCode\.(?P<word>[A-Z_]{2,40})\s{1,20}details = \"(?P<said>[^\n]{0,4000}?)"
        r"(?:\"?(?=\n)|\"?\Z|\"\s{1,20}debug_error_string)",
        forms.grpc,
    ),
    Form("RefreshError", r"RefreshError: (?P<said>[^\n]+)", forms.refresh),
    Form(
        "google.auth.exceptions",
        r"google\.auth\.exceptions\.(?P<kind>(?!Refresh)\w{1,60}): (?P<said>[^\n]+)",
        forms.google_auth,
    ),
    Form(
        "StatusCode: ",
        r"https response error StatusCode: (?P<status>\d{1,3}), RequestID: " + _REQUEST_ID + r", (?:api error )?"
        r"(?P<type>\w{1,80}): (?P<said>[^\n]*)",
        forms.aws,
    ),
    Form(
        "Status Code: ",
        r"(?:\b(?P<type>[A-Z]\w{1,60}Exception): )(?P<said>[^\n]{0,2000}?) \(Service: (?P<service>\w{1,60})(?:; |, )"
        r"Status Code: (?P<status>\d{3})(?:; Error Code: (?P<code>\w{1,80}))?(?:; |, )Request ID: " + _REQUEST_ID,
        forms.aws,
    ),
    Form(
        "$metadata",
        r"\b(?P<type>[A-Z]\w{1,60}(?:Exception|Error)): (?P<said>[^\n]*)" + _MORE % 40,
        forms.aws_node,
    ),
    Form(
        "HTTP ",
        r"\bHTTP (?P<status>\d{3}) \((?P<type>\w{0,80}): ?(?P<code>\w{0,80})\)\s{0,4}(?P<said>[^\n]*)" + _MORE % 5,
        forms.dotnet,
    ),
    Form(
        "status code: ",
        r"error, status code: (?P<status>\d{3}),? (?:status: [^,\n]{0,60}, )?message: (?P<said>[^\n]*)",
        forms.plain,
    ),
    Form(
        "Error: ",
        r"\b(?:Authentication|PermissionDenied|RateLimit|BadRequest|NotFound|InternalServer|Conflict|API|OpenAI"
        r"|UnprocessableEntity)Error: (?P<status>\d{3}) (?P<said>[^\n]*)" + _MORE % 60,
        forms.node,
    ),
    Form("GaxiosError", r"GaxiosError: (?P<said>[^\n]*)" + _MORE % 60, forms.gaxios),
    Form(
        "status: ",
        r"\b(?:got|ApiError|ClientError):? ?status: (?P<status>\d{3})[^{\n]{0,80}(?P<body>\{[^\n]*)",
        forms.status_and_body,
    ),
    Form("invalid_grant", r"\binvalid_grant(?:: (?P<said>[^\n'\"}]{1,300}))?", forms.grant),
)


def traces(text: str, provider: str = "") -> tuple[Signal, ...]:
    """The answers that a trace or log speaks of, each once, in their order; the whole text as one where there is no
    known form."""
    asked = first_where(text)
    return tuple(_placed(signal, provider, asked) for signal in _found(text)) or (_loose(text, provider, asked),)


def first_known(text: str) -> Signal | None:
    """The first answer in the text that one of the forms fits; None where none does."""
    return next(iter(_found(text)), None)


def _found(text: str) -> list[Signal]:
    """The signals of all forms, each piece of text read by the first form that fits it, repetitions left out."""
    taken: list[tuple[int, int]] = []
    found: dict[tuple[object, ...], tuple[int, Signal]] = {}
    for form in FORMS:
        matches = re.compile(form.pattern).finditer(text) if form.mark in text else ()
        for match in islice(matches, MAX_EACH):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            signal = form.build(match)
            if signal is not None:
                taken.append(match.span())
                key = (signal.status, signal.code, signal.type, signal.word, signal.message[:300])
                found.setdefault(key, (match.start(), signal))
    return [signal for _, signal in sorted(found.values(), key=lambda pair: pair[0])][:MAX_FOUND]


def _placed(signal: Signal, provider: str, asked: Where) -> Signal:
    """The signal with what the rest of the text tells: whose address was called, with which model and region."""
    whose_it_is = provider or signal.provider or asked.provider
    return signal._replace(provider=whose_it_is, context=asked.context if asked.provider == whose_it_is else _NOWHERE)


_NOWHERE = Where().context
_STATUS = Pattern(
    r"\b(?:status(?:[ _]?code)?|http(?:/\d(?:\.\d)?)?|code)['\"]?[ =:]{1,3}['\"]?([45]\d\d)\b"
    r"|(?:Client|Server) error '([45]\d\d)|\b([45]\d\d) (?:Client|Server) Error",
    re.IGNORECASE,
)
_FRAMES = Pattern(r"^[ \t]+at [^\n]*$|^    [^\n]*$", re.MULTILINE)
_LAST = Pattern(r"^[\w.]{1,120}(?:Error|Exception|Exit|Timeout)\w{0,20}: [^\n]*(?:\n[^\n]+){0,40}", re.MULTILINE)


def _loose(text: str, provider: str, asked: Where) -> Signal:
    """No known form: the JSON in the text, else its sentence without the frames of the stack, and a status if one is
    named. Without any of these it failed before an answer came."""
    status = _STATUS.search(text)
    number = next((int(group) for group in status.groups() if group), 0) if status else 0
    said = _sentence(text) if "\n" in text else text
    signal = read(said, provider=provider or asked.provider, status=number, call=asked.call or "chat", printed=False)
    if not number and signal.inner is None and signal.origin in ("", "text"):
        return signal._replace(call="local", context=asked.context)
    return signal._replace(context=asked.context)


def _sentence(text: str) -> str:
    """A traceback's exceptions with their words, the last first: it names the failure, an earlier one the reason. Of
    other stacks the lines without their frames."""
    if "Traceback (most recent call last)" in text:
        said = [found[0].strip() for part in text.split("Traceback (most recent call last)")[-4:]
                if (found := _LAST.search(part))]  # fmt: skip
        if said:
            return "\n".join(reversed(said))
    return _FRAMES.sub("", text)
