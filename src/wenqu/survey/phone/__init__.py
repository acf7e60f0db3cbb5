"""The phone page: its shell, its files, what it asks for."""
