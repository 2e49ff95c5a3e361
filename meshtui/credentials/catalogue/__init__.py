"""Every finding there is: one row each, by what it is about. `meshtui.credentials.findings.tell` fills a row in."""
