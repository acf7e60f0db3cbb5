"""Which packs a county goes by, and since when."""
