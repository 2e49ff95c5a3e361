"""Providers: from a credential and a prompt to an exchange, one file each; `client` is the only door to the network."""
