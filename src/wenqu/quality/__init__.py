"""Water quality: plans and points, samples, results, and what follows from them."""
