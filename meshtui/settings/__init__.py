"""What a person may set: the values (`model`), one table of what there is (`table`), and reading it (`loading`)."""

from meshtui.settings.schema import Settings

__all__ = ["Settings"]
