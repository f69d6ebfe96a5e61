"""A market in shards is the market as a whole."""

import threading

import numpy as np
import pytest
from worlds import fields_that_differ, market

from simbiz.market.base_year import PAST_WEEKS
from simbiz.market.model import OmnichannelModel
from simbiz.market.shards import TOLD, Shard, rows_of_shard
from simbiz.runs.split_market import live_in_shards
from simbiz.state.columns import tally_dtype
from simbiz.state.layout import Layout


class Table:
    """Where shards that are threads of one process meet."""

    def __init__(self, shards):
        self.barrier = threading.Barrier(shards, timeout=120)
        self.brought = [None] * shards

    def seat(self, number):
        def exchange(counts, told):
            self.brought[number] = (counts.copy(), told.copy())
            self.barrier.wait()
            total = np.sum([counts for counts, _ in self.brought], axis=0)
            everything = np.concatenate([told for _, told in self.brought])
            self.barrier.wait()
            return total, everything

        return exchange


def shards_of(scenario, shards, weeks, seed=1, **options):
    table = Table(shards)
    models = [Shard(scenario, k, shards, table.seat(k), rng=seed, **options) for k in range(shards)]
    threads = [threading.Thread(target=model.run, args=(weeks,)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return models


def assert_whole(whole, weeks, customers, tallies, voices, series):
    assert fields_that_differ(whole.customers, customers) == []
    assert fields_that_differ(whole.tallies[:weeks], tallies[:weeks]) == []
    assert fields_that_differ(whole.voices, voices) == []
    for name, mine in whole.firm_series._asdict().items():
        assert mine[:weeks].tobytes() == getattr(series, name)[:weeks].tobytes(), name


@pytest.mark.parametrize("shards", [1, 2, 3])
def test_a_market_in_shards_is_the_market_as_a_whole(shards):
    weeks = 30  # a survey among them
    scenario = market({"customers": 601})
    whole = OmnichannelModel(scenario, rng=1).run(weeks)
    assert whole.tallies.surveyed[:weeks].any()
    assert (whole.voices.week >= 0).any()
    models = shards_of(scenario, shards, weeks)
    customers = np.empty(len(whole.customers), whole.customers.dtype).view(np.recarray)
    for model in models:
        customers[model.rows] = model.customers
        assert_whole(whole, weeks, whole.customers, model.tallies, model.voices, model.firm_series)
    assert_whole(whole, weeks, customers, models[0].tallies, models[0].voices, models[0].firm_series)


def test_a_shard_that_hears_nothing_of_the_others_lives_otherwise():
    scenario, weeks = market({"customers": 600}), 30

    def deaf(counts, told):
        return counts, told

    whole = OmnichannelModel(scenario, rng=1).run(weeks)
    alone = Shard(scenario, 0, 2, deaf, rng=1).run(weeks)
    assert fields_that_differ(whole.tallies, alone.tallies)
    assert fields_that_differ(whole.voices, alone.voices)


def test_shards_share_the_customers_of_every_segment_out_without_a_rest():
    layout = Layout.of(market({"customers": 1001}))
    rows = [rows_of_shard(layout, number, 4) for number in range(4)]
    everybody = np.concatenate(rows)
    assert np.array_equal(np.sort(everybody), np.arange(len(everybody)))
    assert max(map(len, rows)) - min(map(len, rows)) <= len(layout.segments)
    whole = OmnichannelModel(layout.scenario, rng=1).customers
    assert all(set(whole.segment[some]) == set(range(len(layout.segments))) for some in rows)


def assert_four_processes_are_the_whole(customers, weeks):
    scenario = market({"customers": customers})
    split = live_in_shards(scenario, seed=3, shards=4, weeks=weeks)
    whole, trials = OmnichannelModel(scenario, rng=3), []
    branch = whole.branch
    whole.branch = lambda *given, **named: trials.append(branch(*given, **named)) or trials[-1]
    whole.run(weeks)
    assert split.differing == []
    assert_whole(whole, weeks, split.customers, split.tallies, split.voices, split.series)
    assert len(trials) == (0 if whole.burning_in else 2)
    lives = [weeks, *(PAST_WEEKS for _ in trials)]
    exchanges = sum(lived + lived // round(whole.layout.common["survey_weeks"]) for lived in lives)
    assert split.counted == exchanges * 4 * tally_dtype(whole.layout).itemsize
    # Whoever buys tells of it, on trial as well.
    told = whole.tallies.purchases[:weeks].sum()
    told += sum(one.tallies.purchases[one.start - PAST_WEEKS : one.start].sum() for one in trials)
    assert split.told == told * TOLD.itemsize


def test_four_processes_live_the_life_of_one():
    assert_four_processes_are_the_whole(customers=2_000, weeks=30)


@pytest.mark.slow
def test_four_processes_live_the_life_of_one_in_a_larger_market():
    """20,000 customers, 60 weeks."""
    assert_four_processes_are_the_whole(customers=20_000, weeks=60)


@pytest.mark.slow
def test_four_processes_live_the_life_of_one_among_a_million():
    """1,000,000 customers, 27 weeks, so that a survey is among them."""
    assert_four_processes_are_the_whole(customers=1_000_000, weeks=27)
