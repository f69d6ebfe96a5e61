"""Whatever is counted of agents is counted for the customers for whom they stand, wherever it is used."""

import numpy as np
import pytest
from tallies import EXPANSION, blank, layout
from worlds import lived

from simbiz.market.feedback import Feedback
from simbiz.market.firms import FirmState
from simbiz.metrics import METRICS, Observation, weekly
from simbiz.metrics.firm_weeks import firm_weeks
from simbiz.state.columns import records, tally_dtype

EVERYBODY = np.ones(2)


@pytest.fixture(scope="module")
def sample_and_market():
    """Give a record of a sample, and the record of the market for which it stands: as many customers as agents."""
    sample, market = blank(), blank()
    luck = np.random.default_rng(1)
    for name in sample.tallies.dtype.names:
        sample.tallies[name] = luck.integers(1, 60, sample.tallies[name].shape)
    sample.tallies.purchases += sample.tallies.repeats
    for name in sample.tallies.dtype.names:
        market.tallies[name] = sample.tallies[name] * EXPANSION
    known = {name: getattr(market, name) for name in ("layout", "tallies", "firm_series", "headcount", "start")}
    return sample, Observation(**known, expansion=EVERYBODY)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_a_sample_is_that_of_the_market_for_which_it_stands(sample_and_market, name):
    sample, market = (METRICS[name](one) for one in sample_and_market)
    np.testing.assert_allclose(sample, market, rtol=1e-12)


@pytest.mark.parametrize("table", [weekly, firm_weeks])
def test_a_table_of_weeks_of_a_sample_is_that_of_the_market_for_which_it_stands(sample_and_market, table):
    sample, market = (table(one) for one in sample_and_market)
    for name, column in sample.items():
        if column.dtype.kind != "O":
            np.testing.assert_allclose(column, market[name], rtol=1e-12, err_msg=name)


def test_every_count_tells_the_segments_apart():
    dtype = tally_dtype(layout())
    assert {dtype[name].shape[-1] for name in dtype.names} == {len(layout().segments)}


@pytest.mark.parametrize("count", ["requests", "service_requests"])
def test_the_load_of_a_sample_is_that_of_the_market_for_which_it_stands(count):
    loads = []
    for expansion in (EXPANSION, EVERYBODY):
        firms, tally = FirmState(layout(), 1), records(tally_dtype(layout()), 1)
        firms.expansion = expansion
        tally.requests[0], tally.service_requests[0] = [40, 70], [10, 20]
        tally[count][0] += [7, 3]
        for name in ("requests", "service_requests"):
            tally[name] *= (EXPANSION / expansion).astype(int)
        firms.staff_for(np.full(7, 700.0), np.full(7, 200.0))
        firms.feel_load(tally, 1.25)
        loads.append(firms.load)
    np.testing.assert_allclose(*loads, rtol=1e-12)
    assert (loads[0] != firms.usual_load).all()


def test_a_firm_hears_of_a_sample_what_it_would_hear_of_the_market():
    found = []
    for expansion in (EXPANSION, EVERYBODY):
        firms, tally, feedback = FirmState(layout(), 1), records(tally_dtype(layout()), 1), Feedback(layout())
        firms.expansion, firms.named["feedback"] = expansion, 1.0
        by_segment = (EXPANSION / expansion).astype(int)
        tally.answers[0], tally.complaints[0] = [20, 6] * by_segment, [3, 1] * by_segment
        tally.survey_expectation[0], tally.survey_perception[0] = [80, 24] * by_segment, [80, 24] * by_segment
        # Organisations miss more in all, persons in the whole market.
        tally.survey_perception[0, :, 1] -= [6, 0] * by_segment
        tally.survey_perception[0, :, 2] -= [0, 4] * by_segment
        tally.complaint_gap[0, :, 1] = [-2, 0] * by_segment
        feedback.hear(tally, firms.record, firms.named)
        found.append(feedback.improvement)
    np.testing.assert_array_equal(*found)
    assert (found[0][:, 2] > 0.0).all()
    assert not found[0][:, 1].any()


def test_load_is_smoothed_by_the_requests_that_are_counted_and_not_by_those_for_which_they_stand():
    model = lived()
    usual = model.tallies.requests[: model.start][-3 * 52 : -2 * 52].sum(axis=0)
    weighted = usual @ model.expansion
    counted = weighted**2 / (usual @ model.expansion**2) / 52  # Kish (1965)
    np.testing.assert_allclose(model.firms.usual_requests.sum(axis=0), counted, rtol=1e-9)
    assert (counted <= usual.sum(axis=1) / 52 * (1 + 1e-9)).all()
