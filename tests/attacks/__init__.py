"""Attacks on keys and on the machine, against the real command in a process of its own."""
