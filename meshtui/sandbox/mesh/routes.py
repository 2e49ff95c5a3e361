"""The gateway's endpoints."""

from __future__ import annotations

from starlette.routing import Route

from meshtui.sandbox.mesh import account, api_keys, catalogue, provider_keys, realm, responses, templates, usage
from meshtui.sandbox.mesh.chat import CHAT
from meshtui.sandbox.mesh.door import MESHS, Handler, Manner, behind_the_door
from meshtui.sandbox.mesh.embeddings import EMBEDDINGS
from meshtui.sandbox.mesh.messages import ANTHROPICS, MESSAGES
from meshtui.sandbox.mesh.pipeline import Endpoint, refusal_of, running
from meshtui.sandbox.mesh.responses import RESPONSES
from meshtui.sandbox.world import World

# Path, endpoint, how it words its errors.
RUNNING: tuple[tuple[str, Endpoint, Manner], ...] = (
    ("/chat/completions", CHAT, MESHS),
    ("/responses", RESPONSES, MESHS),
    ("/messages", MESSAGES, ANTHROPICS),
    ("/embeddings", EMBEDDINGS, MESHS),
)
# Method, path, handler. The first that fits is taken.
OTHERS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/models", catalogue.everything),
    ("GET", "/models/free", catalogue.free),
    ("GET", "/models/paid", catalogue.paid),
    ("GET", "/models/search", catalogue.search),
    ("GET", "/models/{model:path}", catalogue.one),
    ("GET", "/balance", account.balance),
    ("GET", "/usage/rate-limits", account.rate_limits),
    ("GET", "/usage/spend-trend", usage.spend_trend),
    ("GET", "/usage/events/export", usage.export),
    ("GET", "/usage/events/{event}/attempts", usage.attempts),
    ("POST", "/usage/events", usage.events),
    ("POST", "/usage", usage.summary),
    ("GET", "/templates", templates.list_all),
    ("POST", "/templates", templates.create),
    ("GET", "/templates/{template}", templates.one),
    ("PATCH", "/templates/{template}", templates.change),
    ("DELETE", "/templates/{template}", templates.delete),
    ("GET", "/responses", responses.list_all),
    ("GET", "/responses/{response}", responses.one),
    ("GET", "/keys", api_keys.list_all),
    ("PATCH", "/keys/{key}", api_keys.change),
    ("GET", "/memories", realm.empty),
    ("POST", "/memories", realm.empty),
    ("GET", "/orgs/current", realm.empty),
)
PROVIDER_KEYS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/provider-keys", provider_keys.list_all),
    ("POST", "/provider-keys/test/{key}/{provider}", provider_keys.check_stored),
    ("POST", "/provider-keys/test/{provider}", provider_keys.check_given),
    ("POST", "/provider-keys/{key}/activate", provider_keys.activate),
    ("POST", "/provider-keys/{provider}", provider_keys.register),
    ("GET", "/provider-keys/{key}", provider_keys.one),
    ("PATCH", "/provider-keys/{key}", provider_keys.change),
    ("DELETE", "/provider-keys/{key}", provider_keys.delete),
)


def routes(world: World) -> list[Route]:
    """Below `/mesh/v1`."""
    kept = [(method, path, provider_keys.in_the_realm(handler)) for method, path, handler in PROVIDER_KEYS]
    return [
        *(_running(world, *entry) for entry in RUNNING),
        Route("/api-versions", behind_the_door(world, account.api_versions, open_to_all=True)),
        *(Route(path, behind_the_door(world, handler), methods=[method]) for method, path, handler in (*OTHERS, *kept)),
    ]


def _running(world: World, path: str, endpoint: Endpoint, manner: Manner) -> Route:
    handler = behind_the_door(world, running(endpoint), manner=manner, on_refusal=refusal_of(endpoint))
    return Route(path, handler, methods=["POST"])
