"""Customer and firm arrays, and their initial values."""
