"""Merging, splitting and re-opening: one real-world problem, one number."""
