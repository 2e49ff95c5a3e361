"""Somebody's program as `meshtui run --screen` shows it: recorded calls, and what the program printed."""

from __future__ import annotations

import json

from textual.pilot import Pilot

from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.base.secret import Secret
from meshtui.journal.journal import Journal
from meshtui.tap.attribution import Attributed, KnownCredential
from meshtui.tap.call_explanation import judge
from meshtui.tap.call_recording import ProgramRecorder
from meshtui.tap.grouping import RetryGroups
from meshtui.tap.observed_calls import ObservedCall, ObservedRequest, Process, Scheme, SentCredential
from meshtui.tap.program_run import RunOptions
from meshtui.tui.app import MeshtuiApp
from tests.tui.recorded import CREDENTIALS, NOON, OPENAI_KEY, Recorded

PROGRAM = RunOptions(("python", "app.py"), {}, "")
PRINTED = (
    "\x1b[2m$ python app.py\x1b[0m\r\n"
    "reading 3 questions from \x1b[36mquestions.txt\x1b[0m\r\n"
    "[1/3] asking Mesh API … \x1b[32manswered\x1b[0m\r\n"
    "[2/3] asking Mesh API … \x1b[32manswered\x1b[0m after 41 s\r\n"
    "[3/3] asking OpenAI …\r\n"
    "Traceback (most recent call last):\r\n"
    '  File "\x1b[35mapp.py\x1b[0m", line \x1b[35m41\x1b[0m, in <module>\r\n'
    "    answer = client.chat.completions.create(\r\n"
    "\x1b[1;31mopenai.AuthenticationError\x1b[0m: Error code: 401 - {'error': {'message': 'Incorrect API key provided"
    "'}}\r\n"
)
REFUSAL = {"error": {"message": f"Incorrect API key provided: {OPENAI_KEY}. You can find your API key at "
                                "https://platform.openai.com/account/api-keys.",
                     "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}}  # fmt: skip
LIMIT = {"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}}
PONG = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "pong"}}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 2}}  # fmt: skip
FELL_BACK = ("X-BYOK-Fallback-Triggered", "true")


def ran() -> Recorded:
    """A fallback, a limit hidden by a retry, and a key that comes from a place nobody thought of."""
    session = Recorded(*CREDENTIALS, sandboxed=False)
    calls = (
        _call(1, "mesh", 200, PONG, 0.0, 1.3, FELL_BACK),
        _call(2, "mesh", 429, LIMIT, 2.0, 0.2),
        _call(2, "mesh", 200, PONG, 42.0, 0.9),
        _call(3, "openai", 401, REFUSAL, 44.0, 0.212),
    )
    _record(session.journal, calls)
    return session


def _record(journal: Journal, calls: tuple[ObservedCall, ...]) -> None:
    recorder, groups = ProgramRecorder(journal, "python", None, lambda _: None), RetryGroups()
    for call in calls:
        recorder.add(call, _attribute(call), judge(call), groups.add(call))


def _attribute(call: ObservedCall) -> Attributed:
    at_mesh = call.request.provider == "mesh"
    credential = CREDENTIALS[4 if at_mesh else 0]
    origin = "it comes from your shell's MESHAPI_API_KEY"
    if not at_mesh:
        origin = "it comes from line 3 of .env (OPENAI_API_KEY), which your shell does not override"
    sent, fingerprint = f"{credential.shown}", credential.fingerprint
    known = KnownCredential(credential.shown, fingerprint, "", credential.provider, ("",), credential=credential)
    return Attributed(sent, origin, fingerprint, known)


def _call(number: int, provider: str, status: int, body: object, after: float, took: float,
          *headers: tuple[str, str]) -> ObservedCall:  # fmt: skip
    host, model = ("api.meshapi.ai", "openai/gpt-4o") if provider == "mesh" else ("api.openai.com", "gpt-4o")
    path = "/v1/chat/completions"
    key = CREDENTIALS[4 if provider == "mesh" else 0].material
    assert key is not None
    sent = SentCredential(Scheme.BEARER, "authorization", Secret(key.secret.reveal()))
    asked = {"model": model, "messages": [{"role": "user", "content": f"question {number}"}]}
    request = Request("POST", f"https://{host}{path}", (("content-type", "application/json"),), json.dumps(asked))
    answer = Answer(status, (("content-type", "application/json"), *headers), json.dumps(body))
    timings = Timings(0.03, 0.031, took - 0.01, took)
    exchange = Exchange(provider, "chat", request, NOON + after, answer, timings=timings)
    seen = ObservedRequest(number, provider, "chat", host, "POST", path, sent)
    return ObservedCall(seen, exchange, number, digest=f"{number}", model=model, process=Process(4711, "python app.py"))


async def printed(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    """The program has printed and ended; the cursor is on the call that failed."""
    pane = app.main.program
    assert pane is not None
    pane.take_output(PRINTED.encode())
    pane.take_end(1)
    await pilot.press("5", "ctrl+right_square_bracket", "end", "up")
