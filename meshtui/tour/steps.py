"""The guided tour as data: what each of its five steps tells, performs, and leaves one with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    tells: tuple[str, str]
    """What happens, in two lines, before anything is sent."""
    scenario: str
    """Its name in the sandbox's library."""
    learns: str
    """What to take along, in one line."""


STEPS = (
    Step(
        "Your key works",
        (
            "With BYOK, Mesh calls OpenAI with your own key first. Here the call is made from your machine,",
            "so that you see it: one attempt, and the provider itself answers.",
        ),
        "key-works",
        "Served by your key, paid to your provider. That is the good day.",
    ),
    Step(
        "Your key dies, and Mesh pays",
        (
            "Somebody deletes the key at OpenAI. Mesh does not fail: it falls back to its own credentials.",
            "Replayed in the open: your key is refused, then the platform serves.",
        ),
        "revoked-with-fallback",
        "Your program got its answer, and the bill moved from your provider to your Mesh balance.",
    ),
    Step(
        "The same, and nobody tells you",
        (
            "Now one plain request to Mesh, as your program sends it. The key is still dead, and this Mesh",
            "leaves out the one header that would tell. It is a 200 like on any other day.",
        ),
        "silent-fallback",
        "A 200 proves nothing of your key. What it cost is what gives a silent fallback away.",
    ),
    Step(
        "Exclusive use shows the error",
        (
            "In Mesh the key is set to exclusive use: no fallback. The same request now fails,",
            "and the provider's own reason comes through.",
        ),
        "exclusive-use",
        "A failure with a name is worth more than a 200 without one: now you know whom to ask.",
    ),
    Step(
        "The cache hides a dead key",
        (
            "Two equal requests, with Mesh's response cache on, as it is by default. Between them the key is",
            "revoked, and the second is answered all the same.",
        ),
        "cache-hides-dead-key",
        "Test a key with the cache switched off; `meshtui send` does.",
    ),
)
