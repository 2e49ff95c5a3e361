"""What to do where a relay (one-api, new-api and the like) answered instead of the provider."""

from __future__ import annotations

from meshtui.explain.model import Step

_DIRECT = Step("To test the provider's key itself, send to the provider's own address.", "meshtui check")

TOKEN = (
    Step("Look at the token in the relay's console: is it there, switched on, in time, and open to this address?"),
    Step("Send it as Authorization: Bearer <token>, whole and without quotes."),
    _DIRECT,
)
QUOTA = (Step("Add credit at the relay, or raise the limit of this token."), _DIRECT)
MODELS = (
    Step("See which models the relay offers to this token and group; the names are the relay's own."),
    Step("Whoever runs the relay can add a channel for the model, or let the token use it."),
)
BUSY = (Step("Send again with growing pauses; if it goes on, tell whoever runs the relay."),)
