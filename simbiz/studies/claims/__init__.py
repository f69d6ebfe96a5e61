"""Published claims, tested on paired worlds."""
