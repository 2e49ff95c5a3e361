"""The command line. `meshtui.cli.main` hands each command to its module."""
