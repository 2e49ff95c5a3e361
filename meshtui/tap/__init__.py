"""Listening to the calls of somebody's own program: `meshtui run`."""
