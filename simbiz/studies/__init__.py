"""Kinds of study: one folder each."""
