"""The second factor: time-based codes of an authenticator app, and one-time recovery codes."""
