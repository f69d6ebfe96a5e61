"""Laws of real markets: whether they emerge where nothing happens."""
