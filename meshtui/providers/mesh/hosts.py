"""Where a Mesh key may be sent (Mesh documentation, "Authentication")."""

from meshtui.http.hosts import HostRule

HOSTS = {"mesh": HostRule(r"api(?:-dev)?\.meshapi\.ai")}
