"""Water quality: plans, judging of samples, how laboratories write. Pure data and functions."""
