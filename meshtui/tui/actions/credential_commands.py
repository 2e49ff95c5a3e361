"""The commands that change the list of credentials: policy, fault, add, remove. Each leaves a note in the log.

What a paste is: an error answer is explained at once, anything else may be a credential. Neither enters a text field
where a key is in it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.credentials.model import KIND_NAMES, Credential, Level, Policy, Source
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.recording import note
from meshtui.tui.actions.scenario_commands import touched

if TYPE_CHECKING:
    from meshtui.base.secret import Secret
    from meshtui.explain.model import Explanation
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.dialogs.add_dialog import NewCredential
    from meshtui.tui.screens.main_screen import MainScreen


def check(screen: MainScreen) -> None:
    if credential := screen.target():
        screen.check(credential)


def check_all(screen: MainScreen) -> None:
    if credential := screen.target():
        screen.check(credential, prompt=True)


def switch_policy(screen: MainScreen) -> None:
    if not (credential := screen.target()):
        return
    if credential.provider in ("", "mesh"):
        screen.say(f"{credential.name} has no fallback policy: only provider credentials have one.", "warn")
        return
    exclusive = credential.policy is Policy.FALLBACK
    screen.session.credentials.set_policy(credential.name, Policy.EXCLUSIVE if exclusive else Policy.FALLBACK)
    means = "exclusive use: where it fails, the request fails" if exclusive else "fallback to Mesh is allowed"
    _changed(screen, credential.name, f"{credential.name}: {means}")
    touched(screen)


def choose_fault(screen: MainScreen) -> None:
    if not screen.session.sandboxed or not (credential := screen.target()):
        return
    from meshtui.tui.dialogs.fault_dialog import FaultDialog

    stage, name = screen.session.stage, credential.name
    if credential.source.kind != "sandbox":
        screen.say(f"{name} is not the sandbox's, so it cannot be broken at will.", "warn")
        return

    def chosen(fault: str | None) -> None:
        if fault == "" and name not in stage.faults:
            screen.say(f"{name} has no fault, as before.")
        elif fault is not None:
            stage.set_fault(name, fault or None)
            does = f"{fault.replace('_', ' ')}: {stage.fault_names[fault]}" if fault else "no fault, it works again"
            _changed(screen, name, f"{name}: {does}")
            touched(screen)

    screen.app.push_screen(FaultDialog(name, stage.fault_names, stage.faults.get(name, "")), chosen)


def add(screen: MainScreen, pasted: Secret | None = None, said: str = "") -> None:
    """Opens the dialog for a new credential, with what was pasted in it and a sentence on that."""
    from meshtui.tui.dialogs.add_dialog import AddDialog

    def given(new: NewCredential | None) -> None:
        if new is not None:
            screen.run_worker(_add(screen, new), group="add")

    screen.app.push_screen(AddDialog(pasted, said), given)


def remove(screen: MainScreen) -> None:
    if credential := screen.target():
        screen.session.credentials.pop(credential.name, None)
        _changed(screen, credential.name, f"{credential.name} is off the list")


async def _add(screen: MainScreen, new: NewCredential) -> None:
    """What was pasted may be an error answer: then that is explained. All off the event loop: reading a service
    account's key takes some 50 ms, and pydantic is imported for it."""

    credentials = screen.session.credentials
    if not new.path and (told := await asyncio.to_thread(explained, new.text.reveal())):
        show(screen, told)
        return
    if new.path:
        credential = await asyncio.to_thread(credentials.add_file, new.path)
    else:
        credential = await asyncio.to_thread(credentials.add, new.text.reveal(), Source("paste"), region=new.region)
    _changed(screen, credential.name, f"{credential.name} added: {_what(screen, credential)}")
    screen.credentials.cursor = screen.credentials.names.index(credential.name)
    screen.credentials.focus()


def _changed(screen: MainScreen, name: str, what: str) -> None:
    screen.session.journal.append(note(screen.app.clock(), what, name))
    screen.credentials_changed()
    screen.say(what)


def _what(screen: MainScreen, credential: Credential) -> str:
    if credential.usable:
        return KIND_NAMES[credential.kind]
    wrong = next((f.title for f in credential.findings if f.level is Level.ERROR), "It cannot be sent as it is")
    return f"{KIND_NAMES[credential.kind]}. {wrong}: {screen.app.key('main.open')} shows how to mend it"


KEPT_OUT = "What was pasted is a key, or looks like one, so it did not go into the field."
OFFERED = f"{KEPT_OUT} What was typed there stays. enter adds the key as a credential, esc forgets it."
EXPLAINED = f"{KEPT_OUT} It is an error answer with a key in it, and is explained instead."


async def take(screen: MainScreen, pasted: Secret, offered: str = "", instead: str = "") -> None:
    """Opens the explanation of an error answer, and notes it in the log; else the dialog for a new credential, which
    says `offered`. `instead` is said on the main screen where there is an explanation."""
    told = await asyncio.to_thread(explained, pasted.reveal())
    if told is None:
        add(screen, pasted, offered)
    else:
        show(screen, told)
        if instead:
            screen.say(instead, "warn")


def keep_out(app: MeshtuiApp, pasted: Secret) -> None:
    """Takes a key that was pasted into a text field, on whatever screen, as though it had been pasted beside it."""
    from meshtui.tui.dialogs.add_dialog import AddDialog

    if isinstance(app.screen, AddDialog):
        app.screen.take(pasted)
    else:
        app.main.run_worker(take(app.main, pasted, OFFERED, EXPLAINED), group="paste")


def show(screen: MainScreen, told: Explanation) -> None:
    """Notes it in the log and opens it."""
    from meshtui.tui.screens.explanation_screen import ExplanationSheet

    said = one_line(redact(f"a pasted answer: {told.headline}"))
    entry = screen.session.journal.append(Entry(at=screen.app.clock(), what=EntryKind.NOTE, text=said, detail=told))
    screen.app.push_screen(ExplanationSheet(screen.log_pane.view, entry))


def explained(text: str) -> Explanation | None:
    """The first answer in the text whose cause can be told; None where there is none, as in a credential."""
    from meshtui.explain.anywhere import find
    from meshtui.explain.engine import explain

    return next((told for told in map(explain, find(text)) if told.cause != "unknown"), None)
