"""The paths against the sandbox, over HTTP: who served, and that the verdict is the truth."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from meshtui.base.credential import UNRECOGNISED, BearerKey, Credential, Finding, Level, Source
from meshtui.base.secret import Secret
from meshtui.checks.runner import run_checks
from meshtui.explain.causes import CAUSES
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.runs.attempts import Prices, make_unusable_call
from meshtui.runs.exit_status import find_exit_status
from meshtui.runs.model import (
    AttemptEnded,
    AttemptStarted,
    Basis,
    Event,
    Path,
    PhaseReached,
    Prompt,
    RunEnded,
    RunRequest,
    Served,
    TextArrived,
)
from meshtui.runs.paths import run_prompt
from meshtui.sandbox.faults import FAULTS
from meshtui.sandbox.settings import Behaviour
from tests.canaries import leaked, part_of
from tests.runs.stage import PROVIDERS, Stage

streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
provider = pytest.mark.parametrize("name", PROVIDERS)
# Each fault in one of the four settings in every run, in all of them as a sweep.
SETTINGS = list(itertools.product([False, True], [False, True]))
EVERY_SETTING = [
    pytest.param(fault, *setting, marks=() if at == number % 4 else pytest.mark.sweep)
    for number, fault in enumerate(["", *FAULTS])
    for at, setting in enumerate(SETTINGS)
]


@provider
@streamed
async def test_a_good_key_serves(stage: Stage, name: str, stream: bool):
    run = await stage.send_prompt("byok", name, stream=stream)
    attempt = run.attempts[0]
    assert (run.verdict.served, run.verdict.fell_back, run.verdict.basis) == (Served.OWN_KEY, False, Basis.OBSERVED)
    assert find_exit_status(run) == 0
    assert attempt.ok
    assert attempt.text == "pong"
    assert attempt.explanation is None
    assert attempt.exchange.request_id or name == "vertex"
    assert len(attempt.exchanges) == (2 if name == "vertex" else 1)


@provider
@streamed
@pytest.mark.parametrize(("fault", "status"), [("revoked", 4), ("no_permission", 5), ("rate_limited", 6)])
async def test_a_failing_key_falls_back_unless_exclusive(
    stage: Stage, name: str, fault: str, status: int, stream: bool
):
    fallen = await stage.send_prompt("byok", name, fault, stream=stream)
    assert find_exit_status(fallen) == 3
    assert (fallen.verdict.served, fallen.verdict.fell_back) == (Served.PLATFORM, True)
    assert [a.role for a in fallen.attempts] == ["own key", "platform"]
    assert [a.credential for a in fallen.attempts] == [name, "platform"]
    ended = await stage.send_prompt("byok", name, fault, exclusive=True, stream=stream)
    assert find_exit_status(ended) == status
    assert (ended.verdict.served, ended.verdict.fell_back) == (Served.NOBODY, False)
    assert [a.role for a in ended.attempts] == ["own key"]


@provider
@streamed
async def test_without_a_platform_key_it_says_what_mesh_would_do(stage: Stage, name: str, stream: bool):
    run = await stage.send_prompt("byok", name, "revoked", platform=False, stream=stream)
    assert len(run.attempts) == 1
    assert find_exit_status(run) == 4
    assert "Mesh would now fall back" in run.verdict.sentence


@provider
async def test_an_outage_is_not_documented_so_it_ends_there(stage: Stage, name: str):
    run = await stage.send_prompt("byok", name, "down")
    assert len(run.attempts) == 1
    assert run.attempts[0].exchange.failure.kind == "dropped"
    assert find_exit_status(run) == 7
    assert "not documented" in run.verdict.sentence


@provider
@pytest.mark.parametrize(("fault", "exclusive", "stream"), EVERY_SETTING)
async def test_the_verdict_about_mesh_is_never_wrong(
    stage: Stage, name: str, fault: str, exclusive: bool, stream: bool
):
    if fault == "slow":
        fault = ""
    run = await stage.send_prompt("mesh", name, fault, exclusive=exclusive, stream=stream)
    truth = stage.sandbox.truth[-1]
    verdict = run.verdict
    assert truth.request_id == run.attempts[0].exchange.request_id
    if run.attempts[0].ok:
        assert verdict.served in (Served.UNKNOWN, truth.served)
    else:
        assert verdict.served is Served.NOBODY
    assert verdict.fell_back in (None, truth.fell_back)
    if truth.fell_back and run.attempts[0].ok:
        assert find_exit_status(run) == 3


@pytest.mark.parametrize("names_byok", [False, True])
@pytest.mark.parametrize("header", ["true", "auth_error", ""])
@streamed
async def test_whatever_mesh_chooses_to_report_nothing_is_made_up(
    stage: Stage, names_byok: bool, header: str, stream: bool
):
    stage.sandbox.behaviour = Behaviour(fallback_header=header, usage_names_byok=names_byok)
    good = await stage.send_prompt("mesh", "openai", stream=stream)
    assert good.verdict.basis is (Basis.OBSERVED if names_byok else Basis.LIKELY)
    assert good.verdict.served is Served.OWN_KEY
    fallen = await stage.send_prompt("mesh", "openai", "revoked", stream=stream)
    assert fallen.verdict.basis is (Basis.OBSERVED if header or names_byok else Basis.LIKELY)
    assert fallen.verdict.served is Served.PLATFORM
    assert fallen.verdict.alarm
    assert find_exit_status(fallen) == 3


@streamed
async def test_the_usage_row_is_fetched_once_and_only_where_it_can_tell_something(stage: Stage, stream: bool):
    fallen = await stage.send_prompt("mesh", "openai", "revoked", stream=stream)
    assert [e.call for e in fallen.attempts[0].afterwards] == ["usage"]
    assert fallen.verdict.cost_usd == stage.sandbox.truth[-1].cost_usd
    stage.sandbox.forget()
    plain = await stage.send_prompt("mesh", "openai", stream=stream)
    assert [e.call for e in plain.attempts[0].afterwards] == ["models", "usage"]
    alone = await stage.send_prompt("mesh", "openai", exclusive=True, stream=stream)
    assert alone.attempts[0].afterwards == ()
    own = await stage.send_prompt("byok", "openai", stream=stream)
    assert own.attempts[0].afterwards == ()


async def test_mesh_takes_the_id_that_the_request_bore_and_is_asked_for_its_usage_by_it(stage: Stage):
    run = await stage.send_prompt("mesh", "openai", "revoked")
    attempt = run.attempts[0]
    ident = dict(attempt.exchange.request.headers)["X-Request-Id"]
    assert ident == attempt.exchange.request_id == stage.sandbox.truth[-1].request_id
    (usage,) = attempt.afterwards
    assert usage.request.url.endswith(f"/usage/requests/{ident}")
    cut = await stage.send_prompt("mesh", "openai", "down")
    exchange = cut.attempts[0].exchange
    assert exchange.request_id == dict(exchange.request.headers)["X-Request-Id"] != ident


async def test_prices_are_asked_for_once_a_session(stage: Stage):
    prices: Prices = {}
    ask = stage.ask("mesh", "openai")
    calls = [[e.call for e in (await run_prompt(ask, stage.client, stage.events.append, prices)).attempts[0].afterwards]
             for _ in range(2)]  # fmt: skip
    assert calls == [["models", "usage"], ["usage"]]


@pytest.mark.parametrize(("name", "model"), [("bedrock", ""), ("openai", "meta-llama/llama-3.2-3b-instruct:free")])
async def test_what_costs_next_to_nothing_tells_nothing(stage: Stage, name: str, model: str):
    run = await stage.send_prompt("mesh", name, model=model)
    assert (run.verdict.served, run.verdict.basis) == (Served.UNKNOWN, Basis.NOT_REPORTED)
    assert find_exit_status(run) == 8


async def test_the_cache_is_never_asked(stage: Stage):
    for _ in range(2):
        run = await stage.send_prompt("mesh", "openai")
        assert run.verdict.served is Served.OWN_KEY
    assert [t.served for t in stage.sandbox.truth[-2:]] == ["own key", "own key"]


@provider
@streamed
async def test_the_platform_serves_as_asked(stage: Stage, name: str, stream: bool):
    run = await stage.send_prompt("platform", name, "revoked", stream=stream)
    assert (run.verdict.served, run.verdict.fell_back, run.verdict.basis) == (Served.PLATFORM, False, Basis.INFERRED)
    assert find_exit_status(run) == 0
    assert stage.sandbox.truth[-1].served == "platform"


@pytest.mark.parametrize("path", ["platform", "mesh"])
async def test_a_path_without_its_key_says_what_it_needs(stage: Stage, path: str):
    run = await run_prompt(RunRequest(Path(path), stage.credentials["openai"]), stage.client, stage.events.append)
    assert run.attempts == ()
    assert find_exit_status(run) == 8
    assert "needs" in run.verdict.sentence
    assert stage.events == [RunEnded(run)]


@provider
async def test_an_error_inside_a_stream_is_a_failed_attempt_with_the_words_before_it(stage: Stage, name: str):
    run = await stage.send_prompt(
        "byok", name, "stream_error", stream=True, exclusive=True, text="Count from one to twenty"
    )
    attempt = run.attempts[0]
    assert attempt.exchange.status == 200
    assert not attempt.ok
    assert attempt.text
    assert attempt.explanation.cause not in ("", "unknown")
    assert run.verdict.served is Served.NOBODY


@provider
async def test_events_tell_the_run_in_order(stage: Stage, name: str):
    run = await stage.send_prompt("byok", name, stream=True, text="Count from one to ten")
    kinds = [type(event) for event in stage.events]
    assert kinds[0] is AttemptStarted
    assert kinds[-2:] == [AttemptEnded, RunEnded]
    pieces = [event.piece for event in stage.events if isinstance(event, TextArrived)]
    assert len(pieces) > 1
    assert "".join(pieces) == run.attempts[0].text
    phases = [event.phase for event in stage.events if isinstance(event, PhaseReached)]
    calls = len(run.attempts[0].exchanges)
    assert phases == ["connected", "sent", "first_byte"] * calls
    assert {event.run for event in stage.events if not isinstance(event, RunEnded)} == {run.id}


@provider
async def test_a_key_of_another_fashion_is_refused_as_unknown(stage: Stage, name: str):
    other = {"openai": "mesh", "bedrock": "openai"}.get(name)
    if other is None:
        material = stage.credentials[name].material
        changes = {
            "aws": {"secret_access_key": stage.credentials["mesh"].secret},
            "vertex": {"private_key_id": "0" * 40},
        }
        material = replace(material, **changes[name])
    elif name == "bedrock":
        material = replace(stage.credentials[name].material, key=stage.credentials[other].secret)
    else:
        material = stage.credentials[other].material
    stage.credentials[name] = replace(stage.credentials[name], material=material)
    run = await stage.send_prompt("byok", name, exclusive=True)
    assert find_exit_status(run) == 4
    assert run.attempts[0].explanation.cause.startswith("credential_")


@pytest.mark.parametrize("path", ["byok", "mesh"])
async def test_a_credential_that_cannot_work_is_not_sent(stage: Stage, path: str):
    broken = (Finding("x", Level.ERROR, "The private key is cut off"),)
    for name in ("openai", "mesh"):
        stage.credentials[name] = replace(stage.credentials[name], findings=broken)
    run = await stage.send_prompt(path, "openai", exclusive=True)
    exchange = run.attempts[0].exchange
    assert exchange.failure.kind == "credential_malformed"
    assert "The private key is cut off" in exchange.failure.message
    assert not run.attempts[0].ok


@pytest.mark.parametrize(
    ("finding", "cause"),
    [
        ("text.cut-off", "credential_malformed"),
        ("file.missing", "credential_missing"),
        ("bedrock.expired", "credential_expired"),
        ("openai.admin", "credential_wrong_kind"),
    ],
)
async def test_a_prompt_and_a_check_blame_the_same_for_a_key_that_cannot_be_sent(
    stage: Stage, finding: str, cause: str
):
    broken = (Finding(finding, Level.ERROR, "It cannot work"),)
    credential = replace(stage.credentials["openai"], findings=broken)
    stage.credentials["openai"] = credential
    told = (await stage.send_prompt("byok", "openai", exclusive=True)).attempts[0].explanation
    assert (told.cause, told.certainty) == (cause, "certain")
    assert CAUSES[told.cause].credential, "it is the key that is at fault, and not the request"
    check_report = await run_checks(credential, stage.client, lambda _: None, prompt=False)
    assert check_report.checks[0].cause == cause


async def test_a_mesh_key_has_no_provider_to_call(stage: Stage):
    run = await run_prompt(RunRequest(Path.BYOK, stage.credentials["mesh"]), stage.client, stage.events.append)
    assert run.attempts[0].exchange.failure.kind == "not_sent"
    assert run.attempts[0].exchange.request.url == ""


async def test_a_stream_without_the_mark_of_its_end_is_no_whole_answer(stage: Stage):
    stage.sandbox.behaviour = Behaviour(broken_stream="end")
    run = await stage.send_prompt("mesh", "openai", "stream_error", exclusive=True, stream=True)
    (attempt,) = run.attempts
    assert (attempt.ok, attempt.exchange.status) == (False, 200)
    assert attempt.exchange.failure.kind == "dropped"
    assert attempt.exchange.failure.message == "the stream ended without the mark of its end"
    assert attempt.explanation.cause == "connection_failed"


async def test_a_key_of_no_known_kind_has_no_provider_to_call(stage: Stage):
    strange = Credential("x", UNRECOGNISED, Source("paste"))
    run = await run_prompt(RunRequest(Path.BYOK, strange), stage.client, stage.events.append)
    assert run.attempts[0].exchange.failure.message == "what kind of key x is could not be told"
    assert run.attempts[0].exchange.request.url == ""


async def test_a_model_that_mesh_names_otherwise_is_not_guessed(stage: Stage):
    run = await stage.send_prompt("mesh", "bedrock", model="meta.llama3-3-70b-instruct-v1:0")
    assert run.attempts[0].exchange.failure.kind == "not_sent"
    assert "brand/model" in run.attempts[0].exchange.failure.message
    assert "meta.llama3-3-70b-instruct-v1:0" in run.attempts[0].exchange.failure.message
    assert run.attempts[0].exchange.request.url.endswith("/chat/completions")
    assert not run.attempts[0].ok
    assert not run.attempts[0].afterwards


UNSENT = {
    "what kind of key x is could not be told": Credential("x", UNRECOGNISED, Source("paste")),
    "x holds nothing that OpenAI could be sent": Credential("x", OPENAI_KEY, Source("paste")),
    "x is a Mesh key, and this path calls a provider with a provider's own": Credential(
        "x", MESH_KEY, Source("paste"), BearerKey(Secret("rsk_" + "01" + "M" * 24))),
    "x holds nothing that Mesh could be sent": Credential("x", MESH_KEY, Source("paste")),
    "The key is cut off": Credential(
        "x", OPENAI_KEY, Source("paste"), findings=(Finding("x", Level.ERROR, "The key is cut off"),)),
}  # fmt: skip


@pytest.mark.parametrize("why", UNSENT)
def test_what_cannot_be_sent_is_told_with_the_reason(why: str):
    call = make_unusable_call(UNSENT[why])
    assert call.failure is not None
    assert call.failure.message == why
    assert call.failure.kind == ("credential_malformed" if "cut off" in why else "not_sent")
    assert call.provider == UNSENT[why].provider


async def test_nothing_is_asked_about_an_answer_on_mesh_s_own_way_and_of_a_comparison_what_its_part_cost(stage: Stage):
    run = await stage.send_prompt("platform", "openai")
    assert (run.attempts[0].ok, run.attempts[0].afterwards, run.attempts[0].bill) == (True, (), None)
    compared = {attempt.role: attempt for attempt in (await stage.send_prompt("compare", "openai")).attempts}
    assert [e.call for e in compared["platform"].afterwards][-1] == "usage"
    assert compared["platform"].bill is not None
    stage.sandbox.behaviour = Behaviour(usage_names_byok=True)
    told = {attempt.role: attempt for attempt in (await stage.send_prompt("compare", "openai")).attempts}
    assert told["mesh"].afterwards == ()
    assert [e.call for e in told["platform"].afterwards][-1] == "usage"
    assert compared["own key"].afterwards == ()


async def test_a_stopped_run_names_what_was_not_sent(stage: Stage):
    events: list[Event] = []
    task = asyncio.create_task(run_prompt(stage.ask("byok", "vertex"), stage.client, events.append))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    run = next(event.run for event in events if isinstance(event, RunEnded))
    for attempt in run.attempts:
        failure = attempt.exchange.failure
        assert (failure.kind, attempt.exchange.provider, attempt.exchange.call) == ("cancelled", "vertex", "chat")
        assert failure.message == "stopped before the request was ready"


@provider
async def test_no_secret_is_in_anything_that_is_reported(stage: Stage, name: str):
    for fault in ("", "revoked"):
        for stream in (False, True):
            run = await stage.send_prompt("byok", name, fault, stream=stream)
            assert not leaked(repr(stage.events) + repr(run.attempts), _secrets(stage))


@provider
async def test_a_part_of_a_secret_that_is_reported_would_be_seen(stage: Stage, name: str):
    for secret in _secrets(stage):
        run = await stage.send_prompt("byok", name, text=f"what is {part_of(secret)}?")
        assert leaked(repr(stage.events) + repr(run.attempts), (secret,))


@pytest.mark.usefixtures("faulty_masks")
async def test_a_mask_that_shows_too_much_would_be_seen_in_what_is_reported(stage: Stage):
    run = await stage.send_prompt("byok", "openai", "revoked")
    assert leaked(repr(stage.events) + repr(run.attempts), _secrets(stage))


def _secrets(stage: Stage) -> tuple[str, ...]:
    at = stage.sandbox.addresses
    account = at["vertex"]["service_account"]
    assert isinstance(account, dict)
    pem_lines = [line for line in account["private_key"].splitlines() if not line.startswith("-")]
    texts = [at["mesh"]["key"], at["platform"]["key"], at["openai"]["key"], at["bedrock"]["api_key"],
             at["aws"]["access_key_id"], at["aws"]["secret_access_key"], *pem_lines]  # fmt: skip
    return tuple(str(text) for text in texts)


async def test_the_deadline_is_for_the_whole_attempt(stage: Stage):
    run = await stage.send_prompt("byok", "vertex", "slow", timeout=0.2)
    assert run.attempts[0].exchange.failure.kind == "read_timeout"
    assert find_exit_status(run) == 7
    assert Prompt().timeout == 30
