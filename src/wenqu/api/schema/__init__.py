"""What the operations give, field by field, as the specification tells it."""
