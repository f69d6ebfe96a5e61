"""The fan behind the played line: the same world in other draws of luck, of this very scenario or not at all."""

import time

import numpy as np
import pytest
from worlds import catalogue_with, market

from simbiz.catalogue import load_catalogue
from simbiz.dashboard import figures, tables
from simbiz.dashboard.fan import SCENARIOS, SEEDS, Fan, Fans, line_of
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.setup import CUSTOMERS, FIRST_SEED, own_setup
from simbiz.plots.style import figure

NAMES = ("one", "other")
SMALL = {"customers": 200, "calendar.weeks": 30}
PATIENCE = 300  # seconds for a process to start and to compile the rules


def played(weeks=5, seed=3, **changes):
    model = PairedModel(market(SMALL | changes), rng=seed)
    return model.run(model.week + weeks)


@pytest.fixture
def fans():
    """Give fans that are kept and asked for, but not computed."""
    made = Fans()
    made._started = True
    return made


def test_a_line_is_what_the_page_draws_when_that_seed_is_played_to_the_end():
    own, _ = tables.shares(played(30), NAMES)
    line = line_of(played(0).layout.scenario, 3)
    np.testing.assert_array_equal(line, own.loc[own["world"] == NAMES[0], "value"])


def test_a_fan_is_of_the_scenario_that_is_played_and_of_no_other(fans):
    fan = fans.of(played())
    assert fans.of(played(10, seed=4)) is fan
    for change in ({"parameters.loyalty_coefficient": 1.0}, {"customers": 300}, {"programme.budget": 0.05}):
        other = fans.of(played(**change))
        assert other is not fan
        assert not other.lines


def test_tables_of_ones_own_have_no_fan(fans, tmp_path):
    own = catalogue_with(tmp_path)
    assert own is not load_catalogue()
    assert fans.of(PairedModel(market(SMALL, own), rng=1, catalogue=own)) is None
    assert Fans().of(played()) is None


def test_what_was_played_last_is_computed_first_and_what_was_played_long_ago_is_forgotten(fans):
    models = [played(**{"programme.start_week": week}) for week in range(SCENARIOS + 1)]
    first, *_, last = (fans.of(model) for model in models)
    assert fans._next() == (last, SEEDS[0])
    last.lines[SEEDS[0]] = np.zeros(1)
    assert fans._next() == (last, SEEDS[1])
    assert fans.of(models[0]) is not first
    assert fans._next() == (fans.of(models[0]), SEEDS[0])


def test_the_words_say_how_many_worlds_are_drawn(fans, monkeypatch):
    monkeypatch.setattr(figures, "FANS", fans)
    model = played()
    fan = fans.of(model)
    assert "being computed: 0 of 20" in figures.shares(model, NAMES).words
    line = line_of(fan.scenario, 1)
    fan.lines.update(dict.fromkeys(SEEDS[:2], line))
    assert "being computed: 2 of 20" in figures.shares(model, NAMES).words
    fan.lines.update(dict.fromkeys(SEEDS, line))
    assert "20 draws of luck (seeds 1 to 20)" in figures.shares(model, NAMES).words
    fan.failed = True
    assert "could not be computed" in figures.shares(model, NAMES).words


def test_no_week_is_shown_before_it_is_played(fans, monkeypatch):
    monkeypatch.setattr(figures, "FANS", fans)
    drawn = []
    monkeypatch.setattr(figures.live, "fan", lambda weeks, lines, axes, label: drawn.append((weeks, lines)))
    model = played(7)
    fans.of(model).lines[1] = line_of(model.layout.scenario, 1)
    figures.shares(model, NAMES)
    ((weeks, (line,)),) = drawn
    assert weeks[-1] == 6
    assert len(line) == len(weeks) < len(fans.of(model).lines[1])


def test_every_world_is_a_pale_line_behind_the_others():
    with figure(3, 2) as sheet:
        axes = sheet.subplots()
        figures.live.fan(np.arange(3), [np.array([0.1, 0.2, 0.3]), np.array([0.3, 0.2, 0.1])], axes, label="others")
        (lines,) = axes.collections
        assert [path.vertices.tolist() for path in lines.get_paths()] == [
            [[0, 0.1], [1, 0.2], [2, 0.3]],
            [[0, 0.3], [1, 0.2], [2, 0.1]],
        ]
        assert lines.get_alpha() < 0.5


def test_worlds_are_computed_in_another_process_as_they_are_in_this_one():
    made, model = Fans(), played()
    made.start()
    fan, begun = made.of(model), time.monotonic()
    while len(fan.lines) < 2 and not fan.failed and time.monotonic() < begun + PATIENCE:
        time.sleep(0.1)
    assert not fan.failed
    for seed in SEEDS[:2]:
        np.testing.assert_array_equal(fan.lines[seed], line_of(fan.scenario, seed))


def test_a_world_that_cannot_be_computed_is_said_and_not_tried_again():
    fan = Fan(market(SMALL), failed=True)
    assert fan.missing is None
    assert "could not" in fan.words


@pytest.mark.slow
def test_the_default_seed_is_typical_of_twenty():
    """Its share in the last year lies in the middle half of those of the fan, at the size that is played."""
    scenario = own_setup("partner-dv", {}).scenario
    assert scenario.customers == CUSTOMERS
    last = {seed: line_of(scenario, seed)[-52:].mean() for seed in SEEDS}
    low, high = np.quantile(list(last.values()), [0.25, 0.75])
    typical = [seed for seed, share in last.items() if low <= share <= high]
    assert FIRST_SEED in typical
