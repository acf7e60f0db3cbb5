"""One-time links by which somebody sets their password."""
