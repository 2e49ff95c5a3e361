"""The formats in which a case can be exported, and writing it into a file that only its owner can read."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import NamedTuple

from meshtui.base.files import state_folder, write_new
from meshtui.base.privacy import hide_names
from meshtui.base.redaction import redact, redact_tree
from meshtui.base.text import format_json, make_one_line, make_plain
from meshtui.exports.case import Case, format_case_json, hide_names_in, list_requests
from meshtui.exports.code import list_codes
from meshtui.exports.har import write_har
from meshtui.exports.markdown_report import write_report
from meshtui.presentation.json_schema import number_answer

Hide = Callable[[str], str]
"""Puts placeholders for the names in a text."""


class Form(NamedTuple):
    """`ending` of the file's name; `does` describes it in the list of formats."""

    title: str
    ending: str
    does: str
    write: Callable[[Case], str]
    hides_names: bool = False
    """Whether names are hidden even where that was not requested."""


def write_text(form: str, case: Case, hide: Hide | None = None) -> str:
    """The case in this form, a key of FORMS. `hide` is given where names are hidden everywhere."""
    made = FORMS[form]
    hide = hide or (hide_names if made.hides_names else None)
    return made.write(hide_names_in(case, hide) if hide else case)


def _export_markdown(case: Case) -> str:
    return make_plain(redact(write_report(case)))


def _export_har(case: Case) -> str:
    return format_json(redact_tree(write_har(case)), indent=2) + "\n"


def _export_json(case: Case) -> str:
    return format_json(redact_tree(number_answer(format_case_json(case))), indent=2) + "\n"


def _export_code(language: str, case: Case) -> str:
    """That of each request, one after the other; a comment where nothing can be sent again."""
    mark = {"python": "# %%"}.get(language, "#")  # how editors know where a part begins that runs on its own
    parts = [
        f"{mark} {make_one_line(title)}, credential {make_one_line(sent.credential)}\n{code.text}"
        for title, sent in list_requests(case)
        for code in list_codes(sent)
        if code.language == language
    ]
    return make_plain(redact("\n".join(parts) or f"{NOTHING[language]}\n"))


NOTHING = {
    "sh": "# Nothing was sent, so there is nothing to send again.",
    "python": "# No call was made that a library has a function for.",
}
FORMS = {
    "markdown": Form("Markdown", "md", "report for an issue: verdict, reason, proof; names hidden", _export_markdown,
                     hides_names=True),
    "har": Form("HAR", "har", "requests and answers, for browsers and meshtui explain", _export_har),
    "curl": Form("curl", "sh", "the same requests again, from a shell", lambda case: _export_code("sh", case)),
    "python": Form("Python", "py", "the same with openai, boto3 or google-genai",
                   lambda case: _export_code("python", case)),
    "json": Form("JSON", "json", "all of it, as meshtui send --format json prints it", _export_json),
}  # fmt: skip


LONGEST = 40
"""Characters of a name within the file's."""


def find_folder(setting: str, environ: Mapping[str, str]) -> Path:
    """The folder of the setting, where `~` is the home; else `exports` in the state folder. It need not exist."""
    home = environ.get("HOME", "")
    at_home = bool(home) and (setting == "~" or setting.startswith("~/"))
    return Path(home + setting[1:] if at_home else setting) if setting else state_folder(environ) / "exports"


def make_file_name(form: str, case: Case, hide: Hide | None = None) -> str:
    """`2026-11-23-120000-openai-credential_invalid.md`, in local time."""
    at = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(case.at))
    made = FORMS[form]
    hide = hide or (hide_names if made.hides_names else None)  # a file is passed on under its name
    credential = case.inputs.credential
    words = (at, _make_file_word(hide(credential) if hide else credential), _make_file_word(case.came_to))
    return f"{'-'.join(word for word in words if word)}.{made.ending}"


def find_next_file(form: str, case: Case, folder: Path, hide: Hide | None = None) -> Path:
    """The path that `save` would use now."""
    return next(
        path for path in _list_free_names(folder / make_file_name(form, case, hide)) if not os.path.lexists(path)
    )


def save(form: str, case: Case, folder: Path, hide: Hide | None = None) -> Path:
    """Writes the case and returns where. A file that is there already is left alone: the new one's name gets a number.
    Raises OSError."""
    text = write_text(form, case, hide)
    for path in _list_free_names(folder / make_file_name(form, case, hide)):
        try:
            return write_new(path, text)
        except FileExistsError:
            continue
    raise AssertionError("there is always another number")


def _list_free_names(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))


def _make_file_word(text: str) -> str:
    """The text as a file name that is valid on every system."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text)[:LONGEST].strip("._-")
