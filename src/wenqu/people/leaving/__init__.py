"""Open work handed over, accounts closed and opened again."""
