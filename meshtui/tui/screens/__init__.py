"""Whole screens to read, on top of the main one."""
