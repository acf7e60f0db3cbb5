"""Which monitoring plans a county goes by in a year."""
