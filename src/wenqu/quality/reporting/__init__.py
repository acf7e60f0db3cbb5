"""Reports of plans: what happened that makes them due, that they were made, and which are late."""
