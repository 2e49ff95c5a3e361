"""Where an OpenAI key may be sent (OpenAI's page on data residency)."""

from meshtui.http.hosts import HostRule

HOSTS = {"openai": HostRule(r"(?:[a-z]{2,12}\.)?api\.openai\.com")}
