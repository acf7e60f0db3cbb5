"""What a laboratory wrote: values, units and names, read without ever making up a number."""
