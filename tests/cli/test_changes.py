from typing import Any

import click
import pytest
from click.testing import CliRunner

from simbiz.cli import main
from simbiz.cli.changes import parsed


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("customers=2000", "customers", 2000),
        ("customers=market", "customers", "market"),
        ('customers="market"', "customers", "market"),
        (" customers = 2000 ", "customers", 2000),
        ("parameters.stickiness=0.5", "parameters.stickiness", 0.5),
        ("parameters.stickiness=1e-3", "parameters.stickiness", 0.001),
        ("mechanisms.loyalty=false", "mechanisms.loyalty", False),
        ('programme.order=["smm", "email"]', "programme.order", ["smm", "email"]),
        ("programme.order=[]", "programme.order", []),
        (
            "profiles.initiative.memory={organisation = 0.1}",
            "profiles.initiative.memory",
            {"organisation": 0.1},
        ),
        ("title=two words", "title", "two words"),
        ("title=a=b", "title", "a=b"),
        ("title=", "title", ""),
        ("title=2024-01-01", "title", "2024-01-01"),
        ("title=1\nother = 2", "title", "1\nother = 2"),
    ],
)
def test_a_value_is_toml_or_plain_text(text: str, key: str, value: Any):
    assert parsed([text]) == {key: value}
    assert type(parsed([text])[key]) is type(value)


def test_changes_keep_their_order():
    assert list(parsed(["b=1", "a=2"]).items()) == [("b", 1), ("a", 2)]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["customers"], "'customers' is not KEY=VALUE, such as customers=2000"),
        (["=3"], "'=3' is not KEY=VALUE, such as customers=2000"),
        (["a=1", "a=2"], "a is given twice"),
        (
            ["programme.order=[smm]"],
            "programme.order=[smm] is not a TOML value; texts in it stand in quotes, which the shell takes "
            'away unless all is quoted: \'programme.order=["a", "b"]\'',
        ),
        (["title='x"], "title='x is not a TOML value;"),
        (["a=" + "[" * 5000], "a=[[["),
    ],
)
def test_what_is_no_change_is_explained(texts: list[str], message: str):
    with pytest.raises(click.BadParameter) as caught:
        parsed(texts)
    assert caught.value.message.startswith(message)


def test_a_change_that_is_none_is_misuse_and_a_wrong_value_bad_input():
    show = ["show", "scenario", "partner-dv", "--set"]
    misused = CliRunner().invoke(main, [*show, "customers"])
    assert misused.exit_code == 2
    assert "'customers' is not KEY=VALUE" in misused.stderr
    wrong = CliRunner().invoke(main, [*show, "customers=0"])
    assert wrong.exit_code == 3
    assert wrong.stderr == "customers must be 'market' or a whole number of at least 1, not 0\n"
