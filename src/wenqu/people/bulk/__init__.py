"""Many people from one sheet."""
