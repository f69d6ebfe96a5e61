import numpy as np
import pytest

from simbiz.draws import name_id, normals
from simbiz.submodels.programme import ADD, COMPLEMENT, OPEN, SCALE, combined, failure_probability, step_weeks


@pytest.mark.parametrize("how", [ADD, SCALE, COMPLEMENT])
@pytest.mark.parametrize(("effect", "level"), [(0.0, 1.0), (0.7, 0.0), (0.0, 0.3)])
@pytest.mark.parametrize("value", [0.0, 0.05, 0.2, 0.3, 0.8, 1.0])
def test_an_effect_of_nothing_or_at_no_level_does_not_change_a_bit(how, effect, level, value):
    assert combined(how, value, effect, level) == value


def test_effects_combine_as_the_catalogue_says():
    assert combined(ADD, 0.3, 0.5, 0.5) == 0.55
    assert combined(SCALE, 8.0, -0.5, 0.5) == 6.0
    assert combined(COMPLEMENT, 0.2, 0.5, 1.0) == pytest.approx(0.6)


def test_a_channel_opens_only_with_the_finished_tool_and_is_never_closed():
    assert combined(OPEN, 0.0, 2.0, 0.99) == 0.0
    assert combined(OPEN, 0.0, 2.0, 1.0) == 2.0
    assert combined(OPEN, 2.0, 1.0, 1.0) == 2.0


@pytest.mark.parametrize("how", [ADD, SCALE, COMPLEMENT, OPEN])
def test_the_order_of_two_effects_does_not_matter(how):
    one = combined(how, combined(how, 0.4, 0.3, 1.0), 0.6, 1.0)
    other = combined(how, combined(how, 0.4, 0.6, 1.0), 0.3, 1.0)
    assert one == pytest.approx(other, rel=1e-12)


def test_complements_stay_probabilities():
    for value in (0.0, 0.5, 1.0):
        for effect in (0.0, 0.5, 1.0):
            assert 0.0 <= combined(COMPLEMENT, value, effect, 1.0) <= 1.0


def test_a_step_takes_the_planned_weeks_in_the_median_and_at_least_one():
    draws = normals(8, name_id("step"), np.arange(20_000, dtype=np.uint32), 0, 0, 0)
    weeks = np.array([step_weeks(12, 0.3, z) for z in draws])
    assert abs((weeks < 12).mean() + 0.5 * (weeks == 12).mean() - 0.5) < 5 * np.sqrt(0.25 / len(weeks)) + 0.01
    assert [step_weeks(n, 0.0, 3.0) for n in (1, 2, 12)] == [1, 2, 12]
    assert step_weeks(1, 2.0, -4.0) == 1


@pytest.mark.parametrize("probability", [0.0, 0.05, 0.1, 0.3, 0.7, 0.99])
def test_skill_divides_the_odds_of_a_failure_and_an_ordinary_skill_changes_no_bit(probability):
    assert failure_probability(probability, 1.0) == probability
    for skill in (0.5, 2.0, 10.0):
        fails = failure_probability(probability, skill)
        assert fails / (1 - fails) == pytest.approx(probability / (1 - probability) / skill)
