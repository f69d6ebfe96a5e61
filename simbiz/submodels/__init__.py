"""One file per process: scalar rules, each with its equation and source. They read nothing but their arguments."""
