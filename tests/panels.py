"""Purchase panels with known parameters, and markets that are wrong in a known way."""

from typing import Any

import numpy as np
import pandas as pd

from simbiz.panel import Panel, panel_of

SHARES = np.array([0.30, 0.22, 0.16, 0.12, 0.09, 0.07, 0.04])
CUSTOMERS, MEAN, SHAPE, SUM = 2000, 6.0, 0.7, 1.5


def rates(seed: int, customers: int = CUSTOMERS) -> Any:
    """Draw gamma-distributed needs a year."""
    return np.random.default_rng(seed).gamma(SHAPE, MEAN / SHAPE, customers)


def purchases(choices: Any, needs: Any, seed: int) -> pd.DataFrame:
    """Draw Poisson numbers of purchases and firms by each customer's probabilities, at log-normal amounts."""
    luck = np.random.default_rng(seed + 1000)
    numbers = luck.poisson(needs)
    counts = np.array([luck.multinomial(one, chances) for one, chances in zip(numbers, choices, strict=True)])
    who, firm = (np.repeat(part, counts[counts > 0]) for part in np.nonzero(counts))
    amount = luck.lognormal(0.0, 0.5, len(who))
    return pd.DataFrame({"customer": who, "week": luck.integers(0, 52, len(who)), "firm": firm, "amount": amount})


def dirichlet_market(seed: int, customers: int = CUSTOMERS) -> Panel:
    """Give a market of gamma needs and Dirichlet choices: everything the gates ask for."""
    choices = np.random.default_rng(seed).dirichlet(SUM * SHARES, customers)
    return panel_of(purchases(choices, rates(seed, customers), seed), customers)


def identical_customers(seed: int) -> Panel:
    """Everybody chooses by the same probabilities."""
    return panel_of(purchases(np.tile(SHARES, (CUSTOMERS, 1)), rates(seed), seed), CUSTOMERS)


def total_lock_in(seed: int) -> Panel:
    """Everybody keeps to one firm."""
    own = np.random.default_rng(seed).choice(len(SHARES), CUSTOMERS, p=SHARES)
    return panel_of(purchases(np.eye(len(SHARES))[own], rates(seed), seed), CUSTOMERS)


def niche_brands(seed: int) -> Panel:
    """Every firm has as many buyers as any other, and the large ones are large because theirs buy often."""
    luck = np.random.default_rng(seed)
    own = luck.integers(0, len(SHARES), CUSTOMERS)
    choices = 0.95 * np.eye(len(SHARES))[own] + 0.05 / len(SHARES)
    return panel_of(purchases(choices, rates(seed) * SHARES[own] * len(SHARES), seed), CUSTOMERS)


def poisson_needs(seed: int) -> Panel:
    """Everybody needs something equally often."""
    choices = np.random.default_rng(seed).dirichlet(SUM * SHARES, CUSTOMERS)
    return panel_of(purchases(choices, np.full(CUSTOMERS, MEAN), seed), CUSTOMERS)


def split_market(seed: int) -> list[pd.DataFrame]:
    """Give the purchases of two segments, each served by firms of its own for the most part."""
    tables = []
    for number in range(2):
        weights = SHARES.copy()
        weights[number::2] *= 0.02
        choices = np.random.default_rng(seed + number).dirichlet(SUM * weights / weights.sum(), CUSTOMERS)
        tables.append(purchases(choices, rates(seed + number), seed + number))
    return tables
