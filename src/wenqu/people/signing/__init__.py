"""Signing in: throttles, the second factor, sessions and the password."""
