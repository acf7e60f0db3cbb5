"""Reports: the four ways in."""
