"""A rule is one function: compiled into the loops it gives the same bits as the Python that one can read."""

import ast
import math
import struct
from pathlib import Path

import numba
import numpy as np
import pytest
from rules import ARGUMENTS, all_rules, arguments_of

import simbiz.submodels

RULES = dict(all_rules())
TIMES = 1500


def bits(value):
    """Give the bits of whatever a rule returns: numbers, flags, or tuples of them."""
    if isinstance(value, tuple):
        return tuple(bits(part) for part in value)
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return int(value)
    return struct.pack("<d", value)


def outcome(rule, arguments):
    try:
        return bits(rule(*arguments))
    except (ZeroDivisionError, ValueError, OverflowError) as error:
        return type(error).__name__


@pytest.mark.parametrize("name", RULES)
def test_a_rule_gives_the_same_bits_compiled_and_interpreted(name):
    rule = RULES[name]
    compiled = numba.njit(rule)
    rng = np.random.default_rng(sum(name.encode()))
    seen = set()
    for _ in range(TIMES):
        arguments = arguments_of(rule, rng)
        expected = outcome(rule, arguments)
        assert outcome(compiled, arguments) == expected, arguments
        seen.add(expected)
    assert len(seen) > 1, "the arguments never change what the rule says"


def test_every_rule_can_be_compiled_and_reads_nothing_but_its_arguments():
    for file in sorted(Path(simbiz.submodels.__path__[0]).glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            assert [ast.unparse(mark) for mark in function.decorator_list] == ["register_jitable"]
            assert not any(isinstance(node, (ast.Global, ast.Nonlocal)) for node in ast.walk(function))
    assert len(RULES) > 30


def test_no_argument_is_declared_that_no_rule_takes():
    used = {name for rule in RULES.values() for name in rule.__code__.co_varnames[: rule.__code__.co_argcount]}
    used = {name.removesuffix("_old").removesuffix("_new") for name in used}
    assert set(ARGUMENTS) == used


def test_the_comparison_of_bits_sees_one_bit():
    assert bits(1.0) != bits(math.nextafter(1.0, 2.0))
    assert bits(0.0) != bits(-0.0)
