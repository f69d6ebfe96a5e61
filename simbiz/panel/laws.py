"""Statistics of a panel that market laws are about, each under its name in simbiz/catalogue/patterns.toml."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from simbiz.panel.estimators import fit_dirichlet

if TYPE_CHECKING:
    from simbiz.panel import Panel

HEAVY = 0.20
UNDEFINED = float("nan")
# Below this spread of their logarithms firms do not differ.
ALIKE = 1e-12

Law = Callable[["Panel"], float]
LAWS: dict[str, Law] = {}


def law(name: str) -> Callable[[Law], Law]:
    """Register a function (Panel) -> float under its name in the catalogue."""

    def register(function: Law) -> Law:
        LAWS[name] = function
        return function

    return register


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return float(np.polyfit(x, y, 1)[0]) if len(x) > 1 and np.ptp(x) > ALIKE else UNDEFINED


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return float(np.corrcoef(x, y)[0, 1]) if len(x) > 1 and np.ptp(x) > ALIKE and np.ptp(y) > ALIKE else UNDEFINED


@law("P1.slope")
def frequency_on_share(panel: Panel) -> float:
    """Slope of ln w on ln share over firms (Double Jeopardy, Ehrenberg et al. 1990)."""
    return _slope(np.log(panel.share), np.log(panel.frequency))


@law("P2.rank_correlation")
def requirements_with_share(panel: Panel) -> float:
    """Spearman correlation of share and share of category requirements over firms."""
    if len(panel.share) < 2 or np.ptp(panel.share) < ALIKE or np.ptp(panel.requirements) < ALIKE:
        return UNDEFINED
    return float(spearmanr(panel.share, panel.requirements).statistic)


@law("P3.dirichlet_sum")
def dirichlet_sum(panel: Panel) -> float:
    """Sum S of the Dirichlet parameters of choice, see `simbiz.panel.estimators.fit_dirichlet`."""
    return float(fit_dirichlet(panel.counts).sum()) if len(panel.share) > 1 else UNDEFINED


@law("P4.distance")
def distance_to_negative_binomial(panel: Panel) -> float:
    """Kolmogorov-Smirnov distance of purchases per customer to the fitted negative binomial."""
    return panel.negative_binomial.distance if panel.everybody else UNDEFINED


@law("P4.shape")
def shape_of_needs(panel: Panel) -> float:
    """Shape k of the fitted negative binomial."""
    return panel.negative_binomial.shape if panel.everybody else UNDEFINED


@law("P4.dispersion")
def dispersion_of_purchases(panel: Panel) -> float:
    """Variance over mean of purchases per customer."""
    return panel.negative_binomial.dispersion if panel.everybody else UNDEFINED


def _duplications(panel: Panel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Duplications of all ordered pairs of firms, and the penetrations of the second of each pair."""
    others = ~np.eye(len(panel.share), dtype=bool)
    return panel.duplication[others], np.broadcast_to(panel.penetration, others.shape)[others]


def _duplication_coefficient(duplication: NDArray[np.float64], penetration: NDArray[np.float64]) -> float:
    return float(duplication.sum() / penetration.sum()) if len(penetration) else UNDEFINED


@law("P5.coefficient")
def duplication_coefficient(panel: Panel) -> float:
    """D = sum of duplications / sum of penetrations, over all pairs of firms."""
    return _duplication_coefficient(*_duplications(panel))


@law("P5.correlation")
def duplication_correlation(panel: Panel) -> float:
    """Correlation of the observed duplications with D times penetration."""
    return _correlation(*_duplications(panel))


@law("P5.deviation")
def duplication_deviation(panel: Panel) -> float:
    """Mean absolute deviation of the duplications from D times penetration."""
    duplication, penetration = _duplications(panel)
    if not len(duplication):
        return UNDEFINED
    expected = _duplication_coefficient(duplication, penetration) * penetration
    return float(np.abs(duplication - expected).mean())


@law("P6.variation")
def constancy(panel: Panel) -> float:
    """Coefficient of variation of w (1 - b) over firms."""
    value = panel.frequency * (1.0 - panel.penetration)
    return float(value.std() / value.mean()) if len(value) > 1 and value.mean() > 0 else UNDEFINED


@law("P8.heavy_share")
def share_of_heavy_buyers(panel: Panel) -> float:
    """Share of revenue from the top fifth of buyers."""
    spent = np.sort(panel.amounts.sum(axis=1))[::-1]
    heavy = max(1, round(HEAVY * len(spent)))
    return float(spent[:heavy].sum() / spent.sum())


@law("P11.fit")
def fit_of_rank(panel: Panel) -> float:
    """R2 of the line of ln share by value on rank."""
    share = np.sort(panel.value_share[panel.value_share > 0])[::-1]
    return _correlation(np.arange(1.0, len(share) + 1.0), np.log(share)) ** 2


@law("P11.herfindahl")
def herfindahl(panel: Panel) -> float:
    """Sum of squared shares by value."""
    return float((panel.value_share**2).sum())
