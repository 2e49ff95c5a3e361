"""What a request cost on Mesh's balance, read from its answer, and what that says about whose key served it. Pure.

Where your key serves, Mesh takes a fee of its provider's price or nothing; where Mesh's own credentials serve, the
whole price of the catalogue (documentation "BYOK" and "Pricing"). The two are told apart only where they lie far apart
compared with how amounts are rounded; nothing in between is guessed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from meshtui.base.exchange import Answer
from meshtui.base.sse import SseDecoder
from meshtui.http.decoding import dig, parse_json
from meshtui.runs.model import Bill, Served

_NO, _YES = frozenset({"false", "0", "no", "off", "none", "null", "n", "f"}), frozenset({"true", "1", "yes"})


def read_values(body: str) -> list[object]:
    """The JSON of each event of a stream, or of a whole answer, which the decoder gives as one."""
    decoder = SseDecoder()
    return [parse_json(event.data) for event in (*decoder.feed(body.encode()), *decoder.close())]


def read_flag(value: object) -> bool | None:
    """A flag as Mesh may write it; None for anything else. The value of its fallback header is not documented."""
    if isinstance(value, str):
        word = value.strip().lower()
        return False if word in _NO else True if word in _YES else None
    return value if isinstance(value, bool) else None


_USAGE_AT_END = 8192
"""How many characters from the end of an answer are searched for its usage."""
# A quote that is not escaped: what a model wrote is text in JSON, and its quotes are.
_TOKENS_IN = re.compile(r'(?<!\\)"(?:prompt_tokens|input_tokens|inputTokens|promptTokenCount)"\s*:\s*(\d{1,9})\b')
_TOKENS_OUT = re.compile(
    r'(?<!\\)"(?:completion_tokens|output_tokens|outputTokens|candidatesTokenCount)"\s*:\s*(\d{1,9})\b'
)


def count_tokens(answer: Answer) -> tuple[int, int] | None:
    """Tokens into the model and out of it, as the end of the answer or Bedrock's headers tell; None where neither does.
    The names are those of OpenAI's chat and responses, Anthropic, Bedrock's Converse and Vertex."""
    end = answer.body[-_USAGE_AT_END:]
    inward, outward = (_find_last_number(pattern, end) for pattern in (_TOKENS_IN, _TOKENS_OUT))
    if inward is None and outward is None:
        counts = (answer.header(f"x-amzn-bedrock-{way}-token-count") for way in ("input", "output"))
        inward, outward = (int(count) if count.isdecimal() else None for count in counts)
    return None if inward is None and outward is None else (inward or 0, outward or 0)


def _find_last_number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.findall(text)
    return int(found[-1]) if found else None


STEP = Decimal("1e-7")
"""The finest step that Mesh is known to count in: its balance has seven places, be there more in the row."""
STEPS_APART = 10
"""Steps of rounding that the whole price must have."""
FEE_AT_MOST = Decimal("0.10")
"""Part of the price that still counts as a fee: twice the highest that is documented."""
WHOLE = Decimal("0.9"), Decimal("1.1")
"""Parts of the price that count as the whole."""
DISCOUNT_AT_MOST = Decimal("0.5")
CACHED_ID = "chatcmpl-cached-"
"""How the id of an answer out of the response cache begins."""
_NOTHING, _MILLION = Decimal(0), Decimal(1_000_000)


class Price(NamedTuple):
    """US dollars for a million tokens; `discount` from 0 to 1."""

    prompt: Decimal
    completion: Decimal
    discount: Decimal = _NOTHING


def judge_bill(bill: Bill) -> Served:
    """Own key, platform, or unknown where the cost does not tell."""
    full, cost = bill.catalogue, bill.cost
    step = max(STEP, Decimal(1).scaleb(int(cost.as_tuple().exponent)))
    if full is None or full < STEPS_APART * step or bill.discount > DISCOUNT_AT_MOST:
        return Served.UNKNOWN
    if cost <= full * FEE_AT_MOST + step:
        return Served.OWN_KEY
    least, most = full * WHOLE[0] * (1 - bill.discount) - step, full * WHOLE[1] + step
    return Served.PLATFORM if least <= cost <= most else Served.UNKNOWN


def find_rows_of_request(answer: object) -> object:
    """The answer about one request in the form of the list of rows; None where it has no row with a cost."""
    event = dig(answer, "event")
    if not isinstance(event, dict) or read_amount(event.get("cost_usd")) is None:
        return None
    return {"events": [{"request_id": dig(answer, "request_id"), **event}]}


def read_bill(events: object, request_id: str, answer: Answer, price: Price | None) -> Bill | None:
    """What the usage events report for this request, or the answer's own `cost` where they have no row for it; None
    where neither has, and where there are several rows."""
    rows = dig(events, "events")
    found = [row for row in rows if dig(row, "request_id") == request_id] if isinstance(rows, list) else []
    row = found[0] if len(found) == 1 and request_id else None
    cost = read_amount(dig(row, "cost_usd")) if found else _read_cost(answer)
    if cost is None:
        return None
    bill = Bill(cost, byok_used=read_flag(dig(row, "byok_used")), fell_back=read_flag(dig(row, "fallback_triggered")))
    counted = None if price is None or _is_no_measure(row, answer) else _count_tokens(answer)
    if price is None or counted is None:
        return bill
    full = (price.prompt * counted[0] + price.completion * counted[1]) / _MILLION
    return replace(bill, catalogue=full, discount=price.discount)


def read_price(model: object) -> Price | None:
    """The price in a row of the list of models (documentation "Models"); None where it has none."""
    pricing = dig(model, "pricing")
    prompt, completion = (read_amount(dig(pricing, f"{kind}_usd_per_1m")) for kind in ("prompt", "completion"))
    discount = read_amount(dig(pricing, "discount_pct") or "0")
    if prompt is None or completion is None or discount is None:
        return None
    return Price(prompt, completion, discount / 100)


def read_amount(value: object) -> Decimal | None:
    """A number as Mesh writes amounts, in a text or not; None for anything else and for what is no sensible one."""
    text = str(value)
    if len(text) > 40:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < _MILLION else None


def _read_cost(answer: Answer) -> Decimal | None:
    """Of the last chunk of a stream, as some gateways send it."""
    counts = (read_amount(dig(value, "cost")) for value in read_values(answer.body))
    return next((cost for cost in counts if cost is not None), None)


def _is_no_measure(row: object, answer: Answer) -> bool:
    """Whether another model or provider may have served, or the response cache: then the price asked for is not what
    this request would have cost."""
    routed = (dig(row, "routing_fallback"), answer.header("X-Mesh-Routing-Fallback"))
    return (
        any(str(counts or "").strip().lower() not in ("", "false", "0") for counts in routed)
        or bool(answer.header("X-Mesh-Routing-Model") or answer.header("X-Cache"))
        or any(str(dig(value, "id") or "").startswith(CACHED_ID) for value in read_values(answer.body))
    )


def _count_tokens(answer: Answer) -> tuple[int, int] | None:
    """Prompt and completion tokens of the answer; None where it gives none, or some that have a price of their own."""
    used = [usage for value in read_values(answer.body) if isinstance(usage := dig(value, "usage"), dict)]
    if not used:
        return None
    prompt, completion = used[-1].get("prompt_tokens"), used[-1].get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int) or prompt < 0 or completion < 0:
        return None
    apart = [dig(used[-1], f"{kind}_tokens_details") for kind in ("prompt", "completion")]
    special = any(count for details in apart if isinstance(details, dict)
                  for name, count in details.items() if name not in ("reasoning_tokens", "text_tokens"))  # fmt: skip
    return None if special else (prompt, completion)
