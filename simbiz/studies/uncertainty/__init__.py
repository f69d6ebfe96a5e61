"""Claims under uncertainty: the share of parameter points at which each holds."""
