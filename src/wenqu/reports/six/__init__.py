"""六见: person, matter, time, responsibility, end result and effect of every closed problem. Derived, never stored."""
