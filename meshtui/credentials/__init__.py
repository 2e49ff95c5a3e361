"""Credentials: what was pasted, read or found, as a model with findings; all of it offline."""
