"""What each command does, a function each, by what it is about."""
