"""What its errors mean."""

from meshtui.explain.model import Rule

RULES = (Rule("toy.unknown-key", "credential_invalid", code=("toy_lost",), headline="Toy AI has lost this key's bear"),)
