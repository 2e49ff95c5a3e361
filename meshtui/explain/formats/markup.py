"""XML and HTML: STS answers in the one, edges and proxies in the other."""

from __future__ import annotations

import re

from meshtui.explain.aws_exceptions import read_aws_type
from meshtui.explain.formats.fields import Fields, fold, read_word

MAX_PAGE = 64_000


def read_markup(text: str) -> Fields:
    """The fields of XML with `<Code>` and `<Message>`, else the page's title and visible text as the message."""
    page = text[:MAX_PAGE]
    lowered = page[:1000].lower()
    if "<html" not in lowered and "<!doctype html" not in lowered and (fields := _read_xml(page)):
        return fields
    return {"shape": "html", "origin": "html", "message": _extract_visible_text(page)}


def _read_xml(page: str) -> Fields | None:
    code = _read_element(page, "Code")
    message = _read_element(page, "Message") or _read_element(page, "message")
    if not code:
        root = re.match(r"(?:<\?xml[^>]{0,200}>\s{0,20})?<(\w{1,100})", page)
        name = root[1] if root else ""
        code = name if name.endswith(("Exception", "Failure", "Error")) and name != "Error" else ""
    if not code and not message:
        return None
    kind = read_aws_type(code)
    return {
        "shape": "xml", "origin": "xml", "code": kind, "type": kind, "message": fold(message),
        "request_id": read_word(_read_element(page, "RequestId") or _read_element(page, "RequestID")),
    }  # fmt: skip


def _read_element(page: str, name: str) -> str:
    start = page.find(f"<{name}>")
    if start < 0:
        return ""
    start += len(name) + 2
    end = page.find("<", start)
    return _decode_entities(page[start : end if end >= 0 else len(page)].strip())


def _decode_entities(text: str) -> str:
    if "&" not in text:
        return text
    for entity, char in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, char)
    return text


def _extract_visible_text(page: str) -> str:
    """The title, then the text between the tags without scripts and styles."""
    page = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s{0,4}>|\Z)", " ", page)
    return fold(_decode_entities(re.sub(r"<[^>]*(?:>|\Z)", " ", page)))[:1000]
