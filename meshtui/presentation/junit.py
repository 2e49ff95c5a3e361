"""Check reports as JUnit XML, which CI systems read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from meshtui.base.credential import CheckStatus
from meshtui.base.text import make_one_line
from meshtui.presentation.blocks import Item
from meshtui.presentation.check_blocks import CHECK_MARKS, Checked, list_proof, make_check_item, make_finding_item


def format_junit(all_checked: Sequence[Checked], named: Mapping[str, str] = MappingProxyType({})) -> str:
    """One suite a credential, one case a line: `✗` is a failure, `?` and `-` are skipped with their reason. `named`:
    what is there and was not checked, with what is said of it; a suite each with one case that was skipped."""
    suites = [_write_suite(checked) for checked in all_checked]
    suites += [_write_named_suite(name, sentence) for name, sentence in named.items()]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="meshtui check">', *suites,
                      "</testsuites>"])  # fmt: skip


def _write_named_suite(name: str, sentence: str) -> str:
    from xml.sax.saxutils import quoteattr

    case = _write_case(quoteattr(name), "found", Item(CHECK_MARKS[CheckStatus.SKIPPED], "", sentence))
    return f'<testsuite name={quoteattr(name)} tests="1" failures="0" skipped="1">\n{case}\n</testsuite>'


def _write_suite(checked: Checked) -> str:
    from xml.sax.saxutils import quoteattr

    credential, check_report = checked
    cases = [(finding.id, make_finding_item(finding)) for finding in credential.findings]
    cases += [(result.name, make_check_item(result)._replace(proof="\n".join(list_proof(result))))
              for result in (check_report.checks if check_report else ())]  # fmt: skip
    failures = sum(item.mark.glyph == "✗" for _, item in cases)
    skipped = sum(item.mark.glyph in "?-" for _, item in cases)
    name = quoteattr(credential.name)
    head = f'<testsuite name={name} tests="{len(cases)}" failures="{failures}" skipped="{skipped}">'
    return "\n".join([head, *(_write_case(name, ident, item) for ident, item in cases), "</testsuite>"])


def _write_case(suite: str, name: str, item: Item) -> str:
    from xml.sax.saxutils import escape, quoteattr  # which load a client for HTTP

    text = quoteattr(" ".join(part for part in (item.name, make_one_line(item.text)) if part))
    body = ""
    if item.mark.glyph == "✗":
        body = f"<failure message={text}>{escape(item.fix)}\n{escape(item.proof)}</failure>"
    elif item.mark.glyph in "?-":
        body = f"<skipped message={text}/>"
    return f"<testcase classname={suite} name={quoteattr(name)}>{body}</testcase>"
