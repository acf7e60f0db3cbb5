"""What every request passes: the content policy, sign-in with area, and the guard that reads do not write."""
