"""Runs: a test prompt travels a path, attempt by attempt, and ends in a verdict with its evidence."""
