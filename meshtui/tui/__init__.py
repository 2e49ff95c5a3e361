"""What a person sees. Imports every other room; no room imports it."""
