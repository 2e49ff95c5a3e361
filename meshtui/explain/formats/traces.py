"""Stack traces and log lines: what clients in Python, Node, .NET, Go and Java print of an answer.

One row a form: a literal that must be there, a pattern, and how its groups become a parsed error. Where no form fits,
JSON inside the text, a status and an address are all that is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.formats import trace_forms as forms
from meshtui.explain.formats.fields import STATUSES_IN_USE
from meshtui.explain.formats.trace_forms import Parse
from meshtui.explain.model import ParsedError

MAX_EACH = 50


class Form(NamedTuple):
    mark: str
    """A literal that must be there, looked for before the pattern."""
    pattern: Pattern
    build: Callable[[re.Match[str], Parse], ParsedError | None]


_MORE = r"(?P<more>(?:\n[^\n]{0,500}){0,%d})"
_REQUEST_ID = r"(?P<request_id>[\w-]{0,80})"
FORMS = (
    Form(
        "An error occurred (",
        Pattern(
            r"An error occurred \((?P<type>[\w.]{1,80})\) when calling the (?P<operation>\w{1,60}) operation"
            r"(?: \(reached max retries: \d+\))?: ?(?P<text>[^\n]*)"
        ),
        forms.read_boto,
    ),
    Form("Error code: ", Pattern(r"Error code: (?P<status>\d{3}) - (?P<body>[^\n]*)"), forms.read_status_and_body),
    Form(
        "litellm",
        Pattern(
            r"litellm\.(?:exceptions\.)?(?P<kind>\w{1,60}): (?:litellm\.)?(?:\w{1,60}(?:Error|Timeout): ?){0,3}"
            r"(?:(?P<who>[A-Za-z_]{2,40}?)_?(?:Exception|Error) - ?)?(?P<text>[^\n]+)"
        ),
        forms.read_litellm,
    ),
    Form(
        "google.genai.errors",
        Pattern(
            r"google\.genai\.errors\.\w{1,40}: (?P<status>\d{3}) (?:(?P<word>[A-Z_]{2,40})|None)?\.? ?(?P<body>[^\n]*)"
        ),
        forms.read_genai,
    ),
    Form(
        "google.api_core",
        Pattern(r"google\.api_core\.exceptions\.(?P<kind>\w{1,60}): (?P<status>\d{3}) (?P<text>[^\n]*)" + _MORE % 30),
        forms.read_api_core,
    ),
    Form(
        'reason: "',
        Pattern(
            r"(?:\b(?P<kind>[A-Z]\w{2,40}): )?\b(?P<status>[45]\d\d) (?P<text>[^\n]{5,2000}?"
            r" \[(?:reason: \"|links \{|violations \{)[^\n]{0,2000})" + _MORE % 30
        ),
        forms.read_api_core,
    ),
    Form(
        "StatusCode.",
        Pattern(
            r"status = StatusCode\.(?P<word>[A-Z_]{2,40})\s{1,20}details = \"(?P<text>[^\n]{0,4000}?)"
            r"(?:\"?(?=\n)|\"?\Z|\"\s{1,20}debug_error_string)"
        ),
        forms.read_grpc,
    ),
    Form(
        "grpc_message",
        Pattern(
            r"\{[^{}\n]{0,200}?(?:grpc_status:(?P<number>\d{1,2}), ?)?grpc_message:\\*\"(?P<text>[^\n]{0,4000}?)\\*\""
            r"(?:, ?grpc_status:(?P<number2>\d{1,2}))?(?:, ?[a-z_]+:[^{}\n]{0,80})?\}"
        ),
        forms.read_grpc_debug,
    ),
    Form(
        ", Message: ",
        Pattern(
            r"Error (?P<status>\d{3}), Message: (?P<text>[^\n]{0,4000}?), Status: (?P<word>[A-Z_]{0,40})"
            r"(?:, Details: (?P<more>[^\n]*))?"
        ),
        forms.read_genai_go,
    ),
    Form(
        "googleapi: ",
        Pattern(
            r"googleapi: (?:Error|got HTTP response code) (?P<status>\d{3})(?::| with body:) "
            r"(?P<text>[^\n]*?)(?:, (?P<reason>[A-Za-z_]{3,60}))?(?=\n|\Z)" + _MORE % 30
        ),
        forms.read_googleapi,
    ),
    Form("rpc error: ", Pattern(r"rpc error: code = (?P<kind>\w{2,40}) desc = (?P<text>[^\n]*)"), forms.read_grpc_go),
    Form(
        "io.grpc.Status",
        Pattern(r"io\.grpc\.Status\w{0,20}Exception: (?P<word>[A-Z_]{2,40})(?:: (?P<text>[^\n]*))?"),
        forms.read_grpc,
    ),
    Form("RefreshError", Pattern(r"RefreshError: (?P<text>[^\n]+)"), forms.refresh),
    Form(
        "google.auth.exceptions",
        Pattern(r"google\.auth\.exceptions\.(?P<kind>(?!Refresh)\w{1,60}): (?P<text>[^\n]+)"),
        forms.read_google_auth,
    ),
    Form(
        "StatusCode: ",
        Pattern(
            r"https response error StatusCode: (?P<status>\d{1,3}), RequestID: " + _REQUEST_ID + r", (?:api error )?"
            r"(?P<type>\w{1,80}): (?P<text>[^\n]*)"
        ),
        forms.read_aws,
    ),
    Form(
        "Status Code: ",
        Pattern(
            r"(?:\b(?P<type>[A-Z]\w{1,60}Exception): )(?P<text>(?:[^\n]|\n(?![ \t]*at )){0,2000}?) "
            r"\(Service: (?P<service>\w{1,60})(?:; |, )"
            r"Status Code: (?P<status>\d{3})(?:; Error Code: \w{1,80})?(?:; |, )Request ID: " + _REQUEST_ID
        ),
        forms.read_aws,
    ),
    Form(
        "$metadata",
        Pattern(r"\b(?P<type>[A-Z]\w{1,60}(?:Exception|Error)): (?P<text>[^\n]*)" + _MORE % 40),
        forms.read_aws_node,
    ),
    Form(
        "HTTP ",
        Pattern(
            r"\bHTTP (?P<status>\d{3}) \((?P<type>\w{0,80}): ?(?P<code>\w{0,80})\)\s{0,4}(?P<text>[^\n]*)" + _MORE % 5
        ),
        forms.read_dotnet,
    ),
    Form(
        "status code: ",
        Pattern(r"error, status code: (?P<status>\d{3}),? (?:status: [^,\n]{0,60}, )?message: (?P<text>[^\n]*)"),
        forms.read_plain,
    ),
    Form(
        "Error: ",
        Pattern(
            r"\b(?:Authentication|PermissionDenied|RateLimit|BadRequest|NotFound|InternalServer|Conflict|API|OpenAI"
            r"|UnprocessableEntity)Error: (?P<status>\d{3}) (?P<text>[^\n]*)" + _MORE % 60
        ),
        forms.read_node,
    ),
    Form("GaxiosError", Pattern(r"GaxiosError: (?P<text>[^\n]*)" + _MORE % 60), forms.read_gaxios),
    Form(
        "status: ",
        Pattern(r"\b(?:got|ApiError|ClientError):? ?status: (?P<status>\d{3})[^{\n]{0,80}(?P<body>\{[^\n]*)"),
        forms.read_status_and_body,
    ),
    Form(
        "::Errors::",
        Pattern(
            r"(?:^|\s)(?P<text>[^\n]{5,2000}?) \(Aws::\w{1,40}::Errors::(?P<type>\w{1,80})\)"
            r"|Aws::\w{1,40}::Errors::(?P<type2>\w{1,80})[>:)\s]{1,4}(?P<text2>[^\n]*)",
            re.MULTILINE,
        ),
        forms.read_aws_ruby,
    ),
    Form(
        "Exception",
        Pattern(r"\b(?P<type>[A-Z]\w{1,60}Exception)(?: \((?:client|server)\))?: (?P<text>[^\n]+)"),
        forms.read_aws_exception,
    ),
    Form("invalid_grant", Pattern(r"\binvalid_grant(?:: (?P<text>[^\n'\"}]{1,300}))?"), forms.grant),
)


class Printed(NamedTuple):
    """An answer that a client printed, and where in the text."""

    start: int
    end: int
    error: ParsedError


def find_printed_errors(text: str, parse: Parse) -> list[Printed]:
    """The answers of all forms in a text, in their order: each piece read by the first form that fits it, a body in it
    by `parse`."""
    found: list[Printed] = []
    for form in FORMS:
        matches = form.pattern.finditer(text) if form.mark in text else ()
        for match in islice(matches, MAX_EACH):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            error = form.build(match, parse)
            if error is not None:
                found.append(Printed(match.start(), match.end(), error))
    return sorted(found, key=lambda one: one.start)


def find_first_printed(text: str, parse: Parse) -> ParsedError | None:
    """The first answer in the text that one of the forms fits; None where none does."""
    found = find_printed_errors(text, parse)
    return found[0].error if found else None


_WORDS = (
    "Bad Request|Unauthorized|Authorization Required|Payment Required|Forbidden|Not Found|Method Not Allowed|"
    "Request Timeout|Conflict|Payload Too Large|Request Entity Too Large|Unprocessable|Too Many Requests|"
    "Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Overloaded"
)
_STATUS = (
    Pattern(
        r"(?<![A-Za-z])(?:http ?|response |error |api |returned )?"
        r"(?:status(?:[ _-]?codes?| error)?|statuscode|httpstatuscode|http[ _]code)"
        r"\\*['\"]?\)?\s?(?::|=>|=|\(|\[|\bis\b|\bof\b|,)?=?\s?(?:int\()?(?:HTTP )?(?:http_status_)?(?:StatusCode\()?"
        r"\\*['\"(]?([45]\d\d)\b(?![\w.-]*[a-z])",
        re.IGNORECASE,
    ),
    Pattern(r"\bHTTP(?:/\d(?:\.\d)?)?\\*[\"']?:?[\s(]{1,2}([45]\d\d)\b", re.IGNORECASE),
    Pattern(rf"(?<![\w.:-])\(?([45]\d\d)\)?:?\s{{0,2}}[-–]?\s?\(?(?:{_WORDS})\b", re.IGNORECASE),
    Pattern(r"(?:^|[\s:=\[(\"'-])([45]\d\d)[\])]?(?:\s{1,3}|:\s{0,2}| [-–] )(?=\\*[\"']?[{\[]|b['\"][{\[])"),
    Pattern(
        r"\b(?:error|exception|failed|failure|returned|got|response|received|refused|(?:responded|answered)(?: with)?)"
        r"(?:[ _]code)?(?: \([\w-]{1,30}\)(?=:))?"
        r"\s?(?:an? )?(?:an? error )?(?::|=|\bwith\b)?\s?\(?(?:HTTP )?([45]\d\d)\b(?!\.\d)(?![\w-]*[a-z])",
        re.IGNORECASE,
    ),
    Pattern(
        r"\b(?:error[_ ])?code\\*['\"]?\s?(?::|=>|=)\s?(?:int\()?\\*['\"]?([45]\d\d)\b(?![\w.-]*[a-z])",
        re.IGNORECASE,
    ),
    Pattern(r"\b([45]\d\d) (?:(?:Client|Server) Error|error\b|status code\b)"),
    Pattern(
        r"(?<![\w.:-])([45]\d\d):?\s{1,2}(?=(?:invalid|insufficient|rate_limit|model_not|unsupported|permission|server"
        r"|authentication|not_found|overloaded|billing)_[a-z_]{3,40}\b)"
    ),
    Pattern(r"(?:\A|(?:[a-z\d]\)|[A-Za-z]\]?): )([45]\d\d)(?:: | \. | )(?=[\"'`]?[A-Z])"),
)
_NAMES = {
    "badrequest": 400, "unauthorized": 401, "paymentrequired": 402, "forbidden": 403, "notfound": 404,
    "methodnotallowed": 405, "requesttimeout": 408, "conflict": 409, "requestentitytoolarge": 413,
    "unsupportedmediatype": 415, "unprocessableentity": 422, "toomanyrequests": 429, "internalservererror": 500,
    "notimplemented": 501, "badgateway": 502, "serviceunavailable": 503, "gatewaytimeout": 504,
}  # fmt: skip
"""The statuses by the names of .NET's HttpStatusCode, which its programs print in place of the number."""
_NAMED = Pattern(
    r"\bstatus ?code\b(?: does not indicate success)?\W{1,4}(?:HttpStatusCode\.)?"
    rf"((?:{'|'.join(_NAMES)})|(?:{_WORDS}|Unsupported Media Type))\b",
    re.IGNORECASE,
)
_TUNNEL = Pattern(r"\btunnel(?:ing)?\b[^\n]{0,60}?\b(?:failed|established)\b\D{0,60}[45]\d\d", re.IGNORECASE)
_STATUS_NEAR = re.compile(r"[45]\d\d")


class Mention(NamedTuple):
    """An HTTP status that a text names, and where."""

    start: int
    end: int
    status: int


def find_status_mentions(text: str) -> list[Mention]:
    """Every HTTP status of a failure that the text names as such, in their order."""
    named = [
        Mention(match.start(), match.end(), _NAMES.get(match[1].lower().replace(" ", ""), 0))
        for match in (_NAMED.finditer(text) if "tatus" in text else ())
    ]
    if not _STATUS_NEAR.search(text):
        return [one for one in named if one.status]
    found = [Mention(match.start(), match.end(), int(match[1])) for form in _STATUS for match in form.finditer(text)]
    if "unnel" in text:  # the proxy's answer to CONNECT; of its statuses only 407 is told from a provider's
        proxied = {match.end() for match in _TUNNEL.finditer(text)}
        found = [one for one in found if one.status == 407 or not any(one.start <= end <= one.end for end in proxied)]
    return sorted(one for one in (*found, *named) if one.status in STATUSES_IN_USE)


_FRAMES = Pattern(r"^[ \t]+at [^\n]*$|^    [^\n]*$", re.MULTILINE)
_CODE = Pattern(
    r"^[ \t]{0,40}(?:at (?:async |new )?(?:[\w$.<>/@\[\]` ]{1,300}\(|file:|node:|[/\\]|[A-Za-z]:\\)[^\n]*"
    r"|File \"[^\"\n]{1,400}\", line \d+[^\n]*(?:\n[ \t]{2,}(?!File \")[^\n]*)*)$",
    re.MULTILINE,
)
"""The frames of a stack of Java, JavaScript and .NET, and those of Python with the lines of code below them."""


def remove_frames(text: str) -> str:
    """The text without the frames of stack traces: their names and lines of code, such as `list(timeout=10)`, are no
    words about what failed."""
    return _CODE.sub("", text) if "at " in text or 'File "' in text else text


_LAST = Pattern(r"^[\w.]{1,120}(?:Error|Exception|Exit|Timeout)\w{0,20}: [^\n]*(?:\n[^\n]+){0,40}", re.MULTILINE)


def list_sentences(text: str) -> str:
    """A traceback's exceptions with their words, the last first: it names the failure, an earlier one the reason. Of
    other stacks the lines without their frames."""
    if "Traceback (most recent call last)" in text:
        message = [found[0].strip() for part in text.split("Traceback (most recent call last)")[-4:]
                if (found := _LAST.search(part))]  # fmt: skip
        if message:
            return "\n".join(reversed(message))
    return _FRAMES.sub("", text)
