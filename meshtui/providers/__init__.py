"""The four APIs: a prompt becomes a call, bytes become a model's words. `client.py` is the only door to the network."""
