"""Sensitivity against functions whose indices are known, and what becomes of points without a value."""

import math
import tomllib
import warnings

import numpy as np
import pytest
from worlds import catalogue_with, shipped_table

from simbiz.catalogue import FOLDER, load_catalogue
from simbiz.errors import InputError
from simbiz.experiment.sensitivity import METHODS, Uncertainty, design, indices, study_function, uncertainties
from simbiz.scenario import load_scenario


def unit_cube(count):
    return [Uncertainty(f"x{number}", 0.0, 1.0) for number in range(count)]


def study(inputs, function, method, size, seed=1):
    return study_function(inputs, lambda points: {"y": function(points)}, method=method, size=size, seed=seed)


# ---- known indices


def ishigami(x):
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


G_COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def g_function(x):
    return np.prod((np.abs(4.0 * x - 2.0) + G_COEFFICIENTS) / (1.0 + G_COEFFICIENTS), axis=1)


def g_indices():
    partial = 1.0 / (3.0 * (1.0 + G_COEFFICIENTS) ** 2)
    whole = np.prod(1.0 + partial)
    return partial / (whole - 1.0), partial * whole / (1.0 + partial) / (whole - 1.0)


@pytest.mark.parametrize(
    ("inputs", "function", "first", "total"),
    [
        (
            [Uncertainty(f"x{number}", -math.pi, math.pi) for number in range(3)],
            ishigami,
            [0.3139, 0.4424, 0.0],
            [0.5576, 0.4424, 0.2437],
        ),
        (unit_cube(8), g_function, *g_indices()),
    ],
    ids=["Ishigami", "Sobol' g"],
)
def test_sobol_finds_the_known_indices_of(inputs, function, first, total):
    found = study(inputs, function, "sobol", 4096)["outcomes"]["y"]
    for name, known in (("S1", first), ("ST", total)):
        values, half = np.array(found[name]), np.array(found[f"{name}_conf"])
        assert (half < 0.05).all()
        assert (np.abs(values - known) <= half).all(), (name, values, known)


def test_morris_finds_the_coefficients_of_a_linear_function_and_no_interaction():
    coefficients = np.array([3.0, -2.0, 0.0, 0.5])
    found = study(unit_cube(4), lambda x: 7.0 + x @ coefficients, "morris", 6)["outcomes"]["y"]
    np.testing.assert_allclose(found["mu"], coefficients, atol=1e-12)
    np.testing.assert_allclose(found["mu_star"], np.abs(coefficients), atol=1e-12)
    np.testing.assert_allclose(found["sigma"], 0.0, atol=1e-12)
    assert found["mu_star"][2] == found["sigma"][2] == 0.0


def test_morris_tells_an_interaction_from_a_sum():
    found = study(unit_cube(3), lambda x: x[:, 0] * x[:, 1] + x[:, 2], "morris", 8)["outcomes"]["y"]
    assert found["sigma"][0] > 0.1
    assert found["sigma"][2] < 1e-12


def test_an_effect_is_that_of_the_whole_range():
    inputs = [Uncertainty("narrow", 10.0, 10.5), Uncertainty("wide", -4.0, 4.0)]
    found = study(inputs, lambda x: x.sum(axis=1), "morris", 4)["outcomes"]["y"]
    assert found["mu_star"] == pytest.approx([0.5, 8.0])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0.0, 0.1 + 0.2, -12.79])
def test_what_nothing_moves_has_the_index_0_without_a_warning(method, value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = study(unit_cube(3), lambda x: np.full(len(x), value), method, 8)["outcomes"]["y"]
    for name, array in found.items():
        assert array == [0.0] * 3, name


def test_each_outcome_has_indices_of_its_own():
    outcomes = {"first": lambda x: x[:, 0], "second": lambda x: 2.0 * x[:, 1]}
    found = study_function(
        unit_cube(2), lambda x: {name: f(x) for name, f in outcomes.items()}, method="morris", size=4
    )
    assert found["outcomes"]["first"]["mu_star"] == pytest.approx([1.0, 0.0])
    assert found["outcomes"]["second"]["mu_star"] == pytest.approx([0.0, 2.0])
    assert (found["points"], found["missing_points"], found["blocks_left_out"]) == (12, 0, 0)


# ---- what varies


def test_every_uncertain_parameter_and_every_effect_with_a_range_varies_and_nothing_else():
    parameters = tomllib.loads((FOLDER / "parameters.toml").read_text(encoding="utf-8"))
    tools = tomllib.loads((FOLDER / "tools.toml").read_text(encoding="utf-8"))
    tools |= tomllib.loads((FOLDER / "measures.toml").read_text(encoding="utf-8"))
    expected = {
        f"parameters.{name}": (*parameter["range"], parameter.get("distribution", "uniform"))
        for name, parameter in parameters.items()
        if parameter["role"] == "uncertainty"
    }
    for tool, record in tools.items():
        for effect in record["effects"]:
            if "range" in effect:
                where = [effect[key] for key in ("channel", "segment_kind", "dimension") if key in effect]
                path = ".".join(["effects", tool, effect["attribute"], *where])
                assert path not in expected
                expected[path] = (*effect["range"], "uniform")
    found = {source.path: (source.low, source.high, source.distribution) for source in uncertainties()}
    assert found == expected
    assert len(uncertainties()) == len(found) > 50


def test_of_a_scenario_only_the_effects_of_what_somebody_can_take_vary():
    def taken(name, changes=None):
        varied = uncertainties(scenario=load_scenario(name, changes))
        return {path.split(".")[1] for path in (source.path for source in varied) if path.startswith("effects.")}

    order = set(load_scenario("partner-dv").programme.order)
    assert taken("partner-dv") == order
    assert taken("value-in-use") - order == {"service_backbone"}
    assert taken("wow") == {"image", "contests", "classes", "coupons", "gifts"}
    trends = {"rivals.mode": "trend", "programme.order": []}
    assert taken("partner-dv", trends) == {"mobile_app", "bpm_crm", "website", "email", "messenger"}
    assert taken("partner-dv", {"rivals.mode": "responding"}) == set(load_catalogue().tools)
    paths = [source.path for source in uncertainties(scenario=load_scenario("partner-dv"))]
    assert [path for path in paths if path.startswith("parameters.")] == [
        source.path for source in uncertainties() if source.path.startswith("parameters.")
    ]


def test_a_constant_and_a_lever_do_not_vary(tmp_path):
    table = shipped_table("parameters")
    table["price_sensitivity"]["role"] = "lever"
    table["stickiness"]["role"] = "constant"
    del table["stickiness"]["range"]
    table["forgetting"]["distribution"] = "log-uniform"
    usual = {source.path for source in uncertainties()}
    changed = {source.path: source for source in uncertainties(catalogue_with(tmp_path, parameters=table))}
    assert usual - set(changed) == {"parameters.price_sensitivity", "parameters.stickiness"}
    assert changed["parameters.forgetting"].distribution == "log-uniform"


def test_a_uniform_value_is_as_far_between_the_ends_as_its_place():
    source = Uncertainty("x", -1.0, 3.0)
    assert [source.value(place) for place in (0.0, 0.25, 1.0)] == [-1.0, 0.0, 3.0]


def test_a_log_uniform_value_is_as_far_in_its_logarithm():
    source = Uncertainty("x", 0.01, 100.0, "log-uniform")
    assert [source.value(place) for place in (0.0, 0.25, 0.5, 1.0)] == pytest.approx([0.01, 0.1, 1.0, 100.0])
    found = study([source, Uncertainty("z", 0.0, 1.0)], lambda x: np.log10(x[:, 0]), "morris", 4)
    assert found["outcomes"]["y"]["mu_star"] == pytest.approx([4.0, 0.0])
    assert found["outcomes"]["y"]["sigma"] == pytest.approx([0.0, 0.0], abs=1e-12)


# ---- the design


@pytest.mark.parametrize("method", METHODS)
def test_the_same_design_seed_gives_the_same_points_and_another_others(method):
    inputs = [Uncertainty("a", 2.0, 4.0), Uncertainty("b", 0.01, 1.0, "log-uniform")]
    first, again, other = (design(inputs, method, 8, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[2], again[2])
    assert not np.array_equal(first[2], other[2])
    problem, places, values = first
    assert (problem["num_vars"], problem["names"], problem["bounds"]) == (2, ["a", "b"], [[0.0, 1.0]] * 2)
    assert places.shape == values.shape == (8 * METHODS[method].block(2), 2)
    assert (values >= [2.0, 0.01]).all()
    assert (values <= [4.0, 1.0]).all()
    np.testing.assert_allclose(values[:, 1], 0.01 ** (1.0 - places[:, 1]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [0, -1])
def test_the_seed_0_is_refused_which_would_be_none_at_all(method, seed):
    with pytest.raises(InputError, match="seed of a design must be at least 1"):
        design(unit_cube(2), method, 4, seed)


def test_a_method_that_does_not_exist_is_refused_with_a_suggestion():
    with pytest.raises(InputError, match=r"moris is not a method.*Did you mean 'morris'"):
        study(unit_cube(2), lambda x: x[:, 0], "moris", 4)


# ---- points without a value


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_block_with_a_missing_point_is_left_out_whole(method, place):
    size, inputs = 8, unit_cube(3)
    block = METHODS[method].block(3)
    problem, places, values = design(inputs, method, size, 1)
    y = values @ np.array([1.0, 2.0, 3.0]) + values[:, 0] * values[:, 2]
    broken = 2 * block if place == "first" else 3 * block - 1
    gap = y.copy()
    gap[broken] = np.nan
    found, left_out = indices(problem, places, {"y": gap}, method, 1)
    kept = np.r_[: 2 * block, 3 * block : len(y)]
    expected, none_left_out = indices(problem, places[kept], {"y": y[kept]}, method, 1)
    everything, _ = indices(problem, places, {"y": y}, method, 1)
    assert (left_out, none_left_out) == (1, 0)
    for name, array in found["y"].items():
        np.testing.assert_array_equal(array, expected["y"][name])
        assert not np.array_equal(array, everything["y"][name]), name


@pytest.mark.parametrize("method", METHODS)
def test_missing_points_and_blocks_are_counted(method):
    block = METHODS[method].block(3)

    def evaluate(points):
        one, other = points[:, 0].copy(), points[:, 1].copy()
        one[[0, 1, 3 * block]] = np.nan
        other[[1, 5 * block]] = np.nan
        return {"one": one, "other": other}

    found = study_function(unit_cube(3), evaluate, method=method, size=8)
    assert (found["points"], found["missing_points"], found["blocks_left_out"]) == (8 * block, 4, 3)
    leading = "mu_star" if method == "morris" else "ST"
    assert found["outcomes"]["one"][leading] == pytest.approx([1.0, 0.0, 0.0], abs=0.5)
    assert found["outcomes"]["one"][leading][0] > 0.5


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("whole", [0, 1, 2])
def test_too_few_whole_blocks_are_refused_in_one_line_and_never_give_zeros(method, whole):
    block = METHODS[method].block(2)

    def function(points):
        y = points @ np.array([1.0, 2.0])
        y[whole * block :: block] = np.nan
        return y

    if whole < 2:
        with pytest.raises(InputError, match=f"only {whole} of 4 blocks of the design are whole") as refused:
            study(unit_cube(2), function, method, 4)
        assert f"{4 - whole} of {4 * block} points failed or missed the base year" in str(refused.value)
        assert "\n" not in str(refused.value)
    else:
        found = study(unit_cube(2), function, method, 4)["outcomes"]["y"]
        assert np.any(found["mu_star" if method == "morris" else "ST"])
