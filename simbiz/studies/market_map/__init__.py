"""The competitive market map by every variant of the method."""
