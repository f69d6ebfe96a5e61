import subprocess
import sys

import numba
import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from simbiz.draws import (
    name_id,
    normal_quantile,
    normals,
    open_unit,
    philox,
    uniform,
    uniform_pair,
    uniform_pairs,
    uniforms,
    uniforms_apart,
)

MANY = 40_000
WHO = np.arange(MANY, dtype=np.uint32)
SEED, DECISION = 20_240_101, name_id("a decision of a test")


def along(argument, count=MANY, start=0, second=False):
    """Draw uniforms while one part of the key runs and the others stand still."""
    key = {"seed": SEED, "decision": DECISION, "who": 7, "event": 3, "alternative": 11, "draw": 0}
    values = []
    for number in range(start, start + count):
        key[argument] = number
        values.append(uniform_pair(*key.values())[int(second)])
    return np.array(values)


# The vectors that come with the authors' library Random123 (kat_vectors: philox4x32 10).
@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "ones", "pi"],
)
def test_the_generator_is_philox_as_published(counter, key, words):
    assert tuple(int(word) for word in philox(*counter, *key)) == words
    plain = getattr(philox, "py_func", philox)  # where compilation is off there is nothing else
    assert tuple(int(word) for word in plain(*counter, *key)) == words


def test_only_the_low_32_bits_of_a_key_count():
    assert philox(1, 2, 3, 4, 5, 6) == philox(1 + 2**32, 2 + 2**33, 3, 4, 5 + 2**40, 6)


def test_a_uniform_has_53_bits_of_two_words():
    words = philox(1, 2, 3, 4, 5, 6)
    whole = [(int(a) >> 5) * 2**26 + (int(b) >> 6) for a, b in (words[:2], words[2:])]
    assert uniform_pair(5, 6, 1, 2, 3, 4) == tuple((value + 0.5) * 2.0**-53 for value in whole)
    assert uniform(5, 6, 1, 2, 3, 4) == uniform_pair(5, 6, 1, 2, 3, 4)[0]


@pytest.mark.parametrize("compiled", [True, False])
def test_no_words_give_a_uniform_of_0_or_1(compiled):
    rule = numba.njit(open_unit) if compiled else open_unit
    none, all_ones = np.uint64(0), np.uint64(0xFFFFFFFF)
    assert 0.0 < rule(none, none) < 1e-15
    assert 1.0 - 1e-15 < rule(all_ones, all_ones) < 1.0


@pytest.mark.parametrize("argument", ["seed", "decision", "who", "event", "alternative", "draw"])
@pytest.mark.parametrize("second", [False, True])
def test_uniforms_are_uniform_along_every_part_of_the_key(argument, second):
    values = along(argument, second=second)
    assert ((values > 0) & (values < 1)).all()
    assert stats.kstest(values, "uniform").pvalue > 1e-6
    assert abs(values.mean() - 0.5) < 5 * np.sqrt(1 / 12 / MANY)
    assert abs(values.var() - 1 / 12) < 5 * np.sqrt((1 / 80 - 1 / 144) / MANY)


@pytest.mark.parametrize("argument", ["seed", "decision", "who", "event", "alternative", "draw"])
def test_neighbours_along_every_part_of_the_key_are_independent(argument):
    values = along(argument)
    for lag in (1, 2, 16):
        assert abs(np.corrcoef(values[:-lag], values[lag:])[0, 1]) < 5 / np.sqrt(MANY)
    assert abs(np.corrcoef(values, along(argument, second=True))[0, 1]) < 5 / np.sqrt(MANY)
    pairs = np.histogram2d(values[:-1:2], values[1::2], bins=20, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-6


@pytest.mark.parametrize("other", [(1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 1)])
def test_a_change_anywhere_else_in_the_key_gives_every_customer_independent_luck(other):
    seed, decision, event, alternative, draw = other
    before = uniforms(SEED, DECISION, WHO, 3, 11, 0)
    after = uniforms(SEED + seed, DECISION ^ decision, WHO, 3 + event, 11 + alternative, 0 + draw)
    assert abs(np.corrcoef(before, after)[0, 1]) < 5 / np.sqrt(MANY)
    assert not np.isin(after, before).any()


def test_two_parts_of_a_key_do_not_stand_for_each_other():
    keys = [(1, 2, 3, 4, 5, 6), (2, 1, 3, 4, 5, 6), (1, 2, 4, 3, 5, 6), (1, 2, 3, 5, 4, 6), (1, 2, 3, 4, 6, 5)]
    assert len({uniform(*key) for key in keys}) == len(keys)


@pytest.mark.parametrize("number", [np.uint32(9), np.int64(9), 9])
def test_luck_does_not_depend_on_the_type_of_an_id(number):
    assert uniform(1, 2, number, 4, 5, 6) == uniform(1, 2, 9, 4, 5, 6)


def test_many_draws_at_once_are_the_single_draws():
    who = np.array([0, 5, 2**32 - 1], dtype=np.uint32)
    expected = [uniform(SEED, DECISION, int(one), 1, 2, 0) for one in who]
    assert uniforms(SEED, DECISION, who, 1, 2, 0).tolist() == expected
    assert normals(SEED, DECISION, who, 1, 2, 0).tolist() == [normal_quantile(value) for value in expected]


def test_draws_side_by_side_are_the_single_draws():
    ids = np.array([3, 0, 2**31, 77, 5, 9, 2, 1], dtype=np.int64)
    pairs = np.empty((2, len(ids)))
    uniform_pairs(SEED, DECISION, 4, 6, ids, 8, pairs)
    assert pairs.T.tolist() == [list(uniform_pair(SEED, DECISION, 4, 6, int(one), 8)) for one in ids]
    decisions, who, out = ids[::-1].copy(), np.roll(ids, 3), np.empty(len(ids))
    uniforms_apart(SEED, decisions, who, 6, ids, 8, out)
    keys = zip(decisions.tolist(), who.tolist(), ids.tolist(), strict=True)
    assert out.tolist() == [uniform(SEED, decision, one, 6, alternative, 8) for decision, one, alternative in keys]


def test_the_normal_quantile_is_that_of_the_normal_distribution():
    tails = 10.0 ** -np.arange(1, 301, dtype=float)
    grid = np.concatenate([tails, np.linspace(1e-4, 1 - 1e-4, 2001), 1 - tails[:15]])
    ours = np.array([normal_quantile(p) for p in grid])
    np.testing.assert_allclose(ours, ndtri(grid), rtol=1e-13, atol=2e-15)


def test_normals_are_standard_normal():
    values = normals(SEED, DECISION, WHO, 0, 0, 0)
    assert stats.kstest(values, "norm").pvalue > 1e-6
    assert abs(values.mean()) < 5 / np.sqrt(MANY)
    assert abs(values.var() - 1) < 5 * np.sqrt(2 / MANY)


def test_a_name_has_the_same_number_on_every_machine():
    assert name_id("need") == 2_109_910_981
    code = "from simbiz.draws import name_id; print(name_id('need'), name_id('Владивосток'))"
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert again.stdout.split() == ["2109910981", "3942185522"]
