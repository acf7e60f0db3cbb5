"""Changes of rights that one administrator asks and another decides."""
