"""The parts of ``wenqu judge``: a table in, verdicts, a ledger and a list of wrong cells out. No database, no framework."""
