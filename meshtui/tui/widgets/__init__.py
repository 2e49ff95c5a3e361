"""Parts that know nothing of credentials or runs."""
