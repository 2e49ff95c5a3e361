"""Where its key may be sent."""

from meshtui.http.hosts import HostRule

HOSTS = {"toy": HostRule(r"api\.toy\.example")}
