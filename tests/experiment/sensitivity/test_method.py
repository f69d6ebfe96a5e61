"""The bootstrap that methods share."""

import numpy as np
import pytest

from simbiz.studies.sensitivity.method import half_width, resampled


def test_half_the_interval_is_1_96_standard_deviations_of_the_estimates():
    estimates = np.array([[1.0], [2.0], [4.0], [5.0]])
    assert half_width(estimates) == pytest.approx([1.959964 * np.sqrt(10.0 / 3.0)], rel=1e-6)


def test_every_block_is_drawn_as_often_as_any_other():
    blocks, resamples = 5, 4000
    drawn = resampled(blocks, resamples, seed=3)
    assert drawn.shape == (resamples, blocks)
    share = np.bincount(drawn.ravel(), minlength=blocks) / drawn.size
    assert (np.abs(share - 0.2) < 5 * np.sqrt(0.16 / drawn.size)).all()
