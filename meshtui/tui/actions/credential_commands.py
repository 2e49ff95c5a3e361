"""Credentials: checked, switched, broken, added, removed; each change leaves a note in the log. And what a paste is: an
error answer is explained at once, anything else may be a credential. No key enters a text field."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential, Level, Policy, Source
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.recording import make_note
from meshtui.tui.bindings import command
from meshtui.tui.watch_control import FIRST_PAUSE, LONGEST_PAUSE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from meshtui.base.secret import Secret
    from meshtui.explain.model import Explanation
    from meshtui.tui.dialogs.add_dialog import NewCredential
    from meshtui.tui.dialogs.list_dialog import ListDialog
    from meshtui.tui.screens.main_screen import MainScreen

MOST_BYTES = 8_000_000
"""Of a file that is explained on the screen; of longer ones `meshtui explain` reads every line."""
NO_FAULT = ""
WORKS = "no fault: the credential works"


@command("main.check")
def check(screen: MainScreen) -> None:
    if credential := screen.find_target():
        screen.check(credential)


@command("main.check_prompt")
def check_with_prompt(screen: MainScreen) -> None:
    if credential := screen.find_target():
        screen.check(credential, prompt=True)


@command("main.check_all")
def check_all(screen: MainScreen) -> None:
    """Checks every credential, one after the other; free, and in the sandbox with the test prompt too."""
    if not screen.find_target() or not screen.is_idle():
        return
    names = screen.credentials.names

    def report(done: int, over: bool) -> None:
        if over:
            said = summarize_checks(screen, names[:done], len(names))
            screen.session.journal.append(make_note(screen.app.clock(), said))
            screen.say(said)
        else:
            screen.tell(f"Checking {done + 1} of {len(names)}: {names[done]} · " + "{main.stop} stops it.")

    screen.offer_pane("credentials")
    screen.running.check_all(names, prompt=screen.session.sandboxed, report=report)


@command("main.watch")
def watch(screen: MainScreen) -> None:
    """Begins to watch the credential under the cursor, or stops."""
    if not (credential := screen.find_target()):
        return
    if screen.watching.switch(credential.name):
        pace = f"its free checks run every {FIRST_PAUSE:.0f} s, later every {LONGEST_PAUSE / 60:.0f} min"
        screen.say(f"{credential.name} is watched until its state changes: {pace}. "
                   f"{screen.app.key('main.watch')} stops it.")  # fmt: skip
    else:
        screen.say(f"{credential.name} is no longer watched.")


def summarize_checks(screen: MainScreen, names: Sequence[str], of: int) -> str:
    """`6 of 6 checked: 4 ok · refused 401: openai · forbidden 403: aws`"""
    said: dict[str, list[str]] = {}
    for name in names:
        result = screen.session.results.find(name)
        said.setdefault(result.text if result else "cannot be sent", []).append(name)
    parts = [f"{len(found)} ok" if text == "ok" else f"{text}: {', '.join(found)}" for text, found in said.items()]
    stopped = ", then stopped" if len(names) < of else ""
    return f"{len(names)} of {of} checked{stopped}{': ' if parts else ''}{' · '.join(sorted(parts))}"


@command("main.policy")
def switch_policy(screen: MainScreen) -> None:
    if not (credential := screen.find_target()):
        return
    if credential.provider in ("", "mesh"):
        screen.say(f"{credential.name} has no fallback policy: only provider credentials have one.", "warn")
        return
    exclusive = credential.policy is Policy.FALLBACK
    screen.session.credentials.set_policy(credential.name, Policy.EXCLUSIVE if exclusive else Policy.FALLBACK)
    means = "exclusive use: where it fails, the request fails" if exclusive else "fallback to Mesh is allowed"
    means += "" if screen.session.sandboxed else " (assumed: Mesh's dashboard has the setting)"
    _report_change(screen, credential.name, f"{credential.name}: {means}")
    screen.request.mark_changed()


@command("main.fault")
def choose_fault(screen: MainScreen) -> None:
    if not screen.session.sandboxed or not (credential := screen.find_target()):
        return
    stage, name = screen.session.stage, credential.name
    if credential.source.kind != "sandbox":
        screen.say(f"{name} is not the sandbox's, so it cannot be broken at will.", "warn")
        return

    def chosen(fault: str | None) -> None:
        if fault == NO_FAULT and name not in stage.faults:
            screen.say(f"{name} has no fault, as before.")
        elif fault is not None:
            stage.set_fault(name, fault or None)
            screen.session.results.forget(name)
            does = f"{fault.replace('_', ' ')}: {stage.fault_names[fault]}" if fault else "no fault, it works again"
            _report_change(screen, name, f"{name}: {does}")
            screen.request.mark_changed()

    screen.app.push_screen(make_fault_dialog(name, stage.fault_names, stage.faults.get(name, NO_FAULT)), chosen)


def make_fault_dialog(credential: str, faults: Mapping[str, str], now: str) -> ListDialog[str]:
    """`faults`: name → what it does. Returns the fault's name, `NO_FAULT` to remove it."""
    from meshtui.tui.dialogs.list_dialog import ListDialog, Option

    options = [Option(NO_FAULT, "none", WORKS)]
    options += [Option(name, name.replace("_", " "), does) for name, does in faults.items()]
    hint = "enter chooses it · esc cancels"
    return ListDialog(f"Break {credential}", hint, options, now=now, detail_height=2)


@command("main.add")
def add(screen: MainScreen, pasted: Secret | None = None, said: str = "") -> None:
    """Opens the dialog for a new credential, with what was pasted in it and a sentence on that."""
    from meshtui.tui.dialogs.add_dialog import AddDialog

    def given(new: NewCredential | None) -> None:
        if new is not None:
            screen.run_worker(_add(screen, new), group="add")

    screen.app.push_screen(AddDialog(pasted, said), given)


@command("main.explain_error")
def explain_error(screen: MainScreen) -> None:
    """Asks for an error answer and opens its explanation."""
    from meshtui.tui.dialogs.add_dialog import ErrorDialog

    def given(answer: NewCredential | None) -> None:
        if answer is not None:
            screen.run_worker(_explain_given(screen, answer), group="add")

    screen.app.push_screen(ErrorDialog(), given)


async def _explain_given(screen: MainScreen, answer: NewCredential) -> None:
    text = answer.text.reveal()
    if answer.path:
        try:
            text = await asyncio.to_thread(_read_error_file, answer.path)
        except OSError as error:
            screen.say(f"{make_one_line(redact(answer.path))}: {error.strerror or error}", "warn")
            return
    if found := await asyncio.to_thread(explain_text, text):
        show_explanations(screen, found)
    else:
        screen.say(
            "No error whose cause is known was found in it. `meshtui explain` takes a status and headers too.", "warn"
        )


def _read_error_file(path: str) -> str:
    """Its beginning, which is all that an answer or the end of a stack trace takes. Raises OSError."""
    with Path(path).expanduser().open("rb") as file:
        return file.read(MOST_BYTES).decode("utf-8", "replace")


@command("main.found")
def add_found(screen: MainScreen) -> None:
    """Lets a person choose among what this machine has and is not on the list: AWS profiles, roles, what is hidden by
    another, other programs' files. Nothing is asked of anybody before one is chosen."""
    from meshtui.credentials.discovery import list_rows
    from meshtui.tui.dialogs.list_dialog import ListDialog, Option

    there = [row for row in screen.session.found if row.name not in screen.session.credentials]
    if not there:
        screen.tell("Nothing else was found on this machine. {main.add} adds a key by paste or file.")
        return
    rows = list_rows(there)
    options = [
        Option(name, name, f"{key}, {where}", f"{key}, {where}. In use: {used}") for name, key, where, used in rows
    ]

    def chosen(name: str | None) -> None:
        if name is not None:
            screen.say(f"Getting {name} …")
            screen.run_worker(_add_found(screen, name), group="add")

    hint = "enter adds it, and asks AWS for keys where that is needed · esc closes"
    screen.app.push_screen(ListDialog("Also on this machine", hint, options, detail_height=3), chosen)


async def _add_found(screen: MainScreen, name: str) -> None:
    credential = await asyncio.to_thread(screen.session.add_found, name)
    _report_change(screen, credential.name, f"{credential.name} added: {_describe(screen, credential)}")
    screen.credentials.cursor = screen.credentials.names.index(credential.name)
    screen.credentials.focus()


@command("main.remove")
def remove(screen: MainScreen) -> None:
    if credential := screen.find_target():
        screen.removed.append(credential)
        screen.session.credentials.pop(credential.name, None)
        screen.session.results.forget(credential.name)
        _report_change(screen, credential.name, f"{credential.name} is off the list")
        screen.tell(f"{credential.name} is off the list. " + "{main.restore} puts it back.")


@command("main.restore")
def restore(screen: MainScreen) -> None:
    """Puts back the credential that was removed last, unless its name was taken since."""
    if not screen.removed:
        screen.say("No credential was removed.")
        return
    credential = screen.removed.pop()
    if credential.name in screen.session.credentials:
        screen.say(f"There is another credential named {credential.name} by now.", "warn")
        return
    screen.session.credentials.keep(credential)
    _report_change(screen, credential.name, f"{credential.name} is back on the list")
    screen.credentials.cursor = screen.credentials.names.index(credential.name)


async def _add(screen: MainScreen, new: NewCredential) -> None:
    """What was pasted may be an error answer: then that is explained. All off the event loop: reading a service
    account's key takes some 50 ms."""
    credentials = screen.session.credentials
    if not new.path and (found := await asyncio.to_thread(explain_text, new.text.reveal())):
        show_explanations(screen, found)
        return
    if new.path:
        credential = await asyncio.to_thread(credentials.add_file, new.path)
    else:
        credential = await asyncio.to_thread(credentials.add, new.text.reveal(), Source("paste"), region=new.region)
    _report_change(screen, credential.name, f"{credential.name} added: {_describe(screen, credential)}")
    screen.credentials.cursor = screen.credentials.names.index(credential.name)
    screen.credentials.focus()


def _report_change(screen: MainScreen, name: str, what: str) -> None:
    screen.session.journal.append(make_note(screen.app.clock(), what, name))
    screen.credentials_changed()
    screen.say(what)


def _describe(screen: MainScreen, credential: Credential) -> str:
    if credential.usable:
        return credential.kind.title
    wrong = next((f.title for f in credential.findings if f.level is Level.ERROR), "It cannot be sent as it is")
    return f"{credential.kind.title}. {wrong}: {screen.app.key('main.open')} shows how to fix it"


# What was pasted

KEPT_OUT = "What was pasted is a key, or looks like one, so it did not go into the field."
OFFERED = f"{KEPT_OUT} What was typed there stays. enter adds the key as a credential, esc forgets it."
EXPLAINED = f"{KEPT_OUT} It is an error answer with a key in it, and is explained instead."


async def take_paste(screen: MainScreen, pasted: Secret, offered: str = "", instead: str = "") -> None:
    """Opens the explanation of an error answer, and notes it in the log; else the dialog for a new credential, which
    says `offered`. `instead` is said on the main screen where there is an explanation."""
    found = await asyncio.to_thread(explain_text, pasted.reveal())
    if not found:
        add(screen, pasted, offered)
    else:
        show_explanations(screen, found)
        if instead:
            screen.say(instead, "warn")


def keep_key_out(screen: MainScreen, pasted: Secret) -> None:
    """Takes a key that was pasted into a text field, on whatever screen, as though it had been pasted beside it."""
    from meshtui.tui.dialogs.add_dialog import AddDialog

    front = screen.app.screen
    if isinstance(front, AddDialog):
        front.take(pasted)
    else:
        screen.run_worker(take_paste(screen, pasted, OFFERED, EXPLAINED), group="paste")


def show_explanations(screen: MainScreen, found: list[Explanation]) -> None:
    """Notes each in the log, the root last, where one looks first, and opens that."""
    from meshtui.tui.screens.explanation_screen import ExplanationScreen

    for number, explanation in reversed(list(enumerate(found, 1))):
        which = "a pasted answer" if len(found) == 1 else f"pasted, {number} of {len(found)}"
        said = make_one_line(redact(f"{which}: {explanation.headline}"))
        entry = screen.session.journal.append(
            Entry(at=screen.app.clock(), what=EntryKind.NOTE, text=said, detail=explanation)
        )
    screen.app.push_screen(ExplanationScreen(screen.log_lines.view, entry))


def explain_text(text: str) -> list[Explanation]:
    """The errors in the text whose cause is known, the root cause first; none for a text such as a credential."""
    from meshtui.explain.find import find_errors

    return [one.explanation for one in find_errors(text) if one.explanation.cause != "unknown"]
