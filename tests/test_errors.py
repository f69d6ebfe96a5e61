import pickle
from pathlib import Path

import pytest

from simbiz.errors import LISTED_AT_MOST, LONGEST_WORD, InputError, did_you_mean, one_line, one_of

PARAMETERS = ["price_sensitivity", "loyalty_smoothing", "word_of_mouth_strength"]


def test_a_mistake_in_a_file_names_file_and_line_first():
    error = InputError("weeks must be positive", file=Path("scenarios/x.toml"), line=12)
    assert str(error) == "scenarios/x.toml:12: weeks must be positive"


def test_a_mistake_without_a_known_line_names_the_file():
    assert str(InputError("is empty", file="x.toml")) == "x.toml: is empty"


def test_a_mistake_outside_any_file_is_only_its_message():
    assert str(InputError("no such scenario", line=3)) == "no such scenario"


def test_an_error_survives_the_way_back_from_a_worker_process():
    error = pickle.loads(pickle.dumps(InputError("weeks must be positive", file="x.toml", line=12)))
    assert isinstance(error, InputError)
    assert (str(error), error.line) == ("x.toml:12: weeks must be positive", 12)


@pytest.mark.parametrize("written", ["price_sensitivty", "price-sensitivity", "Price Sensitivity"])
def test_a_mistyped_name_is_recognised(written: str):
    assert did_you_mean(written, PARAMETERS) == " Did you mean 'price_sensitivity'?"


def test_a_name_like_no_other_gets_no_suggestion():
    assert did_you_mean("zebra", PARAMETERS) == ""
    assert did_you_mean("zebra", []) == ""


def test_allowed_names_are_listed_in_the_given_order():
    assert one_of(["phone", "branch"]) == "one of phone, branch"
    assert one_of(["phone"]) == "phone"
    assert one_of([]) == "nothing"


def test_a_long_list_of_allowed_names_is_cut_and_the_rest_counted():
    listed = one_of(f"name{i}" for i in range(LISTED_AT_MOST + 3))
    assert listed.endswith("name11 and 3 more")


def test_a_mistake_is_one_line_that_does_nothing_to_a_terminal():
    error = InputError("\x1b[31m is not\na firm\u202e", file="x\x07.toml", line=1)
    assert str(error) == r"x\x07.toml:1: \x1b[31m is not a firm\u202e"
    assert one_line("Größe, 😀") == "Größe, 😀"


def test_a_word_without_an_end_is_cut_and_a_path_is_not():
    error = InputError(f"{'a' * 10_000} is not a scenario", file="b" * 1000)
    assert str(error) == f"{'b' * 1000}: {'a' * LONGEST_WORD}... is not a scenario"
