"""The forms that errors come in: bodies, streams, HTTP as text, stack traces, log records, and odd encodings."""
