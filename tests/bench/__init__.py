"""How fast meshtui is: `python -m tests.bench`. Nothing here is asserted, and no test run measures time."""
