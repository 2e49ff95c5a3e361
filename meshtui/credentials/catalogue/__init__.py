"""Every finding there is: one row each, by what it is about. `meshtui.providers.finding_catalogue.tell` fills a row in."""
