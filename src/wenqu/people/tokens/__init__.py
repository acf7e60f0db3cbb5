"""Tokens of the API: made and revoked by whoever holds the duty, read at every request."""
