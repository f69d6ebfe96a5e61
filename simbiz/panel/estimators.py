"""Distributions fitted by maximum likelihood: negative binomial counts, Dirichlet-multinomial choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import digamma
from scipy.stats import dirichlet_multinomial, nbinom

# Shapes beyond these cannot be told from none and from infinite heterogeneity.
SMALLEST_LOG, LARGEST_LOG = -12.0, 12.0


@dataclass(frozen=True)
class NegativeBinomial:
    """Purchases per customer: Poisson at rates that are gamma-distributed over customers (Ehrenberg 1959).

    Parameters
    ----------
    mean : float
        Purchases per customer.
    shape : float
        Shape k of the gamma distribution; the variance is mean + mean^2 / k.
    distance : float
        Largest distance between the observed and the fitted distribution function (Kolmogorov-Smirnov).
    dispersion : float
        Observed variance over mean.
    """

    mean: float
    shape: float
    distance: float
    dispersion: float


def fit_negative_binomial(numbers: NDArray[np.int64]) -> NegativeBinomial:
    """Maximum likelihood; the mean that is most likely is the observed one, which leaves the shape to be searched.

    Parameters
    ----------
    numbers : int64 array (most purchases + 1,)
        Customers with 0, 1, 2, ... purchases.
    """
    count = np.arange(len(numbers))
    total = numbers.sum()
    mean = float(count @ numbers / total)
    variance = float((count - mean) ** 2 @ numbers / total)

    def unlikely(log_shape: float) -> float:
        shape = np.exp(log_shape)
        log = nbinom.logpmf(count, shape, shape / (shape + mean))
        # A number that nobody has bought says nothing, however impossible it is.
        return -float(numbers @ np.where(numbers > 0, log, 0.0))

    best = minimize_scalar(unlikely, bounds=(SMALLEST_LOG, LARGEST_LOG), method="bounded", options={"xatol": 1e-6})
    shape = float(np.exp(best.x))
    fitted = nbinom.cdf(count, shape, shape / (shape + mean))
    distance = float(np.abs(np.cumsum(numbers) / total - fitted).max())
    return NegativeBinomial(mean, shape, distance, variance / mean)


def fit_dirichlet(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Dirichlet parameters of choice probabilities that differ between buyers, by maximum likelihood.

    Given how often a buyer buys, the purchases over firms are Dirichlet-multinomial; the sum S of the parameters is
    small where everybody keeps to a firm of his own and infinite where all buyers are alike (Goodhardt et al. 1984).

    Parameters
    ----------
    counts : int64 array (buyer, firm)
        Purchases; every buyer and every firm has at least one.

    Returns
    -------
    float64 array (firm,)
        Parameters; their sum is S.
    """
    rows, repeats = np.unique(counts, axis=0, return_counts=True)
    totals = rows.sum(axis=1)

    def unlikely(logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        alpha = np.exp(logs)
        value = repeats @ dirichlet_multinomial.logpmf(rows, alpha, totals)
        of_sum = repeats @ (digamma(alpha.sum()) - digamma(alpha.sum() + totals))
        slope = of_sum + repeats @ (digamma(rows + alpha) - digamma(alpha))
        return -float(value), -alpha * slope

    start = np.log(counts.sum(axis=0) / counts.sum())
    found = minimize(unlikely, start, jac=True, method="L-BFGS-B", bounds=[(SMALLEST_LOG, LARGEST_LOG)] * len(start))
    return np.exp(found.x)
