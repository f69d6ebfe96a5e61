"""Estimators find the parameters of synthetic data again, within what their own scatter allows."""

import numpy as np
import pytest
from panels import MEAN, SHAPE, SHARES
from scipy.optimize import approx_fprime
from scipy.stats import dirichlet_multinomial, nbinom

from simbiz.panel.estimators import fit_dirichlet, fit_negative_binomial

REPEATS, BUYERS = 25, 1500


def scatter(values, truth):
    """Distance of the mean of repeated estimates from the truth, in standard errors."""
    values = np.array(values)
    return abs(values.mean() - truth) / (values.std(ddof=1) / np.sqrt(len(values)))


def choices(total, seed):
    luck = np.random.default_rng(seed)
    numbers = 1 + luck.poisson(MEAN, BUYERS)
    chances = luck.dirichlet(total * SHARES, BUYERS)
    return np.array([luck.multinomial(number, own) for number, own in zip(numbers, chances, strict=True)])


@pytest.mark.parametrize("total", [0.3, 1.5, 6.0])
def test_the_sum_of_dirichlet_parameters_is_found_again(total):
    found = [np.log(fit_dirichlet(choices(total, seed)).sum()) for seed in range(REPEATS)]
    assert scatter(found, np.log(total)) < 4


def test_the_proportions_of_dirichlet_parameters_are_the_shares():
    found = np.array([fit_dirichlet(choices(1.5, seed)) for seed in range(REPEATS)])
    for column, share in enumerate(SHARES):
        assert scatter(found[:, column] / found.sum(axis=1), share) < 4


def test_identical_buyers_have_a_sum_beyond_all_measure_and_locked_in_ones_none():
    luck = np.random.default_rng(1)
    alike = luck.multinomial(6, SHARES, BUYERS)
    assert fit_dirichlet(alike).sum() > 100
    locked = 6 * np.eye(len(SHARES), dtype=np.int64)[luck.choice(len(SHARES), BUYERS, p=SHARES)]
    assert fit_dirichlet(locked).sum() < 0.01


def test_at_the_dirichlet_fit_the_likelihood_is_level():
    counts = choices(1.5, 1)
    alpha = fit_dirichlet(counts)

    def likelihood(logs):
        return dirichlet_multinomial.logpmf(counts, np.exp(logs), counts.sum(axis=1)).sum()

    # The curvature is of the order of the number of buyers: a slope of 1 is a step of 1 / BUYERS of ln alpha.
    assert np.abs(approx_fprime(np.log(alpha), likelihood, 1e-6)).max() < 1.0


def needs(shape, seed, customers=4000):
    luck = np.random.default_rng(seed)
    return np.bincount(luck.poisson(luck.gamma(shape, MEAN / shape, customers)))


@pytest.mark.parametrize("shape", [0.2, SHAPE, 1.4])
def test_the_shape_of_needs_is_found_again(shape):
    found = [np.log(fit_negative_binomial(needs(shape, seed)).shape) for seed in range(REPEATS)]
    assert scatter(found, np.log(shape)) < 4


def test_the_distance_of_negative_binomial_counts_is_that_of_sampling():
    """Kolmogorov: above 1.63 / sqrt(n) in one of a hundred samples, less for a fitted discrete distribution."""
    customers = 4000
    for seed in range(REPEATS):
        fitted = fit_negative_binomial(needs(SHAPE, seed, customers))
        assert fitted.distance < 1.95 / np.sqrt(customers)
        assert fitted.dispersion == pytest.approx(1 + MEAN / SHAPE, rel=0.25)


def test_poisson_counts_have_a_shape_beyond_all_measure_and_a_dispersion_of_one():
    fitted = fit_negative_binomial(np.bincount(np.random.default_rng(1).poisson(MEAN, 4000)))
    assert fitted.shape > 50
    assert abs(fitted.dispersion - 1) < 5 * np.sqrt(2 / 4000)


def test_counts_of_another_kind_are_far_from_every_negative_binomial():
    halves = np.zeros(13, dtype=np.int64)
    halves[[1, 12]] = 2000
    assert fit_negative_binomial(halves).distance > 0.05


def test_the_distance_is_that_to_the_fitted_distribution():
    numbers = needs(SHAPE, 1)
    fitted = fit_negative_binomial(numbers)
    chance = fitted.shape / (fitted.shape + fitted.mean)
    expected = nbinom(fitted.shape, chance).cdf(np.arange(len(numbers)))
    assert fitted.distance == np.abs(np.cumsum(numbers) / numbers.sum() - expected).max()
