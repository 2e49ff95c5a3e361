"""Bedrock's OpenAI-compatible endpoint, `/openai/v1`: OpenAI's requests and answers, AWS's credentials and refusals."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, models, responses_api
from meshtui.sandbox.aws.authentication import AwsRefusal
from meshtui.sandbox.aws.authorization import (
    INVOKE_MODEL,
    INVOKE_MODEL_STREAM,
    AwsCaller,
    check_model_access,
    make_request_headers,
)
from meshtui.sandbox.aws.errors import STREAM_EXCEPTIONS
from meshtui.sandbox.chat_completion import ChatRequest, Completion
from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.openai.chat import read_chat
from meshtui.sandbox.openai.parameters import CHAT_FIELDS, RESPONSES_FIELDS, Problem, check_fields
from meshtui.sandbox.openai.validation import check_answer_format, check_messages, check_stream_options, check_tools
from meshtui.sandbox.world import World

MADE_FOR_OPENAI = "openai."
"""Only models whose id starts so are served here."""


async def complete_chat(world: World, request: Request, caller: AwsCaller) -> Response:
    body = read_json_object(await request.body()) or {}
    problem = check_fields(body, CHAT_FIELDS, ("model", "messages"))
    problem = (
        problem
        or check_messages(body["messages"])
        or check_tools(body)
        or check_answer_format(body)
        or check_stream_options(body)
    )
    if problem is not None:
        return _refuse(problem)
    chat = read_chat(body)
    refused = _check_model(world, caller, chat)
    if refused is not None:
        return refused
    answer = Completion.answer(chat, chat.model)
    if not chat.stream:
        return JSONResponse(answer.format_whole(), headers=make_request_headers())
    found = _find_stream_error(caller)
    error = {"error": found} if found else None
    frames = answer.stream_chunks(world.pace.word, usage=chat.usage_in_stream, error=error)
    return http_messages.stream_events(frames, make_request_headers())


async def create_response(world: World, request: Request, caller: AwsCaller) -> Response:
    body = read_json_object(await request.body()) or {}
    problem = check_fields(body, RESPONSES_FIELDS, ("model", "input"))
    if problem is not None:
        return _refuse(problem)
    chat = responses_api.read_chat(body, str(body["model"]))
    refused = _check_model(world, caller, chat)
    if refused is not None:
        return refused
    completion = Completion.answer(chat, chat.model)
    whole = responses_api.format_whole(body, completion)
    if not chat.stream:
        return JSONResponse(whole, headers=make_request_headers())
    found = _find_stream_error(caller)
    error = {"type": "error", **found} if found else None
    frames = responses_api.stream_frames(completion, whole, world.pace.word, error=error)
    return http_messages.stream_events(frames, make_request_headers())


def refuse(refused: AwsRefusal) -> Response:
    """AWS's sentence in OpenAI's envelope; what is wrong with a credential is a 401 here."""
    row = refused.row
    message = row.message.format_map(refused.facts)
    return _make_error(401 if row.front else row.status, message, code=row.type)


def _check_model(world: World, caller: AwsCaller, chat: ChatRequest) -> Response | None:
    model, _ = models.find_bedrock_model(chat.model)
    if model is None or not model.own.startswith(MADE_FOR_OPENAI):
        return _make_error(404, f"The model '{chat.model}' does not exist", code="model_not_found", param="model")
    refused = check_model_access(world, caller, model.own, INVOKE_MODEL_STREAM if chat.stream else INVOKE_MODEL)
    return refuse(refused) if refused else None


def _refuse(problem: Problem) -> Response:
    return _make_error(400, problem.message, code=problem.code, param=problem.param)


def _find_stream_error(caller: AwsCaller) -> dict[str, object] | None:
    exception = STREAM_EXCEPTIONS.get(caller.fault or "")
    return {"message": exception[1], "code": exception[0], "param": None} if exception else None


def _make_error(status: int, message: str, *, code: str | None, param: str | None = None) -> Response:
    kind = "invalid_request_error" if status < 500 else "server_error"
    error = {"code": code, "message": message, "param": param, "type": kind}
    return JSONResponse({"error": error}, status, make_request_headers())
