"""Sensitivity of functions whose indices are known, on the path that the model takes, and points without a value."""

import math
import warnings

import numpy as np
import pytest
from SALib.analyze.delta import calc_delta
from scipy.stats import norm

from simbiz.errors import InputError
from simbiz.studies.sensitivity.methods import METHODS
from simbiz.studies.sensitivity.points import points_of
from simbiz.studies.sensitivity.stages import Stage, leading, stages
from simbiz.studies.sensitivity.uncertainty import Uncertainty

SIZES = {"morris": 8, "sobol": 16, "sobol-second-order": 16, "fast": 65, "shapley": 16, "dgsm": 16}


def unit_cube(count):
    return [Uncertainty(f"x{number}", 0.0, 1.0) for number in range(count)]


def small(method):
    return SIZES.get(method, 128)


def one(inputs, function, method, size=None, seed=1):
    """Give what is said of a single outcome."""
    found = stages(inputs, lambda inputs, x: {"y": function(x)}, Stage(method, size or small(method)), seed=seed)
    assert len(found) == 1
    return found[0]["outcomes"]["y"]


def assert_within_its_own_interval(found, name, known, more=0.0):
    """Check that an index misses what is known by no more than 3.3 standard errors, 1 in 1000 times, and a bias."""
    values, half = np.array(found["indices"][name]), np.array(found["half_widths"][name])
    assert (np.abs(values - known) <= half * 3.29 / 1.96 + more).all(), (name, values, known, half)


# ---- known indices

ANGLES = [Uncertainty(f"x{number}", -math.pi, math.pi) for number in range(3)]
G_COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(x):
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(x):
    return np.prod((np.abs(4.0 * x - 2.0) + G_COEFFICIENTS) / (1.0 + G_COEFFICIENTS), axis=1)


def ishigami_variances():
    """Give what inputs 1, 2 and the pair 1, 3 have of the variance, and the whole of it."""
    alone = 0.5 * (1.0 + 0.1 * math.pi**4 / 5.0) ** 2
    second = 49.0 / 8.0
    pair = 0.01 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    return alone, second, pair, alone + second + pair


def ishigami_indices():
    alone, second, pair, whole = ishigami_variances()
    return np.array([alone, second, 0.0]) / whole, np.array([alone + pair, second, pair]) / whole


def g_indices():
    partial = 1.0 / (3.0 * (1.0 + G_COEFFICIENTS) ** 2)
    whole = np.prod(1.0 + partial)
    return partial / (whole - 1.0), partial * whole / (1.0 + partial) / (whole - 1.0)


FUNCTIONS = {
    "Ishigami": (ANGLES, ishigami, *ishigami_indices()),
    "Sobol' g": (unit_cube(8), g_function, *g_indices()),
}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("method", ["sobol", "sobol-second-order"])
def test_sobol_finds_the_known_indices(function, method):
    inputs, f, first, total = FUNCTIONS[function]
    found = one(inputs, f, method, 2048)
    assert_within_its_own_interval(found, "S1", first)
    assert_within_its_own_interval(found, "ST", total)
    assert max(found["half_widths"]["ST"]) < 0.1


def test_sobol_up_to_the_second_order_finds_the_pair_that_interacts():
    found = one(ANGLES, ishigami, "sobol-second-order", 2048)
    _, _, pair, whole = ishigami_variances()
    known = {(0, 1): 0.0, (0, 2): pair / whole, (1, 2): 0.0}
    assert [tuple(row["inputs"]) for row in found["pairs"]] == list(known)
    for row in found["pairs"]:
        assert abs(row["S2"] - known[tuple(row["inputs"])]) <= row["S2_half_width"] * 3.29 / 1.96
        assert row["S2_half_width"] < 0.1


@pytest.mark.parametrize("function", FUNCTIONS)
def test_fast_finds_the_known_indices_but_for_what_harmonics_leak(function):
    """Four harmonics of a curve miss some of the first order, and frequencies meet: 5 % of the variance are allowed.

    The interval knows nothing of that, for all sweeps have it in common.
    """
    inputs, f, first, total = FUNCTIONS[function]
    found = one(inputs, f, "fast", 1025)
    assert_within_its_own_interval(found, "S1", first, more=0.05)
    assert_within_its_own_interval(found, "ST", total, more=0.05)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_random_balance_designs_find_the_known_first_order(function):
    inputs, f, first, _ = FUNCTIONS[function]
    found = one(inputs, f, "rbd-fast", 2048)
    assert_within_its_own_interval(found, "S1", first)
    assert abs(found["nothing"]["S1"]) < 0.05


def test_shapley_effects_share_an_interaction_out_evenly():
    alone, second, pair, whole = ishigami_variances()
    found = one(ANGLES, ishigami, "shapley", 2048)
    assert_within_its_own_interval(found, "shapley", np.array([alone + pair / 2.0, second, pair / 2.0]) / whole)
    assert sum(found["indices"]["shapley"]) == pytest.approx(1.0)


def test_derivatives_give_their_known_bound():
    """The bound is the mean square of the derivative over pi squared and the variance, the range being 1 long.

    A step of 5 % of the range has the derivative of its middle, which moves these means by less than 4 %.
    """
    slopes = np.array([3.0, 0.0, 1.0])
    found = one(unit_cube(3), lambda x: x @ slopes, "dgsm", 512)
    known = slopes**2 / (math.pi**2 * (slopes**2).sum() / 12.0)
    assert_within_its_own_interval(found, "dgsm", known)
    inputs, f, _, total = FUNCTIONS["Sobol' g"]
    assert (np.array(one(inputs, f, "dgsm", 512)["indices"]["dgsm"]) > total).all()


def test_the_interval_of_a_derivative_is_in_the_units_of_its_bound():
    """It is the spread over designs, or more: Latin hypercubes spread less than free draws."""
    each = [one(ANGLES, ishigami, "dgsm", 128, seed=seed) for seed in range(1, 21)]
    spread = np.std([found["indices"]["dgsm"] for found in each], axis=0, ddof=1)
    said = np.mean([found["half_widths"]["dgsm"] for found in each], axis=0) / 1.96
    assert (said / spread > 0.6).all()
    assert (said / spread < 2.5).all()


def shift_of_density(part):
    """Give Borgonovo's delta of an input that has a part of the variance of a normal sum, by quadrature."""
    z = np.linspace(-6.0, 6.0, 801)
    y = np.linspace(-7.0, 7.0, 1401)
    given = norm.pdf(y[None, :], math.sqrt(part) * z[:, None], math.sqrt(1.0 - part))
    distance = np.trapezoid(np.abs(given - norm.pdf(y)[None, :]), y, axis=1)
    return 0.5 * np.trapezoid(distance * norm.pdf(z), z)


def test_delta_of_a_normal_sum_is_the_one_by_quadrature():
    """Smoothed densities of classes with an eighth of the points come out wider than they are: 0.05 at most."""
    parts = np.array([0.7, 0.25, 0.05])
    found = one(unit_cube(3), lambda x: norm.ppf(x) @ np.sqrt(parts), "delta", 512)
    known = [shift_of_density(part) for part in parts]
    assert_within_its_own_interval(found, "delta", known, more=0.05)
    assert abs(found["nothing"]["delta"]) < 0.1


def test_delta_is_freed_of_what_its_estimator_adds():
    """Small classes never quite have the same density: the plain estimate is too large, and more so in resamples."""
    found = one(unit_cube(2), lambda x: x[:, 0], "delta", 64)
    own = points_of(unit_cube(2), "delta", 64, 1).values
    plain = calc_delta(own[:, 0], np.linspace(own[:, 0].min(), own[:, 0].max(), 100), own[:, 1], np.linspace(0, 64, 4))
    assert found["indices"]["delta"][1] < plain


def test_pawn_of_the_only_input_that_matters_is_known():
    """Within the slice from s to s + 1 tenths the distribution differs from the whole one by max(s, 9 - s) tenths."""
    found = one(unit_cube(2), lambda x: x[:, 0], "pawn", 512)
    known = np.array([max(s, 9 - s) / 10.0 for s in range(10)])
    values = {name: index[0] for name, index in found["indices"].items()}
    assert values["median"] == pytest.approx(np.median(known), abs=0.01)
    assert values["maximum"] == pytest.approx(known.max(), abs=0.01)
    # Of an input that does nothing the distance is that of 51 points from their distribution (Kolmogorov).
    assert found["indices"]["median"][1] == pytest.approx(found["nothing"]["median"], abs=0.06)
    assert found["nothing"]["median"] == pytest.approx(0.8276 / math.sqrt(51.2), abs=0.06)


def test_morris_finds_the_coefficients_of_a_linear_function_and_no_interaction():
    coefficients = np.array([3.0, -2.0, 0.0, 0.5])
    found = one(unit_cube(4), lambda x: 7.0 + x @ coefficients, "morris", 6)["indices"]
    np.testing.assert_allclose(found["mu"], coefficients, atol=1e-12)
    np.testing.assert_allclose(found["mu_star"], np.abs(coefficients), atol=1e-12)
    np.testing.assert_allclose(found["sigma"], 0.0, atol=1e-12)
    assert found["mu_star"][2] == found["sigma"][2] == 0.0


def test_morris_finds_the_mean_effect_over_its_grid():
    """On four levels a step goes from 0 or 1/3 to 2/3 or 1: all effects of the function can be written down."""
    low, far = np.array([0.0, 1.0 / 3.0]), 2.0 / 3.0
    levels = np.linspace(0.0, 1.0, 4)
    known = []
    for number in range(3):
        grid = np.stack(np.meshgrid(*(low if own == number else levels for own in range(3))), axis=-1).reshape(-1, 3)
        step = np.eye(3)[number] * far
        effects = [ishigami(math.pi * (2.0 * place - 1.0)) for place in (grid, grid + step)]
        known.append(np.abs((effects[1] - effects[0]) / far).mean())
    assert_within_its_own_interval(one(ANGLES, ishigami, "morris", 200), "mu_star", known, more=1e-9)


def test_morris_tells_an_interaction_from_a_sum():
    found = one(unit_cube(3), lambda x: x[:, 0] * x[:, 1] + x[:, 2], "morris", 8)["indices"]
    assert found["sigma"][0] > 0.1
    assert found["sigma"][2] < 1e-12


def test_an_effect_is_that_of_the_whole_range():
    inputs = [Uncertainty("narrow", 10.0, 10.5), Uncertainty("wide", -4.0, 4.0)]
    found = one(inputs, lambda x: x.sum(axis=1), "morris", 4)
    assert found["indices"]["mu_star"] == pytest.approx([0.5, 8.0])


# ---- what holds for every method


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0.0, 0.1 + 0.2, -12.79])
def test_what_nothing_moves_has_the_index_0_without_a_warning(method, value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = one(unit_cube(3), lambda x: np.full(len(x), value), method)
    assert found["moves"] is False
    assert set(found["indices"]) == set(METHODS[method].indices)
    assert all(index == [0.0] * 3 for index in found["indices"].values())
    assert all(pair["S2"] == 0.0 for pair in found["pairs"])


@pytest.mark.parametrize("method", METHODS)
def test_the_last_digits_of_floating_point_numbers_are_no_effect(method):
    found = one(unit_cube(3), lambda x: 0.1279 + x[:, 0] * 1e-15, method)
    assert found["moves"] is False


@pytest.mark.parametrize("method", METHODS)
def test_the_input_that_matters_leads_and_shows_it_in_half_of_the_design(method):
    found = one(unit_cube(3), lambda x: 4.0 * x[:, 1] + x[:, 0], method)
    lead = METHODS[method].indices[0]
    assert np.argmax(found["indices"][lead]) == 1
    assert [np.argmax(part[lead]) for part in found["converging"]] == [1] * len(found["converging"])
    assert found["converging"][-1]["blocks"] == found["blocks"] // 2
    assert set(found["half_widths"]) >= {lead}


def spoilt(places, function):
    """Give a function with a hole at some places."""

    def with_holes(x):
        y = function(x)
        y[list(places)] = np.nan
        return y

    return with_holes


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_hole_costs_its_block_and_never_gives_zeros(method, hole):
    """The indices are those of the design without the block, as SALib gives them."""

    def function(x):
        return x @ np.array([1.0, 2.0, 3.0]) + x[:, 0] * x[:, 2]

    points = points_of(unit_cube(3), method, small(method), 1)

    def with_a_hole(x):
        y = function(x)
        y[2 * points.block] = hole
        return y

    found = one(unit_cube(3), with_a_hole, method)
    assert (found["missing_points"], found["blocks_left_out"]) == (1, 1)
    assert found["blocks"] * points.block == len(points.values)
    whole = np.arange(found["blocks"]) != 2
    method = points.method
    y = function(points.values).reshape(found["blocks"], -1)[whole]
    x = points.places.reshape(found["blocks"], points.block, -1)[whole]
    expected = method.analyse(points.problem, x, y, 1, False)
    for name in method.indices:
        np.testing.assert_array_equal(found["indices"][name], expected[name][:3])
        assert np.any(found["indices"][name])


@pytest.mark.parametrize("method", METHODS)
def test_too_few_whole_blocks_are_refused_in_one_line_with_a_remedy(method):
    points = points_of(unit_cube(2), method, small(method), 1)
    blocks = len(points.values) // points.block
    few = points.method.fewest
    holes = [block * points.block for block in range(blocks - few + 1)]
    with pytest.raises(InputError, match=f"only {few - 1} of {blocks} blocks of the design are whole") as refused:
        one(unit_cube(2), spoilt(holes, lambda x: x @ np.array([1.0, 2.0])), method)
    assert f"{len(holes)} of {len(points.values)} points failed, missed the base year" in str(refused.value)
    assert "help" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert np.any(
        one(unit_cube(2), spoilt(holes[1:], lambda x: x @ np.array([1.0, 2.0])), method)["indices"][
            points.method.indices[0]
        ]
    )


def test_an_outcome_that_cannot_be_analysed_does_not_stop_the_others():
    def evaluate(inputs, x):
        return {"good": x[:, 0], "never": np.full(len(x), np.nan)}

    outcomes = stages(unit_cube(2), evaluate, Stage("morris", 4))[0]["outcomes"]
    assert outcomes["never"]["refused"].startswith("only 0 of 4 blocks")
    assert outcomes["good"]["indices"]["mu_star"] == pytest.approx([1.0, 0.0])
    assert outcomes["good"]["missing_points"] == 0


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_study_and_another_another(method):
    first, again, other = (one(unit_cube(2), lambda x: x[:, 0] ** 2 + x[:, 1], method, seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize("method", METHODS)
def test_points_are_values_of_the_inputs_at_places_of_the_unit_cube(method):
    inputs = [Uncertainty("a", 2.0, 4.0), Uncertainty("b", 0.01, 1.0, "log-uniform")]
    points = points_of(inputs, method, small(method), 3)
    assert points.values.shape == (len(points.places), 2)
    assert points.places.shape[1] == 2 + METHODS[method].bare
    assert len(points.values) % points.block == 0
    assert (points.places >= 0.0).all()
    assert (points.places <= 1.0).all()
    np.testing.assert_allclose(points.values[:, 0], 2.0 + 2.0 * points.places[:, 0])
    np.testing.assert_allclose(points.values[:, 1], 0.01 ** (1.0 - points.places[:, 1]))


@pytest.mark.parametrize("method", METHODS)
def test_no_point_of_a_design_lies_outside_the_declared_ranges(method):
    for seed in (1, 2, 3):
        found = points_of(unit_cube(4), method, small(method), seed)
        assert 0.0 <= found.values.min() < found.values.max() <= 1.0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [0, -1])
def test_the_seed_0_is_refused_which_would_be_none_at_all(method, seed):
    with pytest.raises(InputError, match="seed of a design must be at least 1"):
        points_of(unit_cube(2), method, small(method), seed)


@pytest.mark.parametrize(
    ("method", "size", "said"),
    [
        ("sobol", 100, "must be a power of two, .*: 64 or 128, not 100"),
        ("sobol", 1, "must be a power of two, .*: 2 or 4, not 1"),
        ("sobol-second-order", 48, "must be a power of two, .*: 32 or 64, not 48"),
        ("fast", 64, "must be at least 65"),
        ("morris", 1, "must be at least 2"),
        ("rbd-fast", 63, "must be at least 64"),
    ],
)
def test_a_size_that_the_method_cannot_use_is_refused(method, size, said):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError, match=f"the size of {method} {said}"):
            points_of(unit_cube(2), method, size, 1)


def test_a_method_that_does_not_exist_is_refused_with_a_suggestion():
    with pytest.raises(InputError, match=r"moris is not a method.*Did you mean 'morris'"):
        one(unit_cube(2), lambda x: x[:, 0], "moris", 4)


def test_one_input_has_nothing_to_be_compared_with():
    with pytest.raises(InputError, match="nothing to compare"):
        points_of(unit_cube(1), "morris", 4, 1)


# ---- several outcomes, several stages


def test_each_outcome_has_indices_of_its_own():
    def evaluate(inputs, x):
        return {"first": x[:, 0], "second": 2.0 * x[:, 1]}

    outcomes = stages(unit_cube(2), evaluate, Stage("morris", 4))[0]["outcomes"]
    assert outcomes["first"]["indices"]["mu_star"] == pytest.approx([1.0, 0.0])
    assert outcomes["second"]["indices"]["mu_star"] == pytest.approx([0.0, 2.0])


def test_outcomes_choose_in_turn_what_a_screen_keeps_and_the_rest_stays():
    inputs, seen = unit_cube(12), []

    def evaluate(inputs, x):
        names = [one.path for one in inputs]
        seen.append(names)
        full = np.full((len(x), 12), 0.5)
        full[:, [int(name[1:]) for name in names]] = x
        return {"large": 1000.0 * full[:, 7] + full[:, 1], "small": 1e-3 * (full[:, 3] + 0.1 * full[:, 5])}

    first, second = stages(inputs, evaluate, Stage("sobol", 64), screen=Stage("morris", 4), keep=3)
    assert [row["path"] for row in first["kept"]] == ["x7", "x3", "x1"]
    assert [row["group"] for row in first["kept"]] == ["large", "small", "large"]
    assert first["kept"][1]["part"] == pytest.approx(1.0 / 1.1)
    assert seen == [[f"x{number}" for number in range(12)], ["x1", "x3", "x7"]]
    assert (first["method"], first["points"], second["method"], second["points"]) == ("morris", 52, "sobol", 320)
    assert [one["path"] for one in second["inputs"]] == ["x1", "x3", "x7"]
    assert second["outcomes"]["large"]["indices"]["ST"] == pytest.approx([0.0, 0.0, 1.0], abs=0.05)


def test_a_group_chooses_by_the_mean_over_its_outcomes():
    def evaluate(inputs, x):
        alike = {f"share {number}": x[:, 0] + 0.8 * x[:, 1] for number in range(3)}
        return alike | {"rate": x[:, 2] + 0.5 * x[:, 3], "still": np.zeros(len(x))}

    stage = stages(unit_cube(4), evaluate, Stage("morris", 4))[0]
    kept = leading(stage, 3, lambda name: name.split()[0])
    assert [(row["path"], row["group"]) for row in kept] == [("x0", "share"), ("x2", "rate"), ("x1", "share")]
    assert [row["part"] for row in kept] == pytest.approx([1.0 / 1.8, 1.0 / 1.5, 0.8 / 1.8])


def test_a_screen_that_would_keep_everything_is_left_out():
    found = stages(unit_cube(3), lambda inputs, x: {"y": x[:, 0]}, Stage("sobol", 8), Stage("morris", 4), keep=3)
    assert [stage["method"] for stage in found] == ["sobol"]


def test_an_outcome_that_nothing_moves_chooses_nothing():
    stage = stages(unit_cube(3), lambda inputs, x: {"y": x[:, 2], "still": 0.0 * x[:, 0]}, Stage("morris", 4))[0]
    kept = leading(stage, 2, str)
    assert [(row["path"], row["group"]) for row in kept] == [("x2", "y"), ("x0", "y")]
    still = stages(unit_cube(3), lambda inputs, x: {"still": 0.0 * x[:, 0]}, Stage("morris", 4))[0]
    assert [row["path"] for row in leading(still, 2, str)] == ["x0", "x1"]


# ---- noise


def noisy(seeds, seed_effect, together):
    """Give an outcome of points and seeds: what the point does, what the seed does, and what they do together."""
    luck = norm.ppf((np.arange(seeds) + 0.5) / seeds)

    def function(inputs, x):
        cells = np.sin(1e4 * x.sum(axis=1)[:, None] * (1.0 + np.arange(seeds)) * 7.31)
        y = x[:, 0] * math.sqrt(12.0)
        return {"y": y[:, None] + seed_effect * luck + together * math.sqrt(2.0) * cells}

    return function


@pytest.mark.parametrize("method", ["sobol", "rbd-fast", "morris", "fast"])
def test_the_variance_is_parted_into_parameters_seed_and_both(method):
    """The shares have the sampling error of a few hundred points and, of the seed, of 30 chosen quantiles."""
    size = {"morris": 100, "fast": 129}.get(method, 256)
    found = stages(unit_cube(3), noisy(30, 0.5, 1.0), Stage(method, size))[0]["outcomes"]["y"]["variance"]
    # Morris's four levels are further apart than the range they stand for.
    own = 5.0 / 3.0 if method == "morris" else 1.0
    whole = own + 0.25 + 1.0
    known = {"parameters": own / whole, "seed": 0.25 / whole, "both": 1.0 / whole}
    assert sum(found.values()) == pytest.approx(1.0)
    for name, part in known.items():
        assert found[name] == pytest.approx(part, abs=0.05), name


def test_with_one_seed_its_part_is_not_told():
    assert one(unit_cube(2), lambda x: x[:, 0], "morris")["variance"] is None


def test_luck_that_all_points_share_is_no_effect_of_a_parameter():
    """With luck of their own at every point an input that does nothing has a total index of that size."""

    def common(inputs, x):
        return {"y": x[:, [0]] + np.array([[3.0, -1.0]])}

    found = stages(unit_cube(2), common, Stage("sobol", 64))[0]["outcomes"]["y"]
    assert found["indices"]["ST"][1] == found["indices"]["S1"][1] == 0.0
    assert found["variance"]["both"] == pytest.approx(0.0, abs=1e-9)
