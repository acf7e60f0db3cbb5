"""All problems of an alarm into one: what ten households told of is one real-world problem of their scheme or village."""
