"""The explanation stands beside the log or fills a page, and the raw exchange is a key or a click away."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from meshtui.base.exchange import Answer, Exchange, Failure, Request, Timings
from meshtui.journal.entry import Entry, EntryKind
from meshtui.presentation.exchange_blocks import MOST, PARSED, list_body_blocks
from meshtui.session import Session
from meshtui.tui.renderers.exchange_tabs import list_tabs, render_tab, render_timing
from meshtui.tui.screens.credential_screen import CredentialScreen
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.styled_text import render_page, wrap
from tests.canaries import parts_in
from tests.tui.conftest import Screen, settled, text_of, to_text
from tests.tui.recorded import NOON, OPENAI_KEY, Recorded, all_kinds, demo, fallen_back

TO_401 = ("3", "home", "down", "enter")


def words(app) -> str:
    return " ".join(text_of(app).split())


def pane(app) -> str:
    """The lines of the fourth pane alone, as one text."""
    area = app.screen.query_one("#explained").region
    lines = [line[area.x + 1 : area.right - 1].strip() for line in text_of(app).splitlines()[area.y : area.bottom]]
    return " ".join(" ".join(lines).split())


# The pane beside the log


async def test_the_line_under_the_cursor_is_explained_beside_the_log(screen: Screen):
    async with screen(all_kinds(), size=(160, 40)) as (app, pilot):
        await pilot.press("3", "home", "down")
        await settled(pilot)
        assert "OpenAI does not know this key" in pane(app)
        await pilot.press("down", "down", "down")
        await settled(pilot)
        assert "no policy allows it to call this model" in pane(app)
        assert "OpenAI does not know this key" not in pane(app)


async def test_what_happens_is_explained_as_it_comes(screen: Screen):
    async with screen(demo(), size=(160, 40)) as (app, pilot):
        assert "Explains the log line under the cursor" in pane(app)
        app.session.journal.append(Entry(NOON, EntryKind.NOTE, text="something was done"))
        await settled(pilot)
        assert "something was done" in pane(app)


@pytest.mark.parametrize("size", [(119, 40), (160, 35), (80, 24)], ids=str)
async def test_where_there_is_no_room_the_pane_is_not_there_and_its_key_says_so(screen: Screen, size):
    async with screen(fallen_back(), size=size) as (app, pilot):
        await pilot.press("4")
        await settled(pilot)
        assert "needs 120 columns and 36 rows" in text_of(app)
        assert not app.screen.query("#explained")
        await pilot.resize_terminal(160, 40)
        await settled(pilot)
        await pilot.press("3", "end", "4")
        await settled(pilot)
        assert app.focused.id == "explained"
        assert "Your key failed and Mesh's own credentials served" in pane(app)


async def test_the_pane_scrolls_and_enter_opens_the_whole_page(screen: Screen):
    async with screen(fallen_back(), size=(150, 36)) as (app, pilot):
        await pilot.press("3", "end", "4")
        await settled(pilot)
        explained = app.screen.query_one("#explained")
        assert explained.max_scroll_y > 0
        await pilot.press("down", "j")
        assert explained.scroll_offset.y == 2
        await pilot.press("end")
        assert explained.scroll_offset.y == explained.max_scroll_y
        await pilot.press("home", "enter")
        await settled(pilot)
        assert isinstance(app.screen, ExplanationScreen)
        await pilot.press("escape", "3", "home")
        await settled(pilot)
        assert explained.scroll_offset.y == 0


async def test_a_hundred_thousand_lines_cost_the_pane_what_one_does(screen: Screen):
    session = Recorded()
    session.journal.extend(Entry(NOON, EntryKind.NOTE, text=f"line {number}") for number in range(100_000))
    async with screen(session, size=(160, 40)) as (app, pilot):
        await pilot.press("3", "end")
        await settled(pilot)
        explained = app.screen.query_one("#explained")
        written: list[object] = []
        explained._make_lines = lambda entry, run, width: written.append(entry) or []
        for _ in range(500):
            app.main.log_lines.action_move(-1)
        await settled(pilot)
        assert 1 <= len(written) <= 3, "many moves of the cursor are shown together"


# The page: its tabs


async def test_card_and_response_stand_side_by_side_where_there_is_room(screen: Screen):
    async with screen(all_kinds(), size=(160, 40)) as (app, pilot):
        await pilot.press(*TO_401)
        assert any("does not know this key" in line and "← 401" in line for line in text_of(app).splitlines())
        for key, seen in (("2", "→ POST http"), ("4", "authorization"), ("5", "wait for first byte"), ("3", "← 401")):
            await pilot.press(key)
            await settled(pilot)
            assert seen.lower() in text_of(app).lower()
            assert "does not know this key" in text_of(app)
        assert "▸ 3 Response" in text_of(app)


async def test_in_a_narrow_window_the_card_is_first_and_the_tabs_take_its_place(screen: Screen):
    async with screen(all_kinds(), size=(80, 24)) as (app, pilot):
        await pilot.press(*TO_401)
        assert "▸ 1 Card" in text_of(app)
        assert "does not know this key" in text_of(app)
        await pilot.press("3")
        await settled(pilot)
        shown = text_of(app)
        assert "▸ 3 Response" in shown
        assert "← 401" in shown
        assert "does not know this key" not in shown
        await pilot.resize_terminal(160, 40)
        await settled(pilot)
        assert "does not know this key" in text_of(app)
        assert "← 401" in text_of(app)


@pytest.mark.parametrize("size", [(80, 24), (160, 40)], ids=str)
async def test_a_click_on_a_tab_brings_it_to_the_front(screen: Screen, size):
    async with screen(all_kinds(), size=size) as (app, pilot):
        await pilot.press(*TO_401)
        row = "#card-tabs" if size[0] < 140 else "#raw-tabs"
        area = app.screen.query_one(row).region
        column = text_of(app).splitlines()[area.y].index("5 Timing") - area.x
        await pilot.click(row, offset=(column, 0))
        await settled(pilot)
        assert "▸ 5 Timing" in text_of(app)
        assert "wait for first byte" in text_of(app)


async def test_the_next_line_keeps_the_tab(screen: Screen):
    async with screen(all_kinds(), size=(80, 24)) as (app, pilot):
        await pilot.press(*TO_401, "5", "right", "right", "right")
        await settled(pilot)
        assert "▸ 5 Timing" in text_of(app)
        assert "aws" in text_of(app)


async def test_a_key_for_a_tab_that_is_not_there_says_why(screen: Screen):
    async with screen(all_kinds(), size=(80, 24)) as (app, pilot):
        await pilot.press(*TO_401, "6")
        assert "Nothing was signed in this exchange." in text_of(app)
        await pilot.press("n")
        assert "This line has one exchange only." in text_of(app)


async def test_the_exchanges_of_a_run_are_stepped_through(screen: Screen):
    async with screen(fallen_back(), size=(160, 40)) as (app, pilot):
        await pilot.press("3", "end", "enter")
        await settled(pilot)
        assert "▸ OpenAI chat 401" in text_of(app)
        assert "← 401" in text_of(app)
        await pilot.press("n")
        await settled(pilot)
        assert "▸ Mesh chat 200" in text_of(app)
        assert "← 200" in text_of(app)
        await pilot.press("n")
        await settled(pilot)
        assert "← 401" in text_of(app)


async def test_googles_token_is_shown_decoded_and_without_its_signature(screen: Screen):
    async with screen(Session.demo(), size=(160, 40)) as (app, pilot):
        app.main.credentials.cursor = app.main.credentials.names.index("vertex")
        await pilot.pause()
        await pilot.press("f")
        await settled(pilot)
        await pilot.press("3", "home", "down", "enter")
        await settled(pilot)
        assert "▸ Google Vertex AI chat 200" in text_of(app)
        await pilot.press("6")
        await settled(pilot)
        shown = text_of(app)
        assert "▸ 6 Token" in shown, "the key leads to the exchange that was signed, which is the one for the token"
        assert "▸ Google Vertex AI token 200" in shown
        assert '"alg": "RS256"' in shown
        assert '"iss": "' in shown
        assert "UTC: 1 h from then" in shown
        assert "an access token that is good for" in shown


async def test_aws_shows_what_was_signed(screen: Screen):
    async with screen(Session.demo(), size=(160, 60)) as (app, pilot):
        app.main.credentials.cursor = app.main.credentials.names.index("aws")
        await pilot.pause()
        await pilot.press("f")
        await settled(pilot)
        await pilot.press("3", "home", "down", "enter", "6")
        await settled(pilot)
        shown = text_of(app)
        assert "▸ 6 Canonical" in shown
        assert "POST" in shown
        assert "String to sign" in shown
        assert "AWS4-HMAC-SHA256" in shown
        secret = app.session.credentials["aws"].material.secret_access_key
        assert not parts_in(shown, secret.reveal())


# What the tabs are written from


def exchange(**more) -> Exchange:
    request = Request("POST", "https://api.openai.com/v1/chat/completions", (("Authorization", "Bearer x"),), "{}")
    made = Exchange("openai", "chat", request, NOON, Answer(200, (("content-type", "application/json"),), "{}"))
    return replace(made, **more)


def test_a_bar_stands_where_its_phase_lay_and_what_was_not_reached_says_so():
    whole = to_text(render_timing(exchange(timings=Timings(0.1, 0.2, 0.8, 1.0)), 83)).splitlines()
    bars = {line[:20].strip(): (line.find("━"), line.count("━")) for line in whole if "━" in line}
    assert bars == {"connect": (33, 5), "send": (38, 5), "wait for first byte": (43, 30), "body": (73, 10)}
    assert "1.0 s" in next(line for line in whole if line.startswith("total"))
    broken = exchange(timings=Timings(0.1, None, None, None), failure=Failure("dropped", "gone"), answer=None)
    lines = to_text(render_timing(broken, 80)).splitlines()
    assert [line.split("  ")[-1].strip() for line in lines[2:5]] == ["not reached"] * 3
    assert "not known: its end was not reached" in lines[5]


@pytest.mark.parametrize(
    "timings", [Timings(), Timings(0, 0, 0, 0), Timings(total=0.5), Timings(9, 1, 3, 0.2)], ids=str
)
@pytest.mark.parametrize("width", [20, 40, 200])
def test_no_timing_is_too_strange_to_be_shown(timings: Timings, width: int):
    assert "total" in to_text(render_timing(exchange(timings=timings), width))


def test_only_the_tabs_that_exist_are_offered():
    names = [tab.name for tab in list_tabs(exchange(), {})]
    assert names == ["request", "response", "headers", "timing"]
    assert render_tab(exchange(), "signed", 80) == []
    assert list_tabs(None, {}) == ()


@pytest.mark.parametrize("width", [30, 76, 120])
def test_long_words_are_broken_and_never_cut(width: int):
    arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/" + "x" * 200
    lines = to_text(
        render_page(list_body_blocks(json.dumps({"message": f"not authorized on {arn}", "n": 1})), width)
    ).splitlines()
    assert all(len(line) <= width for line in lines)
    assert arn in "".join(line.strip() for line in lines)


def test_a_body_of_eight_megabytes_is_cut_and_not_parsed():
    body = json.dumps({"data": "a" * 8_000_000})
    text = to_text(render_page(list_body_blocks(body), 100))
    assert len(body) > PARSED
    assert len(text) < 2 * MOST
    assert f"… and {len(body) - MOST:,} more characters" in text


def test_keys_are_dimmed_and_values_are_not():
    lines = render_page(list_body_blocks('{"a": "b: c", "d": [1]}'), 80)
    assert [part for line in lines for part in line if part[0].strip().startswith('"a"')] == [('    "a":', "dim")]
    assert (' "b: c",', "") in lines[1]


# To the key at fault


async def test_k_goes_to_the_credential_at_fault(screen: Screen):
    async with screen(all_kinds(), size=(80, 24)) as (app, pilot):
        await pilot.press("3", "end", *["up"] * 4, "enter", "k")
        await settled(pilot)
        assert "No key is at fault here: Nothing listens at that address. Who fixes it: caller." in words(app)
        await pilot.press("escape", "home", "down", "enter", "k")
        await settled(pilot)
        assert isinstance(app.screen, CredentialScreen)
        assert app.screen.credential.name == "openai"
        await pilot.press("escape", "escape")
        assert app.screen is app.main
        assert app.main.credentials.chosen.name == "openai"


async def test_k_says_where_the_credential_is_off_the_list(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        app.session.credentials.pop("openai", None)
        await pilot.press(*TO_401, "k")
        assert "is no longer on the list" in words(app)


async def all_tabs(screen: Screen) -> str:
    """What the tabs of an explanation show."""
    seen = []
    async with screen(all_kinds(), size=(200, 60)) as (app, pilot):
        await pilot.press(*TO_401)
        for key in "23456":
            await pilot.press(key)
            await settled(pilot)
            seen.append(text_of(app))
    return "\n".join(seen)


async def test_no_key_is_in_any_tab(screen: Screen):
    assert not parts_in(await all_tabs(screen), OPENAI_KEY)


@pytest.mark.usefixtures("faulty_masks")
async def test_a_mask_that_shows_too_much_would_be_seen_in_a_tab(screen: Screen):
    assert parts_in(await all_tabs(screen), OPENAI_KEY)


def test_an_address_is_broken_where_it_can_be_read_on():
    address = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
    assert wrap(f"see {address}", 60) == ["see https://docs.aws.amazon.com/IAM/latest/UserGuide/", address[49:]]
    assert wrap("   " + "b" * 20, 12) == ["   bbbbbbbbb", "bbbbbbbbbbb"]
    assert wrap("word " + "b" * 20, 12, hang="  ") == ["word", "  bbbbbbbbbb", "  bbbbbbbbbb"]
