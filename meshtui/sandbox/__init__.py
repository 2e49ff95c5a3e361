"""Mesh and the three providers on loopback. A real server that knows nothing of the client side."""
