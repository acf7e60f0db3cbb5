"""Points that plans watch, and what was done at them."""
