"""Market maps of finished runs: shares that are known, every variant, and worlds that do not agree."""

import json

import numpy as np
import pandas as pd
import pytest
from studies import TINY, point

from simbiz.errors import InputError
from simbiz.market_map import VARIANTS, label_stability, market_map
from simbiz.runs.conduct import conduct
from simbiz.runs.executor import Finished
from simbiz.runs.study_file import study_of
from simbiz.studies.market_map.study import market_maps

BEFORE = np.array([0.28, 0.24, 0.16, 0.11, 0.08, 0.0529, 0.0771])
AFTER = np.array([0.27, 0.23, 0.16, 0.10, 0.09, 0.0529, 0.0971])


def made(*worlds, met=True):
    """Make finished runs from the shares of years -1, 0, 1 and so on in each world."""
    firms, runs, tables = list(point().firms), [], []
    for seed, shares in enumerate(worlds):
        run = {"key": str(seed), "seed": seed, "label": {}, "status": "ok", "error": "", "fit": {"met": met}}
        runs.append(run)
        years = np.arange(len(shares)) - 1
        index = {"key": str(seed), "year": np.repeat(years, len(firms)), "firm": firms * len(years)}
        tables.append(pd.DataFrame(index | {"market_share": np.array(shares).ravel()}))
    return Finished(runs, pd.concat(tables) if tables else pd.DataFrame(), None)


def study(**changes):
    settings = {"kind": "map", "scenario": "partner-dv", "first_seed": 1, "replicates": 2, "set": TINY}
    return study_of(settings | changes)


def one(report, firm):
    return next(row for row in report["firms"] if row["firm"] == firm)


def test_every_variant_has_its_borders_and_every_firm_its_cell_and_class():
    report = market_maps(point(), made((BEFORE, BEFORE, AFTER)), 1)
    assert [row["variant"] for row in report["variants"]] == list(VARIANTS)
    for row in report["variants"]:
        expected = market_map(BEFORE, AFTER, row["variant"])
        for axis, borders in (("share_borders", expected.share_borders), ("growth_borders", expected.growth_borders)):
            for name in ("lower", "middle", "upper"):
                limit = getattr(borders, name)
                assert row[axis][name] == (pytest.approx(limit) if np.isfinite(limit) else None)
        for number, firm in enumerate(report["firms"]):
            label = firm["labels"][row["variant"]]
            assert label["cell"] == expected.cell[number]
            assert label["share_class"] == expected.share_class[number]
            assert label["growth_class"] == expected.growth_class[number]
    stability = [firm["stability"] for firm in report["firms"]]
    assert stability == pytest.approx(label_stability(BEFORE, AFTER).tolist())
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_growth_is_that_since_the_base_year_or_of_the_base_year_itself():
    first = BEFORE[::-1]
    report = market_maps(point(), made((first, BEFORE, AFTER)), 1)
    assert [firm["growth"] for firm in report["firms"]] == pytest.approx((AFTER / BEFORE).tolist())
    assert report["growth_since"] == 0
    report = market_maps(point(), made((first, BEFORE, AFTER)), 0)
    assert [firm["growth"] for firm in report["firms"]] == pytest.approx((BEFORE / first).tolist())
    assert report["growth_since"] == -1
    report = market_maps(point(), made((first, BEFORE, first, AFTER)), 2)
    assert [firm["growth"] for firm in report["firms"]] == pytest.approx((AFTER / BEFORE).tolist())


def test_the_map_is_of_mean_shares_and_says_in_how_many_worlds_a_firm_has_its_label():
    gain = np.array([-0.01, 0, 0, 0, 0, 0, 0.01])
    rising, falling = BEFORE + 2 * gain, BEFORE - gain
    report = market_maps(point(), made(*((BEFORE, BEFORE, after) for after in (rising, rising, falling))), 1)
    focal = one(report, "partner_dv")
    assert report["worlds"] == 3
    assert focal["share"] == pytest.approx(0.0771 + 0.01)
    assert focal["focal"]
    cells = [market_map(BEFORE, after).cell[6] for after in (rising, rising, falling)]
    label = focal["labels"]["v1/overall"]
    assert label["worlds"] == pytest.approx(np.mean([cell == label["cell"] for cell in cells]))
    assert 0 < label["worlds"] < 1


def test_a_firm_that_comes_from_nothing_has_no_growth_and_no_stability():
    nobody = np.array([0.3329, 0.24, 0.16, 0.11, 0.08, 0.0, 0.0771])
    newcomer = one(market_maps(point(), made((nobody, nobody, AFTER)), 1), "rival_f")
    assert (newcomer["growth"], newcomer["stability"]) == (None, None)
    assert newcomer["labels"]["v1/overall"]["cell"] == 0


def test_worlds_that_missed_the_base_year_are_left_out_and_counted():
    report = market_maps(point(), made((BEFORE, BEFORE, AFTER), met=False), 1)
    assert (report["worlds"], report["left_out"], report["variants"], report["firms"]) == (0, 1, [], [])


@pytest.mark.parametrize("year", [-1, 2])
def test_a_year_beyond_the_calendar_is_refused(year):
    with pytest.raises(InputError, match="year"):
        study(year=year)


def test_worlds_that_were_run_are_mapped():
    report = conduct(study(), folder=None).report
    assert report["worlds"] == 2
    assert sum(firm["share"] for firm in report["firms"]) == pytest.approx(1.0)
