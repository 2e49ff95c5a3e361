"""Scenarios performed through the session, with the truth beside what a client could know; and the tour of five."""
