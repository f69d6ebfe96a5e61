"""Loyalty beyond share: what a firm's buyers do more than Double Jeopardy predicts of a firm of its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from simbiz.panel.estimators import fit_dirichlet

if TYPE_CHECKING:
    from simbiz.panel import Panel

Table = NDArray[np.float64]


def bought_at_all(parameters: Table, purchases: NDArray[np.int64]) -> Table:
    """Probability that somebody with so many purchases bought from each firm at all, under a Dirichlet choice.

    1 - Gamma(S) Gamma(S - a + n) / (Gamma(S - a) Gamma(S + n)) (Goodhardt, Ehrenberg & Chatfield 1984).

    Parameters
    ----------
    parameters : float64 array (firm,)
        Dirichlet parameters a; their sum is S.
    purchases : int64 array (number,)
        Numbers of purchases n, at least 1.

    Returns
    -------
    float64 array (number, firm)
    """
    total, rest = parameters.sum(), parameters.sum() - parameters
    n = purchases[:, None]
    nothing = gammaln(total) - gammaln(total + n) + gammaln(rest + n) - gammaln(rest)
    return np.asarray(1.0 - np.exp(nothing))


def expected_loyalty(panel: Panel) -> tuple[Table, Table]:
    """Purchases per buyer and share of requirements that the fitted Dirichlet predicts of each firm.

    Parameters
    ----------
    panel : Panel
        Purchases of a period; at least two firms.

    Returns
    -------
    tuple of two float64 arrays (firm,)
        At the shares that the Dirichlet gives the firms, and the purchases per buyer of the panel.
    """
    parameters = fit_dirichlet(panel.counts)
    numbers, people = np.unique(panel.purchases, return_counts=True)
    buyers = bought_at_all(parameters, numbers) * people[:, None]
    sold = parameters / parameters.sum() * float(numbers @ people)
    return np.asarray(sold / buyers.sum(axis=0)), np.asarray(sold / (numbers @ buyers))


def churn(before: pd.DataFrame, after: pd.DataFrame, firms: Sequence[Any]) -> Table:
    """Share of each firm's buyers of one period who bought nothing from it in the next.

    Parameters
    ----------
    before, after : DataFrame
        A row a purchase: customer, firm.
    firms : sequence
        Firms, as they are named in the tables.

    Returns
    -------
    float64 array (firm,)
        Not a number where a firm had no buyer.
    """
    pairs = before[["customer", "firm"]].drop_duplicates()
    again = pairs.merge(after[["customer", "firm"]].drop_duplicates(), how="inner")
    sizes = (table.groupby("firm").size().reindex(list(firms), fill_value=0) for table in (pairs, again))
    had, kept = (size.to_numpy(dtype=np.float64) for size in sizes)
    return np.asarray(1.0 - np.divide(kept, had, out=np.full(len(had), np.nan), where=had > 0))
