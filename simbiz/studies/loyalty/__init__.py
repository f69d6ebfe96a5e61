"""Loyalty of every firm, beside what Double Jeopardy predicts at its share."""
