"""meshtui: whose key failed behind Mesh API, why, who repairs it, and whether Mesh silently paid for it."""

__version__ = "0.1.0"
