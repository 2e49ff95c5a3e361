"""meshtui: whose key failed behind Mesh API, why, who fixes it, and whether Mesh silently paid for it."""

__version__ = "0.1.0"
