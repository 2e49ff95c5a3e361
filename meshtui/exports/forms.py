"""The forms in which a case can leave, and the text of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from meshtui.discreet import discreet
from meshtui.exports.as_json import case_as_json
from meshtui.exports.case import Case, hidden, to_repeat
from meshtui.exports.code import codes
from meshtui.exports.har import har
from meshtui.exports.report import report
from meshtui.redact import redact, redact_tree
from meshtui.sanitize import json_text, one_line, plain

Hide = Callable[[str], str]
"""Puts placeholders for the names in a text."""


class Form(NamedTuple):
    """`ending` of the file's name, `does` for whoever chooses among them."""

    title: str
    ending: str
    does: str
    write: Callable[[Case], str]
    hides_names: bool = False
    """Whether names are hidden though nobody asked for it."""


def text_of(form: str, case: Case, hide: Hide | None = None) -> str:
    """The case in this form, a key of FORMS. `hide` is given where names are hidden everywhere."""
    made = FORMS[form]
    hide = hide or (discreet if made.hides_names else None)
    return made.write(hidden(case, hide) if hide else case)


def _markdown(case: Case) -> str:
    return plain(redact(report(case)))


def _har(case: Case) -> str:
    return json_text(redact_tree(har(case)), indent=2) + "\n"


def _json(case: Case) -> str:
    return json_text(redact_tree(case_as_json(case)), indent=2) + "\n"


def _code(language: str, case: Case) -> str:
    """That of each request, one after the other; a comment where nothing can be sent again."""
    mark = {"python": "# %%"}.get(language, "#")  # how editors know where a part begins that runs on its own
    told = [
        f"{mark} {one_line(title)}, credential {one_line(sent.credential)}\n{code.text}"
        for title, sent in to_repeat(case)
        for code in codes(sent)
        if code.language == language
    ]
    return plain(redact("\n".join(told) or f"{NOTHING[language]}\n"))


NOTHING = {
    "sh": "# Nothing was sent, so there is nothing to send again.",
    "python": "# No call was made that a library has a function for.",
}
FORMS = {
    "markdown": Form("Markdown", "md", "report for an issue: verdict, reason, proof; names hidden", _markdown,
                     hides_names=True),
    "har": Form("HAR", "har", "requests and answers, for browsers and meshtui explain", _har),
    "curl": Form("curl", "sh", "the same requests again, from a shell", lambda case: _code("sh", case)),
    "python": Form("Python", "py", "the same with openai, boto3 or google-genai", lambda case: _code("python", case)),
    "json": Form("JSON", "json", "all of it, as meshtui send --format json prints it", _json),
}  # fmt: skip
