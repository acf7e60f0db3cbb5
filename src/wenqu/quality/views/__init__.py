"""Pages of water quality."""
