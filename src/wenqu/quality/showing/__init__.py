"""What was found, shown: rates with what they are made of, trends, the notice that hangs in public, files that leave."""
