"""Pages of the watch list."""
