"""A run can be stopped at any moment, and says so. How soon: `python -m tests.bench cancel`."""

from __future__ import annotations

import asyncio

import pytest

from meshtui.runs.model import AttemptEnded, Event, PhaseReached, RunEnded, TextArrived
from meshtui.runs.paths import run_prompt
from tests.runs.stage import PROVIDERS, Stage


async def stopped_after(stage: Stage, name: str, moment: type[Event] | float, path: str = "byok") -> list[Event]:
    """Fires, and cancels at the first such event, or after so many seconds. Returns what was reported."""
    events: list[Event] = []
    reached = asyncio.Event()

    def record(event: Event) -> None:
        events.append(event)
        if not isinstance(moment, float) and isinstance(event, moment):
            reached.set()

    ask = stage.ask(path, name, stream=True, text="Count from one to a hundred", max_tokens=500)
    task = asyncio.create_task(run_prompt(ask, stage.client, record))
    await (asyncio.sleep(moment) if isinstance(moment, float) else asyncio.wait_for(reached.wait(), 5))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return events


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("moment", [TextArrived, PhaseReached, 0.0, 0.002, 0.01], ids=str)
async def test_stopping_leaves_a_cancelled_attempt_and_a_cancelled_run(
    stage: Stage, name: str, moment: type[Event] | float
):
    events = await stopped_after(stage, name, moment)
    last = events[-1]
    assert isinstance(last, RunEnded)
    assert last.run.cancelled
    ended = [event.attempt for event in events if isinstance(event, AttemptEnded)]
    assert list(last.run.attempts) == ended
    if ended:
        assert not ended[-1].ok
        assert ended[-1].exchange.failure.kind == "cancelled"
    assert "stopped" in last.run.verdict.sentence.lower() or not ended


@pytest.mark.parametrize("name", PROVIDERS)
async def test_what_had_arrived_is_kept(stage: Stage, name: str):
    events = await stopped_after(stage, name, TextArrived)
    attempt = next(event.attempt for event in events if isinstance(event, AttemptEnded))
    assert attempt.text
    assert attempt.exchange.status == 200
    assert attempt.exchange.answer.body


async def test_a_run_after_a_stopped_one_is_whole(stage: Stage):
    await stopped_after(stage, "openai", TextArrived)
    run = await stage.send_prompt("byok", "openai")
    assert run.attempts[0].ok


async def test_many_runs_at_once_do_not_mix(stage: Stage):
    async def one(number: int) -> str:
        events: list[Event] = []
        ask = stage.ask("byok", "openai", stream=True, text=f"Reply with the single word: pong{number}")
        run = await run_prompt(ask, stage.client, events.append)
        assert "".join(e.piece for e in events if isinstance(e, TextArrived)) == run.attempts[0].text
        return run.attempts[0].text

    assert await asyncio.gather(*(one(n) for n in range(8))) == [f"pong{n}" for n in range(8)]
