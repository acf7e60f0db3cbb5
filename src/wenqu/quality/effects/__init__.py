"""What follows from a verdict or from what was not done in time: problems, and the fact of quality by which households are graded."""
