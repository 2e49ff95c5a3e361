"""OpenAI as its API reference and many pasted answers show it: chat completions and models."""
