"""One sitting (`session`): the credentials at hand (`credentials`) and a demo's sandbox (`stage`)."""

from meshtui.session.credentials import NoSuchCredentialError
from meshtui.session.session import Session

__all__ = ["NoSuchCredentialError", "Session"]
