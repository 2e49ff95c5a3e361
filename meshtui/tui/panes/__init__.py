"""What the main screen is made of, and the rows and lines in it."""
