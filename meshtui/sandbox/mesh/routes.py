"""The gateway's endpoints."""

from __future__ import annotations

from functools import partial

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import ids
from meshtui.sandbox.mesh import (
    account,
    authentication,
    batches,
    compare,
    files,
    model_list,
    other_endpoints,
    provider_keys,
    responses,
    templates,
    usage,
)
from meshtui.sandbox.mesh.authentication import BASELINE, MESH_ERRORS, ErrorFormat, Handler, require_key
from meshtui.sandbox.mesh.chat import CHAT
from meshtui.sandbox.mesh.embeddings import EMBEDDINGS
from meshtui.sandbox.mesh.messages import ANTHROPIC_ERRORS, MESSAGES
from meshtui.sandbox.mesh.pipeline import Endpoint, make_handler, make_refusal_recorder
from meshtui.sandbox.mesh.responses import RESPONSES
from meshtui.sandbox.world import World

# Path, endpoint, how it words its errors.
RUNNING: tuple[tuple[str, Endpoint, ErrorFormat], ...] = (
    ("/chat/completions", CHAT, MESH_ERRORS),
    ("/responses", RESPONSES, MESH_ERRORS),
    ("/messages", MESSAGES, ANTHROPIC_ERRORS),
    ("/embeddings", EMBEDDINGS, MESH_ERRORS),
)
# Method, path, handler. The first that fits is taken.
OTHERS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/models", model_list.list_models),
    ("GET", "/models/free", model_list.list_free_models),
    ("GET", "/models/paid", model_list.list_paid_models),
    ("GET", "/models/search", model_list.search_models),
    ("GET", "/models/{model:path}", model_list.get_model),
    ("GET", "/balance", account.get_balance),
    ("GET", "/usage/rate-limits", account.get_rate_limits),
    ("GET", "/usage/spend-trend", usage.get_spend_trend),
    ("GET", "/usage/events/export", usage.export_events),
    ("GET", "/usage/events/{event}/attempts", usage.list_attempts),
    ("POST", "/usage/events", usage.list_events),
    ("POST", "/usage", usage.get_summary),
    ("GET", "/templates", templates.list_templates),
    ("POST", "/templates", templates.create_template),
    ("GET", "/templates/{template}", templates.get_template),
    ("PATCH", "/templates/{template}", templates.change_template),
    ("DELETE", "/templates/{template}", templates.delete_template),
    ("GET", "/responses", responses.list_responses),
    ("GET", "/responses/{response}", responses.get_response),
    ("GET", "/keys", account.list_api_keys),
    ("PATCH", "/keys/{key}", account.change_api_key),
    ("GET", "/usage/requests/{request}", usage.get_request),
    ("POST", "/chat/compare", compare.compare_models),
    ("POST", "/router/select", other_endpoints.select_model),
    ("POST", "/moderations", other_endpoints.moderate),
    ("POST", "/web/search", other_endpoints.search_web),
    ("POST", "/batches", batches.create_batch),
    ("GET", "/batches", batches.list_batches),
    ("GET", "/batches/{batch}", batches.get_batch),
    ("POST", "/batches/{batch}/cancel", batches.cancel_batch),
    ("POST", "/files", files.begin_upload),
    ("GET", "/files", files.list_files),
    ("POST", "/files/embed", files.embed_files),
    ("POST", "/files/search", files.search_files),
    ("GET", "/files/{file}", files.get_file),
    *(
        (method, f"/{part}{rest}", other_endpoints.refuse_operation)
        for part in other_endpoints.UNSUPPORTED
        for rest in ("", "/{rest:path}")
        for method in ("GET", "POST", "DELETE")
    ),
    ("GET", "/memories", authentication.list_nothing),
    ("POST", "/memories", authentication.list_nothing),
    ("GET", "/orgs/current", authentication.list_nothing),
)

PROVIDER_KEYS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/provider-keys", provider_keys.list_provider_keys),
    ("POST", "/provider-keys/test/{key}/{provider}", provider_keys.test_stored_key),
    ("POST", "/provider-keys/test/{provider}", provider_keys.test_given_key),
    ("POST", "/provider-keys/{key}/activate", provider_keys.activate_provider_key),
    ("POST", "/provider-keys/{provider}", provider_keys.register_provider_key),
    ("GET", "/provider-keys/{key}", provider_keys.get_provider_key),
    ("PATCH", "/provider-keys/{key}", provider_keys.change_provider_key),
    ("DELETE", "/provider-keys/{key}", provider_keys.delete_provider_key),
)


def make_routes(world: World) -> list[Route]:
    """Below `/mesh/v1`."""
    kept = [(method, path, provider_keys.require_realm(handler)) for method, path, handler in PROVIDER_KEYS]
    return [
        *(_make_model_route(world, *entry) for entry in RUNNING),
        Route("/files/content/{upload}", partial(files.store_content, world), methods=["PUT"]),
        Route("/realtime", require_key(world, other_endpoints.refuse_realtime, open_to_all=True)),
        Route("/api-versions", require_key(world, account.list_api_versions, open_to_all=True)),
        *(Route(path, require_key(world, handler), methods=[method]) for method, path, handler in (*OTHERS, *kept)),
    ]


def _make_model_route(world: World, path: str, endpoint: Endpoint, error_format: ErrorFormat) -> Route:
    handler = require_key(
        world, make_handler(endpoint), error_format=error_format, on_refusal=make_refusal_recorder(endpoint)
    )
    return Route(path, handler, methods=["POST"])


def refuse_path(status: int) -> Response:
    """As FastAPI says it, which Mesh is made with."""
    detail = {404: "Not Found", 405: "Method Not Allowed"}[status]
    return JSONResponse({"detail": detail}, status, {"x-request-id": ids.make_request_id(), "x-mesh-version": BASELINE})


def make_too_large_page() -> Response:
    """The edge before Mesh answers this, in HTML, without an envelope and without an id."""
    page = "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request "
    page += "Entity Too Large</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    return HTMLResponse(page, 413, {"server": "cloudflare"})
