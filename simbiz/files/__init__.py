"""Reading and writing files: TOML with its lines, whole files."""
