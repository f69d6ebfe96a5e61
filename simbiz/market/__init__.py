"""The market: firms, customers as agents, and the model whose step is a week."""
