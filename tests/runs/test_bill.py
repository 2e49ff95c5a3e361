"""What a usage row says: own key and platform lie far apart, or nothing is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from meshtui.base.exchange import Answer
from meshtui.runs.costs import (
    Price,
    count_tokens,
    find_rows_of_request,
    judge_bill,
    read_amount,
    read_bill,
    read_flag,
    read_price,
)
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
        ("0.0000101", "0.0001", "0", OWN),
        ("0.0000102", "0.0001", "0", UNKNOWN),
        ("0.0000898", "0.0001", "0", UNKNOWN),
        ("0.0000899", "0.0001", "0", POOL),
        ("0.0001101", "0.0001", "0", POOL),
        ("0.0001102", "0.0001", "0", UNKNOWN),
        ("0.0000449", "0.0001", "0.5", POOL),
        ("0.0000448", "0.0001", "0.5", UNKNOWN),
        ("0.0000500", "0.0001", "0.51", UNKNOWN),
        ("0.0000000", "0.0000010", "0", OWN),
        ("0.00001", "0.0001", "0", OWN),
        ("0.00001", "0.00009", "0", UNKNOWN),
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
        ({}, Answer(200, (("X-Cache", "MISS"),), USAGE)),
        ({}, Answer(200, (), 'data: {"id": "chatcmpl-cached-1"}\n\ndata: {"id": null}\n\ndata: ' + USAGE + "\n\n")),
        ({}, Answer(200, (), '{"usage": {"prompt_tokens": "40", "completion_tokens": 10}}')),
        ({}, Answer(200, (), '{"usage": {"prompt_tokens": 40, "completion_tokens": "10"}}')),
        ({}, Answer(200, (), '{"usage": {"prompt_tokens": -1, "completion_tokens": 10}}')),
        ({}, Answer(200, (), '{"usage": {"prompt_tokens": 40, "completion_tokens": -1}}')),
        ({}, Answer(200, (), '{"usage": {"prompt_tokens": 40}}')),
        ({}, Answer(200, (), USAGE[:-2] + ', "completion_tokens_details": {"audio_tokens": 1}}}')),
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


USAGES: dict[str, tuple[str, tuple[tuple[str, str], ...], tuple[int, int] | None]] = {
    "OpenAI's chat": ('{"usage": {"prompt_tokens": 7, "completion_tokens": 2}}', (), (7, 2)),
    "OpenAI's responses": ('{"usage": {"input_tokens": 7, "output_tokens": 2}}', (), (7, 2)),
    "Converse": ('{"usage": {"inputTokens": 7, "outputTokens": 2}}', (), (7, 2)),
    "Vertex": ('{"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 2}}', (), (7, 2)),
    "the last of several": ('{"prompt_tokens": 1} {"prompt_tokens": 7, "completion_tokens":2}', (), (7, 2)),
    "nothing out": ('{"usage": {"prompt_tokens": 7}}', (), (7, 0)),
    "nothing in": ('{"usage": {"completion_tokens": 2}}', (), (0, 2)),
    "a model's words": (r'{"content": "{\"prompt_tokens\": 7}"}', (), None),
    "headers": ("", (("X-Amzn-Bedrock-Input-Token-Count", "7"), ("X-Amzn-Bedrock-Output-Token-Count", "2")), (7, 2)),
    "headers beside a body that tells": (
        '{"usage": {"prompt_tokens": 7, "completion_tokens": 2}}', (("x-amzn-bedrock-input-token-count", "1"),),
        (7, 2)),
    "headers that are no numbers": ("", (("x-amzn-bedrock-input-token-count", "many"),), None),
    "none": ("{}", (), None),
}  # fmt: skip


@pytest.mark.parametrize("name", USAGES)
def test_tokens_are_counted_as_each_api_names_them(name: str):
    body, headers, tokens = USAGES[name]
    assert count_tokens(Answer(200, headers, body)) == tokens


@pytest.mark.parametrize("value", ["true", "1", "yes", " Yes ", "TRUE", True])
def test_a_flag_that_is_set(value: object):
    assert read_flag(value) is True


@pytest.mark.parametrize("value", ["false", "0", "no", "off", "none", "null", "n", "f", "False", False])
def test_a_flag_that_is_not_set(value: object):
    assert read_flag(value) is False


@pytest.mark.parametrize("value", ["", "maybe", None, 1, 0, 7.5, [True]])
def test_what_is_no_flag_says_neither(value: object):
    assert read_flag(value) is None


def test_the_usage_is_looked_for_at_the_end_of_an_answer():
    usage = '"prompt_tokens": 7}'
    filler = " " * (8192 - len(usage))
    assert count_tokens(Answer(200, (), f"x{usage}{filler}")) == (7, 0)
    assert count_tokens(Answer(200, (), f"x{usage}{filler} ")) is None


@pytest.mark.parametrize(
    ("row", "headers", "details"),
    [
        ({"routing_fallback": False}, (), ""),
        ({"routing_fallback": " FALSE "}, (), ""),
        ({"routing_fallback": "0"}, (), ""),
        ({}, (("X-Mesh-Routing-Fallback", "false"),), ""),
        ({}, (), ', "completion_tokens_details": {"reasoning_tokens": 7, "text_tokens": 3}'),
        ({}, (), ', "prompt_tokens_details": {"cached_tokens": 0}'),
        ({}, (), ', "prompt_tokens_details": "none"'),
    ],
)
def test_what_does_not_change_the_price_leaves_it_a_measure(row, headers, details: str):
    found = read_bill(rows({**ROW, **row}), "req_1", Answer(200, headers, USAGE[:-2] + details + "}}"), PRICE)
    assert found == Bill(Decimal("0.0002000"), Decimal("0.0002"))


def test_without_a_row_the_cost_that_the_answer_states_counts_and_the_first_that_is_one():
    stream = 'data: {"cost": "none"}\n\ndata: {"cost": 0.5}\n\ndata: {"cost": 0.7}\n\n'
    assert read_bill(rows(), "req_1", Answer(200, (), stream), None) == Bill(Decimal("0.5"))
    assert read_bill(rows({"cost_usd": "1"}), "", Answer(200, (), '{"cost": 0.5}'), None) == Bill(Decimal("0.5"))


@pytest.mark.parametrize(("length", "is_one"), [(40, True), (41, False)])
def test_an_amount_of_forty_letters_at_most_is_read(length: int, is_one: bool):
    assert (read_amount("0.5" + "0" * (length - 3)) == Decimal("0.5")) is is_one


@pytest.mark.parametrize(
    ("amount", "is_one"), [("999999.9", True), ("1000000", False), (0, True), (7.5, True), ("7", True)]
)
def test_an_amount_is_less_than_a_million_and_not_below_nought(amount: object, is_one: bool):
    assert (read_amount(amount) is not None) is is_one


def test_a_discount_that_is_no_number_makes_the_price_unknown():
    pricing = {"prompt_usd_per_1m": "2.5", "completion_usd_per_1m": "10", "discount_pct": "much"}
    assert read_price({"pricing": pricing}) is None


@pytest.mark.parametrize(("prompt", "completion", "price"), [(0, 10, "0.0001"), (40, 0, "0.0001"), (0, 0, "0")])
def test_no_tokens_are_a_count_too(prompt: int, completion: int, price: str):
    usage = f'{{\n  "usage": {{"prompt_tokens": {prompt},\n\n"completion_tokens": {completion}}}\n}}'
    found = read_bill(rows(ROW), "req_1", Answer(200, (), usage), PRICE)
    assert found is not None
    assert found.catalogue == Decimal(price)
