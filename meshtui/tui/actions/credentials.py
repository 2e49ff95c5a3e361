"""The commands that change the list of credentials: policy, fault, add, remove. Each leaves a note in the log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential, Level, Policy, Source
from meshtui.journal.recording import note
from meshtui.tui.actions.staging import touched

if TYPE_CHECKING:
    from meshtui.base.secret import Secret
    from meshtui.tui.dialogs.add import NewCredential
    from meshtui.tui.main_screen import MainScreen


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
    from meshtui.tui.dialogs.fault import FaultDialog

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
    from meshtui.tui.dialogs.add import AddDialog

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
    from meshtui.tui.actions import pasted

    credentials = screen.session.credentials
    if not new.path and (told := await asyncio.to_thread(pasted.explained, new.text.reveal())):
        pasted.show(screen, told)
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
        return credential.kind.title
    wrong = next((f.title for f in credential.findings if f.level is Level.ERROR), "It cannot be sent as it is")
    return f"{credential.kind.title}. {wrong}: {screen.app.key('main.open')} shows how to mend it"
