"""The first minute: what was found, the next step, and the demo where there is nothing to fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen


TOUR = "The tour has the keys: {tour.fire} fires its step, tab leads to the panes and back."
DEMO = "{main.fire} fires, {main.fault} breaks one first, {main.scenario} plays a scenario."


def greet(screen: MainScreen) -> None:
    """Says what there is and the next step, once the credentials are there."""
    if screen.tour:
        screen.tell(TOUR)
    elif screen.session.sandboxed:
        screen.tell(f"{len(screen.session.credentials)} sandbox credentials: {DEMO}")
    else:
        screen.say(_found(screen))


def _found(screen: MainScreen) -> str:
    """What this machine holds and the next step, in a line."""
    key = screen.app.key
    credentials = [screen.session.credentials[name] for name in screen.credentials.names]
    if not credentials:
        demo = f"{key('main.demo')} opens the demo, which needs none"
        return f"No credential on this machine: {key('main.add')} adds one, {demo}."
    there = _enumerated([credential.name for credential in credentials])
    if not any(credential.provider not in ("", "mesh") for credential in credentials):
        return f"Found {there}, which only carries requests: {key('main.add')} adds the provider key to test."
    first = credentials[0]
    if not first.usable:
        return f"Found {there}. {first.name} cannot be sent as it is: {key('main.open')} shows why."
    return f"Found {there}. {key('main.check')} checks {first.name} for nothing, {key('main.fire')} fires it."


def open_demo(screen: MainScreen) -> None:
    """Leaves the screen for the demo's; asks once more where something would be forgotten with it."""
    app, key = screen.app, screen.app.key("main.demo")
    if screen.session.sandboxed:
        screen.say("This is the demo.")
    elif app.is_web:
        screen.say("Served to a browser it is a page of its own: textual serve -c 'meshtui demo'.")
    elif screen.session.credentials and not app.leaving_is_armed():
        screen.say(f"Press {key} once more: the demo takes the place of this, and what was pasted is forgotten.")
    else:
        app.demo_wanted = True
        app.exit()


def _enumerated(names: list[str]) -> str:
    """`openai, vertex and mesh`; of many the first three and how many more."""
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
