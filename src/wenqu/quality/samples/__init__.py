"""Samples on their way: planned, taken, handed over, received."""
