"""Scenario discovery: planted boxes are found, and where nothing was planted nothing is told."""

from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom, qmc

from simbiz.errors import InputError
from simbiz.statistics import discovery
from simbiz.statistics.discovery import cart_boxes, discover, leaves_of, prim_boxes, require_library
from simbiz.statistics.regions import (
    Bound,
    correlation,
    described,
    inside,
    probability_by_chance,
    pruned,
    quasi_p,
    screened,
)

needs_library = pytest.mark.skipif(
    find_spec("ema_workbench") is None, reason="the extra 'discovery' (EMA workbench) is not installed"
)

MODES = ("stopped", "trend", "responding")


def uniform(count, inputs, seed=1):
    """Points of a hypercube with a factor of three levels, and a number of luck for each."""
    places = qmc.LatinHypercube(inputs + 1, seed=seed).random(count)
    points = pd.DataFrame(places[:, :inputs], columns=[f"parameters.p{number}" for number in range(inputs)])
    points["rivals.mode"] = [MODES[number % 3] for number in range(count)]
    return points, places[:, inputs]


def planted(points):
    """Hold in a known box of volume 0.5 * 0.6 * 2/3 = 0.2."""
    return ((points["parameters.p0"] > 0.5) & (points["parameters.p3"] < 0.6)).to_numpy() & (
        points["rivals.mode"] != "trend"
    ).to_numpy()


PLANTED = {
    "parameters.p0": Bound(low=0.5),
    "parameters.p3": Bound(high=0.6),
    "rivals.mode": Bound(levels=("responding", "stopped")),
}


# ---- boxes


def test_the_planted_box_has_all_that_holds_and_nothing_else():
    points, _ = uniform(300, 5)
    holds = planted(points)
    assert (inside(PLANTED, points) == holds).all()
    assert correlation(PLANTED, points, holds) == pytest.approx(1.0)
    assert correlation({}, points, holds) == 0.0
    told = described(PLANTED, points, holds)
    assert (told["density"], told["coverage"]) == (1.0, 1.0)
    assert told["mass"] == pytest.approx(holds.mean())
    assert {bound["name"] for bound in told["bounds"]} == set(PLANTED)


def test_a_bound_that_means_something_is_unlikely_and_one_that_does_not_is_dropped():
    points, _ = uniform(300, 5)
    holds = planted(points)
    wide = PLANTED | {"parameters.p1": Bound(low=0.02)}
    found = quasi_p(wide, points, holds)
    assert all(found[name] < 1e-4 for name in PLANTED)
    assert found["parameters.p1"] == 1.0
    assert pruned(wide, points, holds) == PLANTED


def test_quasi_p_is_the_binomial_tail_against_the_wider_box():
    points = pd.DataFrame({"a": np.arange(10.0), "b": np.zeros(10)})
    holds = np.arange(10) >= 6
    # In the box 3 of 3 hold, without the bound 4 of 10.
    assert quasi_p({"a": Bound(low=7.0)}, points, holds) == {"a": pytest.approx(0.4**3)}


def test_screening_keeps_the_inputs_that_differ_most():
    points, _ = uniform(300, 20)
    kept = screened(points, planted(points), 3)
    assert set(kept.columns) == set(PLANTED)


def test_a_box_that_was_found_by_chance_is_not_better_elsewhere():
    points, luck = uniform(200, 5)
    holds = luck < 0.3
    first = {"parameters.p0": Bound(low=0.5)}
    probability, density = probability_by_chance(lambda points, holds: [first], points, holds)
    assert probability > 0.05
    assert density == pytest.approx(0.3, abs=5 * np.sqrt(0.21 / 100))
    certain, density = probability_by_chance(lambda points, holds: [PLANTED], points, planted(points))
    assert certain < 1e-6
    assert density == 1.0
    assert probability_by_chance(lambda points, holds: [], points, holds) == (1.0, None)


# ---- searches


@needs_library
@pytest.mark.parametrize("search", [prim_boxes, cart_boxes])
def test_the_planted_box_is_found(search):
    points, luck = uniform(300, 10)
    # One world in twenty is the other way round.
    holds = planted(points) ^ (luck < 0.05)
    box = search(points, holds)[0]
    within, best = inside(box, points), inside(PLANTED, points)
    # Peels of 5 % of what is left come as close to an edge as that.
    assert holds[within].mean() >= holds[best].mean() - 0.1
    assert within[holds].mean() >= best[holds].mean() - 0.1
    assert set(box) == set(PLANTED)
    assert box["rivals.mode"] == PLANTED["rivals.mode"]
    assert box["parameters.p0"].low == pytest.approx(0.5, abs=0.05)
    assert box["parameters.p3"].high == pytest.approx(0.6, abs=0.05)


@needs_library
def test_a_planted_box_is_told_with_its_chance_and_its_density_elsewhere():
    points, luck = uniform(200, 5)
    holds = planted(points) ^ (luck < 0.05)
    report = discover(points, holds)
    assert (report["points"], report["holding"]) == (200, holds.sum())
    for method in ("prim", "cart"):
        found = report[method]
        assert found["better_than_chance"]
        assert found["probability"] < 1e-3
        assert found["density_elsewhere"] > 2 * report["density"]
        assert all(0 <= box["coverage"] <= 1 and box["bounds"] for box in found["boxes"])
    assert discover(points, holds) == report


@needs_library
@pytest.mark.slow
def test_two_planted_boxes_are_found_one_after_the_other():
    points, _ = uniform(300, 5)
    first = (points["parameters.p0"] > 0.6) & (points["rivals.mode"] == "trend")
    second = (points["parameters.p1"] < 0.4) & (points["rivals.mode"] == "stopped")
    holds = (first | second).to_numpy()
    found = discover(points, holds)["prim"]["boxes"]
    assert len(found) >= 2
    assert min(box["density"] for box in found) > 2 * holds.mean()
    assert sum(box["coverage"] for box in found) > 0.8


@needs_library
@pytest.mark.slow
def test_where_nothing_is_planted_no_box_is_told():
    """Each search may be fooled once in twenty times at most; five standard deviations above that are allowed."""
    fooled = {"prim": 0, "cart": 0}
    trials = 20
    for seed in range(trials):
        points, luck = uniform(100, 12, seed)
        report = discover(points, luck < 0.35)
        for method in fooled:
            found = report[method]
            assert found["better_than_chance"] == bool(found["boxes"])
            fooled[method] += found["better_than_chance"]
    allowed = trials * 0.05 + 5 * np.sqrt(trials * 0.05 * 0.95)
    assert max(fooled.values()) <= allowed


@needs_library
def test_luck_alone_gives_no_region():
    points, luck = uniform(100, 8)
    report = discover(points, luck < 0.35)
    for method in ("prim", "cart"):
        assert report[method]["probability"] > 0.05
        assert (report[method]["better_than_chance"], report[method]["boxes"]) == (False, [])


@needs_library
def test_every_point_lies_in_one_leaf_also_where_levels_divide_them():
    points, luck = uniform(600, 5)
    often = {"stopped": 0.9, "trend": 0.3, "responding": 0.6}
    holds = luck < points["rivals.mode"].map(often).to_numpy() * np.where(points["parameters.p0"] > 0.5, 1.0, 0.5)
    boxes = leaves_of(points, holds)
    assert len(boxes) >= 3
    assert (sum(inside(box, points).astype(int) for box in boxes) == 1).all()


@needs_library
def test_a_leaf_lies_on_its_own_side_of_every_split_above_it():
    points, _ = uniform(600, 5)
    holds = ((points["parameters.p0"] <= 0.7) & (points["parameters.p1"] > 0.4)).to_numpy()
    boxes = leaves_of(points, holds)
    assert {float(holds[inside(box, points)].mean()) for box in boxes} == {0.0, 1.0}


@needs_library
def test_too_few_that_hold_are_not_searched():
    points, _ = uniform(100, 3)
    report = discover(points, np.arange(100) < 9)
    assert (report["prim"], report["cart"], report["holding"]) == (None, None, 9)
    assert discover(points, np.ones(100, dtype=bool))["cart"] is None
    assert discover(points[:0], np.ones(0, dtype=bool))["density"] is None


def test_without_the_library_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(discovery, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'simbiz\[discovery\]'"):
        require_library()


def test_the_chance_is_twice_the_smaller_of_the_two_tails_of_so_many_or_more():
    points = pd.DataFrame({"x": np.arange(16) / 16.0})
    holds = np.zeros(16, dtype=bool)
    holds[[1, 9, 10, 11, 12, 15]] = True
    box = {"x": Bound(low=0.5)}
    tails = []
    for other in (1, 0):  # the half on which a box from the other half is tried
        own = holds[other::2]
        tails.append(hypergeom.sf(own[4:].sum() - 1, 8, own.sum(), 4))
    assert tails[0] != tails[1]
    probability, density = probability_by_chance(lambda half, own: [box], points, holds)
    assert probability == pytest.approx(2.0 * min(tails), rel=1e-12)
    assert density == pytest.approx(holds[8:].mean())
