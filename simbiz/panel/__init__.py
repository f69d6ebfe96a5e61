"""Purchase panels: who bought how often from which firm, and the statistics that market laws are about.

The same code measures the purchases of a model and those of real households. Only purchases enter: nothing here knows
how they came about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.errors import InputError, one_of
from simbiz.panel.estimators import NegativeBinomial, fit_negative_binomial
from simbiz.panel.laws import LAWS
from simbiz.panel.table import purchases_of

__all__ = ["COLUMNS", "Panel", "panel_of", "statistics"]

COLUMNS = ("customer", "week", "firm", "amount")

MOST_PAIRS = 50_000_000  # of a buyer and a firm

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Purchases of a period.

    Parameters
    ----------
    counts : int64 array (buyer, firm)
        Purchases of those who bought anything; every firm has sold something.
    amounts : float64 array (buyer, firm)
        What they paid.
    customers : int
        Everybody who could have bought, those who bought nothing included.
    firms : list
        Names or numbers of the firms.
    everybody : bool
        Whether those who bought nothing are counted among the customers; what needs them is not defined otherwise.
    """

    counts: NDArray[np.int64]
    amounts: Table
    customers: int
    firms: list[Any]
    everybody: bool

    @cached_property
    def bought(self) -> NDArray[np.bool_]:
        """Who bought from whom at all; bool array (buyer, firm)."""
        return self.counts > 0

    @cached_property
    def purchases(self) -> NDArray[np.int64]:
        """Purchases of each buyer, from all firms together; int64 array (buyer,)."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def penetration(self) -> Table:
        """Share of customers who bought at least once, b; float64 array (firm,)."""
        return np.asarray(self.bought.sum(axis=0) / self.customers)

    @cached_property
    def frequency(self) -> Table:
        """Purchases per buyer of the firm, w; float64 array (firm,)."""
        return np.asarray(self.counts.sum(axis=0) / self.bought.sum(axis=0))

    @cached_property
    def share(self) -> Table:
        """Share of purchases; float64 array (firm,)."""
        return np.asarray(self.counts.sum(axis=0) / self.counts.sum())

    @cached_property
    def value_share(self) -> Table:
        """Share of what is paid; float64 array (firm,)."""
        return np.asarray(self.amounts.sum(axis=0) / self.amounts.sum())

    @cached_property
    def requirements(self) -> Table:
        """Share of all purchases of its buyers that a firm gets, SCR; float64 array (firm,)."""
        return np.asarray(self.counts.sum(axis=0) / (self.purchases @ self.bought))

    @cached_property
    def duplication(self) -> Table:
        """Share of the buyers of the firm in the row who also bought from that in the column; float64 (firm, firm)."""
        bought = self.bought.astype(np.float64)
        return np.asarray((bought.T @ bought) / bought.sum(axis=0)[:, None])

    @cached_property
    def purchase_numbers(self) -> NDArray[np.int64]:
        """Customers by number of purchases, 0 first; int64 array."""
        numbers = np.bincount(self.purchases)
        numbers[0] = self.customers - len(self.purchases)
        return np.asarray(numbers, dtype=np.int64)

    @cached_property
    def negative_binomial(self) -> NegativeBinomial:
        """Negative binomial distribution of purchases per customer, fitted."""
        return fit_negative_binomial(self.purchase_numbers)


def panel_of(purchases: pd.DataFrame, customers: int | None = None) -> Panel:
    """Panel of single purchases.

    Parameters
    ----------
    purchases : DataFrame
        A row a purchase of the period: customer, firm, amount.
    customers : int, optional
        Everybody who could have bought; by default nobody knows them, and those who did are counted.

    Raises
    ------
    InputError
        If a column is missing, there is no purchase, a value is missing or an amount negative, or there are fewer
        customers than buyers.
    """
    purchases = purchases_of(purchases, [name for name in COLUMNS if name != "week"])
    if purchases["amount"].sum() <= 0:
        raise InputError("column amount must not be 0 everywhere")
    who, buyers = pd.factorize(purchases["customer"])
    what, firms = pd.factorize(purchases["firm"], sort=True)
    if len(buyers) * len(firms) > MOST_PAIRS:
        raise InputError(f"{len(buyers)} buyers of {len(firms)} firms are too many; at most {MOST_PAIRS:,} pairs fit")
    counts = np.zeros((len(buyers), len(firms)), dtype=np.int64)
    amounts = np.zeros(counts.shape)
    np.add.at(counts, (who, what), 1)
    np.add.at(amounts, (who, what), purchases["amount"].to_numpy())
    if customers is not None and customers < len(buyers):
        raise InputError(f"{len(buyers)} customers bought something: there must be at least so many, not {customers}")
    return Panel(counts, amounts, customers or len(buyers), list(firms), customers is not None)


def statistics(panel: Panel, wanted: str | None = None) -> Mapping[str, float]:
    """Statistics of a panel by dotted name, such as ``P1.slope``.

    Parameters
    ----------
    panel : Panel
        The purchases.
    wanted : str, optional
        One of the names; all by default.

    Returns
    -------
    mapping of str to float
        NaN where a statistic is not defined, such as a slope over a single firm.
    """
    if wanted is not None and wanted not in LAWS:
        raise InputError(f"{wanted} is not a statistic of a panel; allowed: {one_of(LAWS)}")
    return {name: float(law(panel)) for name, law in LAWS.items() if wanted in (None, name)}
