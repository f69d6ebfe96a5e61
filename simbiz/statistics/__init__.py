"""Statistics of any simulation: arrays and tables in, records out."""
