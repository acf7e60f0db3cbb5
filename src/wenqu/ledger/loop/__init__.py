"""The loop: taking steps, asking whether one may, reading what was done."""
