"""The gateway: Mesh's own key first, then the provider key of the team, then, where allowed, Mesh's own credentials."""
