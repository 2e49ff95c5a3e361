"""What a usage row says: own key and platform lie far apart, or nothing is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from meshtui.base.exchange import Answer
from meshtui.runs.costs import Price, find_rows_of_request, judge_bill, read_amount, read_bill, read_price
from meshtui.runs.model import Bill, Served

OWN, POOL, UNKNOWN = Served.OWN_KEY, Served.PLATFORM, Served.UNKNOWN


@pytest.mark.parametrize(
    ("cost", "catalogue", "discount", "served"),
    [
        ("0.0000000", "0.0001", "0", OWN),
        ("0.0000050", "0.0001", "0", OWN),
        ("0.0001000", "0.0001", "0", POOL),
        ("0.0000950", "0.0001", "0", POOL),
        ("0.0000500", "0.0001", "0", UNKNOWN),
        ("0.0000500", "0.0001", "0.5", POOL),
        ("0.0000100", "0.0001", "0.9", UNKNOWN),
        ("0.0002000", "0.0001", "0", UNKNOWN),
        ("0.00", "0.0001", "0", UNKNOWN),
        ("0", "0.0001", "0", UNKNOWN),
        ("0.0000000", "0.0000009", "0", UNKNOWN),
        ("0.00000000000", "0.0000009", "0", UNKNOWN),
        ("0.0000000", "0", "0", UNKNOWN),
    ],
)
def test_a_cost_tells_only_where_the_readings_lie_far_apart(cost: str, catalogue: str, discount: str, served: Served):
    assert judge_bill(Bill(Decimal(cost), Decimal(catalogue), Decimal(discount))) is served


def test_a_cost_without_a_price_tells_nothing():
    assert judge_bill(Bill(Decimal("0.0000000"))) is UNKNOWN


PRICE = Price(Decimal("2.5"), Decimal(10))
USAGE = '{"usage": {"prompt_tokens": 40, "completion_tokens": 10}}'


def rows(*found: dict[str, object]) -> dict[str, object]:
    return {"events": list(found)}


ROW = {"request_id": "req_1", "cost_usd": "0.0002000"}


def test_the_row_is_found_by_its_request_and_priced_by_the_answers_tokens():
    found = read_bill(rows({**ROW, "request_id": "req_0"}, ROW), "req_1", Answer(200, (), USAGE), PRICE)
    assert found == Bill(Decimal("0.0002000"), Decimal("0.0002"))


@pytest.mark.parametrize(
    "events",
    [None, [], {}, rows(), {"events": "x"}, rows(ROW, ROW), rows({"request_id": "req_1"}), rows({"cost_usd": "1"}),
     rows({**ROW, "cost_usd": "NaN"}), rows({**ROW, "cost_usd": "-1"}), rows({**ROW, "cost_usd": True})],
)  # fmt: skip
def test_no_row_or_several_are_no_bill(events: object):
    assert read_bill(events, "req_1", Answer(200, (), USAGE), PRICE) is None


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({}, Answer(200, (), "{}")),
        ({}, Answer(200, (), "data: {}\n\ndata: [DONE]\n\n")),
        ({"routing_fallback": True}, Answer(200, (), USAGE)),
        ({}, Answer(200, (("X-Mesh-Routing-Fallback", "true"),), USAGE)),
        ({}, Answer(200, (("X-Mesh-Routing-Model", "openai/gpt-4o"),), USAGE)),
        ({}, Answer(200, (), '{"id": "chatcmpl-cached-1", ' + USAGE[1:])),
        ({}, Answer(200, (), USAGE[:-2] + ', "prompt_tokens_details": {"cached_tokens": 32}}}')),
        ({}, Answer(200, (), '{"usage": {"prompt_tokens": "40", "completion_tokens": 10}}')),
    ],
)
def test_where_the_catalogues_price_is_no_measure_there_is_none(row: dict[str, object], answer: Answer):
    found = read_bill(rows({**ROW, **row}), "req_1", answer, PRICE)
    assert found is not None
    assert found.catalogue is None


def test_the_usage_of_a_stream_stands_in_its_last_chunk():
    stream = f'data: {{"choices": []}}\n\ndata: {USAGE}\n\ndata: [DONE]\n\n'
    found = read_bill(rows(ROW), "req_1", Answer(200, (), stream), PRICE)
    assert found is not None
    assert found.catalogue == Decimal("0.0002")


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ({"pricing": {"prompt_usd_per_1m": "2.5", "completion_usd_per_1m": "10"}}, PRICE),
        ({"pricing": {"prompt_usd_per_1m": "2.5", "completion_usd_per_1m": "10", "discount_pct": "20"}},
         Price(Decimal("2.5"), Decimal(10), Decimal("0.2"))),
        ({"pricing": {"prompt_usd_per_1m": "2.5"}}, None),
        ({"detail": "Model not found"}, None),
        (None, None),
    ],
)  # fmt: skip
def test_the_price_is_read_from_the_list_of_models(model: object, price: Price | None):
    assert read_price(model) == price


@pytest.mark.parametrize("value", ["", "x", "1e999999", "Infinity", "9" * 50, None, [], True, "-0.1"])
def test_what_is_no_sensible_amount_is_none(value: object):
    assert read_amount(value) is None


@pytest.mark.parametrize(("answer", "found"), [
    ({"request_id": "req_1", "outcome": "ok", "event": {"request_id": "req_1", "cost_usd": "0.0002000"}}, True),
    ({"request_id": "req_1", "event": {"cost_usd": "0.0002000"}}, True),
    ({"request_id": "req_1", "outcome": "ok", "event": {}}, False),
    ({"detail": "Request not found"}, False),
    ([], False),
])  # fmt: skip
def test_the_usage_of_the_request_itself_comes_before_the_newest_rows(answer: object, found: bool):
    events = find_rows_of_request(answer)
    bill = read_bill(events, "req_1", Answer(200, (), USAGE), PRICE)
    assert bill == (Bill(Decimal("0.0002000"), Decimal("0.0002")) if found else None)
