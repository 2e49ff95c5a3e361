"""What the client side knows of each provider: a folder each."""
