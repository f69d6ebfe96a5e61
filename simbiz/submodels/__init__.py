"""One file per process: scalar rules of nothing but their arguments, each with equation and source."""
