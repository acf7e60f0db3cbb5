"""The watch list: who is on it, what is wrong with it, and what of it waits for somebody."""
