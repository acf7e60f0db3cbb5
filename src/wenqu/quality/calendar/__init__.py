"""What is due, soon, late and done."""
