"""What was signed for Google is shown with its times, whatever stands there in place of a time."""

from __future__ import annotations

import pytest

from meshtui.base.exchange import Answer, Exchange, Request
from meshtui.tui.renderers.exchange_tabs import render_token
from tests.tui.conftest import to_text


def shown(issued: str, expires: str, left: str) -> str:
    signed = f'{{"alg": "RS256"}}\n{{"iat": {issued}, "exp": {expires}}}'
    asked = Request("POST", "https://oauth2.googleapis.com/token", signed=signed)
    answer = Answer(200, body=f'{{"expires_in": {left}}}')
    return to_text(render_token(Exchange("vertex", "token", asked, 0.0, answer), 200))


def test_the_times_of_a_token_are_told():
    text = shown("1795435200", "1795438800", "3599")
    assert "2026-11-23 13:00 UTC: 1 h from then" in text
    assert "good for 59 min 59 s" in text


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400, "NaN", "1e308", "true", '"x"', "[" * 9999])
def test_what_is_no_time_is_told_as_none(number: str):
    text = shown(number, number, number)
    assert text.count("not said") == 2
    assert "no access token" in text
