"""The report for a public issue: it says what matters, and nothing from outside is markup in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from meshtui.base.exchange import Failure
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line, make_plain
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.exports.case import (
    Case,
    format_case_json,
    hide_names_in,
    list_request,
    list_requests,
    make_case,
    make_case_of_entries,
)
from meshtui.exports.export_files import write_text
from meshtui.exports.markdown_report import Surroundings, write_report
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.presentation.markdown import (
    write_fenced,
    write_folded,
    write_inline,
    write_link,
    write_quoted,
    write_table,
)
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import Conclusion, ConclusionKind
from tests.each import each
from tests.exports.made import HERE, VERDICT, attempt, case
from tests.runs.stage import Stage
from tests.tui.recorded import UNKNOWN_KEY
from tests.tui.scenes import checked

MARKDOWN = MarkdownIt("commonmark").enable("table")
"""The reader that Rich and Textual use: a foreign judge here."""


def tokens(text: str) -> list[Token]:
    return [child for token in MARKDOWN.parse(text) for child in (token, *(token.children or ()))]


def fences(text: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "fence"]


def html(text: str) -> set[str]:
    """The tags that a reader would see as such."""
    raw = "".join(token.content for token in tokens(text) if token.type.startswith("html"))
    return set(re.findall(r"</?[a-z]+", raw))


async def test_it_says_whose_key_failed_who_fixes_it_and_what_it_rests_on(stage: Stage):
    run = await stage.send_prompt("byok", "openai", "revoked")
    text = write_report(make_case(run, stage.client.endpoints), HERE)
    assert text.startswith("# OpenAI does not know this key")
    for words in (
        "**↩ Fell back: paid from your Mesh balance**",
        "Your key failed and Mesh's own credentials served.",
        "your app ─▶ OpenAI ─▶ openai",
        "- Served: Mesh's own credentials\n- Fell back: yes",
        "- Basis: observed: an answer shows it",
        "Whose key: yours: the provider key, at OpenAI",
        "Who fixes it: the key's owner",
        "401 from OpenAI · The key is unknown · certain",
        "Cause: `credential_invalid`\n- Rule: `openai.",
        "## What to do\n\n1. ",
        "| 1 | own key | `openai` | OpenAI | 401 |",
        "| 2 | platform | `platform` | Mesh | 200 |",
        f"`{run.attempts[0].exchange.request_id}`",
        "meshtui 0.0, Python 3.11.0, Linux",
    ):
        assert words in text
    assert any(run.attempts[1].exchange.answer.body in fence for fence in fences(text))


async def test_a_run_that_went_well_and_a_comparison_have_one_too(stage: Stage):
    well = write_report(make_case(await stage.send_prompt("byok", "openai"), stage.client.endpoints), HERE)
    assert well.startswith("# Your own key served")
    assert "## Why it failed" not in well
    three = write_report(
        make_case(await stage.send_prompt("compare", "openai", "revoked"), stage.client.endpoints), HERE
    )
    assert three.count("\n| ") == 5


def test_a_check_lists_what_held():
    journal = checked().journal
    made = make_case_of_entries(tuple(journal))
    assert made is not None
    text = write_report(made, HERE)
    assert "| identity | passed | arn:aws:iam::123456789012:user/meshtui |" in text
    assert "| prompt | failed |" in text
    assert "**✗ This key is valid" in text


def test_a_pasted_answer_is_reported_without_an_attempt():
    text = write_report(case(explained=UNKNOWN_KEY, attempts=(), outcome=None), HERE)
    assert "## Why it failed" in text
    assert "## Attempts" not in text


def test_names_are_hidden_and_their_placeholders_are_no_tags():
    made = make_case_of_entries(tuple(checked().journal))
    assert made is not None
    text = write_text("markdown", made)
    assert "123456789012" not in text
    assert "user/meshtui" not in text
    shown = "".join(token.content for token in tokens(text) if token.type in ("text", "text_special"))
    assert "arn:aws:iam::<account>:user/<name>" in shown
    assert html(text) == {"<details", "</details", "<summary", "</summary"}


def test_it_is_never_too_long_for_an_issue():
    long = write_report(case("x" * 100_000), HERE)
    assert len(long) < 10_000
    assert "more characters: the HAR file has them" in long
    many = write_report(case(attempts=tuple(attempt("`" * 9_000) for _ in range(40))), HERE)
    assert len(many) < 65_536
    assert "more would be too much for an issue" in many
    assert html(many) <= {"<details", "</details", "<summary", "</summary"}


def test_who_wrote_it_is_told_by_default():
    assert write_report(case()).splitlines()[-1] == f"meshtui {Surroundings.here().meshtui}, Python " + ", ".join(
        (Surroundings.here().python, Surroundings.here().system)
    )


HOSTILE = (
    "```\n</details>\n# no", "`" * 9, "~~~\nx", "<script>alert(1)</script>", "</summary></details>", "[a](http://x)",
    "@somebody #12 owner/repo#3", "| a | b |", "![x](http://x/y.png)", "\n\n# heading\n\n- list", "`a`|`b`", "\\`\\|",
    "<!-- ", "&lt;b&gt;", "\x1b]0;x\x07\u202e", "http://x/<y>",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_is_markup(text: str):
    told = UNKNOWN_KEY._replace(headline=text, proof=text, proof_from=text, request_id=text, numbers=(text,),
                                provider=text)  # fmt: skip
    made = case(text, attempts=(replace(attempt(text, told), role=text, credential=text),))
    made = replace(made, inputs=replace(made.inputs, model=text), outcome=replace(VERDICT, cost_usd=text))
    shown = write_report(made, HERE)
    assert html(shown) <= {"<details", "</details", "<summary", "</summary"}
    raw = "".join(token.content for token in tokens(shown) if token.type.startswith("html"))
    folds = 3  # what was asked, more of the explanation, the exchange: our own
    assert raw.count("<details>") == raw.count("</details>") == raw.count("</summary>") == folds
    kinds = {token.type for token in tokens(shown)}
    assert not kinds & {"image", "strikethrough"}
    links = {token.attrs["href"] for token in tokens(shown) if token.type == "link_open"}
    assert all(str(address).startswith("https://platform.openai.com") for address in links)
    assert len([token for token in tokens(shown) if token.type == "heading_open"]) == 6
    assert not any(re.search(r"[@#]\w", t.content) for t in tokens(shown) if t.type in ("text", "html_block"))
    assert make_plain(shown) == shown


@given(st.text())
def test_a_fence_holds_whatever_stands_in_it(text: str):
    read = fences(f"before\n\n{write_fenced(text)}\n\nafter")
    assert read == [f"{make_plain(text).rstrip(chr(10))}\n".replace("\r", "\n")] or not make_plain(text).strip("\n")


@given(st.text())
def test_a_line_of_text_reads_as_it_was(text: str):
    inner = [token for token in MARKDOWN.parse(f"x {write_inline(text)} x") if token.type == "inline"]
    read = "".join(c.content for c in inner[0].children or () if c.type != "html_inline")
    assert read == f"x {make_one_line(text)} x".replace("x  x", "x x") or not make_one_line(text)
    assert {c.type for c in inner[0].children or ()} <= {"text", "text_special", "html_inline"}


@given(st.text())
def test_code_in_a_line_reads_as_it_was(text: str):
    shown = make_one_line(text)
    if not shown:
        assert write_quoted(text) == ""
        return
    inner = [token for token in MARKDOWN.parse(f"x {write_quoted(text)} x") if token.type == "inline"]
    assert [c.content for c in inner[0].children or () if c.type == "code_inline"] == [shown]


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_table_keeps_its_columns(cells: list[str]):
    text = write_table(
        ["h"] * len(cells), [[write_quoted(c) or "-" for c in cells], [write_inline(c) or "-" for c in cells]]
    )
    assert sum(token.type == "td_open" for token in tokens(text)) == 2 * len(cells)


@given(st.text())
def test_a_summary_cannot_be_ended_from_within(text: str):
    assert html(write_folded(text, "x")) <= {"<details", "</details", "<summary", "</summary"}
    assert write_folded(text, "x").count("</summary>") == 1


def test_what_is_no_whole_address_is_no_link():
    assert write_link("https://a.example/b") == "<https://a.example/b>"
    assert write_link("https://a.example/<project>") == "`https://a.example/<project>`"


def test_hiding_reaches_every_text_and_leaves_our_own_words():
    made = hide_names_in(case(), lambda text: text.replace("openai", "<x>"))
    assert made.inputs.credential == "<x>"
    assert made.attempts[0].exchange.request.url == "https://api.<x>.com/v1/chat/completions"
    assert isinstance(made, Case)
    assert made.outcome == case().outcome
    assert redact(write_report(made, HERE)) == write_report(made, HERE)


def test_the_json_of_a_check_says_what_decides_and_every_check():
    made = CheckResult("openai", "prompt", CheckStatus.FAILED, "no", "it may", "else", "nothing", "unknown")
    fine = replace(made, name="form", status=CheckStatus.PASSED, cause="")
    told = format_case_json(case(
        attempts=(), checks=(fine, made), outcome=CheckReport("openai", "openai", "m", (fine, made), "It fails."),
    ))  # fmt: skip
    assert (told["deciding"], told["sentence"]) == ("prompt", "It fails.")
    assert [(check["name"], check["status"]) for check in told["checks"]] == [("form", "passed"), ("prompt", "failed")]
    assert (told["run"], told["cancelled"]) == ("run-1", False)
    unfinished = format_case_json(case(attempts=(), checks=(fine,), outcome=None))
    assert (unfinished["deciding"], unfinished["sentence"]) == (None, None)


def test_the_json_of_a_run_has_every_attempt_and_null_where_its_end_is_not_known():
    told = format_case_json(case(outcome=None))
    assert (told["verdict"], told["conclusion"], told["path"], told["credential"]) == (None, None, "byok", "openai")
    assert [(one["role"], one["credential"], one["ok"]) for one in told["attempts"]] == [("own key", "openai", False)]
    whole = format_case_json(case())
    assert whole["verdict"]["served"] == "nobody"


def test_the_requests_of_one_line_are_those_of_its_attempt_alone():
    one, other = attempt('{"a": 1}'), replace(attempt('{"b": 2}'), role="mesh")
    made = case(attempts=(one, other))
    assert [title for title, _ in list_requests(made)] == ["own key", "mesh"]
    for line in (one, other):
        ((title, sent),) = list_requests(made, Entry(1.0, EntryKind.ATTEMPT, "", "run-1", "openai", line))
        assert (title, sent.exchange, sent.timeout) == (line.role, line.exchange, 30.0)


CHECKED = CheckResult("openai", "identity", CheckStatus.FAILED, "no", "it", "", "nothing", "credential_invalid",
                      attempt().exchange, UNKNOWN_KEY)  # fmt: skip
FORM = CheckResult("openai", "form", CheckStatus.PASSED, "", "it", "", "nothing")
REPORT = CheckReport("openai", "openai", "m", (FORM, CHECKED), "It fails.")
ALIVE = CheckReport("openai", "openai", "m", (FORM,), "It works.")
LIMITED = UNKNOWN_KEY._replace(cause="rate_limited_requests")


@each(
    "made, cause, word",
    [
        (case(), "credential_invalid", "credential_invalid"),
        (case(attempts=(attempt(told=None), attempt(told=LIMITED), attempt())), LIMITED.cause, LIMITED.cause),
        (case(attempts=(attempt(told=None),)), None, "nobody"),
        (case(attempts=(attempt(told=None),), outcome=None), None, "unknown"),
        (case(attempts=(), outcome=REPORT), "credential_invalid", "credential_invalid"),
        (case(attempts=(), outcome=ALIVE), None, "alive"),
        (case(attempts=(), outcome=replace(REPORT, checks=(replace(CHECKED, explanation=None),))), None,
         "credential_invalid"),
        (case(attempts=(), outcome=replace(REPORT, checks=(replace(CHECKED, explanation=None, cause=""),))), None,
         "alive"),
        (case(attempts=(), outcome=None, explained=LIMITED), LIMITED.cause, LIMITED.cause),
        (case(attempts=(), outcome=REPORT, explained=LIMITED), "credential_invalid", "credential_invalid"),
        (case(attempts=(attempt(),), outcome=REPORT, explained=LIMITED), "credential_invalid", "credential_invalid"),
    ],
)  # fmt: skip
def test_a_case_is_about_the_first_failure_else_about_who_served(made: Case, cause: str | None, word: str):
    assert (made.failed.cause if made.failed else None, made.came_to) == (cause, word)


def entry(what: EntryKind, detail: object = None, at: float = 7.0, *, cancelled: bool = False) -> Entry:
    return Entry(at, what, "said", "run-1", "openai", detail, cancelled=cancelled)  # type: ignore[arg-type]


def test_the_lines_of_a_run_make_its_case():
    asked, later = case().inputs, replace(case().inputs, path="mesh")
    roles = ("platform", "your program", "own key", "mesh")
    tried = [replace(attempt(), role=role) for role in roles]
    made = make_case_of_entries([
        entry(EntryKind.RUN, asked, 5.0), entry(EntryKind.RUN, later),
        *(entry(EntryKind.ATTEMPT, one) for one in tried),
        entry(EntryKind.CHECK, CHECKED), entry(EntryKind.VERDICT, VERDICT), entry(EntryKind.VERDICT, REPORT),
        entry(EntryKind.NOTE, UNKNOWN_KEY), entry(EntryKind.NOTE, LIMITED),
    ])  # fmt: skip
    assert made == Case(5.0, asked, "run-1", (tried[2], tried[3], tried[0], tried[1]), (CHECKED,), REPORT, UNKNOWN_KEY)
    assert make_case_of_entries([]) is None
    assert make_case_of_entries([entry(EntryKind.RUN, asked), entry(EntryKind.NOTE)]) is None
    bare = make_case_of_entries([entry(EntryKind.VERDICT, VERDICT)])
    assert bare is not None
    assert bare.inputs == RunInputs()


@each("what, stopped", [(EntryKind.VERDICT, True), (EntryKind.ATTEMPT, False)])
def test_a_case_was_stopped_where_its_verdict_says_so(what: EntryKind, stopped: bool):
    made = make_case_of_entries([
        entry(EntryKind.ATTEMPT, attempt()), entry(what, VERDICT if stopped else attempt(), cancelled=True)
    ])  # fmt: skip
    assert made is not None
    assert made.cancelled is stopped


def test_each_detail_alone_makes_a_case():
    for detail in (attempt(), CHECKED, VERDICT, UNKNOWN_KEY):
        assert make_case_of_entries([entry(EntryKind.NOTE, detail)]) is not None


def test_of_a_check_the_request_that_decided_can_be_sent_again():
    later = replace(CHECKED, name="prompt", status=CheckStatus.PASSED, cause="", explanation=None)
    made = case(attempts=(), checks=(FORM, CHECKED, later), outcome=replace(REPORT, checks=(FORM, CHECKED, later)))
    assert [title for title, _ in list_requests(made)] == ["identity"]
    fine = replace(made, outcome=replace(REPORT, checks=(FORM, later)))
    assert [title for title, _ in list_requests(fine)] == ["prompt"], "the last, where none decided"
    offline = replace(CHECKED, exchange=None)
    assert [title for title, _ in list_requests(replace(made, outcome=replace(REPORT, checks=(offline,))))] == [
        "prompt"
    ]
    assert list_requests(case(attempts=(), checks=(FORM,), outcome=ALIVE)) == ()
    assert [title for title, _ in list_requests(made, entry(EntryKind.CHECK, later))] == ["prompt"]
    assert [title for title, _ in list_requests(made, entry(EntryKind.CHECK, FORM))] == ["identity"]
    assert [title for title, _ in list_requests(made, entry(EntryKind.VERDICT, VERDICT))] == ["identity"]


def test_one_exchange_of_a_case_can_be_sent_again_where_it_was_sent():
    first = attempt('{"a": 1}')
    after = replace(first.exchange, call="usage")
    held = replace(first.exchange, call="held", failure=Failure("not_sent", "no"))
    made = case(attempts=(replace(first, afterwards=(after, held)),), checks=(CHECKED,))
    for exchange, title in ((first.exchange, "own key"), (after, "own key")):
        ((told, sent),) = list_request(made, exchange)
        assert (told, sent.exchange, sent.credential, sent.timeout) == (title, exchange, "openai", 30.0)
    assert list_request(made, held) == ()
    assert list_request(made, replace(after, call="of another case")) == ()
    assert [(part.title, part.credential, len(part.exchanges)) for part in made.parts] == [
        ("own key", "openai", 3), ("identity", "openai", 1)]  # fmt: skip
    assert made.parts[0].sent == first.exchange


def test_hiding_leaves_words_of_ours_that_stand_in_a_tuple_or_a_choice():
    made = hide_names_in(case(outcome=REPORT, checks=(CHECKED,)), lambda _: "x")
    assert made.checks[0].status is CheckStatus.FAILED
    assert made.checks[0].explanation is not None
    assert type(made.checks[0].explanation) is type(UNKNOWN_KEY)
    assert made.checks[0].explanation.headline == "x"
    assert (made.at, made.cancelled, made.inputs.timeout) == (case().at, False, 30.0)


def test_the_json_of_what_was_pasted_is_its_explanation_alone():
    told = format_case_json(case(attempts=(), outcome=None, explained=UNKNOWN_KEY))
    assert set(told) == {"at", "explanation"}
    assert told["explanation"]["cause"] == "credential_invalid"


@each("made", [
    case(attempts=(), checks=(CHECKED,), outcome=None), case(attempts=(), outcome=REPORT),
    case(attempts=(), outcome=None, inputs=RunInputs("check")),
])  # fmt: skip
def test_whatever_shows_a_check_is_told_as_one(made: Case):
    assert set(format_case_json(made)) == {
        "run", "path", "credential", "started", "cancelled", "deciding", "sentence", "checks"}  # fmt: skip


def test_the_json_of_a_check_in_which_all_holds_names_no_deciding_one():
    told = format_case_json(case(attempts=(), checks=(FORM,), outcome=ALIVE))
    assert (told["deciding"], told["sentence"]) == (None, "It works.")


def test_the_json_of_a_run_tells_what_was_asked_and_null_for_what_is_not_known():
    nothing = format_case_json(Case(1.0, RunInputs()))
    assert (nothing["run"], nothing["attempts"], nothing["cancelled"], nothing["verdict"]) == ("", [], False, None)
    told = format_case_json(case(inputs=RunInputs(), cancelled=True))
    assert (told["run"], told["path"], told["credential"], told["policy"]) == ("run-1", None, None, None)
    assert (told["stream"], told["started"], told["cancelled"]) == (False, case().at, True)
    asked = format_case_json(case(inputs=replace(case().inputs, policy="exclusive", stream=True)))
    assert (asked["policy"], asked["stream"], asked["conclusion"]) == ("exclusive", True, None)
    concluded = replace(VERDICT, conclusion=Conclusion(ConclusionKind.COPY_BAD, "so it is"))
    assert format_case_json(case(outcome=concluded))["conclusion"] is not None
