"""Files of the gateway: an upload begins, its bytes go to a signed address, then they are embedded and searched.

Shapes are those of Mesh's own SDK. A file that is being embedded is ready when it is read for the next time, so that a
program meets both without waiting. Of each file the beginning is kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids
from meshtui.sandbox.http_messages import format_time, read_json_object
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.errors import MeshError, make_validation_error
from meshtui.sandbox.mesh.state import StoredObject
from meshtui.sandbox.world import World

UNKNOWN_FILE = MeshError("resource_not_found", "The referenced file was not found.")
MAX_TEXT_KEPT = 64 * 1024
"""Characters of a file."""
CHUNK_LINES = 4
UPLOAD_SECONDS = 3600
HIDDEN = ("id", "owner", "upload", "text", "metadata")
"""What is kept of a file and not shown."""
UPLOAD_FIELDS: Mapping[str, schema.FieldCheck] = {
    "file_name": schema.TEXT, "mime_type": schema.TEXT, "embed": schema.BOOLEAN, "metadata": schema.OBJECT,
}  # fmt: skip
EMBED_FIELDS: Mapping[str, schema.FieldCheck] = {
    "file_ids": schema.require_list_of(schema.TEXT, least=1), "wait": schema.BOOLEAN, "metadata": schema.OBJECT,
}  # fmt: skip
SEARCH_FIELDS: Mapping[str, schema.FieldCheck] = {
    "query": schema.TEXT, "top_k": schema.require_between(1, 100, schema.INTEGER),
    "file_ids": schema.require_list_of(schema.TEXT), "filter": schema.OBJECT, "date_from": schema.INTEGER,
    "date_to": schema.INTEGER,
}  # fmt: skip


async def begin_upload(world: World, context: CallContext) -> Response:
    """POST /files: where the bytes go."""
    body = read_json_object(await context.body()) or {}
    details = schema.check_fields(body, UPLOAD_FIELDS, needed=("file_name", "mime_type"))
    if details:
        return context.fail(make_validation_error(details))
    now, name = time.time(), f"file_{ids.make_ulid()}"
    kind = str(body["file_name"]).rpartition(".")[2] or "bin"
    world.mesh.files.put(
        {
            "id": name, "file_id": name, "owner": context.key, "upload": ids.make_letters(40), "text": "",
            "file_name": body["file_name"], "file_type": kind, "mime_type": body["mime_type"],
            "metadata": body.get("metadata") or {}, "upload_status": "pending", "size_bytes": None,
            "embedding_status": "pending" if body.get("embed") is not False else "not_requested",
            "created_at": format_time(now), "updated_at": format_time(now), "total_tokens": None,
            "total_cost_usd": None, "last_error_code": None,
        }
    )  # fmt: skip
    upload = world.mesh.files.find(name) or {}
    address = f"{world.keys.base_url}/mesh/v1/files/content/{upload['upload']}"
    whole = {"file_id": name, "signed_url": address, "expires_at": format_time(now + UPLOAD_SECONDS)}
    return JSONResponse(whole, 201, context.headers())


async def store_content(world: World, request: Request) -> Response:
    """PUT to the signed address: it needs no key, and is good once."""
    content = await request.body()
    mark = request.path_params["upload"]
    found = next((each for each in world.mesh.files.all() if each["upload"] == mark), None)
    if found is None or found["upload_status"] != "pending":
        return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
    text = content.decode("utf-8", "replace")[:MAX_TEXT_KEPT]
    tokens = len(text.split())
    ready = "processing" if found["embedding_status"] == "pending" else found["embedding_status"]
    done = {"upload_status": "ready", "size_bytes": len(content), "text": text, "total_tokens": tokens}
    world.mesh.files.put({**found, **done, "embedding_status": ready, "updated_at": format_time(time.time())})
    return Response(status_code=200)


async def list_files(world: World, context: CallContext) -> Response:
    """GET /files: the newest first, by `limit` and `offset`."""
    query = context.request.query_params
    limit, offset = (_read_number(query.get(name), usual) for name, usual in (("limit", 20), ("offset", 0)))
    found = _list_own(world, context)[::-1]
    page = [_show(each) for each in found[offset : offset + limit]]
    whole = {"files": page, "total": len(found), "limit": limit, "offset": offset}
    return JSONResponse(whole, headers=context.headers())


async def get_file(world: World, context: CallContext) -> Response:
    found = _find_own(world, context, context.request.path_params["file"])
    if found is None:
        return context.fail(UNKNOWN_FILE)
    if found["embedding_status"] == "processing":
        world.mesh.files.put({**found, "embedding_status": "ready", "updated_at": format_time(time.time())})
    return JSONResponse(_show(found), headers=context.headers())


async def embed_files(world: World, context: CallContext) -> Response:
    """POST /files/embed: each by itself, those that cannot be with the reason."""
    body = read_json_object(await context.body()) or {}
    details = schema.check_fields(body, EMBED_FIELDS, needed=("file_ids",))
    if details:
        return context.fail(make_validation_error(details))
    given = body["file_ids"]
    assert isinstance(given, list)
    status = "ready" if body.get("wait") is True else "processing"
    results = [_embed_file(world, context, str(name), status) for name in given]
    return JSONResponse({"results": results}, headers=context.headers())


def _embed_file(world: World, context: CallContext, name: str, status: str) -> dict[str, object]:
    found = _find_own(world, context, name)
    if found is None or found["upload_status"] != "ready":
        said = "File not found." if found is None else "The file has not been uploaded."
        return {"file_id": name, "embedding_status": "failed", "chunk_count": None, "error": said}
    world.mesh.files.put({**found, "embedding_status": status})
    chunks = len(_split_chunks(str(found["text"])))
    return {"file_id": name, "embedding_status": status, "chunk_count": chunks, "error": None}


async def search_files(world: World, context: CallContext) -> Response:
    """POST /files/search: the pieces with the most words of the query first. Files that are not embedded hold none."""
    body = read_json_object(await context.body()) or {}
    details = schema.check_fields(body, SEARCH_FIELDS, needed=("query",))
    if details:
        return context.fail(make_validation_error(details))
    words, wanted, most = set(str(body["query"]).lower().split()), body.get("file_ids"), body.get("top_k")
    ready = [each for each in _list_own(world, context) if each["embedding_status"] == "ready"]
    scored = [
        (_score_chunk(words, chunk), each, number, chunk)
        for each in ready if not isinstance(wanted, list) or each["id"] in wanted
        for number, chunk in enumerate(_split_chunks(str(each["text"])))
    ]  # fmt: skip
    best = sorted(scored, key=lambda row: -row[0])[: most if isinstance(most, int) else 5]
    results = [
        {
            "score": score, "text": chunk, "parent_text": each["text"], "chunk_index": number,
            **{name: each[name] for name in ("file_id", "file_name", "file_type", "mime_type", "metadata")},
        }
        for score, each, number, chunk in best
    ]  # fmt: skip
    return JSONResponse({"results": results}, headers=context.headers())


def _score_chunk(words: set[str], chunk: str) -> float:
    """The share of the query's words that are in the piece; every piece has a minimal score."""
    return round(0.1 + 0.9 * len(words & set(chunk.lower().split())) / max(1, len(words)), 4)


def _split_chunks(text: str) -> list[str]:
    lines = text.splitlines()
    return ["\n".join(lines[at : at + CHUNK_LINES]) for at in range(0, len(lines), CHUNK_LINES)]


def _list_own(world: World, context: CallContext) -> list[StoredObject]:
    """The files of the calling key, oldest first."""
    return [each for each in world.mesh.files.all() if each["owner"] == context.key]


def _find_own(world: World, context: CallContext, name: str) -> StoredObject | None:
    found = world.mesh.files.find(name)
    return found if found and found["owner"] == context.key else None


def _show(file: StoredObject) -> dict[str, object]:
    return {name: value for name, value in file.items() if name not in HIDDEN}


def _read_number(given: str | None, usual: int) -> int:
    return min(int(given), 1000) if given is not None and given.isdecimal() and len(given) < 10 else usual
