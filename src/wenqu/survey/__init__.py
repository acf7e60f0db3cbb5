"""Field surveys: forms and their versions, rounds, phones, and the one intake of records for our page and ODK Collect."""
