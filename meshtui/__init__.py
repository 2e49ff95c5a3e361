"""meshtui: whose key failed behind Mesh API, why, who fixes it, and whether Mesh silently billed you."""

__version__ = "0.1.0"
