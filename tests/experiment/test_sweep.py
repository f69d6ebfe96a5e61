"""Sweeps: of a function whose answers are known, through the same path as of the model, and of a tiny market."""

import json
import re

import numpy as np
import pytest
from studies import TINY, point

from simbiz.errors import InputError
from simbiz.runs import run as run_module
from simbiz.runs.conduct import conduct
from simbiz.runs.run import Outcome, Run
from simbiz.runs.study_file import load_study
from simbiz.scenario import without_programme
from simbiz.studies.sweep.study import SweepSettings, SweepStudy

GAIN = 3.0
SLOPE = 2.0 + GAIN
EXECUTED: list[str] = []


def spread(x):
    return 0.2 + 0.4 * x


def known(group):
    """Value 10 + 2 x with the luck of the seed, more with the programme; worlds fail at x > 9 and miss at x < 0.6."""
    outcomes = []
    EXECUTED.extend(run.key for run in group)
    for run in group:
        x = run.scenario.parameters["loyalty_coefficient"]
        luck = np.random.default_rng(run.seed).normal()
        value = 10.0 + 2.0 * x + spread(x) * luck + GAIN * x * bool(run.scenario.programme.order)
        if x > 9.0:
            outcomes.append(Outcome(run.key, run.seed, "failed", error="a planted failure"))
            continue
        fit = {"met": x >= 0.6}
        outcomes.append(Outcome(run.key, run.seed, "ok", [1], ["partner_dv"], {"value": [[value]]}, fit))
    return outcomes


class KnownSweep(SweepStudy):
    """A sweep of the known function."""

    work = staticmethod(known)
    columns = ("value",)


def known_sweep(**settings):
    given = {"kind": "sweep", "scenario": "partner-dv", "outcomes": ["value"], "replicates": 4} | settings
    given.setdefault("factors", {"parameters.loyalty_coefficient": [1.0, 2.0, 3.0]})
    study = KnownSweep(SweepSettings.model_validate(given), point())
    study.check(lambda path: ("file.toml", 1))
    return study


def rows(report, **wanted):
    return [row for row in report["rows"] if all(row[key] == value for key, value in wanted.items())]


def test_means_intervals_and_differences_are_those_of_the_function():
    report = conduct(known_sweep(paired=True), folder=None).report
    luck = np.array([np.random.default_rng(seed).normal() for seed in (1, 2, 3, 4)])
    for row, x in zip(report["rows"], (1.0, 2.0, 3.0), strict=True):
        assert row["mean"] == pytest.approx(10.0 + 5.0 * x + spread(x) * luck.mean())
        half = 3.182446 * spread(x) * luck.std(ddof=1) / 2.0
        assert row["interval"] == pytest.approx([row["mean"] - half, row["mean"] + half], rel=1e-6)
        # The luck is shared by the worlds of a seed: nothing of it is left in their difference.
        assert row["difference"] == pytest.approx(GAIN * x)
        assert row["difference_interval"] == pytest.approx([GAIN * x, GAIN * x])
    assert report["runs"] == 3 * 4 * 2


def test_points_share_their_seeds_so_that_their_differences_are_known_better_than_they_are():
    report = conduct(known_sweep(), folder=None).report
    assert (report["best"]["point"], report["best"]["alike"]) == (2, [])
    behind = {one["point"]: one for one in report["best"]["behind"]}
    luck = np.mean([np.random.default_rng(seed).normal() for seed in (1, 2, 3, 4)])
    assert behind[0]["behind"] == pytest.approx(2.0 * SLOPE + 0.8 * luck)
    lowest = conduct(known_sweep(best={"direction": "lowest"}), folder=None).report
    assert lowest["best"]["point"] == 0


def test_seeds_are_added_only_where_the_interval_is_wider_than_asked():
    stop = {"outcome": "value", "half_width": 0.5, "at_most": 60, "step": 2}
    report = conduct(known_sweep(stop=stop), folder=None).report
    used = [one["seeds"] for one in report["points"]]
    # t s / sqrt(n) <= 0.5 with s = .6, 1.0, 1.4 needs about 8, 18 and 33 seeds; s itself is estimated.
    assert used == sorted(used)
    for seeds, x in zip(used, (1.0, 2.0, 3.0), strict=True):
        luck = np.array([np.random.default_rng(1 + number).normal() for number in range(60)])
        enough = [n for n in range(4, 61, 2) if _half(spread(x) * luck[:n]) <= 0.5]
        assert seeds == enough[0]
    for row in report["rows"]:
        assert row["interval"][1] - row["interval"][0] <= 1.0
    assert report["stop"]["not_reached"] == []


def _half(values):
    from scipy.stats import t

    return t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))


def test_what_is_not_reached_within_the_most_seeds_is_said():
    stop = {"outcome": "value", "half_width": 0.01, "relative": True, "at_most": 7, "step": 2}
    report = conduct(known_sweep(stop=stop), folder=None).report
    assert [one["seeds"] for one in report["points"]] == [7, 7, 7]
    assert report["stop"]["not_reached"] == [0, 1, 2]
    assert report["stop"]["year"] == 1


def test_points_that_fail_or_miss_the_base_year_are_reported_and_not_used(tmp_path):
    stop = {"outcome": "value", "half_width": 0.01, "at_most": 6}
    factors = {"parameters.loyalty_coefficient": [0.5, 1.0, 2.0, 9.5]}
    conducted = conduct(known_sweep(factors=factors, stop=stop), folder=tmp_path)
    report = conducted.report
    counts = [(one["seeds"], one["missed_base_year"], one["failed"]) for one in report["points"]]
    # Nothing is learnt from more seeds where none is good.
    assert counts == [(0, 4, 0), (6, 0, 0), (6, 0, 0), (0, 0, 4)]
    assert [row["mean"] is None for row in report["rows"]] == [True, False, False, True]
    assert (report["best"]["point"], [one["point"] for one in report["best"]["behind"]]) == (2, [1])
    assert (report["failed_runs"], len(conducted.failed)) == (4, 4)
    assert [effect["points"] for effect in report["effects"]] == [0, 1, 1, 0]
    assert json.loads((tmp_path / "sweep.json").read_text()) == report


def test_a_sweep_of_which_nothing_can_be_used_says_so():
    report = conduct(known_sweep(factors={"parameters.loyalty_coefficient": [9.5, 9.6]}), folder=None).report
    assert (report["best"]["point"], report["best"]["alike"]) == (None, [])
    assert [row["mean"] for row in report["rows"]] == [None, None]


def test_a_sweep_done_again_runs_nothing_and_gives_the_same(tmp_path):
    stop = {"outcome": "value", "half_width": 0.5, "at_most": 20}
    EXECUTED.clear()
    first = conduct(known_sweep(stop=stop), folder=tmp_path).report
    assert len(EXECUTED) == len(set(EXECUTED)) == first["runs"]
    EXECUTED.clear()
    assert conduct(known_sweep(stop=stop), folder=tmp_path).report == first
    assert EXECUTED == []


def test_effects_of_levels_are_those_of_the_function_and_sum_to_nothing():
    factors = {"parameters.loyalty_coefficient": [1.0, 2.0, 6.0], "rivals.mode": ["stopped", "trend"]}
    report = conduct(known_sweep(factors=factors), folder=None).report
    effects = {(row["factor"], row["level"]): row for row in report["effects"]}
    luck = np.mean([np.random.default_rng(seed).normal() for seed in (1, 2, 3, 4)])
    for x in (1.0, 2.0, 6.0):
        row = effects["parameters.loyalty_coefficient", x]
        assert row["effect"] == pytest.approx((x - 3.0) * (SLOPE + 0.4 * luck))
        assert row["interval"][0] < row["effect"] < row["interval"][1] or x == 3.0
        assert row["points"] == 2
    for mode in ("stopped", "trend"):
        assert effects["rivals.mode", mode]["effect"] == pytest.approx(0.0, abs=1e-12)


def test_effects_over_the_points_of_a_sequence_rise_with_the_range():
    factors = {"parameters.loyalty_coefficient": {"low": 1.0, "high": 4.0}, "rivals.mode": ["stopped", "trend"]}
    study = known_sweep(factors=factors, design="sobol", points=64, replicates=1)
    report = conduct(study, folder=None).report
    low, middle, high = report["effects"][:3]
    assert [row["level"] for row in (low, middle, high)] == ["1 to 2", "2 to 3", "3 to 4"]
    luck = np.random.default_rng(1).normal()
    assert high["effect"] - low["effect"] == pytest.approx(2.0 * (SLOPE + 0.4 * luck), rel=0.1)
    assert low["interval"][0] < low["effect"] < low["interval"][1] < 0.0
    stopped, trend = report["effects"][3:]
    assert stopped["interval"][0] < 0.0 < stopped["interval"][1]
    assert trend["effect"] == pytest.approx(-stopped["effect"])


def tiny(tmp_path, text, **overrides):
    file = tmp_path / "mine.toml"
    file.write_text(f'kind = "sweep"\nscenario = "partner-dv"\n{text}', encoding="utf-8")
    return load_study(file, {"set": TINY} | overrides)


TINY_SWEEP = """\
paired = true
replicates = 2
outcomes = ["market_share", "profit"]
[factors]
"rivals.mode" = ["stopped", "trend"]
[factors."programme.order".levels]
nothing = []
platform = ["bpm_crm"]
"""


def test_a_sweep_of_the_model_gives_what_its_runs_give(tmp_path):
    study = tiny(tmp_path, TINY_SWEEP)
    conducted = conduct(study, folder=tmp_path / "kept")
    report = conducted.report
    assert [one["levels"]["programme.order"] for one in report["points"]] == ["nothing", "platform"] * 2
    nothing, platform = (rows(report, point=number, outcome="market_share")[0] for number in (0, 1))
    assert (nothing["difference"], nothing["difference_interval"]) == (0.0, [0.0, 0.0])
    worlds = [point({"rivals.mode": "stopped", "programme.order": ["bpm_crm"]})]
    worlds.append(without_programme(worlds[0]))
    shares = []
    for seed in (1, 2):
        outcomes = run_module.execute([Run(world, seed) for world in worlds])
        focal = outcomes[0].firms.index("partner_dv")
        shares.append([outcome.metrics["market_share"][2][focal] for outcome in outcomes])
    assert platform["mean"] == pytest.approx(np.mean(shares, axis=0)[0])
    assert platform["difference"] == pytest.approx(np.subtract(*np.mean(shares, axis=0)))
    # Of 2 x 2 x 2 x 2 worlds those without the programme are the same under both of its levels.
    assert report["runs"] == 2 * 2 * 2
    again = conduct(tiny(tmp_path, TINY_SWEEP), folder=None, workers=1).report
    assert json.dumps(again) == json.dumps(report)


def test_a_sweep_is_known_by_all_that_decides_it(tmp_path):
    study = tiny(tmp_path, TINY_SWEEP)
    assert tiny(tmp_path, TINY_SWEEP).id == study.id
    assert tiny(tmp_path, TINY_SWEEP.replace('"trend"', '"responding"')).id != study.id
    assert len(study.plan().runs) == 16
    assert study.knows_its_runs
    assert not tiny(tmp_path, TINY_SWEEP + '[stop]\noutcome = "profit"\nhalf_width = 1\nat_most = 3\n').knows_its_runs


MODE = '[factors]\n"rivals.mode" = ["stopped", "trend"]\n'
LOYALTY = '[factors]\n"parameters.loyalty_coefficient" = '


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[factors]\n"rivals.mode" = ["stopped", "trent"]\n', 4, "rivals.mode must be 'stopped', 'trend' or 'resp"),
        ('[factors]\n"parameters.loyalty_coeficient" = [1.0]\n', 4, "Did you mean 'loyalty_coefficient'?"),
        (LOYALTY + "{ low = 2.0, high = 2.0 }\n", 4, "low 2 must be below high 2"),
        (LOYALTY + "{ low = 1.0, high = 100.0 }\n", 4, "= 100 lies outside the allowed 0 to 10"),
        (LOYALTY + "{ low = 3.0, high = 1.0 }\n", 4, "low 3 must be below high 1"),
        (LOYALTY + "{ low = 3.0 }\n", 4, "must have both low and high"),
        (LOYALTY + "{ low = 3.0, hihg = 4.0 }\n", 4, "hihg is not a known key"),
        (LOYALTY + '{ values = [1.0], range = "declared" }\n', 4, "must have either values, or levels"),
        (LOYALTY + "[1.0, 1.0]\n", 4, "1.0 stands there twice"),
        ('[factors]\nrivals.mode = ["stopped"]\n', 4, "mode says nothing of a factor"),
        ('[factors]\n"market.growth" = { range = "declared" }\n', 4, "market.growth has no declared range"),
        ('[factors]\n"parameters.loyalty_smoothing" = { range = "declared" }\n', 4, "is a constant"),
        ('[factors]\nscenario = ["partner_vd"]\n', 4, "Did you mean 'partner_dv'?"),
        ('[factors."programme.order".levels]\none = ["smm"]\ntwo = ["smn"]\n', 5, "Did you mean 'smm'?"),
        ('outcomes = ["profit",\n"market_shre"]\n' + MODE, None, "Did you mean 'market_share'?"),
        ("points = 8\n" + MODE, 3, "points go with"),
        ('design = "sobol"\n' + MODE, 3, "points is missing"),
        ('design = "sobol"\npoints = 12\n' + MODE, 4, "such as 8 and 16"),
        ('design = "sobl"\n' + MODE, 3, "design must be"),
        ("years = [4]\n" + MODE, 3, "year 4 is not lived; allowed: -1 to 1"),
        (MODE + '[best]\nof = "difference"\n', 6, "needs paired = true"),
        (MODE + '[stop]\noutcome = "profit"\nhalf_width = 1\nat_most = 5\n', 8, "at least replicates = 6"),
        (MODE + '[stop]\noutcome = "profits"\nhalf_width = 1\nat_most = 9\n', 6, "Did you mean 'profit'?"),
        ("", None, "factors is missing"),
    ],
)
def test_mistakes_are_said_with_file_and_line_before_anything_runs(tmp_path, monkeypatch, text, line, said):
    monkeypatch.setattr(run_module, "execute", None)
    with pytest.raises(InputError, match=re.escape(said)) as refused:
        tiny(tmp_path, text, replicates=6)
    assert str(refused.value.file) == str(tmp_path / "mine.toml")
    assert line is None or refused.value.line == line


def test_levels_that_are_allowed_alone_and_not_together_are_refused_by_their_names(tmp_path):
    shock = {"shock": {"start_week": 0, "weeks": 10, "fade_weeks": 5, "digital_taste": 0.5}}
    text = '[factors]\n"shock.weeks" = [6, 10]\n"shock.fade_weeks" = [5, 8]\n'
    with pytest.raises(InputError, match=r"shock.weeks = 6, shock.fade_weeks = 8.*must be at most weeks 6") as refused:
        tiny(tmp_path, text, set=TINY | shock)
    assert refused.value.line == 3


def test_the_smallest_and_the_full_shipped_sweep_are_sound():
    for name, points in (("sweep_small", 8), ("sweep", 27)):
        assert len(load_study(name).points) == points
