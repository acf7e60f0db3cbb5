"""The way of a household onto the list or off it: opened from a clue, gone act by act, never out of order."""
