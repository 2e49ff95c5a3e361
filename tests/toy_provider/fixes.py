"""What to do about them."""

from meshtui.explain.model import Step

STEPS = {"credential_invalid": (Step("Sew a new key at toy.example."),)}
