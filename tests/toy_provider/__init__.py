"""A provider that does not exist, in as little code as one takes: see `tests/providers/test_registry.py`."""
