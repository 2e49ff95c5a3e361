"""Small boxes in the middle of the screen that ask for one thing."""
