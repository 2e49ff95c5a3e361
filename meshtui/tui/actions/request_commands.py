"""Putting a request together, choosing its model, sending it, stopping it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.widgets import Input

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.journal.entry import PROGRAM, RunInputs
from meshtui.runs.model import Attempt, Path
from meshtui.session import NoSuchCredentialError
from meshtui.tui.actions.listening_commands import stop_following
from meshtui.tui.bindings import command
from meshtui.tui.live_run import Sent
from meshtui.tui.panes.request_pane import PATHS, STREAM

if TYPE_CHECKING:
    from meshtui.tui.screens.main_screen import MainScreen


@command("main.fire")
def send_prompt(screen: MainScreen) -> None:
    name = screen.request.credential
    if not screen.is_idle():
        return
    if not name:
        screen.say(f"There is no provider credential to send with: {screen.app.key('main.add')} adds one.", "warn")
    elif problem := screen.request.problem:
        screen.say(f"Not sent. {problem}.", "warn")
    elif asked := screen.request.asked_scenario:
        screen.running.perform(asked.scenario, anew=not asked.changed)
        _report_sent(screen, "")
    elif screen.request.times > 1:
        _send_repeatedly(screen, name)
    else:
        screen.running.send_prompt(screen.request.path, name, screen.request.prompt())
        _report_sent(screen, _describe_unusable(screen, name))


def _send_repeatedly(screen: MainScreen, name: str) -> None:
    """Starts several runs, one after the other, until one fails. Their cost is shown before they are sent; on the real
    hosts that needs a second key press."""
    pane = screen.request
    asked = Sent(pane.path, name, pane.prompt())
    said = f"{pane.times} runs, one after the other, up to the first failure: {pane.cost}."
    if not screen.session.sandboxed and screen.running.agreed != (asked, pane.times):
        screen.running.agreed = asked, pane.times
        screen.say(f"{said} {screen.app.key('main.fire')} once more sends them.", "warn")
        return

    def report(done: int, failed: bool) -> None:
        end = f"run {done} failed" if failed else "none failed" if done == pane.times else "stopped"
        screen.say(f"{done} of {pane.times} runs sent: {end}.")

    screen.running.agreed = None
    screen.running.send_repeatedly(asked, pane.times, report)
    _report_sent(screen, said)


@command("main.repeat")
def repeat(screen: MainScreen) -> None:
    """On a line of the log about your program's call that call, with the key it was made with; else the last request
    once more, whatever the fields say by now. Within the wait that a 429 asks for only when asked twice."""
    running, last = screen.running, screen.running.last
    if not screen.is_idle():
        return
    if screen.log_lines.has_focus and (call := _find_program_call(screen)) is not None:
        screen.run_worker(_repeat_call(screen, *call), group="repeat", exclusive=True)
    elif last is None:
        screen.say(f"Nothing was sent yet: {screen.app.key('main.fire')} sends what the fields say.")
    elif last.credential not in screen.session.credentials:
        screen.say(f"{last.credential} is no longer on the list, so its request cannot be sent again.", "warn")
    elif (left := running.count_seconds_to_wait()) > 0 and not running.warned_of_wait:
        from meshtui.tui.panes.row_updates import format_wait

        running.warned_of_wait = True
        screen.say(f"{format_wait(left)} left; {screen.app.key('main.repeat')} once more sends anyway.", "warn")
    else:
        running.send_prompt(*last)
        _report_sent(screen, f"Once more: {last.path} · {last.credential}.")


def _find_program_call(screen: MainScreen) -> tuple[RunInputs, Attempt] | None:
    """The inputs and the call of the user's own program at the log's cursor: the line's own call, else the last of its
    run."""
    entry = screen.log_lines.chosen
    run = screen.session.journal.of_run(entry.run) if entry and entry.run else ()
    asked = next((each.detail for each in run if isinstance(each.detail, RunInputs)), None)
    if entry is None or asked is None or asked.path != PROGRAM:
        return None
    own = [entry.detail] if isinstance(entry.detail, Attempt) else []
    calls = [each.detail for each in run if isinstance(each.detail, Attempt)]
    return (asked, (own or calls[-1:])[0]) if own or calls else None


async def _repeat_call(screen: MainScreen, asked: RunInputs, call: Attempt) -> None:
    """Sends it with the credential that is the one it was made with, and with no other."""
    from meshtui.runs.repeat import find_obstacle

    session, key = screen.session, screen.app.key
    if why := find_obstacle(call.exchange):
        screen.say(why)
        return
    try:
        credential = await asyncio.to_thread(session.add_found, call.credential, network=False)
    except NoSuchCredentialError:
        adds = f"{key('main.add')} adds it by paste"
        sent = call.credential or "none"
        screen.say(f"The key that your program sent ({sent}) is none of this machine's usual places: {adds}.", "warn")
        return
    if credential.fingerprint != asked.fingerprint:
        screen.say(f"{credential.name} is another key by now than the one that your program sent: not sent.", "warn")
        return
    screen.credentials_changed()
    screen.running.repeat_call(call.exchange, credential.name)
    _report_sent(screen, f"Your program's request once more, from here, with {credential.name}.")


def _describe_unusable(screen: MainScreen, name: str) -> str:
    """The next step where the credential cannot be sent as it is; empty where it can, or only Mesh's is sent."""
    own = screen.request.path in (Path.BYOK, Path.COMPARE)
    if screen.session.credentials[name].usable or not own:
        return ""
    return f"{name} cannot be sent as it is: {screen.app.key('main.open')} on it shows why and how to fix it."


def _report_sent(screen: MainScreen, said: str) -> None:
    screen.offer_pane("request")
    screen.log_lines.follow()
    screen.say(said)


@command("main.stop")
def stop(screen: MainScreen) -> None:
    """Stops what is running; else leaves a text field for the log; else clears the log's filter; else ends following a
    log file; else goes back to the tour, where there is one."""
    if screen.running.stop():
        screen.say("Stopped.")
    elif screen.focused and screen.request in screen.focused.ancestors:
        screen.log_lines.focus()
    elif screen.log_lines.has_focus and screen.log_lines.view.filter:
        screen.log_pane.clear_filter()
    elif stop_following(screen):
        return
    elif strip := screen.tour:
        strip.focus()


@command("main.path")
def choose_next_path(screen: MainScreen) -> None:
    screen.request.turn("path")
    path = screen.request.path
    screen.say(f"Path {path}: {PATHS[path]}.")


@command("main.stream")
def switch_stream(screen: MainScreen) -> None:
    screen.request.turn("stream")
    stream = "on" if screen.request.prompt().stream else "off"
    screen.say(f"Stream {stream}: the answer comes {STREAM[stream]}.")


@command("main.edit")
def edit_prompt(screen: MainScreen) -> None:
    screen.query_one("#prompt", Input).focus()


@command("main.editor")
def open_editor(screen: MainScreen) -> None:
    """The prompt in an editor; what it returns goes into the field."""
    from meshtui.runs.presets import list_presets
    from meshtui.tui.dialogs.prompt_dialog import Draft, PromptDialog

    field = screen.query_one("#prompt", Input)

    def written(draft: Draft | None) -> None:
        if draft is not None:
            screen.request.take_text(draft.text, draft.preset)
            field.focus()

    screen.app.push_screen(PromptDialog(field.value, list_presets(screen.session.settings.presets)), written)


@command("main.model")
def choose_model(screen: MainScreen) -> None:
    """Opens the list; it is asked for now, unless it was had before."""
    pane = screen.request
    if not pane.credential:
        screen.say("There is no provider credential whose models could be listed.", "warn")
        return
    if screen.credentials.starting:
        return
    from meshtui.tui.dialogs.model_dialog import ModelDialog

    def chosen(model: str | None) -> None:
        if model is not None:
            pane.take_model(model)

    ask = partial(screen.session.models, pane.credential, pane.path)
    at_mesh = pane.path in (Path.MESH, Path.PLATFORM)
    who = PROVIDER_NAMES["mesh"] if at_mesh else PROVIDER_NAMES[pane.provider]
    screen.app.push_screen(ModelDialog(who, ask, pane.model, pane.usual_model), chosen)
