"""Text that is read, as lines of parts: pure functions of data and width."""
