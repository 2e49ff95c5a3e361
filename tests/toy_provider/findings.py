"""What may be wrong with its key."""

from meshtui.base.credential import WARNING, Row, Rows

ROWS: Rows = {
    "toy.length": Row(WARNING, "Its length is unusual for a Toy key", "Copy it again whole.", "{length} characters")
}
