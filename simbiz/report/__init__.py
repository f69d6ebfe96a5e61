"""Reports: a result as one page that needs nothing else, with its question, answer, figures, assumptions and origin."""
