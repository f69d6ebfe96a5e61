"""Every order of adopting tools with the same few seeds."""
