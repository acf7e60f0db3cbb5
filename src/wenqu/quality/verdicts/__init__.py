"""What reviewed results of a sample say: judged once for each set of them."""
