"""The ledger as it stood at an earlier instant: single problems, whole lists, and counts. Reads only."""
