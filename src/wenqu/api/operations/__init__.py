"""The operations, one module a room."""
