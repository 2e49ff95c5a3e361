"""The gateway's endpoints."""

from __future__ import annotations

from starlette.routing import Route

from meshtui.sandbox.mesh import account, catalogue, provider_keys
from meshtui.sandbox.mesh.chat import chat, record_refusal
from meshtui.sandbox.mesh.door import behind_the_door
from meshtui.sandbox.world import World

READ = {
    "/models": catalogue.everything,
    "/models/free": catalogue.free,
    "/models/paid": catalogue.paid,
    "/models/search": catalogue.search,
    "/models/{model:path}": catalogue.one,
    "/balance": account.balance,
    "/usage/rate-limits": account.rate_limits,
    "/usage/events/{event}/attempts": account.attempts,
    "/provider-keys": provider_keys.list_keys,
    "/keys": provider_keys.foreign_realm,
    "/memories": provider_keys.foreign_realm,
    "/orgs/current": provider_keys.foreign_realm,
}
WRITE = {
    "/usage/events": account.usage_events,
    "/provider-keys/test/{key}/{provider}": provider_keys.check_stored,
    "/provider-keys/test/{provider}": provider_keys.check_given,
}


def routes(world: World) -> list[Route]:
    """Below `/mesh/v1`."""
    completions = behind_the_door(world, chat, on_refusal=record_refusal)
    open_ones = behind_the_door(world, account.api_versions, open_to_all=True)
    return [
        Route("/chat/completions", completions, methods=["POST"]),
        Route("/api-versions", open_ones),
        *(Route(path, behind_the_door(world, handler)) for path, handler in READ.items()),
        *(Route(path, behind_the_door(world, handler), methods=["POST"]) for path, handler in WRITE.items()),
    ]
