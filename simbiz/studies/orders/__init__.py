"""Orders of adopting tools: which is best, and which cannot be distinguished from it."""
