"""Making, checking and putting back a backup: one tar file with the database, the files and a manifest."""
