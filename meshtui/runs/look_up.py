"""What Mesh's usage row says of an answer that does not tell who served it, or that your key did not serve: free
calls, each made once."""

from __future__ import annotations

from meshtui.credentials.model import BearerKey
from meshtui.providers import mesh
from meshtui.providers.reading import as_json
from meshtui.runs.bill import Price, bill_of, price_of
from meshtui.runs.flight import Leg
from meshtui.runs.model import Served
from meshtui.runs.verdict import verdict
from meshtui.secret import Secret


async def look_up(leg: Leg) -> None:
    """Fetches the row where it can tell something: who served, or what a fallback cost. The price of the model is
    asked for in the first case only, and once a session."""
    flight, material = leg.flight, leg.who.credential.material
    found = verdict(flight.ask, (*flight.attempts, leg.attempt(ok=True)))
    if not isinstance(material, BearerKey) or not (found.alarm or found.served is Served.UNKNOWN):
        return
    price = await _price(leg, material.key) if found.served is Served.UNKNOWN else None
    sending = await leg.look(mesh.usage_call(flight.client.endpoints, material.key))
    exchange = leg.exchanges[-1]
    if exchange.answer is not None:
        events = as_json(sending.body) if sending.succeeded else None
        leg.bill = bill_of(events, exchange.request_id, exchange.answer, price)


async def _price(leg: Leg, key: Secret) -> Price | None:
    prices, model = leg.flight.prices, leg.who.model
    if model not in prices:
        sending = await leg.look(mesh.model_call(leg.flight.client.endpoints, key, model))
        price = price_of(as_json(sending.body)) if sending.succeeded else None
        if price is None:
            return None
        prices[model] = price
    return prices[model]
