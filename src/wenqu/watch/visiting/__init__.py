"""The monthly visits of contact persons: told in the office or by a record from the phone, and which are awaited."""
