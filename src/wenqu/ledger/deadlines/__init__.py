"""Which deadlines a county works by, and when the next step of a problem is due."""
